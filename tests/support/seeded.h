/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Repeatable random choices of the fuzz tests. HUFU_FUZZ_SEED repeats a run; HUFU_TEST_LONG=1 makes
 * it twenty-five times as long: minutes on one core.
 */
#ifndef HUFU_TESTS_SEEDED_H
#define HUFU_TESTS_SEEDED_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seeded_state;

static inline void seeded_start(void)
{
    const char *given = getenv("HUFU_FUZZ_SEED");
    seeded_state = given != NULL ? strtoull(given, NULL, 0) : 0x9e3779b97f4a7c15u;
    seeded_state = seeded_state == 0 ? 1 : seeded_state;
}

/* 0 to below - 1 */
static inline uint32_t next(uint32_t below)
{
    seeded_state ^= seeded_state << 13;
    seeded_state ^= seeded_state >> 7;
    seeded_state ^= seeded_state << 17;
    return (uint32_t)(seeded_state >> 32) % below;
}

static inline unsigned rounds(unsigned quick)
{
    const char *more = getenv("HUFU_TEST_LONG");
    return more != NULL && strcmp(more, "1") == 0 ? quick * 25 : quick;
}

#endif
