/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A USB host controller over the virtual UDC of include/hufu/virtual_board.h, and as much of a
 * host's stack as one device needs: bus reset, control transfers, enumeration, bulk transfers.
 * Packets, short packets and zero-length packets are those of a full-speed wire (USB 2.0, 5.5
 * and 5.8): where a real host would wait for a packet, so does this one.
 *
 * Everything in the UDC was written by the device and is read with bounds.
 */
#ifndef EMU_USB_HOST_H
#define EMU_USB_HOST_H

#include "hufu/virtual_board.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum usb_error {
    USB_OK = 0,
    USB_STALL = -1,   /* the endpoint answered STALL */
    USB_TIMEOUT = -2, /* NAK until the time was over */
    USB_GONE = -3,    /* detached, reset by itself, or the emulator is leaving */
    USB_BABBLE = -4,  /* the device sent more than was asked for, or than a packet holds */
    USB_FORM = -5,    /* a descriptor or answer that the standard does not allow */
};

struct usb_bus {
    struct vb_udc *udc;
    void (*ring)(void *ctx);        /* doorbell to the device */
    int (*wait)(void *ctx, int ms); /* until the device rang, at most ms; -1: the board is gone */
    void *ctx;
};

struct usb_setup {
    uint8_t request_type, request;
    uint16_t value, index, length;
};

#define USB_CONFIG_MAX 512u

struct usb_device {
    struct usb_bus bus;
    uint32_t event_sequence;               /* last event posted */
    uint32_t filled[VB_UDC_ENDPOINTS / 2]; /* bytes already in an armed OUT transfer */
    uint8_t address;
    uint8_t device_descriptor[18];
    uint8_t config[USB_CONFIG_MAX]; /* the whole first configuration descriptor */
    uint16_t config_len;
};

/* Waits until a controller shows itself (VB_UDC_MAGIC). USB_OK, USB_TIMEOUT, USB_GONE. */
int usb_attach(struct usb_device *dev, const struct usb_bus *bus, int ms);

/* Bus reset. USB_OK, USB_TIMEOUT, USB_GONE. */
int usb_reset(struct usb_device *dev);

/* Device descriptor, address, configuration descriptor, SET_CONFIGURATION 1st (USB 2.0, 9.1.2). */
int usb_enumerate(struct usb_device *dev, uint8_t address);

/* One control transfer. data: setup->length bytes, [out] for IN, [in] for OUT; *actual bytes moved.
 * USB_OK or an error; USB_STALL ends the transfer and leaves endpoint 0 usable (USB 2.0, 8.5.3.4).
 */
int usb_control(struct usb_device *dev, const struct usb_setup *setup, uint8_t *data,
                size_t *actual, int ms);

/* A bulk OUT transfer of len bytes, as packets; zlp: end a multiple of the packet size with an
 * empty packet. number 1..3. */
int usb_bulk_out(struct usb_device *dev, unsigned number, const uint8_t *data, size_t len, bool zlp,
                 int ms);

/* A bulk IN transfer: packets until one is short or cap is full. [out] *len. A device that sends
 * beyond cap: USB_BABBLE. */
int usb_bulk_in(struct usb_device *dev, unsigned number, uint8_t *data, size_t cap, size_t *len,
                int ms);

/* CLEAR_FEATURE(ENDPOINT_HALT). endpoint: address with direction bit. */
int usb_clear_halt(struct usb_device *dev, uint8_t endpoint);

/* One line for a log. */
const char *usb_error_text(int error);

#endif
