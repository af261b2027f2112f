/* SPDX-License-Identifier: Apache-2.0 */
/* A manufacturer's token from blank to the issuer: what is served when, once and never again, and
 * cuts at every flash operation and every burn. REQ: K1 T3 */
#include "fixture/each_test.h"
#include "fixture/model.h"
#include "identity.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SERIAL   "202611210010000100000000"
#define OTHER    "202611210010000200000000"
#define NAME     "Example Works"
#define ROW      (7u * HAL_OTP_ROW)
#define FACTORY  6
#define FLAG_OWN 0x04u

static struct model channel;
static const uint8_t devkey[16] = "a random dev key";
static const uint8_t pin[16] = "48151623", wrong_pin[16] = "00000000";

static void hold(uint64_t seed)
{
    token_free(&t);
    token_make(&t, seed);
    t.board.otp.fuses[ROW] = 0x80;
    token_restart(&t);
}

static int setup(void **state)
{
    (void)state;
    token_make(&t, 5);
    hold(5);
    return 0;
}

static uint16_t admin(uint8_t ins, uint8_t p1, const void *data, size_t len)
{
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    uint16_t sw = token_command(&t, 0x80, ins, p1, 0, data, len, NE_ALL);
    uint8_t answer[64];
    size_t answer_len = t.answer_len < sizeof answer ? t.answer_len : sizeof answer;
    memcpy(answer, t.answer, answer_len);
    assert_int_equal(token_select(&t, HUFU_AID_SKF), SW_OK);
    memcpy(t.answer, answer, answer_len);
    t.answer_len = answer_len;
    return sw;
}

static uint16_t provision_as(uint8_t p1, const char *serial, const char *name)
{
    uint8_t data[64];
    memcpy(data, serial, 24);
    memcpy(data + 24, name, strlen(name));
    return admin(HUFU_INS_ADMIN_PROVISION, p1, data, 24 + strlen(name));
}

static uint16_t provision(void)
{
    return provision_as(0, SERIAL, NAME);
}

static void in_channel(void)
{
    t.via = NULL;
    model_open(&t, &channel);
    t.via = &channel;
}

/* The session that asked is over with the command: what follows is bare again. */
static uint16_t leave(void)
{
    uint8_t data[32];
    memcpy(data, devkey, 16);
    memcpy(data + 16, pin, 16);
    in_channel();
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    uint16_t sw = token_skf(&t, HUFU_INS_ADMIN_LEAVE_FACTORY, 0, 0, data, sizeof data);
    t.via = NULL;
    return sw;
}

static uint16_t transport(const uint8_t value[16])
{
    return admin(HUFU_INS_ADMIN_TRANSPORT_PIN, 0, value, 16);
}

static void serial_is(const char *expected)
{
    assert_int_equal(token_skf(&t, HUFU_INS_GET_DEV_INFO, 0, 0, NULL, 0), SW_OK);
    assert_string_equal((const char *)t.answer + 164, expected);
}

static void blank_waits(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 2; round++) {
        struct token_status s = token_status(&t);
        assert_int_equal(s.lifecycle, 0);
        assert_int_equal(s.error, 0);
        assert_int_equal(s.flags & FLAG_OWN, 0);
        serial_is("");
        assert_int_equal(admin(HUFU_INS_ADMIN_SELFTEST, 0, NULL, 0), SW_OK);
        /* nothing that needs a root key is served, in any session */
        assert_int_equal(token_skf(&t, HUFU_INS_GEN_RANDOM, 0, 0, NULL, 0), SW_CONDITIONS);
        assert_int_equal(token_skf(&t, HUFU_INS_ENUM_APPLICATION, 0, 0, NULL, 0), SW_CONDITIONS);
        assert_int_equal(host_create_app(&t, "a", ADMIN_PIN, 3, USER_PIN, 3), SW_CONDITIONS);
        assert_int_equal(model_first(&t, &channel), SW_CONDITIONS);
        assert_int_equal(admin(HUFU_INS_ADMIN_RESET, 0, NULL, 0), SW_CONDITIONS);
        assert_int_equal(admin(HUFU_INS_ADMIN_LEAVE_FACTORY, 0, devkey, 16), SW_CONDITIONS);
        assert_int_equal(admin(HUFU_INS_ADMIN_PANEL_TEST, 0, NULL, 0), SW_CONDITIONS);
        token_restart(&t);
    }
    for (unsigned i = 0; i < t.board.flash.size; i++) {
        assert_int_equal(t.board.flash.bytes[i], 0xFF);
    }
    for (unsigned i = 0; i < ROW; i++) {
        assert_int_equal(t.board.otp.fuses[i], 0);
    }
}

