/* SPDX-License-Identifier: Apache-2.0 */
/* What a program with many threads and processes insists on: the first thing that is not so is
 * named and ends the process at once, whatever its other threads do. */
#ifndef HUFU_TESTS_SKF_MUST_H
#define HUFU_TESTS_SKF_MUST_H

#include "skf.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

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

#endif
