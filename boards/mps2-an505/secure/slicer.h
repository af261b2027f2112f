/* SPDX-License-Identifier: Apache-2.0 */
/* The timer that ends a command's slice: timer 0 (its end in assembly: slicer.inc). */
#ifndef HUFU_AN505_SLICER_H
#define HUFU_AN505_SLICER_H

#include "layout.h"
#include "regs.h"

#define SLICER_IRQ IRQ_TIMER(0)

static inline void slicer_start(uint32_t ms)
{
    struct timer *t = TIMER_SECURE(0u);
    t->ctrl = 0;
    t->intstatus = 1;
    t->reload = ms * (CPU_HZ / 1000u);
    t->value = ms * (CPU_HZ / 1000u);
    t->ctrl = TIMER_ENABLE | TIMER_INT;
}

static inline void slicer_stop(void)
{
    TIMER_SECURE(0u)->ctrl = 0;
}

#endif