static void bad_data_burns_nothing(void **state)
{
    uint8_t before[HAL_OTP_SIZE], data[64];
    (void)state;
    memcpy(before, t.board.otp.fuses, sizeof before);
    memset(data, '1', sizeof data);
    for (uint8_t dry = 0; dry < 2; dry++) {
        assert_int_equal(provision_as(dry, "20261121001000010000000x", NAME), SW_WRONG_DATA);
        assert_int_equal(provision_as(dry, SERIAL, "bad\nname"), SW_WRONG_DATA);
        assert_int_equal(provision_as(dry, SERIAL, ""), SW_WRONG_LENGTH);
        assert_int_equal(admin(HUFU_INS_ADMIN_PROVISION, dry, data, 24 + 32), SW_WRONG_LENGTH);
    }
    assert_int_equal(provision_as(2, SERIAL, NAME), SW_WRONG_P1P2);
    assert_memory_equal(before, t.board.otp.fuses, sizeof before);
    assert_int_equal(token_status(&t).lifecycle, 0);
}

static void dry_run(void **state)
{
    static const uint8_t expected[] = {1, 1, 0, 0, 7, 2, 0, 1, 2, 3, 0, 0,
                                       0, 4, 0, 0, 3, 3, 0, 0, 7, 5, 0, 1};
    uint8_t before[HAL_OTP_SIZE];
    (void)state;
    memcpy(before, t.board.otp.fuses, sizeof before);
    assert_int_equal(provision_as(1, SERIAL, NAME), SW_OK);
    assert_int_equal(t.answer_len, sizeof expected);
    assert_memory_equal(t.answer, expected, sizeof expected);
    assert_memory_equal(before, t.board.otp.fuses, sizeof before);
    assert_int_equal(token_status(&t).lifecycle, 0);
    /* every row it burnt was named: the fuses of rows 4 to 6 are untouched */
    assert_int_equal(provision(), SW_OK);
    assert_int_equal(leave(), SW_OK);
    for (unsigned i = 4 * HAL_OTP_ROW; i < ROW; i++) {
        assert_int_equal(t.board.otp.fuses[i], 0);
    }
}

