/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The card's side of vpcd (pcscd's driver for virtual readers): a TCP connection to 127.0.0.1 that
 * carries, both ways, a two-byte big-endian length and as many bytes. A message of one byte is a
 * control, anything longer an APDU.
 */
#ifndef EMU_VPCD_H
#define EMU_VPCD_H

#include "loop.h"
#include <stddef.h>
#include <stdint.h>

enum { VPCD_OFF = 0, VPCD_ON = 1, VPCD_RESET = 2, VPCD_ATR = 4 };
#define VPCD_MESSAGE_MAX 65535u

struct vpcd {
    int fd;       /* -1: not connected */
    size_t have;  /* bytes received */
    size_t taken; /* of these, the message handed out last */
    uint8_t in[VPCD_MESSAGE_MAX + 2u];
};

void vpcd_init(struct vpcd *v);
/* Connects, trying again until ms are over or the loop leaves. 0, or -1. */
int vpcd_connect(struct vpcd *v, struct loop *loop, uint16_t port, int ms);
void vpcd_close(struct vpcd *v);

/* The next message. [out] *message points into v until the next call, *len bytes. 1 a message,
 * 0 none within ms (the loop ran), -1 closed or failed. */
int vpcd_receive(struct vpcd *v, struct loop *loop, const uint8_t **message, size_t *len, int ms);
/* Sends one message. 0, or -1. */
int vpcd_send(struct vpcd *v, const uint8_t *message, size_t len);

#endif
