/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Power is cut at every flash operation of a scripted life of the store, in every way the flash
 * double knows, again while the store recovers, and the result is compared with the model: what was
 * committed is there, what was not is not, no half of anything, and no trace of what was deleted.
 *
 * REQ: K3. A session is a mount and a few transactions. For each session the sweep cuts at
 * operation 1, 2, 3, ... of the very same flash image until the session runs through; then the next
 * session goes on from its result. Quick: a stride through the operations; HUFU_TEST_LONG=1: every
 * one.
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

static struct board_flash flash;
static struct hal_flash hal;
static struct inspect *seen;

static struct model settled;   /* what the store must hold */
static struct model candidate; /* what it may hold instead while a commit is under way */
static bool committing;

/* What cuts did: counted at the cut, for recovery makes half-programmed cells firm. */
static struct {
    uint32_t cuts;
    uint32_t unstable; /* of these, how many left cells that read either way */
} injected;

static jmp_buf dark;
static void lights_out(void *arg)
{
    (void)arg;
    injected.cuts++;
    for (uint32_t i = 0; i < flash.size; i++) {
        if (flash.weak[i] != 0) {
            injected.unstable++;
            break;
        }
    }
    longjmp(dark, 1);
}

static bool is_long(void)
{
    return getenv("HUFU_TEST_LONG") != NULL;
}

/* A mount and some transactions; heavy: large values, so that collection is always at work. */
static void session(uint64_t seed, bool heavy)
{
    uint64_t rng = seed;
    uint32_t actions = (uint32_t)(3u + board_rand(&rng) % 4u);

    assert_int_equal(store_mount(&hal, model_root), ERR_OK);
    for (uint32_t a = 0; a < actions; a++) {
        struct model next = settled;
        uint32_t changes = (uint32_t)(1u + board_rand(&rng) % 4u);
        bool roll_back = board_rand(&rng) % 5u == 0;
        bool more = false;
        assert_int_equal(store_begin(), ERR_OK);
        for (uint32_t i = 0; i < changes; i++) {
            int rc = model_change(&next, &rng, heavy ? STORE_MAX_VALUE : 100);
            assert_true(rc == ERR_OK || rc == ERR_NO_SPACE);
        }
        inspect_learn(seen, &flash);
        if (roll_back) {
            store_rollback();
        } else {
            candidate = next;
            committing = true;
            assert_int_equal(store_commit(), ERR_OK);
            settled = next;
            committing = false;
        }
        if (board_rand(&rng) % 3u == 0) {
            assert_int_equal(store_maintain(&more), ERR_OK);
        }
    }
}

/* Mounts, losing power up to `again` times on the way. */
static void recover(uint32_t again, enum board_cut kind, uint64_t *rng)
{
    volatile uint32_t left = again;

    for (;;) {
        board_flash_power_on(&flash);
        if (left > 0) {
            left--;
            board_flash_cut(&flash, kind, (uint32_t)(1u + board_rand(rng) % 8u), board_rand(rng));
            if (setjmp(dark) == 0) {
                if (store_mount(&hal, model_root) == ERR_OK) {
                    board_flash_power_on(&flash);
                    return;
                }
                fail_msg("a mount failed before its power was cut");
            }
        } else {
            int rc = store_mount(&hal, model_root);
            if (rc != ERR_OK) {
                fail_msg("mount after a power cut: %d", rc);
            }
            return;
        }
    }
}

struct tally {
    uint32_t cuts;
    uint32_t old;
    uint32_t new;
    uint32_t operations;
};

/* What is left must be one of the states allowed, clean, usable, and the same at the next mount. */
static void judge(struct tally *tally, const char *kind, uint32_t session_no, uint32_t at)
{
    const char *why = "";
    const struct model *is = &settled;

    if (!model_matches(is, &why)) {
        is = &candidate;
        if (!committing || !model_matches(is, &why)) {
            fail_msg("session %u, cut %s at operation %u: %s", session_no, kind, at, why);
        }
    }
    tally->cuts++;
    tally->old += is == &settled;
    tally->new += is == &candidate;
    for (uint32_t again = 0; again < 2; again++) {
        if (!inspect_clean(seen, &flash, is, &why) || !model_matches(is, &why)) {
            fail_msg("session %u, cut %s at operation %u, look %u: %s", session_no, kind, at, again,
                     why);
        }
        store_unmount();
        assert_int_equal(store_mount(&hal, model_root), ERR_OK);
    }
    struct model m = *is;
    uint64_t rng = at;
    assert_int_equal(store_begin(), ERR_OK);
    int rc = model_change(&m, &rng, 60);
    assert_true(rc == ERR_OK || rc == ERR_NO_SPACE);
    assert_int_equal(store_commit(), ERR_OK);
    store_unmount();
    assert_int_equal(store_mount(&hal, model_root), ERR_OK);
    if (!model_matches(&m, &why)) {
        fail_msg("session %u, cut %s at operation %u, after a change: %s", session_no, kind, at,
                 why);
    }
}