static void whole_way(void **state)
{
    uint8_t identity[64];
    uint16_t app;
    (void)state;
    assert_int_equal(provision(), SW_OK);
    for (unsigned round = 0; round < 2; round++) {
        struct token_status s = token_status(&t);
        assert_int_equal(s.lifecycle, FACTORY);
        assert_true((s.flags & FLAG_OWN) != 0);
        assert_true((s.flags & 1) != 0); /* a virtual token stays a development token */
        serial_is(SERIAL);
        assert_string_equal((const char *)t.answer + 4, NAME);
        /* once */
        assert_int_equal(provision(), SW_CONDITIONS);
        assert_int_equal(provision_as(1, OTHER, NAME), SW_CONDITIONS);
        /* a token in the factory is nobody's to commission, to reset or to destroy */
        assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
        assert_int_equal(host_create_app(&t, "a", ADMIN_PIN, 3, USER_PIN, 3), SW_CONDITIONS);
        for (uint8_t p1 = 0; p1 < 3; p1 += 2) {
            assert_int_equal(admin(HUFU_INS_ADMIN_RESET, p1, NULL, 0), SW_CONDITIONS);
        }
        /* in the open nothing secret is taken */
        assert_int_equal(admin(HUFU_INS_ADMIN_LEAVE_FACTORY, 0, SERIAL, 16), SW_WRONG_LENGTH);
        assert_int_equal(admin(HUFU_INS_ADMIN_LEAVE_FACTORY, 0, SERIAL SERIAL, 32),
                         SW_SECURITY_STATUS);
        token_restart(&t);
    }
    in_channel();
    memcpy(identity, channel.reply + 156, 64);
    t.via = NULL;
    assert_int_equal(leave(), SW_OK);
    for (unsigned round = 0; round < 2; round++) {
        assert_int_equal(token_status(&t).lifecycle, 1);
        assert_true((token_status(&t).flags & FLAG_OWN) != 0);
        serial_is(SERIAL);
        assert_int_equal(provision(), SW_CONDITIONS);
        assert_int_equal(admin(HUFU_INS_ADMIN_PANEL_TEST, 0, NULL, 0), SW_CONDITIONS);
        assert_int_equal(leave(), SW_CONDITIONS);
        token_restart(&t);
    }
    /* the public transport key is not the device key any more */
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_PIN_TRIES | 9);
    assert_int_equal(host_device_auth(&t, devkey), SW_OK);
    /* and alone makes no application */
    assert_int_equal(host_create_app(&t, "a", ADMIN_PIN, 3, USER_PIN, 3), SW_SECURITY_STATUS);
    assert_int_equal(transport(pin), SW_SECURITY_STATUS); /* in the open */
    in_channel();
    assert_int_equal(host_device_auth(&t, devkey), SW_OK);
    assert_int_equal(transport(wrong_pin), SW_PIN_TRIES | 4);
    assert_int_equal(host_create_app(&t, "a", ADMIN_PIN, 3, USER_PIN, 3), SW_SECURITY_STATUS);
    assert_int_equal(transport(pin), SW_OK);
    /* a wrong one takes the right away again */
    assert_int_equal(transport(wrong_pin), SW_PIN_TRIES | 4);
    assert_int_equal(host_create_app(&t, "a", ADMIN_PIN, 3, USER_PIN, 3), SW_SECURITY_STATUS);
    assert_int_equal(transport(pin), SW_OK);
    assert_int_equal(host_create_app(&t, "a", ADMIN_PIN, 3, USER_PIN, 3), SW_OK);
    assert_int_equal(host_open_app(&t, "a", &app), SW_OK);
    /* used up: neither asked for nor there any more */
    assert_int_equal(transport(pin), SW_KEY_NOT_FOUND);
    assert_int_equal(host_create_app(&t, "b", ADMIN_PIN, 3, USER_PIN, 3), SW_OK);
    /* reset keeps number, name and identity, and leads to the issuer, not to the factory */
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    assert_int_equal(token_skf(&t, HUFU_INS_ADMIN_RESET, 0, 0, NULL, 0), SW_OK);
    t.via = NULL;
    assert_int_equal(token_status(&t).lifecycle, 1);
    serial_is(SERIAL);
    assert_string_equal((const char *)t.answer + 4, NAME);
    assert_int_equal(provision(), SW_CONDITIONS);
    in_channel();
    assert_memory_equal(identity, channel.reply + 156, 64);
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    assert_int_equal(host_create_app(&t, "c", ADMIN_PIN, 3, USER_PIN, 3), SW_OK);
    t.via = NULL;
}

static void transport_pin_locks(void **state)
{
    (void)state;
    assert_int_equal(provision(), SW_OK);
    assert_int_equal(leave(), SW_OK);
    in_channel();
    assert_int_equal(host_device_auth(&t, devkey), SW_OK);
    for (unsigned left = 5; left-- > 0;) {
        assert_int_equal(transport(wrong_pin), SW_PIN_TRIES | left);
    }
    assert_int_equal(transport(pin), SW_LOCKED);
    assert_int_equal(host_create_app(&t, "a", ADMIN_PIN, 3, USER_PIN, 3), SW_SECURITY_STATUS);
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    assert_int_equal(token_skf(&t, HUFU_INS_ADMIN_RESET, 0, 0, NULL, 0), SW_OK);
    t.via = NULL;
}

