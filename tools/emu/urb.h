/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host controller of a host that is elsewhere: transfers over the virtual UDC that are begun,
 * go on while others do, and end or are cancelled, as a virtual machine's or a USB/IP client's
 * kernel expects it. usb_host.h is the same wire for whoever waits for each transfer.
 *
 * Nothing here waits: urb_work moves what the device is ready for and returns. The host's time-outs
 * are the host's. Everything in the UDC was written by the device and is read with bounds.
 */
#ifndef EMU_URB_H
#define EMU_URB_H

#include "usb_host.h"

#define URB_LENGTH_MAX 0x20000u /* bytes of one transfer; libccid gives room for 65,556 */
#define URB_COUNT_MAX  64u      /* transfers under way at once */
#define USB_CANCELLED  (-6)     /* beside enum usb_error: the host took the transfer back */

struct urb {
    uint64_t id;            /* the host's name for it */
    int kind;               /* the host's, too; not negative */
    uint8_t endpoint;       /* address with direction bit; control: 0 or 0x80, as the request */
    struct usb_setup setup; /* control transfers alone */
    bool zero_packet;       /* OUT: a multiple of the packet size ends with an empty packet */
    uint32_t length;        /* bytes to send, or room */
    uint32_t actual;        /* [out] bytes moved */
    int status;             /* [out] enum usb_error or USB_CANCELLED */
    unsigned stage;
    struct urb *next;
    uint8_t data[];
};

struct urb_bus {
    struct usb_bus bus;
    /* A transfer has ended. It is freed when this returns; new ones may be submitted from here. */
    void (*done)(void *ctx, struct urb *urb);
    void *ctx;
    bool open;         /* a device is attached */
    bool reset_wanted; /* a bus reset waits to be posted */
    bool unaddressed;  /* after a reset: the address comes before any other transfer */
    bool seen_reset;   /* endpoint 0 is open from then on, until the device starts anew */
    uint32_t event;    /* posted and not yet taken, or 0 */
    uint32_t event_sequence;
    uint32_t moved[VB_UDC_ENDPOINTS]; /* bytes of the armed transfer that are over the wire */
    unsigned count;
    struct urb *queue[VB_UDC_ENDPOINTS]; /* by slot; control transfers at 0 */
};

/* No device yet. */
void urb_init(struct urb_bus *b, void (*done)(void *ctx, struct urb *urb), void *ctx);
/* Takes a device over from usb_enumerate, wherever that left it. */
void urb_attach(struct urb_bus *b, const struct usb_device *device);
/* The device is gone: every transfer ends with USB_GONE. */
void urb_detach(struct urb_bus *b);

/* A new transfer with room for length bytes, zeroed. NULL: too long or too many, or no memory. */
struct urb *urb_new(const struct urb_bus *b, uint32_t length);
/* Begins it; it is the bus's from here on. USB_OK, or an error and it is freed without `done`:
 * USB_GONE no device; USB_FORM an endpoint that does not exist here. */
int urb_submit(struct urb_bus *b, struct urb *urb);
/* Takes back the oldest transfer of this name: `done` is called with USB_CANCELLED before this
 * returns. false: there is none (any more). */
bool urb_cancel(struct urb_bus *b, uint64_t id);
/* Bus reset, then address 1: transfers under way end with USB_CANCELLED. */
void urb_reset(struct urb_bus *b);

/* Moves what can be moved. false: the device is gone or has started anew: urb_detach. */
bool urb_work(struct urb_bus *b);

#endif
