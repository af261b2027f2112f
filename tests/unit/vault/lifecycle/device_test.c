/* SPDX-License-Identifier: Apache-2.0 */
/* First start, foreign flash and fuses, error state, reset, destruction. REQ: K1 */
#include "fixture/each_test.h"
#include "identity.h"
#include "vault.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void serial(char out[33])
{
    assert_int_equal(token_skf(&t, HUFU_INS_GET_DEV_INFO, 0, 0, NULL, 0), SW_OK);
    memcpy(out, t.answer + 164, 32);
    out[32] = 0;
}

static void atr(void **state)
{
    uint8_t a[VAULT_ATR_MAX], tck = 0;
    uint32_t len = 0;
    (void)state;
    assert_int_equal(vault_power(VAULT_POWER_RESET, a, &len), VAULT_DONE);
    assert_in_range(len, 2, VAULT_ATR_MAX);
    assert_int_equal(a[0], 0x3B);
    assert_int_equal(a[1] & 0x0F,
                     len - 7); /* historical bytes: all but TS T0 TD1 TD2 TA3 TB3 TCK */
    assert_memory_equal(a + len - 5, "Hufu", 4);
    for (unsigned i = 1; i < len; i++) {
        tck ^= a[i];
    }
    assert_int_equal(tck, 0);
    assert_int_equal(vault_power(VAULT_POWER_OFF, a, &len), VAULT_DONE);
    assert_int_equal(len, 0);
    struct vault_progress progress;
    assert_int_equal(vault_exchange(4, &progress), VAULT_REFUSED);
    assert_int_equal(vault_poll(&progress), VAULT_REFUSED);
    assert_int_equal(vault_abort(), VAULT_REFUSED);
    assert_int_equal(vault_update(0, 0, &(struct vault_progress){0}), VAULT_REFUSED);
    assert_int_equal(vault_power((enum vault_power)9, a, &len), VAULT_REFUSED);
}

static void first_start(void **state)
{
    char one[33], two[33];
    (void)state;
    assert_int_equal(token_status(&t).lifecycle, 1);
    /* development; bare forms until an issuer ends them */
    assert_int_equal(token_status(&t).flags, 3);
    serial(one);
    assert_int_equal(strlen(one), IDENTITY_SERIAL);
    assert_true(t.board.otp.locked[0] != 0 && t.board.otp.locked[1] != 0);
    token_restart(&t);
    serial(two);
    assert_string_equal(one, two);
    assert_int_equal(token_status(&t).boots, 2);
}

/* Cut at every flash operation of the first start: the next one finishes it. */
static void first_start_cut(void **state)
{
    static const enum board_cut kinds[] = {BOARD_CUT_BEFORE, BOARD_CUT_AFTER, BOARD_CUT_TORN};
    (void)state;
    for (unsigned at = 1, done = 0; !done; at += 3) {
        token_free(&t);
        token_make(&t, at);
        board_flash_cut(&t.board.flash, kinds[at % 3], at, at);
        vault_start(&t.board.hal);
        done = !t.board.flash.off;
        token_restart(&t);
        assert_int_equal(token_status(&t).error, 0);
        assert_int_equal(token_status(&t).lifecycle, 1);
        assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    }
}

/* A burn that a cut tore: the same fuses serve, bits only added. */
static void torn_fuses(void **state)
{
    (void)state;
    token_free(&t);
    token_make(&t, 9);
    t.board.otp.fuses[64] = 0x80; /* a format was begun */
    t.board.otp.fuses[3] = 0x11;  /* a few bits of the root key */
    memcpy(t.board.otp.fuses + 32, "0\x20\0\x10\x31", 5);
    token_restart(&t);
    assert_int_equal(token_status(&t).error, 0);
    char s[33];
    serial(s);
    assert_int_equal(strspn(s, "0123456789"), IDENTITY_SERIAL);
    token_restart(&t);
    assert_int_equal(token_status(&t).error, 0);
}

static void must_be_integrity_error(void)
{
    struct token_status s = token_status(&t);
    assert_int_equal(s.error, 1);
    assert_int_equal(s.last_error, 7);
    assert_int_equal(token_skf(&t, HUFU_INS_GET_DEV_INFO, 0, 0, NULL, 0), SW_ERROR_STATE);
    assert_int_equal(token_skf(&t, HUFU_INS_ENUM_APPLICATION, 0, 0, NULL, 0), SW_ERROR_STATE);
}