/* Ten wrong device keys in the factory lock nothing for good: leaving sets a new key. */
static void spent_device_key(void **state)
{
    (void)state;
    assert_int_equal(provision(), SW_OK);
    for (unsigned i = 0; i < 12; i++) {
        (void)host_device_auth(&t, devkey);
    }
    assert_int_equal(token_status(&t).lifecycle, FACTORY);
    assert_int_equal(leave(), SW_OK);
    assert_int_equal(host_device_auth(&t, devkey), SW_OK);
}

/* Who had the token in the factory chose nothing for its issuer: the device key is public there. */
static void no_choices_from_the_factory(void **state)
{
    static const uint8_t rule[] = {0, 0, 12, 0, 0};
    uint8_t authority[64], d[32];
    uint16_t app;
    (void)state;
    assert_int_equal(provision(), SW_OK);
    object_pair(d, authority);
    assert_int_equal(token_skf(&t, HUFU_INS_SET_LABEL, 0, 0, "from the factory", 16), SW_OK);
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    assert_int_equal(token_skf(&t, HUFU_INS_ADMIN_UNLOCK_AUTHORITY, 0, 0, authority, 64), SW_OK);
    for (uint8_t type = 0; type < 2; type++) {
        assert_int_equal(token_skf(&t, HUFU_INS_ADMIN_SET_PIN_RULE, 0, type, rule, 5), SW_OK);
    }
    assert_int_equal(token_skf(&t, HUFU_INS_ADMIN_UPDATE_POLICY, 1, 0, NULL, 0), SW_OK);
    assert_int_equal(token_skf(&t, HUFU_INS_ADMIN_POLICY, 0, 0, NULL, 0), SW_OK);
    assert_int_equal(token_select(&t, HUFU_AID_SKF), SW_OK);
    assert_int_equal(token_status(&t).flags & 2, 0);
    assert_int_equal(leave(), SW_OK);
    for (unsigned round = 0; round < 2; round++) {
        assert_int_equal(token_status(&t).flags & 2, 2);
        assert_int_equal(token_skf(&t, HUFU_INS_GET_DEV_INFO, 0, 0, NULL, 0), SW_OK);
        assert_int_equal(t.answer[132], 0);
        token_restart(&t);
    }
    in_channel();
    assert_int_equal(host_device_auth(&t, devkey), SW_OK);
    assert_int_equal(transport(pin), SW_OK);
    assert_int_equal(host_create_app(&t, "a", ADMIN_PIN, 3, USER_PIN, 3), SW_OK);
    assert_int_equal(host_open_app(&t, "a", &app), SW_OK);
    const uint8_t id[2] = {(uint8_t)(app >> 8), (uint8_t)app};
    for (uint8_t type = 0; type < 2; type++) {
        assert_int_equal(token_skf(&t, HUFU_INS_GET_PIN_STATE, 0, type, id, 2), SW_OK);
        assert_memory_equal(t.answer, ((const uint8_t[]){6, 0, 0, 0}), 4);
    }
    t.via = NULL;
}

/* --- one way --------------------------------------------------------------------------------- */

static void fuses_and_flash_agree(void **state)
{
    struct board_otp otp;
    (void)state;
    assert_int_equal(provision(), SW_OK);
    uint8_t *factory = malloc(t.board.flash.size);
    memcpy(factory, t.board.flash.bytes, t.board.flash.size);
    assert_int_equal(leave(), SW_OK);
    /* the flash of the factory put back: the fuses know better */
    memcpy(t.board.flash.bytes, factory, t.board.flash.size);
    token_restart(&t);
    assert_int_equal(token_status(&t).error, 1);
    assert_int_equal(provision(), SW_ERROR_STATE);
    free(factory);
    /* marks that no order of burning leaves */
    otp = t.board.otp;
    t.board.otp.fuses[ROW] = 0xA0;
    token_restart(&t);
    assert_int_equal(token_status(&t).error, 1);
    t.board.otp = otp;
}

