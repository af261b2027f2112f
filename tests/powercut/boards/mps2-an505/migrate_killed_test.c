/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An update that brings a new store format, to a token with keys, PINs, certificates and a file
 * that the shipped firmware made. The emulator is killed (kill -9) between any two operations on
 * flash and fuses of the confirmation, and of the start after it, which migrates. Whatever is left,
 * the next start runs one of the two images, the migration comes to its end, once, and nothing of
 * the token is lost, no try of a PIN either.
 *
 * HUFU_IMAGE is the firmware with a format 2 of the test's (../image), HUFU_SAME the one without,
 * and as new. The quick form takes some operations, HUFU_TEST_LONG=1 all, and an RSA key besides.
 * Torn operations are the native sweep's (tests/powercut/vault/store/test_migrate.c).
 * REQ: K1 K3
 */
#include "contents.h"
#include "dfu_master.h"
#include "err.h"
#include "hufu/image.h"
#include "lives.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SLOT_RECORDS      (VB_FIRMWARE + 0x200000u)
#define SLOT_RECORDS_SIZE 0x2000u
#define LABEL_2           CONTENTS_LABEL ", format 2"
#define SETTLED_MS        150

static struct kept trial, confirmed_once, migrated;
static struct contents made;
static struct token t;
static bool all;

/* --- looking at it --------------------------------------------------------------------------- */

static unsigned store_format(void)
{
    assert_int_equal(contents_admin(&t, HUFU_INS_ADMIN_UPDATE_INFO, 0, 0, NULL, 0), SW_OK);
    assert_int_equal(t.answer_len, HUFU_UPDATE_INFO);
    return (unsigned)(t.answer[12] << 8 | t.answer[13]);
}

/* Everything is there, in this format. Once in a token's life: it spends tries. */
static void whole(unsigned format)
{
    struct contents now = made;

    bench_card_on();
    assert_int_equal(store_format(), format);
    contents_open(&t, &now);
    contents_pins_hold(&t, &now);
    contents_keys_work(&t, &now);
    /* the step's mark: not there before, and there once after it */
    contents_stand(&t, &now, format == 1 ? CONTENTS_LABEL : LABEL_2);
}

/* The running image begins to take this one: the status word. */
static unsigned begins(const uint8_t *header)
{
    bench_card_on();
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    return token_skf(&t, HUFU_INS_ADMIN_UPDATE_BEGIN, 0, 0, header, HUFU_IMAGE_HEADER_SIZE);
}

/* It goes on, its devices served; false: it died. */
static bool goes_on(int ms)
{
    const long long until = loop_now() + ms;

    while (loop_now() < until) {
        if (bench.usb.bus.wait(bench.usb.bus.ctx, 5) != 0)
            return false;
    }
    return true;
}

/* Boot and vault, to an answer over USB, and until the housekeeping is done. */
static bool started(void)
{
    return attached() && goes_on(SETTLED_MS);
}

/* --- the tests ------------------------------------------------------------------------------- */

static int open_all(void **state)
{
    all = getenv("HUFU_TEST_LONG") != NULL;
    if (lives_open(state) != 0)
        return -1;
    bench_card_on();
    if (token_select(&t, HUFU_AID_SKF) != SW_OK)
        return -1;
    contents_make(&t, &made, all);
    power_on();
    if (!attached() || !send_blocks() || !manifest())
        return -1;
    keep(&trial);
    power_on();
    if (!confirmed())
        return -1;
    keep(&confirmed_once);
    power_on();
    if (!started())
        return -1;
    keep(&migrated);
    return 0;
}

/* Before the sweeps: what they rest on is so when nobody is killed. */
static void nobody_is_killed(void **state)
{
    (void)state;
    put_back(&trial);
    assert_int_equal(starts(), VERSION(2));
    becomes_confirmed(VERSION(2));
    whole(1); /* and not before the next start */
    put_back(&confirmed_once);
    assert_int_equal(starts(), VERSION(2));
    whole(2);
    put_back(&migrated);
    assert_int_equal(starts(), VERSION(2));
    whole(2);
}

