/* SPDX-License-Identifier: Apache-2.0 */
/* A reproducible generator for tests (xorshift64*), and one that fails after a number of calls. */
#ifndef HUFU_TESTS_FIXED_RNG_H
#define HUFU_TESTS_FIXED_RNG_H

#include "crypto/sm2.h"
#include "err.h"

struct fixed_rng {
    uint64_t state; /* the seed, not 0 */
    int calls_left; /* negative: never fails */
};

static inline uint64_t fixed_next(struct fixed_rng *r)
{
    r->state ^= r->state >> 12;
    r->state ^= r->state << 25;
    r->state ^= r->state >> 27;
    return r->state * 0x2545F4914F6CDD1Du;
}

static inline int fixed_bytes(void *ctx, uint8_t *out, size_t len)
{
    struct fixed_rng *r = ctx;
    if (r->calls_left == 0) {
        return ERR_ENTROPY;
    }
    r->calls_left -= r->calls_left > 0;
    for (size_t i = 0; i < len; i++) {
        out[i] = (uint8_t)(fixed_next(r) >> 56);
    }
    return ERR_OK;
}

/* A random number, at most max, of random bytes; out has room for max. */
static inline size_t fixed_data(struct fixed_rng *r, uint8_t *out, size_t max)
{
    const size_t len = fixed_next(r) % (max + 1);
    (void)fixed_bytes(r, out, max);
    return len;
}

static inline struct sm2_rng fixed_rng(struct fixed_rng *r, uint64_t seed)
{
    r->state = seed;
    r->calls_left = -1;
    return (struct sm2_rng){fixed_bytes, r};
}

#endif
