/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A mount that wins back what a cut cost, itself cut at every one of its flash operations, in every
 * way, and once more in the mount after that: nothing is lost, nothing doubled, and writing goes
 * on. REQ: K3.
 */
#include "err.h"
#include "model.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#define SECTORS 14u
#define SIZE    (SECTORS * HAL_FLASH_SECTOR)
#define LEN     1500u
#define TYPE(n) (((n)-1u) / MODEL_IDS)
#define ID(n)   (((n)-1u) % MODEL_IDS + 1u)

static struct board_flash flash;
static struct hal_flash hal;
static struct model model;
static uint8_t image[SIZE];
static uint8_t weak[SIZE];
static jmp_buf dark;

static void lights_out(void *arg)
{
    (void)arg;
    longjmp(dark, 1);
}

/* The n-th object, n from 1; it has the same value always. */
static int put(uint32_t n)
{
    uint8_t v[LEN];

    model_bytes(n, v, sizeof v);
    return store_put_one((uint8_t)TYPE(n), (uint16_t)ID(n), v, sizeof v);
}

static void power(const uint8_t *bytes, const uint8_t *cells)
{
    memcpy(flash.bytes, bytes, SIZE);
    memcpy(flash.weak, cells, SIZE);
    board_flash_power_on(&flash);
}

/* Mounts under a cut at operation `at`. Whether it was met. */
static bool mount_cut(enum board_cut kind, uint32_t at, uint64_t seed)
{
    board_flash_cut(&flash, kind, at, seed);
    if (setjmp(dark) == 0) {
        assert_int_equal(store_mount(&hal, model_root), ERR_OK);
        board_flash_power_on(&flash);
        return false;
    }
    board_flash_power_on(&flash);
    return true;
}

/* Whether the mount just done erased a sector and opened it again as the same one. */
static bool made_anew(void)
{
    for (uint32_t i = 2; i < SECTORS; i++) {
        const uint32_t open_mark = i * HAL_FLASH_SECTOR + 16u;
        if (flash.sector_erases[i] > 0 && flash.bytes[open_mark] != 0xFF &&
            memcmp(flash.bytes + open_mark, image + open_mark, 16) == 0) {
            return true;
        }
    }
    return false;
}

/* Leaves in image and weak a full store after a cut whose mount makes its newest sector anew. */
static uint32_t make(uint64_t seed)
{
    struct store_stats stats = {.free = UINT32_MAX};
    volatile uint32_t objects = 0;
    uint64_t rng = seed;

    memset(&model, 0, sizeof model);
    assert_int_equal(board_flash_init(&flash, SIZE, seed), HAL_OK);
    hal = board_flash_hal(&flash);
    flash.on_cut = lights_out;
    assert_int_equal(store_format(&hal, model_root, &model_random), ERR_OK);
    assert_int_equal(store_mount(&hal, model_root), ERR_OK);
    while (stats.free > 2u * LEN && objects < MODEL_TYPES * MODEL_IDS) {
        objects++;
        assert_int_equal(put(objects), ERR_OK);
        model.value[TYPE(objects)][ID(objects) - 1u] =
            (struct model_value){.there = true, .len = LEN, .seed = objects};
        store_stats(&stats);
    }
    for (volatile uint32_t tries = 0; tries < 3000; tries++) {
        board_flash_cut(&flash, BOARD_CUT_TORN, (uint32_t)(1u + board_rand(&rng) % 40u),
                        board_rand(&rng));
        if (setjmp(dark) == 0) {
            for (uint32_t i = 0; i < 20; i++) {
                assert_int_equal(put((uint32_t)(1u + board_rand(&rng) % objects)), ERR_OK);
            }
        }
        memcpy(image, flash.bytes, SIZE);
        memcpy(weak, flash.weak, SIZE);
        board_flash_power_on(&flash);
        board_flash_reset_counters(&flash);
        assert_int_equal(store_mount(&hal, model_root), ERR_OK);
        if (made_anew()) {
            return flash.operations;
        }
    }
    fail_msg("no mount won room back");
    return 0;
}

static void every_operation(void **state)
{
    volatile uint32_t cuts = 0;
    uint64_t rng = 7;
    (void)state;
    const uint32_t seeds = getenv("HUFU_TEST_LONG") != NULL ? 12u : 3u;
    for (volatile uint32_t seed = 1; seed <= seeds; seed++) {
        volatile uint32_t operations = make(seed);
        struct inspect *x = inspect_new();
        assert_non_null(x);
        store_unmount();
        power(image, weak);
        inspect_learn(x, &flash);
        for (volatile uint32_t kind = BOARD_CUT_BEFORE; kind <= BOARD_CUT_UNSTABLE; kind++) {
            for (volatile uint32_t at = 1; at <= operations; at++) {
                const char *why = "";
                power(image, weak);
                for (volatile uint32_t again = 0; again < 4; again++) {
                    uint32_t op = again == 0 ? at : (uint32_t)(1u + board_rand(&rng) % operations);
                    cuts += mount_cut((enum board_cut)kind, op, board_rand(&rng));
                }
                for (uint32_t look = 0; look < 2; look++) {
                    assert_int_equal(store_mount(&hal, model_root), ERR_OK);
                    if (!model_matches(&model, &why) || !inspect_clean(x, &flash, &model, &why)) {
                        fail_msg("seed %u, cut %u at operation %u: %s", seed, kind, at, why);
                    }
                }
                assert_int_equal(put(1), ERR_OK);
                assert_int_equal(put(2), ERR_OK);
                assert_int_equal(store_check(), ERR_OK);
                assert_true(model_matches(&model, &why));
                store_unmount();
            }
        }
        print_message("seed %u: a mount of %u operations\n", seed, operations);
        assert_int_equal(flash.violations, 0);
        inspect_free(x);
        board_flash_close(&flash);
    }
    print_message("%u cuts\n", cuts);
    assert_true(cuts > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_operation)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
