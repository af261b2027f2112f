/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_RATE_H
#define BENCH_RATE_H

#include "skf.h"
#include <stddef.h>
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

/* The variable that tools/with-token sets; without it the program ends. */
char *bench_environment(const char *name);

/* A command whose time is measured; what is done before and after each run is not. */
struct command {
    const char *name;
    ULONG (*run)(void);
    unsigned share; /* of the count: 1 / share, once at least */
    void (*before)(void), (*after)(void);
};
extern const struct command object_commands[];
extern const size_t object_command_count;
/* What they work on; the client is logged in before and afterwards. */
void objects_begin(const struct client *client);
void objects_end(void);

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
