/* SPDX-License-Identifier: Apache-2.0 */
/* SELECT, chaining, answers in parts, the life of a challenge. */
#include "fixture/each_test.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define SEND(...)                                                                                  \
    token_raw(&t, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static void select_rules(void **state)
{
    (void)state;
    /* nothing selected: CLA 80 is SKF's */
    assert_int_equal(SEND(0x80, 0x04, 0, 0, 0, 0, 0), SW_OK);
    assert_int_equal(t.answer_len, 288);
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    assert_int_equal(SEND(0x80, 0x04, 0, 0, 0, 0, 0), SW_OK); /* SELFTEST */
    assert_int_equal(t.answer_len, 0);
    /* unknown, shorter and longer AIDs change nothing */
    assert_int_equal(SEND(0x00, 0xA4, 4, 0, 2, 0x3F, 0x00), SW_NOT_FOUND);
    assert_int_equal(SEND(0x00, 0xA4, 4, 0, 5, 0xA0, 0, 0, 3, 8), SW_NOT_FOUND);
    assert_int_equal(token_command(&t, 0, 0xA4, 4, 0, HUFU_AID_SKF "x", 9, 0), SW_NOT_FOUND);
    assert_int_equal(token_command(&t, 0, 0xA4, 4, 0, HUFU_AID_SKF, 7, 0), SW_NOT_FOUND);
    assert_int_equal(SEND(0x00, 0xA4, 4, 0), SW_NOT_FOUND);
    assert_int_equal(SEND(0x00, 0xA4, 0, 0, 2, 0x3F, 0x00), SW_WRONG_P1P2);
    assert_int_equal(SEND(0x80, 0x02, 0, 0, 0, 0, 0), SW_OK); /* still STATUS */
    assert_int_equal(t.answer_len, 32);
    assert_int_equal(token_command(&t, 0, 0xA4, 4, 0x0C, HUFU_AID_SKF, 8, 0), SW_OK);
    assert_int_equal(t.answer_len, 0);
    assert_int_equal(SEND(0x80, 0x04, 0, 0, 0, 0, 0), SW_OK);
    assert_int_equal(t.answer_len, 288);
}

static void answers_in_parts(void **state)
{
    uint8_t whole[288];
    (void)state;
    assert_int_equal(SEND(0x80, 0x04, 0, 0, 0, 0, 0), SW_OK);
    memcpy(whole, t.answer, sizeof whole);
    assert_int_equal(SEND(0x80, 0x04, 0, 0, 0), 0x6120);
    assert_int_equal(t.answer_len, 256);
    assert_memory_equal(t.answer, whole, 256);
    assert_int_equal(SEND(0x00, 0xC0, 0, 0, 0x10), 0x6110);
    assert_int_equal(t.answer_len, 16);
    assert_memory_equal(t.answer, whole + 256, 16);
    assert_int_equal(SEND(0x00, 0xC0, 0, 0, 0), SW_OK);
    assert_int_equal(t.answer_len, 16);
    assert_memory_equal(t.answer, whole + 272, 16);
    assert_int_equal(SEND(0x00, 0xC0, 0, 0, 0), SW_CONDITIONS);
    /* far more than 256 waits: 6100 */
    assert_int_equal(SEND(0x80, 0x50, 0, 0, 0, 4, 0), SW_OK);
    assert_int_equal(t.answer_len, 1024);
    assert_int_equal(SEND(0x80, 0x04, 0, 0, 1), 0x6100);
    assert_int_equal(t.answer_len, 1);
    /* another command drops what waited */
    assert_int_equal(SEND(0x80, 0x22, 0, 0, 0), SW_OK);
    assert_int_equal(SEND(0x00, 0xC0, 0, 0, 0), SW_CONDITIONS);
    assert_int_equal(SEND(0x80, 0x04, 0, 0, 1), 0x6100);
    assert_int_equal(SEND(0x00, 0xC0, 1, 0, 0), SW_WRONG_P1P2);
    assert_int_equal(SEND(0x00, 0xC0, 0, 0, 0), SW_CONDITIONS);
}

static uint16_t part(uint8_t cla, uint8_t ins, const char *data)
{
    return token_command(&t, cla, ins, 0, 0, data, strlen(data), 0);
}

static void label_is(const char *expect)
{
    assert_int_equal(token_skf(&t, HUFU_INS_GET_DEV_INFO, 0, 0, NULL, 0), SW_OK);
    assert_string_equal((const char *)t.answer + 132, expect);
}

static void chaining(void **state)
{
    (void)state;
    assert_int_equal(part(0x90, HUFU_INS_SET_LABEL, "Ti"), SW_OK);
    assert_int_equal(part(0x90, HUFU_INS_SET_LABEL, "g"), SW_OK);
    assert_int_equal(part(0x80, HUFU_INS_SET_LABEL, "er"), SW_OK);
    label_is("Tiger");
    /* a chain whose last part is empty */
    assert_int_equal(part(0x90, HUFU_INS_SET_LABEL, "Cat"), SW_OK);
    assert_int_equal(SEND(0x80, HUFU_INS_SET_LABEL, 0, 0), SW_OK);
    label_is("Cat");
    /* another command in between aborts the chain and is not run itself */
    assert_int_equal(part(0x90, HUFU_INS_SET_LABEL, "Do"), SW_OK);
    assert_int_equal(SEND(0x80, HUFU_INS_GET_DEV_INFO, 0, 0, 0, 0, 0), SW_CHAIN);
    assert_int_equal(t.answer_len, 0);
    assert_int_equal(part(0x80, HUFU_INS_SET_LABEL, "g"), SW_OK);
    label_is("g");
    /* parts that do not belong together: other P2, other class */
    assert_int_equal(part(0x90, HUFU_INS_SET_LABEL, "X"), SW_OK);
    assert_int_equal(token_command(&t, 0x80, HUFU_INS_SET_LABEL, 0, 1, "Y", 1, 0), SW_CHAIN);
    assert_int_equal(part(0x90, HUFU_INS_SET_LABEL, "X"), SW_OK);
    assert_int_equal(part(0x84, HUFU_INS_SET_LABEL, "Y"), SW_CHAIN);
    assert_int_equal(part(0x90, HUFU_INS_SET_LABEL, "X"), SW_OK);
    assert_int_equal(SEND(0x00, 0xC0, 0, 0, 0), SW_CHAIN);
    assert_int_equal(part(0x90, HUFU_INS_SET_LABEL, "X"), SW_OK);
    assert_int_equal(SEND(0x80, HUFU_INS_SET_LABEL, 0), SW_WRONG_LENGTH);
    assert_int_equal(SEND(0x80, HUFU_INS_SET_LABEL, 0, 0), SW_WRONG_LENGTH);
    label_is("g");
    /* a chain of nothing the token knows ends at its first part */
    assert_int_equal(part(0x90, 0xFE, "X"), SW_INS_UNKNOWN);
    assert_int_equal(part(0xB0, HUFU_INS_SET_LABEL, "X"), SW_CLA_UNKNOWN);
    label_is("g");
}

static void chain_too_long(void **state)
{
    static uint8_t half[HUFU_APDU_MAX_DATA / 2 + 1];
    (void)state;
    memset(half, 'a', sizeof half);
    assert_int_equal(token_command(&t, 0x90, HUFU_INS_SET_LABEL, 0, 0, half, sizeof half, 0),
                     SW_OK);
    assert_int_equal(token_command(&t, 0x90, HUFU_INS_SET_LABEL, 0, 0, half, sizeof half, 0),
                     SW_WRONG_LENGTH);
    /* the chain is gone: the next command stands alone */
    assert_int_equal(part(0x80, HUFU_INS_SET_LABEL, "ok"), SW_OK);
    label_is("ok");
    assert_int_equal(token_command(&t, 0x90, HUFU_INS_SET_LABEL, 0, 0, half, sizeof half, 0),
                     SW_OK);
    assert_int_equal(token_command(&t, 0x80, HUFU_INS_SET_LABEL, 0, 0, half, sizeof half, 0),
                     SW_WRONG_LENGTH);
    label_is("ok");
}

static void random_lengths(void **state)
{
    (void)state;
    assert_int_equal(SEND(0x80, 0x50, 0, 0), SW_WRONG_LENGTH); /* no Le */
    assert_int_equal(SEND(0x80, 0x50, 0, 0, 0), SW_OK);
    assert_int_equal(t.answer_len, 256);
    assert_int_equal(SEND(0x80, 0x50, 0, 0, 0, 0, 0), SW_WRONG_LENGTH); /* 65536 */
    assert_int_equal(SEND(0x80, 0x50, 0, 0, 0, 0x24, 0), SW_OK);
    assert_int_equal(t.answer_len, HUFU_APDU_MAX_DATA);
    assert_int_equal(SEND(0x80, 0x50, 0, 0, 0, 0x24, 1), SW_WRONG_LENGTH);
    assert_int_equal(SEND(0x80, 0x50, 1, 0, 8), SW_WRONG_P1P2);
}

/* One row per way to spend a challenge without using it. */
static void challenge_is_spent(void **state)
{
    static const struct {
        uint8_t bytes[8];
        size_t len;
    } between[] = {
        {{0x80, 0x22, 0, 0, 0}, 5},    /* any good command */
        {{0x80, 0xFE, 0, 0}, 4},       /* unknown */
        {{0x80}, 1},                   /* not even a header */
        {{0x00, 0xC0, 0, 0, 0}, 5},    /* GET RESPONSE with nothing waiting */
        {{0x00, 0xA4, 4, 0, 1, 1}, 6}, /* SELECT of an unknown AID */
        {{0x80, 0x50, 0, 0, 16}, 5},   /* random bytes that are no challenge */
        {{0x80, 0x10, 0, 2, 1, 1}, 6}, /* DevAuth of a wrong length */
    };
    uint8_t challenge[8], block[16] = {0};
    (void)state;
    for (unsigned i = 0; i < sizeof between / sizeof between[0]; i++) {
        host_challenge(&t, challenge);
        (void)token_raw(&t, between[i].bytes, between[i].len);
        assert_int_equal(token_skf(&t, HUFU_INS_DEV_AUTH, 0, 2, block, 16), SW_DATA_INVALID);
    }
    /* none of them cost a try of the device key */
    host_challenge(&t, challenge);
    assert_int_equal(token_skf(&t, HUFU_INS_DEV_AUTH, 0, 2, block, 16), 0x63C9);
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    /* and one challenge serves once */
    assert_int_equal(token_skf(&t, HUFU_INS_DEV_AUTH, 0, 2, block, 16), SW_DATA_INVALID);
}

static void power_ends_sessions(void **state)
{
    (void)state;
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    token_restart(&t);
    assert_int_equal(host_create_app(&t, "a", ADMIN_PIN, 3, USER_PIN, 3), SW_SECURITY_STATUS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(select_rules, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(answers_in_parts, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(chaining, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(chain_too_long, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(random_lengths, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(challenge_is_spent, setup_token, teardown_token),
        cmocka_unit_test_setup_teardown(power_ends_sessions, setup_token, teardown_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
