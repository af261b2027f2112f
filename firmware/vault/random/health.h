/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Health tests of the noise source (SP 800-90B 4.4; the start-up and single-use tests of GM/T
 * 0062).
 *
 * The source claims full entropy, 8 bits a byte; the vault believes H = 4 bits a byte, seeds with
 * twice what it needs, and sets the continuous tests by H:
 *
 * - repetition count: 11 equal bytes in a row fail. At H a run of 11 begins at a given byte with a
 *   chance of 2^-40; at full entropy 2^-80.
 * - adaptive proportion: the first byte of a window of 512 occurring 78 times in it fails. At H
 *   P(Binomial(511, 2^-4) >= 77) is below 2^-39; at full entropy below 2^-300.
 *
 * Two tests of distribution, which assume the claim itself (a good source):
 *
 * - a sample of 64 bytes is judged by the poker test of GM/T 0005, m = 2, on 256 pairs of bits
 *   with counts n_i: S = sum n_i^2. S = 16384 is perfectly even.
 * - start-up: of 20 samples at least 16 with S <= 17110 (p >= 0.01); a failed set is taken again at
 *   most twice. A good source fails a set with P(Binomial(20, 0.01) >= 5) < 2 * 10^-6, and a start
 *   with its cube, below 10^-17.
 * - single use: a sample about to be used as seed must have S <= 17734 (p >= 0.0001); a failed one
 *   is thrown away and drawn again at most twice: below 10^-11 a use. random.c also refuses a block
 *   equal to the one before, at once.
 *
 * So a good source fails a start or a use less than once in 10^9. tests/unit/vault/random checks
 * the four chances by exact enumeration of the distributions.
 */
#ifndef HUFU_RANDOM_HEALTH_H
#define HUFU_RANDOM_HEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HEALTH_RCT_CUTOFF     11u
#define HEALTH_APT_WINDOW     512u
#define HEALTH_APT_CUTOFF     78u
#define HEALTH_SAMPLE         64u /* bytes of one sample */
#define HEALTH_POKER_STARTUP  17110u
#define HEALTH_POKER_USE      17734u
#define HEALTH_STARTUP_SET    20u
#define HEALTH_STARTUP_PASSES 16u
#define HEALTH_REPEATS        2u

struct health {
    uint16_t run;        /* equal bytes seen in a row */
    uint16_t window;     /* bytes seen of the present window */
    uint16_t matches;    /* of these, equal to its first */
    uint8_t last, first; /* the last byte; the first of the window */
    bool failed;         /* latched */
};

void health_init(struct health *h);

/* The continuous tests over raw bytes. ERR_OK; ERR_ENTROPY, and so ever after until health_init. */
int health_feed(struct health *h, const uint8_t *raw, size_t len);

/* The poker test's S of one sample. */
uint32_t health_poker(const uint8_t sample[HEALTH_SAMPLE]);

#endif
