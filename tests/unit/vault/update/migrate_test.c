/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A firmware update that brings a new store format: untouched on trial, so that the old image can
 * come back; migrated at the first start after the confirmation; afterwards no image that cannot
 * read it. Format 2 is this test's: an object more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench.h"
#include "device_store.h"
#include "err.h"
#include "object.h"
#include "store/migrate.h"
#include "store/store.h"
#include "vault.h"
#include <string.h>

enum { NEW_TYPE = 60 };

static int one_to_two(void)
{
    return store_put(NEW_TYPE, OBJECT_SINGLE, "new", 3);
}

static const struct migration steps[] = {{1, 2, one_to_two}};
const struct migrations migrations = {1, 2, steps, 1};

static struct bench b;
static struct ready ready;
static const uint8_t e[32] = {1, 2, 3};

static int open_group(void **state)
{
    fixture_open(state);
    struct hufu_image_signed old = fixture_head(OLD_VERSION, 1), new = fixture_head(NEW_VERSION, 1);
    old.store_format_newest = old.store_format_write = 1;
    new.store_format_write = 2;
    fixture_image(&old, bench_old);
    fixture_image(&new, bench_new);
    return 0;
}

static void talk(void)
{
    assert_int_equal(token_select(&b.token, HUFU_AID_SKF), SW_OK);
    vault_idle();
}

/* The store's format as the token says it, and the object that format 2 has. */
static void in_format(uint16_t format)
{
    uint8_t value[4];
    size_t len = 0;
    assert_int_equal(bench_admin(&b, HUFU_INS_ADMIN_UPDATE_INFO, 0, NULL, 0), SW_OK);
    assert_int_equal(b.token.answer[12] << 8 | b.token.answer[13], format);
    assert_int_equal(store_get(NEW_TYPE, OBJECT_SINGLE, value, sizeof value, &len),
                     format == 1 ? ERR_NOT_FOUND : ERR_OK);
}

static void keys_work(void)
{
    uint8_t sig[64];
    uint16_t app = 0;
    assert_int_equal(token_select(&b.token, HUFU_AID_SKF), SW_OK);
    assert_int_equal(host_open_app(&b.token, "app", &app), SW_OK);
    assert_int_equal(host_tries(&b.token, app, 1), 2);
    assert_int_equal(host_verify_pin(&b.token, app, 1, USER_PIN), SW_OK);
    assert_int_equal(host_sign(&b.token, app, ready.container, e, sig), SW_OK);
    assert_true(object_verify(ready.pub, e, sig));
    assert_int_equal(host_verify_pin(&b.token, app, 1, "another"), 0x63C2);
}

static void update(void)
{
    uint32_t next = 0;
    talk();
    assert_int_equal(bench_begin(&b, bench_new, &next), SW_OK);
    assert_int_equal(bench_rest(&b, bench_new, next), SW_OK);
    assert_int_equal(bench_finish(&b, false), SW_OK);
}

static void test_trial_confirm_migrate(void **state)
{
    uint32_t next = 0;
    (void)state;
    bench_make(&b);
    assert_int_equal(bench_start(&b), 0);
    talk();
    host_ready(&b.token, &ready);
    assert_int_equal(host_verify_pin(&b.token, ready.app, 1, "another"), 0x63C2);
    in_format(1);
    update();
    assert_int_equal(bench_start(&b), 1);
    in_format(1);
    keys_work();
    /* nobody confirms: the old one finds what it left */
    assert_int_equal(bench_start(&b), 0);
    in_format(1);
    keys_work();
    update();
    assert_int_equal(bench_start(&b), 1);
    talk(); /* confirmed, and still as it was until the next start */
    in_format(1);
    assert_int_equal(bench_start(&b), 1);
    in_format(2);
    keys_work();
    talk();
    /* an image that reads format 1 alone, however new */
    static uint8_t image[FIXTURE_IMAGE];
    memcpy(image, bench_new, sizeof image);
    struct hufu_image *header = (struct hufu_image *)(void *)image;
    header->head.store_format_newest = header->head.store_format_write = 1;
    fixture_sign(header);
    assert_int_equal(bench_begin(&b, image, &next), SW_IMAGE | 5);
    bench_free(&b);
}

/* The image is taken, then a reset is cut: the trial finishes it, and may still be left again. */
static void test_trial_of_a_cut_reset(void **state)
{
    (void)state;
    for (unsigned at = 1, cut = 1; cut != 0; at += 7) {
        bench_make(&b);
        assert_int_equal(bench_start(&b), 0);
        host_ready(&b.token, &ready);
        update();
        assert_int_equal(token_select(&b.token, HUFU_AID_SKF), SW_OK);
        assert_int_equal(host_device_auth(&b.token, TRANSPORT_KEY), SW_OK);
        board_flash_cut(&b.token.board.flash, BOARD_CUT_BEFORE, at, at);
        (void)bench_admin(&b, HUFU_INS_ADMIN_RESET, 0, NULL, 0);
        cut = b.token.board.flash.off ? 1 : 0;
        assert_int_equal(bench_start(&b), 1);
        in_format(1);
        assert_int_equal(bench_start(&b), 0);
        in_format(1);
        assert_int_equal(token_status(&b.token).error, 0);
        bench_free(&b);
    }
}

/* A store from later than this firmware: nothing is written, and an image that reads it is taken.
 */
static void test_from_the_future(void **state)
{
    static uint8_t image[FIXTURE_IMAGE];
    uint8_t boots[4], now[4];
    size_t len = 0;
    uint32_t next = 0;
    (void)state;
    bench_make(&b);
    assert_int_equal(bench_start(&b), 0);
    talk();
    assert_int_equal(store_put_one(OBJECT_FORMAT, OBJECT_SINGLE, "\x03\0\xFC\xFF", 4), ERR_OK);
    assert_int_equal(store_get(OBJECT_BOOT, OBJECT_SINGLE, boots, sizeof boots, &len), ERR_OK);
    assert_int_equal(bench_start(&b), 0);
    const struct token_status status = token_status(&b.token);
    assert_int_equal(status.error, 1);
    assert_int_equal(status.last_error, -ERR_UNSUPPORTED);
    /* not even this start is counted; the vault that failed has let go of the store */
    assert_int_equal(device_store_mount(&b.token.board.hal), ERR_OK);
    assert_int_equal(store_get(OBJECT_BOOT, OBJECT_SINGLE, now, sizeof now, &len), ERR_OK);
    assert_memory_equal(now, boots, sizeof now);
    store_unmount();
    assert_int_equal(bench_begin(&b, bench_new, &next), SW_IMAGE | 5);
    memcpy(image, bench_new, sizeof image);
    struct hufu_image *header = (struct hufu_image *)(void *)image;
    header->head.store_format_newest = header->head.store_format_write = 3;
    fixture_sign(header);
    assert_int_equal(bench_begin(&b, image, &next), SW_OK);
    bench_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trial_confirm_migrate),
        cmocka_unit_test(test_trial_of_a_cut_reset),
        cmocka_unit_test(test_from_the_future),
    };
    return cmocka_run_group_tests(tests, open_group, fixture_close);
}
