/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A USB host that is elsewhere, behind one connected socket: a virtual machine (usbredir) or a
 * Linux kernel (USB/IP). What it sends is judged; an error ends the connection, never the emulator.
 */
#ifndef EMU_PEER_H
#define EMU_PEER_H

#include "urb.h"

/* A peer that does not read its answers is not read either beyond this many bytes of them. */
#define PEER_BACKLOG 0x40000u

struct peer;

struct peer_ops {
    /* Bytes wait, or the other side has closed. 0, or -1: the connection is to be closed. */
    int (*receive)(struct peer *peer);
    /* Sends what the socket takes. -1: the connection is to be closed. */
    int (*flush)(struct peer *peer);
    /* Bytes that wait to be sent. */
    size_t (*backlog)(const struct peer *peer);
    /* A transfer has ended. */
    void (*done)(struct peer *peer, struct urb *urb);
    /* The device came (enumerated: descriptors are there), or went. -1: the connection ends. */
    int (*plug)(struct peer *peer);
    int (*unplug)(struct peer *peer);
    /* Whether it has said what it came for. */
    bool (*settled)(const struct peer *peer);
    /* Frees the peer; the socket is the caller's. */
    void (*close)(struct peer *peer);
};

struct peer {
    const struct peer_ops *ops;
    int fd; /* non-blocking */
    struct urb_bus *bus;
    const struct usb_device *device; /* its descriptors; valid while bus->open */
};

/* A peer on a socket that was just accepted. NULL: no memory. */
struct peer *usbredir_peer(int fd, struct urb_bus *bus, const struct usb_device *device);
struct peer *usbip_peer(int fd, struct urb_bus *bus, const struct usb_device *device);

/* One entry of a configuration descriptor. The walk ends at the first that does not fit. */
struct descriptor {
    const uint8_t *bytes; /* bytes[0] of them, at least 2 */
    size_t left;          /* with it */
};
/* Start with {config, config_len}; false: no more. Afterwards descriptor_next moves on. */
static inline bool descriptor_fits(const struct descriptor *d)
{
    return d->left >= 2 && d->bytes[0] >= 2 && d->bytes[0] <= d->left;
}
static inline void descriptor_next(struct descriptor *d)
{
    d->left -= d->bytes[0];
    d->bytes += d->bytes[0];
}

#endif