static void foreign_flash_or_fuses(void **state)
{
    struct board_otp mine = t.board.otp;
    uint8_t *flash = malloc(t.board.flash.size);
    (void)state;
    memcpy(flash, t.board.flash.bytes, t.board.flash.size);
    /* other fuses */
    t.board.otp.fuses[5] ^= 0x40;
    token_restart(&t);
    must_be_integrity_error();
    /* no fuses at all: the flash is somebody's, so it is not taken */
    memset(&t.board.otp.fuses, 0, sizeof t.board.otp.fuses);
    token_restart(&t);
    must_be_integrity_error();
    for (unsigned i = 0; i < sizeof t.board.otp.fuses; i++) {
        assert_int_equal(t.board.otp.fuses[i], 0);
    }
    /* the right ones again */
    t.board.otp = mine;
    assert_memory_equal(flash, t.board.flash.bytes, t.board.flash.size);
    token_restart(&t);
    assert_int_equal(token_status(&t).error, 0);
    /* flash wiped behind the vault's back: never silently formatted */
    memset(t.board.flash.bytes, 0xFF, t.board.flash.size);
    token_restart(&t);
    must_be_integrity_error();
    for (unsigned i = 0; i < t.board.flash.size; i++) {
        assert_int_equal(t.board.flash.bytes[i], 0xFF);
    }
    free(flash);
}

static void error_state(void **state)
{
    uint8_t a[VAULT_ATR_MAX];
    uint32_t len = 0;
    (void)state;
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    board_entropy_break(&t.board.entropy, 0, BOARD_ENTROPY_STUCK);
    t.board.entropy.mode = BOARD_ENTROPY_STUCK;
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    assert_int_equal(token_skf(&t, HUFU_INS_ADMIN_SELFTEST, 0, 0, NULL, 0), SW_ERROR_STATE);
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    assert_int_equal(token_skf(&t, HUFU_INS_ADMIN_RESET, 0, 0, NULL, 0), SW_ERROR_STATE);
    struct token_status s = token_status(&t);
    assert_int_equal(s.error, 1);
    assert_int_equal(s.last_error, 9);
    /* no instruction but the named ones is served */
    for (unsigned ins = 0; ins < 256; ins++) {
        uint16_t sw = token_raw(&t, (const uint8_t[]){0x80, (uint8_t)ins, 0, 0, 0}, 5);
        assert_true(sw == SW_ERROR_STATE || sw == SW_INS_UNKNOWN || sw == SW_CLA_UNKNOWN);
        assert_int_equal(t.answer_len, 0);
    }
    /* power-on tests again: still broken, then mended */
    assert_int_equal(vault_power(VAULT_POWER_RESET, a, &len), VAULT_DONE);
    assert_int_equal(token_status(&t).error, 1);
    t.board.entropy.mode = BOARD_ENTROPY_SEEDED;
    assert_int_equal(vault_power(VAULT_POWER_RESET, a, &len), VAULT_DONE);
    assert_int_equal(token_status(&t).error, 0);
    assert_int_equal(host_create_app(&t, "a", ADMIN_PIN, 3, USER_PIN, 3), SW_SECURITY_STATUS);
}

static uint16_t reset(uint8_t p1)
{
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    uint16_t sw = token_skf(&t, HUFU_INS_ADMIN_RESET, p1, 0, NULL, 0);
    assert_int_equal(token_select(&t, HUFU_AID_SKF), SW_OK);
    return sw;
}

static void reset_erases(void **state)
{
    static const uint8_t fresh[16] = "another device k";
    char before[33], after[33];
    uint16_t app;
    (void)state;
    serial(before);
    host_ready(&t, &r);
    assert_int_equal(host_change_device_key(&t, TRANSPORT_KEY, fresh), SW_OK);
    token_restart(&t);
    assert_int_equal(reset(0), SW_SECURITY_STATUS);
    assert_int_equal(host_open_app(&t, "app", &app), SW_OK);
    assert_int_equal(host_device_auth(&t, fresh), SW_OK);
    assert_int_equal(reset(3), SW_WRONG_P1P2);
    assert_int_equal(reset(0), SW_OK);
    assert_int_equal(token_status(&t).lifecycle, 1);
    assert_int_equal(host_open_app(&t, "app", &app), SW_APP_NAME_NOT_FOUND);
    serial(after);
    assert_string_equal(before, after);
    assert_true(token_status(&t).boots >= 2);
    /* the right went with the session, the key is the transport key again */
    assert_int_equal(host_create_app(&t, "a", ADMIN_PIN, 3, USER_PIN, 3), SW_SECURITY_STATUS);
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
}

/* Cut anywhere in a reset: the next start finishes it, and what was there is gone for good. */
static void reset_cut(void **state)
{
    static const enum board_cut kinds[] = {BOARD_CUT_BEFORE, BOARD_CUT_AFTER, BOARD_CUT_TORN};
    uint16_t app;
    (void)state;
    for (unsigned at = 1, done = 0; !done; at += 7) {
        token_free(&t);
        token_make(&t, at);
        token_restart(&t);
        assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
        assert_int_equal(host_create_app(&t, "app", ADMIN_PIN, 3, USER_PIN, 3), SW_OK);
        board_flash_cut(&t.board.flash, kinds[at % 3], at, at);
        assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
        (void)token_skf(&t, HUFU_INS_ADMIN_RESET, 0, 0, NULL, 0);
        done = !t.board.flash.off;
        token_restart(&t);
        assert_int_equal(token_status(&t).error, 0);
        assert_int_equal(token_status(&t).lifecycle, 1);
        assert_int_equal(host_open_app(&t, "app", &app), SW_APP_NAME_NOT_FOUND);
    }
}

