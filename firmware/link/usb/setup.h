/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A check of SETUP packets before TinyUSB sees them, for every board's controller driver. TinyUSB
 * 0.18 serves GET_DESCRIPTOR whatever its direction: with OUT it would take the host's data into
 * the descriptor itself. A request of that form is a request error (USB 2.0, 9.2.7): STALL.
 */
#ifndef HUFU_LINK_SETUP_H
#define HUFU_LINK_SETUP_H

#include <stdbool.h>
#include <stdint.h>

/* [in] setup as on the wire. false: a standard "get" request whose data would flow to the device.
 */
static inline bool setup_direction_fits(const uint8_t setup[8])
{
    const bool standard = (setup[0] & 0x60u) == 0;
    const bool to_host = (setup[0] & 0x80u) != 0;
    switch (setup[1]) {
    case 0:  /* GET_STATUS */
    case 6:  /* GET_DESCRIPTOR */
    case 8:  /* GET_CONFIGURATION */
    case 10: /* GET_INTERFACE */
    case 12: /* SYNCH_FRAME */
        return !standard || to_host;
    default:
        return true;
    }
}

#endif
