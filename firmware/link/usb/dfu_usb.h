/* SPDX-License-Identifier: Apache-2.0 */
/* The DFU class in TinyUSB: moves dfu.h's requests over the control pipe. TinyUSB's own
 * class/dfu is not used: it stalls a wrong request without going to dfuERROR, clears and aborts in
 * every state, takes blocks of any number, and serves GETSTATE whatever its direction, so that a
 * host could write the state itself. */
#ifndef HUFU_LINK_DFU_USB_H
#define HUFU_LINK_DFU_USB_H

#include "device/usbd_pvt.h"
#include "dfu.h"

#define DFU_INTERFACE_DESCRIPTORS 18u /* interface 9, functional 9 */

extern const usbd_class_driver_t dfu_usb_driver;

/* Before tud_init. [in] target: see dfu.h. */
void dfu_usb_init(const struct dfu_target *target);
/* Between USB events. true: call again soon. */
bool dfu_usb_work(void);
/* See dfu.h. */
bool dfu_usb_holds(void);
bool dfu_usb_restart_due(void);

#endif