static void press_ok(void *arg, const uint8_t frame[HAL_PANEL_BYTES])
{
    (void)frame;
    *(uint32_t *)arg = HAL_BUTTON_OK;
}

static void press_cancel(void *arg, const uint8_t frame[HAL_PANEL_BYTES])
{
    (void)frame;
    *(uint32_t *)arg = HAL_BUTTON_CANCEL;
}

static void press_both(void *arg, const uint8_t frame[HAL_PANEL_BYTES])
{
    (void)frame;
    *(uint32_t *)arg = HAL_BUTTON_OK | HAL_BUTTON_CANCEL;
}

/* Nobody is there: each look at the buttons is half a minute. */
static uint32_t nobody(void *ctx)
{
    (void)ctx;
    t.board.time.now += 30000;
    return 0;
}

static void locked_needs_the_panel(void **state)
{
    static const uint8_t wrong[16] = {1};
    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        (void)host_device_auth(&t, wrong);
    }
    assert_int_equal(token_status(&t).lifecycle, 4);
    assert_int_equal(reset(0), SW_SECURITY_STATUS);
    t.board.panel.on_show_arg = &t.board.panel.pressed;
    t.board.panel.on_show = press_cancel;
    assert_int_equal(reset(1), SW_SECURITY_STATUS);
    assert_int_equal(token_status(&t).lifecycle, 4);
    t.board.panel.on_show = press_both;
    assert_int_equal(reset(1), SW_SECURITY_STATUS);
    t.board.panel.on_show = NULL;
    uint32_t (*const pressed)(void *) = t.board.hal.panel.pressed;
    t.board.hal.panel.pressed = nobody;
    assert_int_equal(reset(1), SW_SECURITY_STATUS);
    t.board.hal.panel.pressed = pressed;
    assert_int_equal(token_status(&t).lifecycle, 4);
    t.board.panel.on_show = press_ok;
    assert_int_equal(reset(1), SW_OK);
    t.board.panel.on_show = NULL;
    assert_int_equal(token_status(&t).lifecycle, 1);
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
}

static void destruction(void **state)
{
    (void)state;
    host_ready(&t, &r);
    assert_int_equal(reset(2), SW_OK);
    for (unsigned round = 0; round < 2; round++) {
        assert_int_equal(token_status(&t).lifecycle, 5);
        assert_int_equal(token_skf(&t, HUFU_INS_GET_DEV_INFO, 0, 0, NULL, 0), SW_CONDITIONS);
        assert_int_equal(token_skf(&t, HUFU_INS_GEN_RANDOM, 0, 0, NULL, 0), SW_CONDITIONS);
        token_restart(&t);
    }
}

/* Samples of the source for the laboratory: by device authentication alone, whole blocks. */
static void raw_noise(void **state)
{
    uint8_t first[64];
    (void)state;
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    assert_int_equal(token_command(&t, 0x80, HUFU_INS_ADMIN_RAW_NOISE, 0, 0, NULL, 0, 64),
                     SW_SECURITY_STATUS);
    assert_int_equal(token_select(&t, HUFU_AID_SKF), SW_OK);
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    assert_int_equal(token_command(&t, 0x80, HUFU_INS_ADMIN_RAW_NOISE, 0, 0, NULL, 0, 64), SW_OK);
    assert_int_equal(t.answer_len, 64);
    memcpy(first, t.answer, 64);
    uint32_t reads = t.board.entropy.reads;
    assert_int_equal(token_command(&t, 0x80, HUFU_INS_ADMIN_RAW_NOISE, 0, 0, NULL, 0, 8192), SW_OK);
    assert_int_equal(t.answer_len, 8192);
    assert_int_equal(t.board.entropy.reads - reads, 8192 / HAL_ENTROPY_BLOCK);
    assert_memory_not_equal(first, t.answer, 32);
    assert_memory_equal(t.answer + 8192 - 32, t.board.entropy.last, 32); /* as the source gave it */
    static const uint32_t bad[] = {1, 31, 33, 8224};
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(token_command(&t, 0x80, HUFU_INS_ADMIN_RAW_NOISE, 0, 0, NULL, 0, bad[i]),
                         SW_WRONG_LENGTH);
    }
    assert_int_equal(token_skf(&t, HUFU_INS_ADMIN_RAW_NOISE, 0, 0, first, 1), SW_WRONG_LENGTH);
    board_entropy_break(&t.board.entropy, 1, BOARD_ENTROPY_FAIL);
    assert_int_equal(token_command(&t, 0x80, HUFU_INS_ADMIN_RAW_NOISE, 0, 0, NULL, 0, 64),
                     SW_ERROR_STATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(atr, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(first_start, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(first_start_cut, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(torn_fuses, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(foreign_flash_or_fuses, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(error_state, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(reset_erases, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(reset_cut, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(locked_needs_the_panel, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(destruction, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(raw_noise, setup_token, teardown_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
