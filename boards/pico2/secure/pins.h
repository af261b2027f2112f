/* SPDX-License-Identifier: Apache-2.0 */
/* GPIO pins given to a device. After reset a pad is isolated and its input off. */
#ifndef HUFU_PICO2_PINS_H
#define HUFU_PICO2_PINS_H

#include "bits.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/pads_bank0.h"

#define PIN_UART 2u
#define PIN_I2C  3u

static inline void pin_use(uint32_t pin, uint32_t function, bool pull_up)
{
    const uint32_t pad = PADS_BANK0_BASE + PADS_BANK0_GPIO0_OFFSET + 4u * pin;
    const uint32_t drive = PADS_BANK0_GPIO0_IE_BITS | PADS_BANK0_GPIO0_SCHMITT_BITS |
                           1u << PADS_BANK0_GPIO0_DRIVE_LSB |
                           (pull_up ? PADS_BANK0_GPIO0_PUE_BITS : 0u);
    mmio_write(pad, drive | PADS_BANK0_GPIO0_ISO_BITS);
    mmio_write(IO_BANK0_BASE + 8u * pin + 4u, function);
    mmio_write(pad, drive);
}

#endif
