/* SPDX-License-Identifier: Apache-2.0 */
/* The few things of pico-sdk's core that its register headers and TinyUSB's driver use. */
#ifndef HUFU_PICO2_SDK_PICO_H
#define HUFU_PICO2_SDK_PICO_H

#include "hardware/platform_defs.h"
#include "link_board.h"
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef unsigned int uint;

#define __force_inline                   inline __attribute__((always_inline))
#define __no_inline_not_in_flash_func(f) f
#ifndef __unused
#define __unused __attribute__((unused))
#endif
#ifndef __packed
#define __packed __attribute__((packed))
#endif
#define __packed_aligned __attribute__((packed, aligned(4)))

#define remove_volatile_cast(type, x) ((type)(uintptr_t)(x))
#define count_of(a)                   (sizeof(a) / sizeof((a)[0]))

/* What must not happen: the link is started anew with the machine (link_image.c). */
#define panic(...)     image_fault()
#define hard_assert(x) ((x) ? (void)0 : image_fault())

#define rp2040_chip_version() 2u

/* One turn is more than one cycle. */
static inline void busy_wait_at_least_cycles(uint32_t cycles)
{
    while (cycles-- > 0) {
        __asm volatile("nop");
    }
}

#endif
