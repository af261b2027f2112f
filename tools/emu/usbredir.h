/* SPDX-License-Identifier: Apache-2.0 */
/* usbredir.c's own parts: the connection, what is answered to a transfer, what is refused. */
#ifndef EMU_USBREDIR_H
#define EMU_USBREDIR_H

#include "peer.h"
#include <usbredirparser.h>

#define USBREDIR_ENDPOINTS 32u /* usbredir's own order: number, +16 for IN */

struct usbredir {
    struct peer peer;
    struct usbredirparser *parser;
    bool failed; /* found inside a callback: the connection ends */
    bool greeted;
    bool told;          /* the peer knows of the device */
    bool leaving;       /* device_disconnect is sent and not yet acknowledged */
    uint8_t configured; /* bConfigurationValue, as the peer set it */
    uint8_t type[USBREDIR_ENDPOINTS];
    uint16_t packet[USBREDIR_ENDPOINTS];
    uint8_t receiving; /* bit n: interrupt endpoint 8n is being read for the peer */
    uint64_t receive_id;
};

/* Place of an endpoint address in usbredir's order. */
unsigned usbredir_index(uint8_t endpoint);
/* Interface and endpoint tables, from the configuration descriptor. */
void usbredir_tell_interfaces(struct usbredir *r);

/* Sets the parser's callbacks for everything that becomes a transfer; and answers one. */
void usbredir_take_transfers(struct usbredirparser *parser);
void usbredir_done(struct peer *peer, struct urb *urb);
/* Sets those for what a token does not have. */
void usbredir_refuse_rest(struct usbredirparser *parser);

#endif
