/* SPDX-License-Identifier: Apache-2.0 */
/* Small things over mmio.h that every driver needs. */
#ifndef HUFU_PICO2_BITS_H
#define HUFU_PICO2_BITS_H

#include "mmio.h"
#include <stdbool.h>

/* Peripherals' registers have aliases that set or clear bits in one access. */
#define ALIAS_SET   0x2000u
#define ALIAS_CLEAR 0x3000u

static inline void mmio_set(uint32_t address, uint32_t bits)
{
    mmio_write(address + ALIAS_SET, bits);
}

static inline void mmio_clear(uint32_t address, uint32_t bits)
{
    mmio_write(address + ALIAS_CLEAR, bits);
}

/* Waits until (register & mask) == value, for at most `turns` readings. false: it never was. */
static inline bool mmio_wait(uint32_t address, uint32_t mask, uint32_t value, uint32_t turns)
{
    while ((mmio_read(address) & mask) != value) {
        if (turns-- == 0) {
            return false;
        }
    }
    return true;
}

#endif
