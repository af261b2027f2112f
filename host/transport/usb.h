/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens on this machine's USB without PC/SC: CCID over libusb-1.0, for kiosks and machines that
 * have no pcscd. A token's name is usb: and its place, bus and ports as sysfs writes them
 * ("usb:1-2.4"), so that it can be named before anybody may open it.
 *
 * Several processes share a token as they do over PC/SC: each claims the interface for a
 * transaction and leaves it afterwards; who waits, waits on a lock of the device's node. Whoever
 * claims it for good (pcscd with libccid) is reported as HUFU_ERR_BUSY.
 */
#ifndef HUFU_TRANSPORT_USB_H
#define HUFU_TRANSPORT_USB_H

#include "transport/transport.h"

#define USB_NAME_PREFIX "usb:"

/* Names of the tokens that are plugged in. [out] *names: NULL-terminated, each entry and the array
 * malloc'ed. HUFU_OK, also where there is no USB at all; HUFU_ERR_MEMORY. */
int usb_tokens(char ***names, size_t *count);

/* A transport for one token. Nothing is sent before connect, whose ATR is empty if the card is
 * powered already: it is left so, since a power-on ends every process' sessions.
 * HUFU_OK; HUFU_ERR_REMOVED: none at this place; HUFU_ERR_ACCESS: no right to its device node;
 * HUFU_ERR_UNSUPPORTED: it has the ids, but no CCID interface; HUFU_ERR_MEMORY;
 * HUFU_ERR_TRANSPORT. */
int usb_transport(const char *name, struct transport *transport);

/* Tokens coming and going; the functions are watch.h's. */
struct usb_watch;
int usb_watch_open(struct usb_watch **watch);
void usb_watch_close(struct usb_watch *watch); /* NULL is accepted */
int usb_watch_next(struct usb_watch *watch, unsigned ms, const char **name, bool *present);
void usb_watch_done(struct usb_watch *watch);
void usb_watch_cancel(struct usb_watch *watch);

#endif
