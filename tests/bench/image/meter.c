/* SPDX-License-Identifier: Apache-2.0 */
#include "meter.h"
#include "regs.h"
#include "stack.h"
#include "startup.h"
#include <stddef.h>

#define TIMER   TIMER_SECURE(0u)
#define TICK_NS 50u
#define INSN_NS 128u

static uint32_t own;      /* instructions of an empty measurement */
static uint32_t excluded; /* instructions, of the measurement that runs */
static uint32_t excluded_from;
static uint32_t number;

/* 2n + 1 instructions, with the return. */
__attribute__((naked, noinline)) static void loop_known(__attribute__((unused)) void *n)
{
    __asm volatile("1: subs r0, #1\n"
                   "bne 1b\n"
                   "bx lr");
}

__attribute__((naked, noinline)) static void nothing(__attribute__((unused)) void *argument)
{
    __asm volatile("bx lr");
}

__attribute__((naked, noinline)) void meter_mark_begin(void)
{
    __asm volatile("bx lr");
}

__attribute__((naked, noinline)) void meter_mark_end(void)
{
    __asm volatile("bx lr");
}

/* Half an instruction is 1.28 ticks: a reading may be one tick off without harm. */
static uint32_t instructions(uint32_t ticks)
{
    return (uint32_t)(((uint64_t)ticks * TICK_NS + INSN_NS / 2u) / INSN_NS);
}

/* What lies below this frame is free for the operation; a few words are left for this function. */
__attribute__((noinline)) static uint32_t counted(void (*operation)(void *), void *argument,
                                                  uint32_t *stack)
{
    uint32_t *top;
    __asm volatile("mov %0, sp" : "=r"(top));
    stack_paint(stack_bottom, top);
    excluded = 0;
    number++;
    meter_mark_begin();
    const uint32_t before = TIMER->value;
    operation(argument);
    const uint32_t after = TIMER->value;
    meter_mark_end();
    *stack = stack_used(stack_bottom, top);
    return instructions(before - after) - excluded;
}

struct measured meter_run(void (*operation)(void *argument), void *argument)
{
    struct measured m;
    m.instructions = counted(operation, argument, &m.stack) - own;
    m.number = number;
    return m;
}

void meter_exclude(void)
{
    excluded_from = TIMER->value;
}

void meter_include(void)
{
    excluded += instructions(excluded_from - TIMER->value);
}

bool meter_start(uint32_t *loop)
{
    static const uint32_t lengths[] = {1, 10, 11, 1000, 99999, (METER_LOOP - 1u) / 2u};
    bool exact = true;
    uint32_t stack;
    TIMER->reload = 0xFFFFFFFFu;
    TIMER->value = 0xFFFFFFFFu;
    TIMER->ctrl = TIMER_ENABLE;
    own = counted(nothing, NULL, &stack);
    for (uint32_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        /* the empty operation's own return is part of own */
        const struct measured m = meter_run(loop_known, (void *)(uintptr_t)lengths[i]);
        *loop = m.instructions + 1u;
        exact = exact && *loop == 2u * lengths[i] + 1u && m.stack == 0;
    }
    return exact;
}
