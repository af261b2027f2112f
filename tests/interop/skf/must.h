/* SPDX-License-Identifier: Apache-2.0 */
/* What a program with many threads and processes insists on: the first thing that is not so is
 * named and ends the process at once, whatever its other threads do. */
#ifndef HUFU_TESTS_SKF_MUST_H
#define HUFU_TESTS_SKF_MUST_H

#include "skf.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                  \
            _Exit(1);                                                                              \
        }                                                                                          \
    } while (0)
#define GIVES(code, call)                                                                          \
    do {                                                                                           \
        ULONG result_ = (call);                                                                    \
        if (result_ != (code)) {                                                                   \
            (void)fprintf(stderr, "%s:%d: %s: 0x%08X\n", __FILE__, __LINE__, #call, result_);      \
            _Exit(1);                                                                              \
        }                                                                                          \
    } while (0)
#define OK(call) GIVES(SAR_OK, call)

static inline double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Waits until a thread of this process that has noted its number in *tid sleeps in the kernel, and
 * did so whenever it was looked at for a while: the call that it noted its number for has begun. */
static inline void sleeps(const pid_t *tid)
{
    char path[64], stat[512];
    unsigned asleep = 0;
    for (unsigned i = 0; asleep < 20; i++) {
        const pid_t id = __atomic_load_n(tid, __ATOMIC_SEQ_CST);
        FILE *f = NULL;
        CHECK(i < 12000); /* two minutes */
        (void)snprintf(path, sizeof path, "/proc/self/task/%d/stat", (int)id);
        if (id != 0 && (f = fopen(path, "r")) != NULL) {
            const size_t n = fread(stat, 1, sizeof stat - 1, f);
            stat[n] = '\0';
            (void)fclose(f);
            const char *name_end = strrchr(stat, ')');
            asleep = name_end != NULL && name_end[1] == ' ' && name_end[2] == 'S' ? asleep + 1 : 0;
        }
        (void)usleep(10000);
    }
}

#endif
