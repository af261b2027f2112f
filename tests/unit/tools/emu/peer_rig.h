/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A device (script_device), its host controller and one remote host's connection, all in one
 * thread: what remote.c does with a loop, done a turn at a time. The test holds the other end of
 * the socket and speaks the protocol from there.
 */
#ifndef PEER_RIG_H
#define PEER_RIG_H

#include "peer.h"
#include "script_device.h"

struct peer_rig {
    struct script dev;
    struct urb_bus bus;
    struct peer *peer; /* NULL once the connection has ended */
    int host;          /* the test's end; non-blocking */
    int theirs;
};

extern struct peer_rig peer_rig;

/* An enumerated device and a new connection to it. */
void peer_rig_open(struct peer *(*make)(int, struct urb_bus *, const struct usb_device *));
/* Another connection to the same device; the one before is closed. */
void peer_rig_connect(struct peer *(*make)(int, struct urb_bus *, const struct usb_device *));
void peer_rig_close(void);

/* Some turns of everything. */
void peer_rig_turn(unsigned turns);
/* Sends bytes to the peer under test, turning as its end fills; gives up where nothing is taken. */
void peer_rig_send(const void *bytes, size_t len);

#endif
