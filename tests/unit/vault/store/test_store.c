/* SPDX-License-Identifier: Apache-2.0 */
/* The store against an independent model, and against damage, full flash and wrong keys. */
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

#define SECTORS 16u
#define SIZE    (SECTORS * HAL_FLASH_SECTOR)

static struct board_flash flash;
static struct hal_flash hal;

static int fresh_of(uint32_t size)
{
    assert_int_equal(board_flash_init(&flash, size, 1), HAL_OK);
    hal = board_flash_hal(&flash);
    assert_int_equal(store_format(&hal, model_root, &model_random), ERR_OK);
    assert_int_equal(store_mount(&hal, model_root), ERR_OK);
    return 0;
}

static int fresh(void **state)
{
    (void)state;
    return fresh_of(SIZE);
}

static int done(void **state)
{
    (void)state;
    store_unmount();
    board_flash_close(&flash);
    return 0;
}

static void remount(void)
{
    store_unmount();
    assert_int_equal(store_mount(&hal, model_root), ERR_OK);
}

static void basics(void **state)
{
    uint8_t b[64];
    size_t len = 99;
    (void)state;
    assert_int_equal(store_get(1, 1, b, sizeof b, &len), ERR_NOT_FOUND);
    assert_int_equal(store_put(1, 1, "x", 1), ERR_STATE);
    assert_int_equal(store_commit(), ERR_STATE);
    store_rollback();
    assert_int_equal(store_put_one(1, 7, "hello", 5), ERR_OK);
    assert_int_equal(store_begin(), ERR_OK);
    assert_int_equal(store_begin(), ERR_STATE);
    assert_int_equal(store_put(1, 7, "world!", 6), ERR_OK);
    assert_int_equal(store_put(1, 9, NULL, 0), ERR_OK);
    assert_int_equal(store_put(1, 9, NULL, 1), ERR_PARAM);
    assert_int_equal(store_put(1, 9, b, STORE_MAX_VALUE + 1u), ERR_PARAM);
    assert_int_equal(store_free_id(1, 1), 1);
    assert_int_equal(store_put(1, 1, "a", 1), ERR_OK);
    assert_int_equal(store_free_id(1, 1), 2); /* what this transaction takes is taken */
    assert_int_equal(store_get(1, 7, b, sizeof b, &len), ERR_OK);
    assert_int_equal(len, 5);
    assert_memory_equal(b, "hello", 5); /* the state before begin */
    assert_int_equal(store_commit(), ERR_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(store_get(1, 7, b, 3, &len), ERR_NO_SPACE);
        assert_int_equal(len, 6);
        assert_int_equal(store_get(1, 7, b, sizeof b, &len), ERR_OK);
        assert_memory_equal(b, "world!", 6);
        assert_int_equal(store_get(1, 9, b, sizeof b, &len), ERR_OK);
        assert_int_equal(len, 0);
        remount();
    }
    assert_int_equal(store_begin(), ERR_OK);
    assert_int_equal(store_delete(1, 7), ERR_OK);
    assert_int_equal(store_delete(1, 99), ERR_OK); /* absent already */
    store_rollback();
    assert_int_equal(store_get(1, 7, b, sizeof b, &len), ERR_OK);
    assert_int_equal(store_begin(), ERR_OK);
    assert_int_equal(store_delete(1, 7), ERR_OK);
    assert_int_equal(store_commit(), ERR_OK);
    assert_int_equal(store_get(1, 7, b, sizeof b, &len), ERR_NOT_FOUND);
    store_unmount();
    assert_int_equal(store_begin(), ERR_STATE);
    assert_int_equal(store_get(1, 9, b, sizeof b, &len), ERR_STATE);
}

