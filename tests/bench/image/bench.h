/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an image of the benchmark is made of: a list of operations. main.c measures each and prints,
 * on UART0, one line per row:
 *     row NAME MEDIAN LEAST MOST STACK PER NUMBER
 * instructions per PER units (bytes, or 1), stack in bytes, number of the median's measurement, or
 * 0 when it is a difference of several.
 */
#ifndef HUFU_BENCH_H
#define HUFU_BENCH_H

#include <stddef.h>
#include <stdint.h>

#define BENCH_RUNS_MAX 30u

struct bench {
    const char *name;
    /* Makes the inputs of a run (0 .. bench_runs - 1); not measured. May be NULL. */
    void (*prepare)(uint32_t run);
    /* What is measured; argument as below. */
    void (*operation)(void *argument);
    /* per != 0: bytes that the operation's uint32_t argument counts. The row is the cost of per
     * more bytes, so what happens once a call drops out. */
    uint32_t per;
    /* Not NULL: what the operation does beside the thing of the row; subtracted. */
    void (*beside)(void *argument);
    /* True: the last run of operation gave the right result. May be NULL. */
    int (*right)(void);
};

extern const struct bench bench_list[];
extern const uint32_t bench_count;
/* How often each is measured; odd, at most BENCH_RUNS_MAX. */
extern const uint32_t bench_runs;
/* The row that has the mean in the median's place, for it varies by nature; NULL: none. */
extern const char *const bench_mean;

/* Before the first operation. */
void bench_begin(void);

/* More lines for the reader, of other words than "row". A number has a space before it. */
void bench_print(const char *text);
void bench_print_number(uint32_t value);

/* Reproducible bytes. */
void bench_bytes(void *out, uint32_t len);
/* The same as a source of random numbers, drawn outside the count. 0. */
int bench_random(void *ctx, uint8_t *out, size_t len);

#endif
