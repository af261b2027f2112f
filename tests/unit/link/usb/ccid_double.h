/* SPDX-License-Identifier: Apache-2.0 */
/* A host and a card around the state machine: what the host sends, packet by packet, and a card
 * that echoes, works for a given number of polls, or fails. */
#ifndef HUFU_TEST_CCID_DOUBLE_H
#define HUFU_TEST_CCID_DOUBLE_H

#include "usb/ccid.h"
#include <stddef.h>

struct ccid_double {
    struct ccid ccid;
    struct ccid_card card;
    /* what the card does */
    uint32_t busy_polls; /* polls a command stays BUSY */
    bool power_fails;
    bool exchange_fails;
    uint32_t claim_len; /* non-zero: the length it claims to have answered */
    /* what it saw */
    uint32_t powers_on, powers_off, exchanges, polls, aborts;
    uint32_t command_len;
    uint8_t command[CCID_BUFFER];
    bool working;
};

void double_init(struct ccid_double *d);

/* Delivers message bytes as a host controller does: transfers of the room asked for, a short packet
 * ends one; a message that is a multiple of 64 bytes ends without one. Returns bytes taken. */
size_t host_send(struct ccid_double *d, const uint8_t *bytes, size_t len);

/* Builds and sends a message whose length field is right. */
void host_message(struct ccid_double *d, uint8_t type, uint8_t slot, uint8_t seq,
                  const uint8_t specific[3], const void *data, size_t len);

/* Takes the outgoing message (copied to out, CCID_MESSAGE_MAX bytes). 0: there is none. */
size_t host_take(struct ccid_double *d, uint8_t *out);

#endif