/* Thousands of random transactions, rollbacks and mounts. REQ: K3 */
static void random_against_model(void **state)
{
    bool longer = getenv("HUFU_TEST_LONG") != NULL;
    struct inspect *x = inspect_new();
    struct model m = {0};
    const char *why = "";
    uint32_t full = 0;
    uint64_t rng = 4711;
    (void)state;
    assert_non_null(x);
    for (int round = 0; round < (longer ? 20000 : 1500); round++) {
        struct model next = m;
        uint32_t changes = (uint32_t)(1u + board_rand(&rng) % 5u);
        bool more = false;
        int rc = store_begin();
        assert_int_equal(rc, ERR_OK);
        for (uint32_t i = 0; i < changes; i++) {
            rc = model_change(&next, &rng, STORE_MAX_VALUE);
            full += rc == ERR_NO_SPACE;
            assert_true(rc == ERR_OK || rc == ERR_NO_SPACE);
        }
        inspect_learn(x, &flash);
        if (board_rand(&rng) % 5u == 0) {
            store_rollback();
        } else {
            assert_int_equal(store_commit(), ERR_OK);
            m = next;
        }
        switch (board_rand(&rng) % 8u) {
        case 0:
            remount();
            break;
        case 1:
        case 2:
            assert_int_equal(store_maintain(&more), ERR_OK);
            break;
        default:
            break;
        }
        if (!model_matches(&m, &why) || !inspect_clean(x, &flash, &m, &why)) {
            fail_msg("round %d: %s", round, why);
        }
        if (round % 64 == 0) {
            assert_int_equal(store_check(), ERR_OK);
            inspect_free(x);
            x = inspect_new();
            assert_non_null(x);
        }
    }
    inspect_free(x);
    assert_true(full > 0); /* full flash was met */
    assert_int_equal(flash.violations, 0);
}

/* A transaction of several sectors, whole or not at all. */
static void large_transaction(void **state)
{
    static uint8_t v[STORE_MAX_VALUE];
    static uint8_t got[STORE_MAX_VALUE];
    size_t len;
    (void)state;
    for (int round = 0; round < 12; round++) {
        assert_int_equal(store_begin(), ERR_OK);
        for (uint16_t id = 1; id <= 4; id++) {
            model_bytes((uint32_t)round * 10u + id, v, sizeof v);
            assert_int_equal(store_put(2, id, v, sizeof v), ERR_OK);
        }
        assert_int_equal(store_commit(), ERR_OK);
        if (round % 3 == 0) {
            remount();
        }
        for (uint16_t id = 1; id <= 4; id++) {
            model_bytes((uint32_t)round * 10u + id, v, sizeof v);
            assert_int_equal(store_get(2, id, got, sizeof got, &len), ERR_OK);
            assert_int_equal(len, sizeof v);
            assert_memory_equal(v, got, len);
        }
    }
}

/* Full: a clear error, nothing changed, and what must work on a full token still does. */
static void full_store(void **state)
{
    static uint8_t v[STORE_MAX_VALUE];
    struct store_stats s;
    uint16_t n = 0;
    (void)state;
    assert_int_equal(store_put_one(9, 1, "pin counter 0000", 16), ERR_OK);
    store_stats(&s);
    uint32_t capacity = s.capacity;
    assert_true(capacity >= 7u * 4000u);
    assert_true(s.free < capacity && s.free > capacity - 200u);
    for (;;) {
        int rc = store_put_one(3, (uint16_t)(n + 1u), v, 1000);
        if (rc != ERR_OK) {
            assert_int_equal(rc, ERR_NO_SPACE);
            break;
        }
        n++;
    }
    store_stats(&s);
    assert_int_equal(s.objects, n + 1u);
    assert_true(s.free < 1100u);
    assert_true(n >= capacity / 1100u);
    for (int i = 0; i < 2000; i++) { /* a try counter goes on for ever */
        assert_int_equal(store_put_one(9, 1, "pin counter 0001", 16), ERR_OK);
    }
    assert_int_equal(store_begin(), ERR_OK); /* replacing does not need more */
    assert_int_equal(store_put(3, 1, v, 1000), ERR_OK);
    assert_int_equal(store_put(3, 2, v, 1000), ERR_OK);
    assert_int_equal(store_delete(3, 3), ERR_OK);
    assert_int_equal(store_put(3, 999, v, 1000), ERR_OK); /* in its place */
    assert_int_equal(store_put(3, 998, v, 1000), ERR_NO_SPACE);
    assert_int_equal(store_commit(), ERR_OK);
    remount();
    assert_int_equal(store_check(), ERR_OK);
    for (uint16_t id = 1; id <= n; id++) {
        assert_int_equal(store_begin(), ERR_OK);
        assert_int_equal(store_delete(3, id), ERR_OK);
        assert_int_equal(store_commit(), ERR_OK);
    }
    store_stats(&s);
    assert_int_equal(s.objects, 2);
    assert_int_equal(store_put_one(3, 1, v, sizeof v), ERR_OK);
}