static void sweep(enum board_cut kind, const char *name, bool heavy)
{
    static uint8_t image[SIZE];
    const volatile uint32_t sessions = is_long() ? (heavy ? 24u : 60u) : (heavy ? 8u : 14u);
    const volatile uint32_t stride = is_long() ? 1u : (heavy ? 11u : 5u);
    struct tally tally = {0};
    uint64_t rng = kind;
    memset(&injected, 0, sizeof injected);

    assert_int_equal(board_flash_init(&flash, SIZE, 1), HAL_OK);
    hal = board_flash_hal(&flash);
    flash.on_cut = lights_out;
    memset(&settled, 0, sizeof settled);
    committing = false;
    assert_int_equal(store_format(&hal, model_root, &model_random), ERR_OK);

    for (volatile uint32_t n = 0; n < sessions; n++) {
        static struct model before;
        volatile bool through = false;
        volatile uint32_t at = 1u + (n + kind) % stride;
        volatile uint64_t script = 1000u * (heavy ? 2u : 1u) + n;

        store_unmount();
        memcpy(image, flash.bytes, SIZE);
        before = settled;
        seen = inspect_new();
        assert_non_null(seen);
        while (!through) {
            memcpy(flash.bytes, image, SIZE);
            memset(flash.weak, 0, SIZE);
            settled = before;
            committing = false;
            board_flash_power_on(&flash);
            board_flash_cut(&flash, kind, at, board_rand(&rng));
            if (setjmp(dark) == 0) {
                session(script, heavy);
                through = true;
                tally.operations += flash.operations;
                board_flash_power_on(&flash);
                judge(&tally, "nowhere", n, at);
                continue;
            }
            recover((uint32_t)(at % 3u), kind, &rng);
            judge(&tally, name, n, at);
            at += stride;
        }
        /* Once more without a cut: the next session starts from here. */
        memcpy(flash.bytes, image, SIZE);
        memset(flash.weak, 0, SIZE);
        settled = before;
        board_flash_power_on(&flash);
        session(script, heavy);
        inspect_free(seen);
    }
    store_unmount();
    print_message("%s, %s values: %u cuts over %u operations; %u found the old state, %u the new; "
                  "%u cuts with those in recovery, %u with unstable cells\n",
                  name, heavy ? "large" : "small", tally.cuts, tally.operations, tally.old,
                  tally.new, injected.cuts, injected.unstable);
    assert_true(tally.cuts > 30 && tally.old > 0);
    if (kind == BOARD_CUT_UNSTABLE) {
        assert_true(injected.unstable > injected.cuts / 4u);
    } else if (kind != BOARD_CUT_TORN) { /* a torn erase may leave such cells too */
        assert_int_equal(injected.unstable, 0);
    }
    assert_int_equal(flash.violations, 0);
    board_flash_close(&flash);
}

