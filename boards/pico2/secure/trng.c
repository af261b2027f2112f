/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chip's ring oscillator. Its balancer (von Neumann) and its own tests stay on; what they throw
 * away never reaches the vault, whose health tests judge the rest. A block begins with a reset of
 * the generator and takes no bit of an earlier one.
 *
 * One sample in 1,000 cycles of 150 MHz: the oscillator turns some thousand times between two, and
 * a block of 256 bits takes about 10 ms. How good that is has not been measured on a chip; the
 * vault counts it as half of what it says (random/health.h).
 */
#include "hardware/regs/trng.h"
#include "bits.h"
#include "board.h"
#include "hardware/regs/addressmap.h"
#include "wipe.h"

#define SAMPLE_CYCLES 1000u
#define WORDS         6u /* of one collection, 192 bits */
#define RESET_TURNS   1000u
#define COLLECT_US    100000u
/* Its test for two equal 16-bit words in a row fails a good source once in 5,000 collections: each
 * is tried anew so often. All four failing: below 10^-14. */
#define TRIES 4u

static void reg(uint32_t offset, uint32_t value)
{
    mmio_write(TRNG_BASE + offset, value);
}

/* After a reset the counter of cycles takes no value for some clocks. */
static bool generator_reset(void)
{
    reg(TRNG_RND_SOURCE_ENABLE_OFFSET, 0);
    reg(TRNG_TRNG_SW_RESET_OFFSET, 1);
    for (uint32_t i = 0; i < RESET_TURNS; i++) {
        reg(TRNG_SAMPLE_CNT1_OFFSET, SAMPLE_CYCLES);
        if (mmio_read(TRNG_BASE + TRNG_SAMPLE_CNT1_OFFSET) == SAMPLE_CYCLES) {
            return true;
        }
    }
    return false;
}

static bool collect(uint32_t words[WORDS])
{
    const uint32_t isr = TRNG_BASE + TRNG_RNG_ISR_OFFSET;
    if (!generator_reset()) {
        return false;
    }
    reg(TRNG_TRNG_CONFIG_OFFSET, 0); /* the shortest chain, the fastest */
    reg(TRNG_TRNG_DEBUG_CONTROL_OFFSET, 0);
    reg(TRNG_RNG_IMR_OFFSET, TRNG_RNG_IMR_BITS); /* no interrupts */
    reg(TRNG_RNG_ICR_OFFSET, TRNG_RNG_ICR_BITS);
    reg(TRNG_RND_SOURCE_ENABLE_OFFSET, 1);
    const uint32_t from = time_us();
    uint32_t state;
    do {
        state = mmio_read(isr);
    } while (state == 0 && time_us() - from < COLLECT_US);
    const bool good = state == TRNG_RNG_ISR_EHR_VALID_BITS;
    for (uint32_t i = 0; good && i < WORDS; i++) {
        words[i] = mmio_read(TRNG_BASE + TRNG_EHR_DATA0_OFFSET + 4u * i);
    }
    reg(TRNG_RND_SOURCE_ENABLE_OFFSET, 0);
    return good;
}

static int trng_read(void *ctx, uint8_t out[HAL_ENTROPY_BLOCK])
{
    (void)ctx;
    uint32_t words[WORDS] = {0};
    uint32_t at = 0;
    for (uint32_t tries = TRIES; at < HAL_ENTROPY_BLOCK;) {
        if (!collect(words)) {
            if (--tries == 0) {
                secret_wipe(out, HAL_ENTROPY_BLOCK);
                secret_wipe(words, sizeof words);
                return HAL_FAIL;
            }
            continue;
        }
        tries = TRIES;
        for (uint32_t i = 0; i < 4u * WORDS && at < HAL_ENTROPY_BLOCK; i++) {
            out[at++] = (uint8_t)(words[i / 4u] >> 8u * (i % 4u));
        }
    }
    secret_wipe(words, sizeof words);
    return HAL_OK;
}

void trng_hal(struct hal_entropy *hal)
{
    hal->read = trng_read;
    hal->ctx = NULL;
}
