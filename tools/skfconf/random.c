/* SPDX-License-Identifier: Apache-2.0 */
/* 7.6.2 random numbers, and what a call gives on a device that was pulled. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void random_fills(struct bench *b)
{
    static const ULONG lens[] = {1, 8, 16, 17, 255, 256, 257, 1024, 4000};
    static BYTE out[4000 + 64];
    for (size_t i = 0; i < ROWS(lens); i++) {
        ULONG len = lens[i];
        size_t kept = 0;
        memset(out, 0, sizeof out);
        if (!OK(b, skf.GenRandom(b->dev, out, len))) {
            return;
        }
        for (size_t k = len; k < sizeof out; k++) {
            kept += out[k] == 0;
        }
        hold(b, kept == sizeof out - len, "of %u bytes, more were written", len);
        /* A run of 16 zeros is chance in 2^-128. */
        for (size_t k = 0, run = 0; k < len; k++) {
            run = out[k] == 0 ? run + 1 : 0;
            if (!hold(b, run < 16, "of %u bytes, some were left as they were", len)) {
                break;
            }
        }
    }
}

static void random_differs(struct bench *b)
{
    BYTE draws[16][32];
    for (size_t i = 0; i < ROWS(draws); i++) {
        if (!OK(b, skf.GenRandom(b->dev, draws[i], sizeof draws[i]))) {
            return;
        }
        for (size_t k = 0; k < i; k++) {
            hold(b, memcmp(draws[i], draws[k], sizeof draws[i]) != 0,
                 "draw %zu is the same as draw %zu", i, k);
        }
    }
}

static void random_balanced(struct bench *b)
{
    BYTE out[2500];
    unsigned ones = 0;
    if (OK(b, skf.GenRandom(b->dev, out, sizeof out))) {
        for (size_t i = 0; i < sizeof out; i++) {
            ones += (unsigned)__builtin_popcount(out[i]);
        }
        /* 20,000 bits, standard deviation 70.7: seven of them. */
        hold(b, ones > 9500 && ones < 10500, "%u ones in 20,000 bits", ones);
    }
}

static void random_null(struct bench *b)
{
    BYTE out[8];
    REFUSED(b, skf.GenRandom(b->dev, NULL, 8));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.GenRandom(NULL, out, 8));
}

static void removed_code(struct bench *b)
{
    BYTE out[8];
    if (b->replug == NULL) {
        skip(b, "needs --replug COMMAND");
        return;
    }
    if (bench_replug(b)) {
        GIVES(b, SAR_DEVICE_REMOVED, skf.GenRandom(b->dev, out, sizeof out));
    }
    bench_end(b);
    bench_back(b);
}

static const struct check checks[] = {
    {FN_GenRandom, INTERFACE, DEVICE, "every length is filled, and no more", random_fills, NULL,
     NULL, false},
    {FN_GenRandom, SECURITY, DEVICE, "no draw comes twice", random_differs, NULL, NULL, false},
    {FN_GenRandom, SECURITY, DEVICE, "ones and zeros are balanced", random_balanced, NULL, NULL,
     false},
    {FN_GenRandom, INTERFACE, DEVICE, "NULL and a bad handle are refused", random_null, NULL, NULL,
     false},
    {FN_GenRandom, SECURITY, DEVICE, "a device that was pulled: SAR_DEVICE_REMOVED", removed_code,
     NULL, NULL, false},
};

const struct clause clause_random = {"7.6", "random numbers", checks, ROWS(checks)};