#define SWEEP(f, kind, heavy)                                                                      \
    static void f(void **state)                                                                    \
    {                                                                                              \
        (void)state;                                                                               \
        sweep(kind, #f, heavy);                                                                    \
    }
SWEEP(before_small, BOARD_CUT_BEFORE, false)
SWEEP(after_small, BOARD_CUT_AFTER, false)
SWEEP(torn_small, BOARD_CUT_TORN, false)
SWEEP(unstable_small, BOARD_CUT_UNSTABLE, false)
SWEEP(before_large, BOARD_CUT_BEFORE, true)
SWEEP(after_large, BOARD_CUT_AFTER, true)
SWEEP(torn_large, BOARD_CUT_TORN, true)
SWEEP(unstable_large, BOARD_CUT_UNSTABLE, true)

/* A reset cut anywhere leaves the old store whole, no store, or the new and empty one; and once it
 * has begun to change flash, never again the old. */
static void format_cut(void **state)
{
    static uint8_t image[SIZE];
    uint8_t b[16];
    size_t len;
    volatile uint32_t outcome[3] = {0};
    (void)state;
    assert_int_equal(board_flash_init(&flash, SIZE, 1), HAL_OK);
    hal = board_flash_hal(&flash);
    flash.on_cut = lights_out;
    assert_int_equal(store_format(&hal, model_root, &model_random), ERR_OK);
    assert_int_equal(store_mount(&hal, model_root), ERR_OK);
    assert_int_equal(store_put_one(1, 1, "secret", 6), ERR_OK);
    store_unmount();
    memcpy(image, flash.bytes, SIZE);
    for (volatile uint32_t kind = BOARD_CUT_BEFORE; kind <= BOARD_CUT_UNSTABLE; kind++) {
        for (volatile uint32_t at = 1;; at++) {
            memcpy(flash.bytes, image, SIZE);
            memset(flash.weak, 0, SIZE);
            board_flash_cut(&flash, (enum board_cut)kind, at, at);
            if (setjmp(dark) == 0) {
                assert_int_equal(store_format(&hal, model_root, &model_random), ERR_OK);
                board_flash_power_on(&flash);
                break;
            }
            board_flash_power_on(&flash);
            int rc = store_mount(&hal, model_root);
            if (rc == ERR_OK && store_get(1, 1, b, sizeof b, &len) == ERR_OK) {
                assert_true(at <= 2); /* neither copy of the key is gone yet */
                outcome[0]++;
            } else if (rc == ERR_OK) {
                assert_int_equal(store_get(1, 1, b, sizeof b, &len), ERR_NOT_FOUND);
                outcome[2]++;
            } else {
                assert_true(rc == ERR_NOT_FOUND || (rc == ERR_INTEGRITY && at <= 4));
                outcome[1]++;
            }
            assert_int_equal(store_format(&hal, model_root, &model_random), ERR_OK);
            assert_int_equal(store_mount(&hal, model_root), ERR_OK);
            store_unmount();
        }
    }
    print_message("reset cut: %u old, %u none, %u new\n", outcome[0], outcome[1], outcome[2]);
    assert_true(outcome[0] > 0 && outcome[1] > 0 && outcome[2] > 0);
    board_flash_close(&flash);
}

/* Power fails again and again while a store with much cold data collects: when it comes back for
 * good, the store goes on, with all that was committed. */
static void relentless_with(uint64_t seed, uint32_t rounds, bool full)
{
    static uint8_t v[STORE_MAX_VALUE];
    uint64_t rng = seed;
    volatile uint16_t objects = 0;
    volatile uint32_t good = 0;
    assert_int_equal(board_flash_init(&flash, SIZE, 1), HAL_OK);
    hal = board_flash_hal(&flash);
    flash.on_cut = lights_out;
    assert_int_equal(store_format(&hal, model_root, &model_random), ERR_OK);
    assert_int_equal(store_mount(&hal, model_root), ERR_OK);
    struct store_stats stats = {.free = UINT32_MAX, .capacity = 0};
    while (stats.free > (full ? 2000u : stats.capacity / 2u)) {
        objects++;
        assert_int_equal(store_put_one(1, objects, v, 1500), ERR_OK);
        store_stats(&stats);
    }
    for (volatile uint32_t round = 0; round < rounds; round++) {
        for (volatile uint32_t i = 0; i < 40; i++) {
            board_flash_cut(&flash, (enum board_cut)(1u + board_rand(&rng) % 4u),
                            (uint32_t)(1u + board_rand(&rng) % 60u), board_rand(&rng));
            if (setjmp(dark) == 0) {
                assert_int_equal(store_mount(&hal, model_root), ERR_OK);
                for (uint16_t k = 0; k < 8; k++) {
                    assert_int_equal(
                        store_put_one(1, (uint16_t)(1u + board_rand(&rng) % objects), v, 1500),
                        ERR_OK);
                    good++;
                }
            }
            board_flash_power_on(&flash);
        }
        assert_int_equal(store_mount(&hal, model_root), ERR_OK);
        for (uint16_t k = 1; k <= 4; k++) {
            assert_int_equal(store_put_one(1, k, v, 1500), ERR_OK);
        }
        assert_int_equal(store_check(), ERR_OK);
        for (uint16_t k = 1; k <= objects; k++) {
            size_t len;
            assert_int_equal(store_get(1, k, v, sizeof v, &len), ERR_OK);
        }
    }
    print_message("relentless, seed %u, %u objects of 1500 bytes: %u writes went through between "
                  "cuts\n",
                  (uint32_t)seed, objects, good);
    assert_int_equal(flash.violations, 0);
    store_unmount();
    board_flash_close(&flash);
}

static void relentless(void **state)
{
    (void)state;
    for (volatile uint32_t seed = 12; seed < (is_long() ? 16u : 13u); seed++) {
        relentless_with(seed, is_long() ? 400u : 25u, false);
        relentless_with(seed, is_long() ? 400u : 25u, true);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(before_small), cmocka_unit_test(after_small),
        cmocka_unit_test(torn_small),   cmocka_unit_test(unstable_small),
        cmocka_unit_test(before_large), cmocka_unit_test(after_large),
        cmocka_unit_test(torn_large),   cmocka_unit_test(unstable_large),
        cmocka_unit_test(format_cut),   cmocka_unit_test(relentless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
