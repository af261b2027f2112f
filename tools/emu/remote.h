/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The token offered to a USB host that is elsewhere, over usbredir (a Unix socket) or USB/IP (TCP
 * on the loopback interface): one host at a time; a second one is turned away. The host enumerates
 * the token itself; its descriptors are read before, because both protocols announce them.
 */
#ifndef EMU_REMOTE_H
#define EMU_REMOTE_H

#include "loop.h"
#include "peer.h"
#include "vboard.h"

struct remote {
    struct loop *loop;
    struct vboard *board;
    struct usb_device device;
    struct urb_bus bus;
    const char *path; /* usbredir's socket; NULL: USB/IP */
    uint16_t port;
    int listener;
    struct peer *peer;  /* NULL: nobody is connected */
    long long patience; /* loop_now() when a peer that has not said what it wants is let go */
};

/* Listens at path, or at port of 127.0.0.1 if path is NULL. 0, or -1 with one line in error. */
int remote_open(struct remote *r, struct loop *loop, struct vboard *board, const char *path,
                uint16_t port, char *error, size_t error_size);
void remote_close(struct remote *r);

/* The board has power: enumerates the token and tells the host. 0, or -1 with one line in error. */
int remote_plug(struct remote *r, char *error, size_t error_size);
/* The token is gone, or about to be: the host is told. */
void remote_unplug(struct remote *r);

/* Serves until the loop leaves, `ms` are over or the device is gone. 0, or -1: it is gone. */
int remote_serve(struct remote *r, int ms);

/* A host has taken the token. */
bool remote_attached(const struct remote *r);

#endif
