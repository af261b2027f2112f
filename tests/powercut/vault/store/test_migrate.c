/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Power is lost at every flash operation of a migration, before, after and in the middle of it.
 * The store that is left is in the old format or in the new one, number and records alike, and the
 * migration can be done again to its end. The migrations are a test's: 1 to 2 changes, moves and
 * deletes records, 2 to 3 changes them again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "err.h"
#include "model.h"
#include "object.h"
#include "store/migrate.h"
#include "support/each_object.h"
#include <stdlib.h>
#include <string.h>

#define SECTORS 24u
#define SIZE    (SECTORS * HAL_FLASH_SECTOR)
#define LONGEST 700u

enum { CHANGED = 40, MOVED = 41, KEPT = 42, NEW_HOME = 43, IDS = 9 };

static struct board_flash flash;
static struct hal_flash hal;
static uint8_t before[SIZE], weak[SIZE];
static jmp_buf dark;

static void lights_out(void *arg)
{
    (void)arg;
    longjmp(dark, 1);
}

/* --- the formats ------------------------------------------------------------------------------ */

/* Format 1: types 40 to 42. Format 2: a byte before each value of 40, those of 41 under 43, and
 * 41 gone. Format 3: that byte is 3. */
static size_t value_of(uint8_t type, uint16_t id, unsigned format, uint8_t out[LONGEST + 1u])
{
    const uint8_t *seed = &type;
    const size_t len = 1u + (type * 131u + id * 97u) % LONGEST;
    const size_t head = format >= 2 && type == CHANGED ? 1 : 0;
    out[0] = (uint8_t)format;
    model_bytes((uint32_t)(*seed << 8 | id), out + head, len);
    return len + head;
}

static int prepend(uint8_t type, uint16_t id, uint8_t *value, size_t len)
{
    value[-1] = 2;
    return store_put(type, id, value - 1, len + 1u);
}

static int move(uint8_t type, uint16_t id, uint8_t *value, size_t len)
{
    const int err = store_put(NEW_HOME, id, value, len);
    return err == ERR_OK ? store_delete(type, id) : err;
}

static int third(uint8_t type, uint16_t id, uint8_t *value, size_t len)
{
    value[0] = 3;
    return store_put(type, id, value, len);
}

static int one_to_two(void)
{
    const int err = each_object(CHANGED, prepend);
    return err == ERR_OK ? each_object(MOVED, move) : err;
}

static int two_to_three(void)
{
    return each_object(CHANGED, third);
}

static const struct migration steps[] = {{1, 2, one_to_two}, {2, 3, two_to_three}};
const struct migrations migrations = {1, 3, steps, 2};

/* --- judging ---------------------------------------------------------------------------------- */

static bool holds(uint8_t type, uint8_t seeded_as, unsigned format)
{
    static uint8_t got[STORE_MAX_VALUE], want[LONGEST + 1u];
    for (uint16_t id = 1; id <= (uint16_t)IDS; id++) {
        size_t len = 0;
        const int err = store_get(type, id, got, sizeof got, &len);
        if (seeded_as == 0 ? err != ERR_NOT_FOUND
                           : err != ERR_OK || len != value_of(seeded_as, id, format, want) ||
                                 memcmp(got, want, len) != 0) {
            return false;
        }
    }
    return true;
}

/* Whether every record is as this format has it. */
static bool is_format(unsigned format)
{
    return holds(CHANGED, CHANGED, format) && holds(KEPT, KEPT, format) &&
           holds(MOVED, format == 1 ? MOVED : 0, format) &&
           holds(NEW_HOME, format == 1 ? 0 : MOVED, format);
}

static void mounted(void)
{
    migrate_start();
    assert_int_equal(store_mount(&hal, model_root), ERR_OK);
    assert_int_equal(migrate_load(), ERR_OK);
}

static void make(void)
{
    static uint8_t value[LONGEST + 1u];
    assert_int_equal(board_flash_init(&flash, SIZE, 3), HAL_OK);
    hal = board_flash_hal(&flash);
    assert_int_equal(store_format(&hal, model_root, &model_random), ERR_OK);
    assert_int_equal(store_mount(&hal, model_root), ERR_OK);
    for (uint16_t id = 1; id <= (uint16_t)IDS; id++) {
        for (uint8_t type = CHANGED; type <= (uint8_t)KEPT; type++) {
            const size_t len = value_of(type, id, 1, value);
            assert_int_equal(store_put_one(type, id, value, len), ERR_OK);
        }
    }
    store_unmount();
    memcpy(before, flash.bytes, SIZE);
    memcpy(weak, flash.weak, SIZE);
}

static void put_back(void)
{
    store_unmount();
    board_flash_power_on(&flash);
    memcpy(flash.bytes, before, SIZE);
    memcpy(flash.weak, weak, SIZE);
}

/* Everything a start does. */
static void start(uint16_t limit)
{
    mounted();
    assert_int_equal(migrate_run(limit), ERR_OK);
}

/* --- tests ------------------------------------------------------------------------------------ */

