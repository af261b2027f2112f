/* SPDX-License-Identifier: Apache-2.0 */
/* The CCID class in TinyUSB: moves ccid.h's messages over the two bulk endpoints. */
#ifndef HUFU_LINK_CCID_USB_H
#define HUFU_LINK_CCID_USB_H

#include "ccid.h"
#include "device/usbd_pvt.h"

#define CCID_EP_OUT 0x01u
#define CCID_EP_IN  0x81u

extern const usbd_class_driver_t ccid_usb_driver;

/* Before tud_init. [in] card: see ccid.h. */
void ccid_usb_init(const struct ccid_card *card);
/* The bus slept so long that every session ends: the card is off, and the host is told so. */
void ccid_usb_card_off(void);
/* Between USB events: the card's next slice, transfers armed. true: call again soon. */
bool ccid_usb_work(uint32_t now_ms);

#endif