/* A token that provisioned itself knows no factory. */
static void development(void **state)
{
    (void)state;
    token_free(&t);
    token_make(&t, 6);
    token_restart(&t);
    assert_int_equal(token_status(&t).flags & FLAG_OWN, 0);
    assert_int_equal(provision(), SW_CONDITIONS);
    assert_int_equal(provision_as(1, SERIAL, NAME), SW_CONDITIONS);
    assert_int_equal(leave(), SW_CONDITIONS);
    assert_int_equal(t.board.otp.fuses[ROW], 0);
    assert_int_equal(token_skf(&t, HUFU_INS_GET_DEV_INFO, 0, 0, NULL, 0), SW_OK);
    assert_string_equal((const char *)t.answer + 4, "Hufu");
}

/* --- cuts ------------------------------------------------------------------------------------ */

static unsigned burns, burn_cut;
static int (*real_burn)(void *ctx, uint32_t offset, const void *data, size_t len);

static int failing_burn(void *ctx, uint32_t offset, const void *data, size_t len)
{
    (void)ctx, (void)offset, (void)data, (void)len;
    return HAL_FAIL;
}

/* Power fails in burn number burn_cut: some of its bits stand, and nothing works afterwards. */
static int tearing_burn(void *ctx, uint32_t offset, const void *data, size_t len)
{
    uint8_t part[HAL_OTP_SIZE];
    if (t.board.flash.off) {
        return HAL_FAIL;
    }
    if (++burns != burn_cut) {
        return real_burn(ctx, offset, data, len);
    }
    for (size_t i = 0; i < len; i++) {
        part[i] = (uint8_t)(((const uint8_t *)data)[i] & (0x35u << (i % 3)));
    }
    (void)real_burn(ctx, offset, part, len);
    t.board.flash.off = true;
    return HAL_FAIL;
}

static void set_burn_cut(unsigned at)
{
    burns = 0;
    burn_cut = at;
    if (t.board.hal.otp.burn != tearing_burn) {
        real_burn = t.board.hal.otp.burn;
        t.board.hal.otp.burn = tearing_burn;
    }
}

/* As the tool goes on: the same number again where the token still waits for one. */
static void finish_provisioning(void)
{
    assert_int_equal(token_status(&t).error, 0);
    if (token_status(&t).lifecycle == 0) {
        assert_int_equal(provision_as(1, SERIAL, NAME), SW_OK);
        assert_int_equal(provision(), SW_OK);
    }
    assert_int_equal(token_status(&t).lifecycle, FACTORY);
    serial_is(SERIAL);
    assert_string_equal((const char *)t.answer + 4, NAME);
    assert_true(t.board.otp.locked[0] != 0 && t.board.otp.locked[1] != 0);
}

static void provision_cut_in_burns(void **state)
{
    unsigned at = 1;
    (void)state;
    for (bool cut = true; cut; at++) {
        hold(100 + at);
        set_burn_cut(at);
        (void)provision();
        cut = t.board.flash.off;
        set_burn_cut(0);
        token_restart(&t);
        set_burn_cut(0);
        if (cut && at == 1) { /* a torn number takes no other one */
            assert_int_equal(provision_as(0, OTHER, NAME), SW_CONDITIONS);
        }
        finish_provisioning();
    }
    assert_in_range(at, 6, 20);
}

static void provision_cut_in_flash(void **state)
{
    static const enum board_cut kinds[] = {BOARD_CUT_BEFORE, BOARD_CUT_AFTER, BOARD_CUT_TORN};
    (void)state;
    for (unsigned at = 1, done = 0; !done; at += 3) {
        hold(200 + at);
        board_flash_cut(&t.board.flash, kinds[at % 3], at, at);
        (void)provision();
        done = !t.board.flash.off;
        token_restart(&t);
        finish_provisioning();
    }
}

