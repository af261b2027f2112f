/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small USB device in the test's own process, on the other side of the virtual UDC. It moves
 * whenever the host waits, so everything happens in one thread and the same way each time.
 */
#ifndef SCRIPT_DEVICE_H
#define SCRIPT_DEVICE_H

#include "usb_host.h"

struct script {
    struct vb_udc udc;
    struct usb_device host;
    struct usb_bus bus;
    unsigned rings, waits, resets;
    bool deaf;   /* takes no events */
    bool pulled; /* the bus reports the board gone */
    const uint8_t *config;
    uint16_t config_len;
    /* control transfer in progress */
    uint8_t reply[1024];
    size_t reply_len, reply_at, asked;
    bool replying, status_in;
    /* bulk endpoint 1 */
    uint32_t out_room; /* what an OUT transfer is armed with; 0: never armed */
    uint8_t received[16384];
    size_t received_len;
    unsigned out_done; /* OUT transfers completed */
    uint32_t last_actual;
    const uint8_t *send; /* IN data, given in pieces of send_piece, then a ZLP when due */
    size_t send_len, send_at, send_piece;
    bool sending;
    /* called when an OUT transfer is complete; may set send */
    void (*on_out)(struct script *s);
};

extern const uint8_t script_config[];
extern const uint16_t script_config_len;

/* A device that is connected, with the good configuration. */
void script_init(struct script *s);
/* Attached, enumerated. Fails the test otherwise. */
void script_enumerate(struct script *s);
void script_send(struct script *s, const uint8_t *data, size_t len, size_t piece);

#endif