static void object_limit(void **state)
{
    struct store_stats s;
    uint16_t id = 0;
    uint32_t walked = 0;
    (void)state;
    (void)done(NULL);
    (void)fresh_of(128u * HAL_FLASH_SECTOR);
    for (uint32_t i = 0; i < STORE_MAX_OBJECTS; i++) {
        assert_int_equal(store_put_one(5, store_free_id(5, 1), &i, sizeof i), ERR_OK);
    }
    assert_int_equal(store_put_one(5, store_free_id(5, 1), "x", 1), ERR_NO_SPACE);
    assert_int_equal(store_put_one(4, 1, "x", 1), ERR_NO_SPACE);
    assert_int_equal(store_put_one(5, 100, "x", 1), ERR_OK); /* replacing is no new object */
    for (int rc = store_next(5, true, &id); rc == ERR_OK; rc = store_next(5, false, &id)) {
        walked++;
        assert_int_equal(id, walked);
    }
    assert_int_equal(walked, STORE_MAX_OBJECTS);
    remount();
    store_stats(&s);
    assert_int_equal(s.objects, STORE_MAX_OBJECTS);
    assert_int_equal(store_begin(), ERR_OK); /* a transaction of as many changes */
    for (uint16_t i = 1; i <= STORE_MAX_OBJECTS; i++) {
        assert_int_equal(store_delete(5, i), ERR_OK);
    }
    assert_int_equal(store_commit(), ERR_OK);
    remount();
    store_stats(&s);
    assert_int_equal(s.objects, 0);
    assert_int_equal(s.free, s.capacity);
}

/* One flipped bit anywhere: everything else reads as before, and the object it hits is an error,
 * never absent, never another value. REQ: K3 */
static void flipped_bits(void **state)
{
    static uint8_t saved[SIZE];
    uint64_t rng = 5;
    uint32_t errors = 0;
    uint32_t refused = 0;
    uint32_t harmless = 0;
    struct model m = {0};
    bool every = getenv("HUFU_TEST_LONG") != NULL;
    (void)state;
    for (int i = 0; i < 10; i++) {
        assert_int_equal(store_begin(), ERR_OK);
        for (int k = 0; k < 3; k++) {
            assert_int_equal(model_change(&m, &rng, 300), ERR_OK);
        }
        assert_int_equal(store_commit(), ERR_OK);
    }
    store_unmount();
    memcpy(saved, flash.bytes, SIZE);
    uint32_t step = every ? 1u : 61u;
    uint32_t used = 2u * HAL_FLASH_SECTOR + 2u * HAL_FLASH_SECTOR;
    for (uint32_t bit = 0; bit < used * 8u; bit += step) {
        memcpy(flash.bytes, saved, SIZE);
        flash.bytes[bit / 8u] ^= (uint8_t)(1u << bit % 8u);
        int rc = store_mount(&hal, model_root);
        if (rc != ERR_OK) {
            assert_int_equal(rc, ERR_INTEGRITY);
            refused++;
            continue;
        }
        for (uint32_t t = 0; t < MODEL_TYPES; t++) {
            for (uint32_t i = 0; i < MODEL_IDS; i++) {
                const struct model_value *v = &m.value[t][i];
                uint8_t got[300];
                uint8_t want[300];
                size_t len = 0;
                rc = store_get((uint8_t)t, (uint16_t)(i + 1u), got, sizeof got, &len);
                if (!v->there) {
                    assert_int_equal(rc, ERR_NOT_FOUND);
                } else if (rc == ERR_INTEGRITY) {
                    errors++;
                    assert_int_equal(store_check(), ERR_INTEGRITY);
                } else {
                    assert_int_equal(rc, ERR_OK);
                    model_bytes(v->seed, want, v->len);
                    assert_int_equal(len, v->len);
                    assert_memory_equal(got, want, len);
                }
            }
        }
        harmless++;
    }
    print_message("flipped bits: %u mounts refused, %u records refused, %u mounts went on\n",
                  refused, errors, harmless);
    assert_true(errors > 0 && refused > 0);
}