static void one_of_two(uint32_t version)
{
    if (version == VERSION(2)) {
        becomes_confirmed(VERSION(2));
        assert_int_equal(starts(), VERSION(2));
    }
    whole(version == VERSION(2) ? 2 : 1);
}

static void killed_in_the_confirmation(void **state)
{
    (void)state;
    const unsigned old = sweep(&(struct sweep){&trial, NULL, confirmed, all ? 1 : 4, one_of_two});

    assert_true(old > 0);
}

static void migrates(uint32_t version)
{
    assert_int_equal(version, VERSION(2));
    whole(2);
}

static void killed_in_the_migration(void **state)
{
    struct sweep s = {&migrated, NULL, started, 1, migrates};
    const unsigned without = count_operations(&s);
    unsigned with;

    (void)state;
    s.before = &confirmed_once;
    with = count_operations(&s);
    print_message("a start: %u operations, one that migrates: %u\n", without, with);
    assert_true(with > without + 10);
    s.step = all ? 1 : (with + 11) / 12;
    assert_int_equal(sweep(&s), 0);
    assert_int_equal(starts(), VERSION(2)); /* after all that, once more */
    assert_int_equal(store_format(), 2);
}

/* The try is spent, nobody confirms: the old image finds what it left, and the update goes on. */
static void the_old_image_comes_back(void **state)
{
    const uint8_t *records = bench.board.memory + SLOT_RECORDS;

    (void)state;
    put_back(&trial);
    power_on();
    const long long deadline = loop_now() + 120000;
    while (memcmp(records, trial.flash + SLOT_RECORDS, SLOT_RECORDS_SIZE) == 0)
        assert_true(goes_on(5) && loop_now() < deadline);
    assert_true(goes_on(1000)); /* the new one's vault, too, and no host speaks to it */
    assert_int_equal(starts(), VERSION(1));
    bench_card_on();
    assert_int_equal(store_format(), 1);
    comes_through();
    whole(2);
}

/* An image that reads format 1 alone is as good as any until the migration, and none after it. */
static void the_old_image_is_refused(void **state)
{
    size_t size;
    uint8_t *image = dfu_image("HUFU_SAME", &size);

    (void)state;
    assert_non_null(image);
    put_back(&trial);
    assert_int_equal(starts(), VERSION(2));
    becomes_confirmed(VERSION(2));
    assert_int_equal(begins(image), SW_OK);
    put_back(&migrated);
    assert_int_equal(starts(), VERSION(2));
    assert_int_equal(begins(image), SW_IMAGE | 5);
    whole(2);
    free(image);
}

/* The new image's slot is damaged, and boot starts an old one that the counter allows: it says what
 * is wrong, changes nothing, and takes the new one again. */
static void an_old_image_takes_an_update(void **state)
{
    uint8_t *const flash = bench.board.memory;
    size_t size;
    uint8_t *image = dfu_image("HUFU_SAME", &size);

    (void)state;
    assert_non_null(image);
    put_back(&migrated);
    memset(flash + SLOT_A, 0xFF, SLOT_B - SLOT_A);
    memcpy(flash + SLOT_A, image, size);
    memset(flash + SLOT_B, 0, HUFU_IMAGE_HEADER_SIZE);
    assert_int_equal(starts(), VERSION(2));
    bench_card_on();
    const struct token_status status = token_status(&t);

    assert_int_equal(status.error, 1);
    assert_int_equal(status.last_error, -ERR_UNSUPPORTED);
    assert_true(send_blocks());
    assert_true(manifest());
    assert_int_equal(starts(), VERSION(2));
    becomes_confirmed(VERSION(2));
    assert_int_equal(starts(), VERSION(2));
    whole(2);
    free(image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_killed),         cmocka_unit_test(killed_in_the_confirmation),
        cmocka_unit_test(killed_in_the_migration),  cmocka_unit_test(the_old_image_comes_back),
        cmocka_unit_test(the_old_image_is_refused), cmocka_unit_test(an_old_image_takes_an_update),
    };

    return cmocka_run_group_tests(tests, open_all, lives_close);
}
