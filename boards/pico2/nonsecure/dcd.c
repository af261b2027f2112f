/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TinyUSB's driver for this controller, taken in whole: what it expects of pico-sdk stands in sdk/,
 * and three things are put right here, without changing it.
 *
 * - SETUP packets are judged first (usb/setup.h); the others end in a stall.
 * - Endpoint 0 has no control register; the driver still reads and writes one, at address 0. It
 * gets a word of its own: the ROM is not the link's.
 * - The controller's reset is the vault's: it comes out of it once, in boot (clocks.c). What a
 * reset would have cleared, the driver's own start clears.
 */
#include "device/dcd.h"
#include "pico.h"
#include "usb/setup.h"

static void setup_received(uint8_t rhport, const uint8_t *setup, bool in_isr);

#undef CFG_TUSB_MCU
#define CFG_TUSB_MCU             OPT_MCU_RP2040
#define dcd_init                 dcd_rp2040_init
#define dcd_event_setup_received setup_received
#include "portable/raspberrypi/rp2040/dcd_rp2040.c"
#include "portable/raspberrypi/rp2040/rp2040_usb.c"
#undef dcd_init
#undef dcd_event_setup_received

static void setup_received(uint8_t rhport, const uint8_t *setup, bool in_isr)
{
    uint8_t copy[8];
    memcpy(copy, setup, sizeof copy);
    if (setup_direction_fits(copy)) {
        dcd_event_setup_received(rhport, copy, in_isr);
    } else {
        dcd_edpt_stall(rhport, 0x00);
        dcd_edpt_stall(rhport, 0x80);
    }
}

bool dcd_init(uint8_t rhport, const tusb_rhport_init_t *init)
{
    static io_rw_32 no_register[2];
    if (!dcd_rp2040_init(rhport, init)) {
        return false;
    }
    hw_endpoints[0][TUSB_DIR_OUT].endpoint_control = &no_register[0];
    hw_endpoints[0][TUSB_DIR_IN].endpoint_control = &no_register[1];
    return true;
}

void dcd_edpt_close(uint8_t rhport, uint8_t address)
{
    (void)rhport;
    struct hw_endpoint *ep = hw_endpoint_get_by_addr(address);
    if (ep->endpoint_control != NULL) {
        *ep->endpoint_control = 0;
    }
    *ep->buffer_control = 0;
    hw_endpoint_reset_transfer(ep);
}