/* Before: in the factory, with the public key. After: out of it, with the new one. */
static void left_or_not(void)
{
    struct token_status s = token_status(&t);
    assert_int_equal(s.error, 0);
    if (s.lifecycle == FACTORY) {
        assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
        assert_int_equal(leave(), SW_OK);
    }
    assert_int_equal(token_status(&t).lifecycle, 1);
    assert_int_equal(t.board.otp.fuses[ROW], 0xE0);
    assert_int_equal(host_device_auth(&t, devkey), SW_OK);
    in_channel();
    assert_int_equal(transport(pin), SW_OK);
    t.via = NULL;
}

static void leave_cut(void **state)
{
    static const enum board_cut kinds[] = {BOARD_CUT_BEFORE, BOARD_CUT_AFTER, BOARD_CUT_TORN};
    uint8_t data[32];
    (void)state;
    memcpy(data, devkey, 16);
    memcpy(data + 16, pin, 16);
    for (unsigned at = 0, done = 0; !done; at++) {
        hold(300 + at);
        assert_int_equal(provision(), SW_OK);
        in_channel();
        assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
        if (at == 0) {
            set_burn_cut(1);
        } else {
            board_flash_cut(&t.board.flash, kinds[at % 3], at, at);
        }
        (void)token_skf(&t, HUFU_INS_ADMIN_LEAVE_FACTORY, 0, 0, data, sizeof data);
        t.via = NULL;
        done = !t.board.flash.off;
        set_burn_cut(0);
        token_restart(&t);
        set_burn_cut(0);
        left_or_not();
    }
}

/* The mark of leaving cannot be burnt, and nothing else fails: the token is out all the same, and
 * neither a reset nor a start brings the factory back. */
static void a_mark_that_fails(void **state)
{
    (void)state;
    assert_int_equal(provision(), SW_OK);
    real_burn = t.board.hal.otp.burn;
    t.board.hal.otp.burn = failing_burn;
    assert_int_equal(leave(), SW_MEMORY_FAILURE);
    assert_int_equal(token_status(&t).lifecycle, 1);
    assert_int_equal(t.board.otp.fuses[ROW], 0xC0);
    assert_int_equal(leave(), SW_CONDITIONS);
    assert_int_equal(host_device_auth(&t, devkey), SW_OK);
    assert_int_equal(admin(HUFU_INS_ADMIN_RESET, 0, NULL, 0), SW_MEMORY_FAILURE);
    t.board.hal.otp.burn = real_burn;
    assert_int_equal(host_device_auth(&t, devkey), SW_OK);
    assert_int_equal(admin(HUFU_INS_ADMIN_RESET, 0, NULL, 0), SW_OK);
    for (unsigned round = 0; round < 2; round++) {
        assert_int_equal(token_status(&t).lifecycle, 1);
        assert_int_equal(token_status(&t).error, 0);
        assert_int_equal(t.board.otp.fuses[ROW], 0xE0);
        assert_int_equal(leave(), SW_CONDITIONS);
        token_restart(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(blank_waits, setup, teardown_token),
        cmocka_unit_test_setup_teardown(bad_data_burns_nothing, setup, teardown_token),
        cmocka_unit_test_setup_teardown(dry_run, setup, teardown_token),
        cmocka_unit_test_setup_teardown(whole_way, setup, teardown_token),
        cmocka_unit_test_setup_teardown(transport_pin_locks, setup, teardown_token),
        cmocka_unit_test_setup_teardown(spent_device_key, setup, teardown_token),
        cmocka_unit_test_setup_teardown(fuses_and_flash_agree, setup, teardown_token),
        cmocka_unit_test_setup_teardown(no_choices_from_the_factory, setup, teardown_token),
        cmocka_unit_test_setup_teardown(development, setup, teardown_token),
        cmocka_unit_test_setup_teardown(provision_cut_in_burns, setup, teardown_token),
        cmocka_unit_test_setup_teardown(provision_cut_in_flash, setup, teardown_token),
        cmocka_unit_test_setup_teardown(leave_cut, setup, teardown_token),
        cmocka_unit_test_setup_teardown(a_mark_that_fails, setup, teardown_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