/* A damaged record survives collection as a damaged record. */
static void damage_survives_collection(void **state)
{
    uint8_t v[200];
    uint8_t b[200];
    size_t len;
    (void)state;
    memset(v, 0x11, sizeof v);
    assert_int_equal(store_put_one(1, 1, v, sizeof v), ERR_OK);
    /* Header 32, tag 16, then the value; the first frame follows the page the mount closed. */
    uint32_t at = 2u * HAL_FLASH_SECTOR + 256u + 32u + 16u + 50u;
    flash.bytes[at] ^= 0x10;
    assert_int_equal(store_get(1, 1, b, sizeof b, &len), ERR_INTEGRITY);
    for (size_t i = 0; i < sizeof b; i++) {
        b[i] = 0;
    }
    for (int i = 0; i < 3000; i++) {
        assert_int_equal(store_put_one(1, 2, v, 20), ERR_OK);
    }
    assert_int_equal(store_get(1, 1, b, sizeof b, &len), ERR_INTEGRITY);
    remount();
    assert_int_equal(store_get(1, 1, b, sizeof b, &len), ERR_INTEGRITY);
    assert_int_equal(store_check(), ERR_INTEGRITY);
    assert_int_equal(store_put_one(1, 1, v, sizeof v), ERR_OK); /* and can be replaced */
    assert_int_equal(store_check(), ERR_OK);
}

/* flash.img with another otp.bin: an integrity error and no key. REQ: K1 */
static void wrong_root_key(void **state)
{
    uint8_t other[STORE_ROOT_KEY];
    uint8_t b[8];
    size_t len;
    (void)state;
    assert_int_equal(store_put_one(1, 1, "secret", 6), ERR_OK);
    store_unmount();
    for (uint32_t bit = 0; bit < STORE_ROOT_KEY * 8u; bit += 37u) {
        memcpy(other, model_root, sizeof other);
        other[bit / 8u] ^= (uint8_t)(1u << bit % 8u);
        assert_int_equal(store_mount(&hal, other), ERR_INTEGRITY);
        assert_int_equal(store_get(1, 1, b, sizeof b, &len), ERR_STATE);
    }
    assert_int_equal(store_mount(&hal, model_root), ERR_OK);
    assert_int_equal(store_get(1, 1, b, sizeof b, &len), ERR_OK);
}

static int no_random(uint8_t *out, size_t len)
{
    memset(out, 0, len);
    return ERR_ENTROPY;
}

static void formats(void **state)
{
    static const struct store_random broken = {.bytes = no_random};
    uint8_t b[8];
    size_t len;
    (void)state;
    assert_int_equal(store_put_one(1, 1, "stays", 5), ERR_OK);
    assert_int_equal(store_format(&hal, model_root, &broken), ERR_ENTROPY);
    assert_int_equal(store_mount(&hal, model_root), ERR_OK); /* nothing was changed */
    assert_int_equal(store_get(1, 1, b, sizeof b, &len), ERR_OK);
    store_unmount();
    /* One superblock lost: the other serves, and the first is mended. */
    flash.bytes[40] ^= 1;
    assert_int_equal(store_mount(&hal, model_root), ERR_OK);
    assert_memory_equal(flash.bytes, flash.bytes + HAL_FLASH_SECTOR, 64);
    store_unmount();
    flash.bytes[40] ^= 1;
    flash.bytes[HAL_FLASH_SECTOR + 40] ^= 1;
    assert_int_equal(store_mount(&hal, model_root), ERR_INTEGRITY);
    flash.bytes[8] = 2; /* a later format */
    flash.bytes[HAL_FLASH_SECTOR + 8] = 2;
    assert_int_equal(store_mount(&hal, model_root), ERR_UNSUPPORTED);
    assert_int_equal(store_format(&hal, model_root, &model_random), ERR_OK);
    assert_int_equal(store_mount(&hal, model_root), ERR_OK);
    assert_int_equal(store_get(1, 1, b, sizeof b, &len), ERR_NOT_FOUND);
    /* Destroyed: no wrapped key, nothing left, and no store. */
    assert_int_equal(store_put_one(1, 1, "goes", 4), ERR_OK);
    assert_int_equal(store_destroy(&hal), ERR_OK);
    assert_int_equal(store_get(1, 1, b, sizeof b, &len), ERR_STATE);
    assert_int_equal(store_mount(&hal, model_root), ERR_NOT_FOUND);
    for (uint32_t i = 0; i < SIZE; i++) {
        assert_int_equal(flash.bytes[i], 0xFF);
    }
    struct hal_flash small = hal;
    small.size = 4u * HAL_FLASH_SECTOR;
    assert_int_equal(store_mount(&small, model_root), ERR_PARAM);
}

