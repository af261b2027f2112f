/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUFU_PICO2_CLOCKS_H
#define HUFU_PICO2_CLOCKS_H

#include <stdint.h>

/* From the ROM's ring oscillator to crystal and PLLs: CPU_HZ for the core, 48 MHz for USB, ticks of
 * 1 us; blocks that this board uses out of reset, the others in it. Boot calls it.
 * HAL_OK; HAL_FAIL: a part of it never settled. */
int clocks_start(void);

/* Microseconds since clocks_start, wrapping after 71 minutes: for waits. */
uint32_t time_us(void);
/* Milliseconds since clocks_start, wrapping. */
uint32_t time_ms(void);

#endif
