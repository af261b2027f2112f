/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts executed instructions. QEMU must run with -icount shift=7: every instruction then moves
 * virtual time by 128 ns, and timer 0 of the subsystem ticks every 50 ns of it, so
 * instructions = ticks * 50 / 128, exact and the same in every run. No interrupt is ever enabled.
 */
#ifndef HUFU_BENCH_METER_H
#define HUFU_BENCH_METER_H

#include <stdbool.h>
#include <stdint.h>

struct measured {
    uint32_t instructions; /* less those between meter_exclude and meter_include */
    uint32_t stack;        /* bytes, deepest use by the operation and what it calls */
    uint32_t number;       /* of this measurement since the start, from 1 */
};

/*
 * Starts the timer, learns what measuring itself costs, and measures loops of known length.
 * [out] loop: what the longest one was measured as. True: every loop was exact.
 */
bool meter_start(uint32_t *loop);

/* Instructions that the longest loop of meter_start executes. */
#define METER_LOOP 2000001u

/* Runs operation(argument) once. At most 1.6 * 10^9 instructions. */
struct measured meter_run(void (*operation)(void *argument), void *argument);

/* Called before and after each measured operation, empty: marks for tests/bench/cycles. */
void meter_mark_begin(void);
void meter_mark_end(void);

/* Brackets, within an operation, what is not counted: the caller's random source, say. */
void meter_exclude(void);
void meter_include(void);

#endif