/* A flash that stops keeping what is written: ERR_FLASH, and a mount tells what is true. */
static void failing_flash(void **state)
{
    uint8_t b[32];
    size_t len;
    (void)state;
    assert_int_equal(store_put_one(1, 1, "old", 3), ERR_OK);
    board_flash_cut(&flash, BOARD_CUT_TORN, 1, 3);
    assert_int_equal(store_put_one(1, 1, "new", 3), ERR_FLASH);
    assert_int_equal(store_put_one(1, 1, "new", 3), ERR_FLASH);
    board_flash_power_on(&flash);
    store_rollback(); /* reads the log anew */
    assert_int_equal(store_get(1, 1, b, sizeof b, &len), ERR_OK);
    assert_memory_equal(b, "old", 3);
    assert_int_equal(store_put_one(1, 1, "new", 3), ERR_OK);
}

/* A command is dropped in the middle of a flash operation, as abort does; nothing half remains. */
static uint32_t victim_changes;
static void victim(void *arg)
{
    struct model *m = arg;
    uint64_t rng = victim_changes;
    if (store_begin() != ERR_OK) {
        return;
    }
    for (uint32_t i = 0; i < 4; i++) {
        (void)model_change(m, &rng, 700);
    }
    (void)store_commit();
}

static void abandoned_command(void **state)
{
    struct board_task task;
    struct model m = {0};
    const char *why = "";
    uint64_t rng = 3;
    uint32_t undone = 0;
    (void)state;
    assert_int_equal(board_task_init(&task), HAL_OK);
    flash.task = &task;
    struct hal_task t = board_task_hal(&task);
    for (uint32_t i = 0; i < 10; i++) {
        assert_int_equal(store_begin(), ERR_OK);
        assert_int_equal(model_change(&m, &rng, 300), ERR_OK);
        assert_int_equal(store_commit(), ERR_OK);
    }
    for (uint32_t round = 1; round < 150; round++) {
        struct model next = m;
        victim_changes = round;
        task.slice = 1u + round % 20u;
        int rc = t.start(t.ctx, victim, &next);
        t.discard(t.ctx);
        task.slice = 0;
        store_rollback();
        bool before = model_matches(&m, &why);
        bool after = model_matches(&next, &why);
        if (!before && !after) {
            struct store_stats s;
            store_stats(&s);
            fail_msg("round %u, dropped: %d, begin %d: %s", round, rc, store_begin(), why);
        }
        assert_true(after || rc != HAL_TASK_DONE);
        undone += before && !after;
        m = after ? next : m;
        assert_int_equal(store_check(), ERR_OK);
    }
    assert_true(undone > 20);
    flash.task = NULL;
    board_task_close(&task);
}

