/* SPDX-License-Identifier: Apache-2.0 */
/* The timer that ends a command's slice: TIMER1's alarm 0 (its end in assembly: slicer.inc). */
#ifndef HUFU_PICO2_SLICER_H
#define HUFU_PICO2_SLICER_H

#include "bits.h"
#include "board.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/intctrl.h"
#include "hardware/regs/timer.h"

#define SLICER_IRQ TIMER1_IRQ_0
_Static_assert(TIMER1_BASE == 0x400B8000u && TIMER_ARMED_OFFSET == 0x20 &&
                   TIMER_INTR_OFFSET == 0x3C,
               "slicer.inc has these numbers");

#define SLICE_DEAD 1000u /* ms after which a slice will not end any more */

static inline void slicer_stop(void)
{
    mmio_write(TIMER1_BASE + TIMER_ARMED_OFFSET, 1);
    mmio_write(TIMER1_BASE + TIMER_INTR_OFFSET, 1);
    watchdog_stop();
}

static inline void slicer_start(uint32_t ms)
{
    slicer_stop();
    watchdog_set(SLICE_DEAD);
    mmio_write(TIMER1_BASE + TIMER_INTE_OFFSET, 1);
    mmio_write(TIMER1_BASE + TIMER_ALARM0_OFFSET,
               mmio_read(TIMER1_BASE + TIMER_TIMERAWL_OFFSET) + ms * 1000u);
}

#endif
