/* SPDX-License-Identifier: Apache-2.0 */
/* REQ: K1: the noise source's driver, and the vault's health tests behind it. */
#include "board.h"
#include "err.h"
#include "fixture.h"
#include "random/random.h"
#include <string.h>

static struct hal_entropy source;

static int fresh(void **state)
{
    (void)state;
    chip_reset();
    trng_hal(&source);
    return 0;
}

static void blocks_differ(void **state)
{
    (void)state;
    uint8_t one[HAL_ENTROPY_BLOCK], two[HAL_ENTROPY_BLOCK];
    assert_int_equal(source.read(source.ctx, one), HAL_OK);
    assert_int_equal(source.read(source.ctx, two), HAL_OK);
    assert_memory_not_equal(one, two, sizeof one);
    assert_int_equal(chip.trng.collections, 4); /* two for a block, nothing of it kept */
    assert_int_equal(chip.trng.debug, 0);       /* none of the chip's own tests is passed by */
    assert_false(chip.trng.enabled);
    assert_int_equal(chip.faults, 0);
}

/* The chip's test throws a good source's bits away now and then: tried anew, not an error. */
static void chips_tests_are_heard(void **state)
{
    (void)state;
    uint8_t block[HAL_ENTROPY_BLOCK], zero[HAL_ENTROPY_BLOCK] = {0};
    for (uint32_t bit = 2; bit <= 8; bit <<= 1) { /* autocorrelation, equal words, balance */
        chip.trng.fail_with = bit;
        chip.trng.fails = 3;
        assert_int_equal(source.read(source.ctx, block), HAL_OK);
        chip.trng.fails = 4;
        assert_int_equal(source.read(source.ctx, block), HAL_FAIL);
        assert_memory_equal(block, zero, sizeof block);
        chip.trng.fails = 0;
        /* Valid, and yet a test failed. */
        chip.trng.fail_with = bit | 1u;
        chip.trng.fails = 4;
        assert_int_equal(source.read(source.ctx, block), HAL_FAIL);
        chip.trng.fails = 0;
    }
    assert_int_equal(chip.faults, 0);
}

static void dead_sources_fail_in_time(void **state)
{
    (void)state;
    uint8_t block[HAL_ENTROPY_BLOCK];
    const uint64_t from = chip.us;
    chip.trng.dead = true;
    chip.step_us = 100;
    assert_int_equal(source.read(source.ctx, block), HAL_FAIL);
    assert_true(chip.us - from < 1000000);
    chip.trng.dead = false;
    chip.trng.never_back = true;
    assert_int_equal(source.read(source.ctx, block), HAL_FAIL);
    chip.trng.never_back = false;
    assert_int_equal(source.read(source.ctx, block), HAL_OK);
}

/* The vault's generator starts on it, and stops with it. */
static void vault_judges(void **state)
{
    (void)state;
    uint8_t out[32], zero[32] = {0};
    assert_int_equal(random_start(&source, (const uint8_t *)"1", 1), ERR_OK);
    assert_true(chip.trng.collections >= 80);
    assert_int_equal(random_key_bytes(out, sizeof out), ERR_OK);
    assert_memory_not_equal(out, zero, sizeof out);
    chip.trng.dead = true;
    chip.step_us = 1000;
    assert_int_equal(random_key_bytes(out, sizeof out), ERR_ENTROPY);
    assert_int_equal(random_start(&source, (const uint8_t *)"1", 1), ERR_ENTROPY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(blocks_differ, fresh),
        cmocka_unit_test_setup(chips_tests_are_heard, fresh),
        cmocka_unit_test_setup(dead_sources_fail_in_time, fresh),
        cmocka_unit_test_setup(vault_judges, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
