/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How this board's drivers reach registers. The unit tests put another header of this name before
 * it (tests/unit/boards/pico2), behind which stands a model of the chip: the drivers are the same
 * source in both.
 */
#ifndef HUFU_PICO2_MMIO_H
#define HUFU_PICO2_MMIO_H

#include <stdint.h>

static inline uint32_t mmio_read(uint32_t address)
{
    return *(volatile uint32_t *)address;
}

static inline void mmio_write(uint32_t address, uint32_t value)
{
    *(volatile uint32_t *)address = value;
}

/* Holds every interrupt of both worlds; returns what irq_release wants. */
static inline uint32_t irq_hold(void)
{
    uint32_t before;
    __asm volatile("mrs %0, primask\n cpsid i" : "=r"(before)::"memory");
    return before;
}

static inline void irq_release(uint32_t before)
{
    __asm volatile("msr primask, %0\n isb" ::"r"(before) : "memory");
}

#endif
