/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_RATE_H
#define BENCH_RATE_H

#include "skf.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* One connection, logged in, in the container that signs. */
struct client {
    DEVHANDLE dev;
    HAPPLICATION app;
    HCONTAINER con;
};

void client_open(struct client *c);
void client_close(struct client *c);

/* Each command `count` times; prints "skf_NAME_ms" and "skf_NAME_p99_ms". */
void latencies(unsigned count);

static inline void must(ULONG result, const char *what)
{
    if (result != SAR_OK) {
        (void)fprintf(stderr, "bench_rate: %s: 0x%08X\n", what, result);
        exit(1);
    }
}

static inline double now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

#endif