/* Every sector of the ring is worn alike, with much cold data and one hot counter. */
static void wear(void **state)
{
    static uint8_t v[STORE_MAX_VALUE];
    struct store_stats s;
    uint32_t low = UINT32_MAX;
    uint32_t high = 0;
    (void)state;
    for (uint16_t id = 1; id <= 4; id++) {
        assert_int_equal(store_put_one(3, id, v, sizeof v), ERR_OK);
    }
    board_flash_reset_counters(&flash);
    for (uint32_t i = 0; i < 10000; i++) {
        assert_int_equal(store_put_one(1, 1, &i, sizeof i), ERR_OK);
    }
    for (uint32_t i = 2; i < SECTORS; i++) {
        low = flash.sector_erases[i] < low ? flash.sector_erases[i] : low;
        high = flash.sector_erases[i] > high ? flash.sector_erases[i] : high;
    }
    store_stats(&s);
    print_message(
        "wear: 10000 counter writes beside 18 kB of cold data, %u sectors: %u to %u erases "
        "a sector, %.2f programs a write\n",
        SECTORS - 2u, low, high, flash.programs / 10000.0);
    assert_true(high - low <= 1);
    assert_int_equal(flash.sector_erases[0] + flash.sector_erases[1], 0);
}

/* After store_maintain has had its way, single small writes do not erase. */
static void tries_do_not_erase(void **state)
{
    uint32_t most_programs = 0;
    uint64_t rng = 8;
    struct model m = {0};
    bool more = true;
    (void)state;
    for (int round = 0; round < 200; round++) {
        assert_int_equal(store_begin(), ERR_OK);
        int rc = model_change(&m, &rng, 1500);
        assert_true(rc == ERR_OK || rc == ERR_NO_SPACE);
        assert_int_equal(store_commit(), ERR_OK);
        if (round % 10 == 0) {
            remount();
        }
        uint32_t steps = 0;
        for (more = true; more; steps++) {
            assert_int_equal(store_maintain(&more), ERR_OK);
            assert_true(steps < 60);
        }
        uint32_t erases = flash.erases;
        for (uint32_t i = 0; i < 40; i++) {
            uint32_t programs = flash.programs;
            assert_int_equal(store_put_one(200, 1, &i, 16 - 12), ERR_OK);
            programs = flash.programs - programs;
            most_programs = programs > most_programs ? programs : most_programs;
        }
        assert_int_equal(flash.erases, erases);
    }
    print_message("a small write after maintenance: at most %u programs, no erase\n",
                  most_programs);
}

/* Figures, printed: what a change costs. */
static void cost(void **state)
{
    static const size_t sizes[] = {16, 64, 256, 1024, 4608};
    static uint8_t v[STORE_MAX_VALUE];
    (void)state;
    (void)done(NULL);
    (void)fresh_of(128u * HAL_FLASH_SECTOR);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint32_t put;
        uint32_t replace;
        board_flash_reset_counters(&flash);
        assert_int_equal(store_put_one(1, 1, v, sizes[i]), ERR_OK);
        put = flash.programs;
        assert_int_equal(store_put_one(1, 1, v, sizes[i]), ERR_OK);
        replace = flash.programs - put;
        assert_int_equal(store_begin(), ERR_OK);
        assert_int_equal(store_delete(1, 1), ERR_OK);
        assert_int_equal(store_commit(), ERR_OK);
        print_message("%4zu bytes: put %u programs, replace %u, delete %u; %u erases\n", sizes[i],
                      put, replace, flash.programs - put - replace, flash.erases);
    }
    assert_int_equal(store_put_one(1, 1, v, 16), ERR_OK);
    assert_int_equal(store_put_one(1, 1, v, 16), ERR_OK);
    for (int i = 0; i < 2; i++) {
        board_flash_reset_counters(&flash);
        remount();
        print_message("mount %s: %u programs, %u erases\n",
                      i == 0 ? "after a change" : "after nothing", flash.programs, flash.erases);
        assert_true(flash.programs <= 6 && flash.erases == 0);
    }
}

int main(void)
{
#define EACH(f) cmocka_unit_test_setup_teardown(f, fresh, done)
    const struct CMUnitTest tests[] = {
        EACH(basics),
        EACH(random_against_model),
        EACH(large_transaction),
        EACH(full_store),
        EACH(object_limit),
        EACH(flipped_bits),
        EACH(damage_survives_collection),
        EACH(wrong_root_key),
        EACH(formats),
        EACH(failing_flash),
        EACH(abandoned_command),
        EACH(wear),
        EACH(tries_do_not_erase),
        EACH(cost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
