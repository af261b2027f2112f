/* SPDX-License-Identifier: Apache-2.0 */
/* What usb.c and usb_watch.c share: which of libusb's devices are tokens, and what they are called.
 */
#ifndef HUFU_TRANSPORT_USB_DEVICE_H
#define HUFU_TRANSPORT_USB_DEVICE_H

#include <libusb.h>
#include <stdbool.h>
#include <stddef.h>

#define USB_NAME_MAX 64u /* "usb:", a bus, up to seven ports */

bool usb_device_is_token(libusb_device *device);
void usb_device_name(libusb_device *device, char name[USB_NAME_MAX]);

#endif