static void whole(void **state)
{
    (void)state;
    make();
    mounted();
    assert_int_equal(migrate_format(), 1);
    assert_int_equal(migrate_run(0), ERR_OK); /* on trial */
    assert_int_equal(migrate_run(1), ERR_OK);
    assert_int_equal(migrate_format(), 1);
    assert_true(is_format(1));
    assert_int_equal(migrate_run(2), ERR_OK);
    assert_int_equal(migrate_format(), 2);
    assert_true(is_format(2));
    start(UINT16_MAX);
    assert_int_equal(migrate_format(), 3);
    assert_true(is_format(3));
    mounted(); /* nothing is left to do */
    const uint32_t operations = flash.operations;
    assert_int_equal(migrate_run(UINT16_MAX), ERR_OK);
    assert_true(is_format(3) && flash.operations == operations);
    board_flash_close(&flash);
}

static void every_operation(void **state)
{
    static const enum board_cut cuts[] = {BOARD_CUT_BEFORE, BOARD_CUT_AFTER, BOARD_CUT_TORN,
                                          BOARD_CUT_UNSTABLE};
    const bool all = getenv("HUFU_TEST_LONG") != NULL;
    volatile uint32_t left[4] = {0};
    volatile uint32_t done = 0;
    (void)state;
    make();
    flash.on_cut = lights_out;
    board_flash_cut(&flash, BOARD_CUT_NONE, 0, 0);
    start(UINT16_MAX);
    const uint32_t operations = flash.operations;
    for (volatile uint32_t at = 1; at <= operations; at++) {
        for (volatile unsigned c = 0; c < 4; c++) {
            if (!all && c != at % 4 && c != 0) {
                continue;
            }
            put_back();
            board_flash_cut(&flash, cuts[c], at, at * 4u + c);
            if (setjmp(dark) == 0) {
                start(UINT16_MAX);
            }
            board_flash_power_on(&flash);
            mounted();
            const uint16_t format = migrate_format();
            assert_true(format >= 1 && format <= 3 && is_format(format));
            left[format]++;
            assert_int_equal(migrate_run(UINT16_MAX), ERR_OK);
            assert_true(migrate_format() == 3 && is_format(3));
            done++;
        }
    }
    print_message("%u cuts over %u operations left format 1 %u times, 2 %u, 3 %u\n", done,
                  (unsigned)operations, left[1], left[2], left[3]);
    assert_true(left[1] > 0 && left[2] > 0 && left[3] > 0);
    store_unmount();
    board_flash_close(&flash);
}

/* Without room for a step the store stays whole, in the format it has. */
static void no_room(void **state)
{
    struct store_stats stats;
    static const uint8_t filler[STORE_MAX_VALUE];
    (void)state;
    make();
    mounted();
    for (uint16_t id = 1; store_put_one(50, id, filler, 900) == ERR_OK; id++) {
    }
    for (uint16_t id = 1; store_put_one(51, id, filler, 1) == ERR_OK; id++) {
    }
    assert_int_equal(migrate_run(UINT16_MAX), ERR_NO_SPACE);
    assert_int_equal(migrate_format(), 1);
    assert_true(is_format(1));
    mounted();
    assert_true(migrate_format() == 1 && is_format(1));
    store_stats(&stats);
    assert_true(stats.free < 4096);
    board_flash_close(&flash);
}

/* A number nobody knows, and one that is damaged: nothing is written into such a store. */
static void other_numbers(void **state)
{
    static const struct {
        uint8_t record[5];
        size_t len;
        int err;
    } cases[] = {
        {{4, 0, 0xFB, 0xFF}, 4, ERR_UNSUPPORTED}, {{0, 0, 0xFF, 0xFF}, 4, ERR_UNSUPPORTED},
        {{2, 1, 0xFD, 0xFE}, 4, ERR_UNSUPPORTED}, {{2, 0, 0xFC, 0xFF}, 4, ERR_INTEGRITY},
        {{2, 0, 0xFD}, 3, ERR_INTEGRITY},         {{2, 0, 0xFD, 0xFF, 0}, 5, ERR_NO_SPACE},
        {{3, 0, 0xFC, 0xFF}, 4, ERR_OK},
    };
    (void)state;
    make();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        mounted();
        assert_int_equal(store_put_one(OBJECT_FORMAT, OBJECT_SINGLE, cases[i].record, cases[i].len),
                         ERR_OK);
        migrate_start();
        const uint32_t operations = flash.operations;
        assert_int_equal(migrate_load(), cases[i].err);
        assert_int_equal(flash.operations, operations);
        put_back();
    }
    board_flash_close(&flash);
}

/* A new store is born in the newest format, or, made by an image on trial, in the one before. */
static void born(void **state)
{
    (void)state;
    make();
    mounted();
    assert_int_equal(store_begin(), ERR_OK);
    assert_int_equal(migrate_stamp(UINT16_MAX), ERR_OK); /* the store was in format 1 */
    assert_int_equal(store_commit(), ERR_OK);
    mounted();
    assert_int_equal(migrate_format(), 1);
    migrate_start();
    assert_int_equal(store_begin(), ERR_OK);
    assert_int_equal(migrate_stamp(UINT16_MAX), ERR_OK);
    assert_int_equal(store_commit(), ERR_OK);
    mounted();
    assert_int_equal(migrate_format(), 3);
    board_flash_close(&flash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole),   cmocka_unit_test(every_operation),
        cmocka_unit_test(no_room), cmocka_unit_test(other_numbers),
        cmocka_unit_test(born),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
