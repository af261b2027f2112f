/* SPDX-License-Identifier: Apache-2.0 */
/* A host at the model's USB controller, and the link as it is built behind it. */
#ifndef HUFU_TEST_PICO2_USB_CHECK_H
#define HUFU_TEST_PICO2_USB_CHECK_H

#include <stdint.h>

struct link_places {
    uint32_t interrupt; /* image_interrupt */
    uint32_t sleep;     /* board_sleep_unless */
};

/*
 * The link has been loaded at LINK_CODE, its gate does not lead anywhere: starts it, enumerates it
 * and asks its reader for the slot's state. Returns NULL, or what is wrong; *at where the core
 * stands.
 */
const char *usb_check(const struct link_places *places, uint32_t *at);

#endif
