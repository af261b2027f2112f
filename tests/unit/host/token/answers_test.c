/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What libhufu makes of answers: every status word, and a token that lies. The other end is a
 * script, for no honest token gives these answers; honest ones are in vault_test.c.
 */
#include "token/token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The next answer, and the last command. */
static struct {
    uint8_t answer[HUFU_APDU_MAX_DATA + 2];
    size_t answer_len;
    int error;
    uint8_t command[HUFU_APDU_MAX];
    size_t command_len;
    unsigned commands, begun;
} script;

static int sc_connect(void *ctx, uint8_t atr[TRANSPORT_ATR_MAX], size_t *len)
{
    (void)ctx;
    memcpy(atr, "\x3B\x84Hufu", 6);
    *len = 6;
    return HUFU_OK;
}

static int sc_transmit(void *ctx, const uint8_t *command, size_t command_len, uint8_t *answer,
                       size_t *answer_len)
{
    (void)ctx;
    script.commands++;
    memcpy(script.command, command, command_len);
    script.command_len = command_len;
    if (script.error != HUFU_OK) {
        return script.error;
    }
    if (script.answer_len > *answer_len) {
        return HUFU_ERR_PROTOCOL;
    }
    memcpy(answer, script.answer, script.answer_len);
    *answer_len = script.answer_len;
    return HUFU_OK;
}

static int sc_begin(void *ctx)
{
    (void)ctx;
    script.begun++;
    return HUFU_OK;
}

static void sc_end(void *ctx)
{
    (void)ctx;
    script.begun--;
}

static int sc_reset(void *ctx)
{
    (void)ctx;
    return HUFU_OK;
}

static void sc_close(void *ctx)
{
    (void)ctx;
}

static hufu_token *token;

static int open_token(void **state)
{
    (void)state;
    static const struct transport t = {.connect = sc_connect,
                                       .transmit = sc_transmit,
                                       .begin = sc_begin,
                                       .end = sc_end,
                                       .reset = sc_reset,
                                       .close = sc_close};
    memset(&script, 0, sizeof script);
    int error = token_open(&t, "script", &token);
    if (error == HUFU_OK) {
        token->bare = true; /* the forms themselves; what goes into a record is the same */
    }
    return error;
}

static int close_token(void **state)
{
    (void)state;
    hufu_close(token);
    return script.begun == 0 ? 0 : -1;
}

/* The next answers: len bytes of `fill`, then the status word. */
static void will_answer(size_t len, uint8_t fill, unsigned sw)
{
    memset(script.answer, fill, len);
    script.answer[len] = (uint8_t)(sw >> 8);
    script.answer[len + 1] = (uint8_t)sw;
    script.answer_len = len + 2;
}

static void status_words(void **state)
{
    (void)state;
    static const struct {
        unsigned sw;
        int error;
    } cases[] = {
        {0x9000, HUFU_OK},
        {0x6581, HUFU_ERR_IO},
        {0x6700, HUFU_ERR_PARAM},
        {0x6915, HUFU_ERR_INTERNAL},
        {0x6982, HUFU_ERR_NOT_LOGGED_IN},
        {0x6983, HUFU_ERR_PIN_LOCKED},
        {0x6984, HUFU_ERR_REFUSED},
        {0x6985, HUFU_ERR_STATE},
        {0x6986, HUFU_ERR_STATE},
        {0x6988, HUFU_ERR_REFUSED},
        {0x698A, HUFU_ERR_NOT_LOGGED_IN},
        {0x6A80, HUFU_ERR_REFUSED},
        {0x6A81, HUFU_ERR_UNSUPPORTED},
        {0x6A82, HUFU_ERR_NOT_FOUND},
        {0x6A84, HUFU_ERR_NO_SPACE},
        {0x6A86, HUFU_ERR_PARAM},
        {0x6A88, HUFU_ERR_NOT_FOUND},
        {0x6A89, HUFU_ERR_EXISTS},
        {0x6A8A, HUFU_ERR_STATE},
        {0x6A8B, HUFU_ERR_NOT_FOUND},
        {0x6A8C, HUFU_ERR_NO_KEY},
        {0x6A8D, HUFU_ERR_REFUSED},
        {0x6A91, HUFU_ERR_NOT_FOUND},
        {0x6A94, HUFU_ERR_NOT_FOUND},
        {0x6A95, HUFU_ERR_NO_KEY},
        {0x6A96, HUFU_ERR_NO_CERT},
        {0x6A97, HUFU_ERR_IO},
        {0x6A98, HUFU_ERR_VERIFY},
        {0x6A99, HUFU_ERR_UNSUPPORTED},
        {0x6A9B, HUFU_ERR_REFUSED},
        {0x6A9C, HUFU_ERR_INTERNAL},
        {0x6A9D, HUFU_ERR_UNSUPPORTED},
        {0x6A9F, HUFU_ERR_NO_KEY},
        {0x6C00, HUFU_ERR_PARAM},
        {0x6D00, HUFU_ERR_UNSUPPORTED},
        {0x6E00, HUFU_ERR_UNSUPPORTED},
        {0x6E02, HUFU_ERR_EXISTS},
        {0x6F00, HUFU_ERR_SELFTEST},
        {0x0000, HUFU_ERR_PROTOCOL},
        {0xFFFF, HUFU_ERR_PROTOCOL},
        {0x9001, HUFU_ERR_PROTOCOL},
        {0x6200, HUFU_ERR_PROTOCOL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        will_answer(0, 0, cases[i].sw);
        assert_int_equal(hufu_set_label(token, "x"), cases[i].error);
    }
}

static void tries_left(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= 15; n++) {
        unsigned tries = 99;
        assert_int_equal(status_error(0x63C0 | n, &tries), HUFU_ERR_PIN_WRONG);
        assert_int_equal(tries, n);
    }
    unsigned tries = 99;
    assert_int_equal(status_error(0x63C0, &tries), HUFU_ERR_PIN_LOCKED);
    assert_int_equal(tries, 0);
    tries = 99;
    assert_int_equal(status_error(0x6983, &tries), HUFU_ERR_PIN_LOCKED);
    assert_int_equal(tries, 0);
}

static void every_error_has_a_text(void **state)
{
    (void)state;
    for (int error = HUFU_OK; error >= HUFU_ERR_TIMEOUT; error--) {
        assert_non_null(hufu_strerror(error));
        assert_string_not_equal(hufu_strerror(error), hufu_strerror(1));
    }
    assert_non_null(hufu_strerror(-1000));
    assert_non_null(hufu_strerror(INT32_MIN));
}

/* Each call that expects a fixed form, with every shorter and a longer answer. */
static int call(unsigned which)
{
    struct hufu_info info;
    struct hufu_pin_info pin;
    struct hufu_container_info container;
    uint16_t id;
    uint8_t out[HUFU_CERT_MAX] = {0};
    size_t len = sizeof out;
    switch (which) {
    case 0:
        return hufu_dev_info(token, &info);
    case 1:
        return hufu_pin_info(token, 1, HUFU_PIN_USER, &pin);
    case 2:
        return hufu_app_open(token, "A", &id);
    case 3:
        return hufu_container_open(token, 1, "C", &id);
    case 4:
        return hufu_container_info(token, 1, "C", &container);
    case 5:
        return hufu_generate_sm2(token, 1, 1, out);
    case 6:
        return hufu_public_key(token, 1, 1, true, out);
    case 7:
        return hufu_random(token, out, 40);
    case 8:
        return hufu_export_cert(token, 1, 1, true, out, &len);
    default:
        return hufu_import_session_key(token, 1, 1, SGD_SM4_CBC_ID, out, out, out, 16, &id);
    }
}

static void lengths_of_answers(void **state)
{
    (void)state;
    static const size_t right[] = {288, 3, 10, 2, 11, 64, 68, 40, 0, 2};
    for (unsigned which = 0; which < sizeof right / sizeof right[0]; which++) {
        for (size_t len = 0; len <= right[which] + 20; len++) {
            /* FF everywhere: no length inside is true, no count plausible. */
            will_answer(len, len == right[which] ? 0x01 : 0xFF, SW_OK);
            int error = call(which);
            if (len != right[which] || which == 8) {
                assert_int_equal(error, HUFU_ERR_PROTOCOL);
            }
        }
    }
}

static void certificate_length_must_be_true(void **state)
{
    (void)state;
    uint8_t der[64];
    size_t len = sizeof der;
    will_answer(4 + 10, 0, SW_OK);
    script.answer[3] = 10;
    assert_int_equal(hufu_export_cert(token, 1, 1, true, der, &len), HUFU_OK);
    assert_int_equal(len, 10);
    for (unsigned claimed = 0; claimed < 256; claimed++) {
        script.answer[3] = (uint8_t)claimed;
        len = sizeof der;
        assert_int_equal(hufu_export_cert(token, 1, 1, true, der, &len),
                         claimed == 10 ? HUFU_OK : HUFU_ERR_PROTOCOL);
    }
    script.answer[3] = 10;
    len = 9;
    assert_int_equal(hufu_export_cert(token, 1, 1, true, der, &len), HUFU_ERR_BUFFER);
    assert_int_equal(len, 10);
    len = 0;
    assert_int_equal(hufu_export_cert(token, 1, 1, true, NULL, &len), HUFU_OK);
    assert_int_equal(len, 10);
}

static void name_lists(void **state)
{
    (void)state;
    char names[32];
    size_t len = sizeof names;
    will_answer(0, 0, SW_OK);
    assert_int_equal(hufu_app_list(token, names, &len), HUFU_OK);
    assert_int_equal(len, 2);
    assert_memory_equal(names, "\0", 2);
    will_answer(6, 0, SW_OK);
    memcpy(script.answer, "ab\0cd\0", 6); /* no closing NUL */
    len = sizeof names;
    assert_int_equal(hufu_app_list(token, names, &len), HUFU_ERR_PROTOCOL);
    will_answer(7, 0, SW_OK);
    memcpy(script.answer, "ab\0cd\0", 7);
    len = 6;
    assert_int_equal(hufu_app_list(token, names, &len), HUFU_ERR_BUFFER);
    assert_int_equal(len, 7);
    len = 0;
    assert_int_equal(hufu_app_list(token, NULL, &len), HUFU_OK);
    assert_int_equal(len, 7);
}

static void endless_and_oversized(void **state)
{
    (void)state;
    uint8_t out[40];
    will_answer(0, 0, 0x6110); /* more, for ever, and never any */
    assert_int_equal(hufu_random(token, out, sizeof out), HUFU_ERR_PROTOCOL);
    will_answer(16, 0xAA, 0x6110);
    assert_int_equal(hufu_random(token, out, sizeof out), HUFU_ERR_PROTOCOL);
    for (size_t i = 0; i < sizeof out; i++) {
        assert_int_equal(out[i], 0); /* nothing half written stays */
    }
    script.answer_len = 1;
    assert_int_equal(hufu_set_label(token, "x"), HUFU_ERR_PROTOCOL);
    script.answer_len = 0;
    assert_int_equal(hufu_set_label(token, "x"), HUFU_ERR_PROTOCOL);
    will_answer(3, 0, SW_OK); /* data where none is expected */
    assert_int_equal(hufu_set_label(token, "x"), HUFU_ERR_PROTOCOL);
}

static void removed_in_the_middle(void **state)
{
    (void)state;
    unsigned tries;
    script.error = HUFU_ERR_REMOVED; /* it never answered: it was not there */
    assert_int_equal(hufu_set_label(token, "x"), HUFU_ERR_NO_READER);
    script.error = HUFU_OK;
    will_answer(0, 0, SW_OK);
    assert_int_equal(hufu_set_label(token, "x"), HUFU_OK);
    script.error = HUFU_ERR_REMOVED;
    assert_int_equal(hufu_pin_verify(token, 1, HUFU_PIN_USER, "123456", &tries), HUFU_ERR_REMOVED);
    assert_int_equal(script.begun, 0);
    assert_int_equal(hufu_reset(token, (const uint8_t *)"1234567812345678"), HUFU_ERR_REMOVED);
    assert_int_equal(script.begun, 0);
}

static void bad_values_send_nothing(void **state)
{
    (void)state;
    char long_name[80];
    uint16_t id;
    memset(long_name, 'n', sizeof long_name);
    long_name[65] = 0;
    will_answer(0, 0, SW_OK);
    assert_int_equal(hufu_pin_verify(token, 1, HUFU_PIN_USER, "12345", NULL), HUFU_ERR_PIN_FORM);
    assert_int_equal(hufu_pin_verify(token, 1, HUFU_PIN_USER, "12345678901234567", NULL),
                     HUFU_ERR_PIN_FORM);
    assert_int_equal(hufu_pin_verify(token, 1, HUFU_PIN_USER, "12345\n", NULL), HUFU_ERR_PIN_FORM);
    assert_int_equal(hufu_pin_verify(token, 1, 2, "123456", NULL), HUFU_ERR_PARAM);
    assert_int_equal(hufu_container_open(token, 1, long_name, &id), HUFU_ERR_PARAM);
    assert_int_equal(hufu_container_open(token, 1, "", &id), HUFU_ERR_PARAM);
    long_name[49] = 0;
    assert_int_equal(hufu_app_open(token, long_name, &id), HUFU_ERR_PARAM);
    long_name[32] = 0;
    assert_int_equal(hufu_set_label(token, long_name), HUFU_ERR_PARAM);
    struct hufu_app_params params = {.name = "A", .admin_pin = "123456", .user_pin = "1234567"};
    assert_int_equal(hufu_app_create(token, &params), HUFU_ERR_PARAM); /* no tries */
    assert_int_equal(hufu_open(NULL, NULL), HUFU_ERR_PARAM);
    assert_int_equal(
        hufu_transmit(token, long_name[0] ? (uint8_t *)long_name : NULL, 3, NULL, NULL),
        HUFU_ERR_PARAM);
    assert_int_equal(script.commands, 0);
}

/* The framing of section 1: extended always. */
static void command_form(void **state)
{
    (void)state;
    uint8_t out[8];
    will_answer(8, 0x11, SW_OK);
    assert_int_equal(hufu_random(token, out, 8), HUFU_OK);
    assert_int_equal(script.command_len, 7);
    assert_memory_equal(script.command, "\x80\x50\x00\x00\x00\x00\x08", 7);
    uint16_t app;
    will_answer(10, 0, SW_OK);
    assert_int_equal(hufu_app_open(token, "HUFU", &app), HUFU_OK);
    assert_memory_equal(script.command, "\x80\x26\x00\x00\x00\x00\x04HUFU\x00\x0A", 13);
    assert_int_equal(script.command_len, 13);
}

/* The MAC of a ChangePIN, against a chain of single blocks put together here. */
static void mac_is_over_what_the_contract_says(void **state)
{
    (void)state;
    uint8_t key[16], iv[16] = {0}, block[16] = {0}, expected[16];
    struct command c;
    assert_int_equal(secure_pin_key("123456", key), HUFU_OK);
    memset(iv, 0x11, 8);
    command_start(&c, HUFU_INS_CHANGE_PIN, 0, 1);
    put16(&c.data, 0x0102);
    put(&c.data, block, sizeof block);
    assert_int_equal(secure_mac(&c, key, iv), HUFU_OK);
    assert_int_equal(c.cla, 0x84);
    assert_int_equal(c.data.len, 2 + 16 + 4);
    /* CLA INS P1 P2, Lc 2 with the MAC counted, data, 80, zeros: two blocks, chained by hand. */
    uint8_t first[16] = {0x84, 0x16, 0, 1, 0, 22, 1, 2}, second[16] = {0};
    second[8] = 0x80;
    for (int i = 0; i < 16; i++) {
        first[i] ^= iv[i];
    }
    assert_int_equal(secure_encrypt(key, first, expected), HUFU_OK);
    for (int i = 0; i < 16; i++) {
        second[i] ^= expected[i];
    }
    assert_int_equal(secure_encrypt(key, second, expected), HUFU_OK);
    assert_memory_equal(c.bytes + 18, expected, 4);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, open_token, close_token)
    const struct CMUnitTest tests[] = {
        T(status_words),
        T(tries_left),
        T(every_error_has_a_text),
        T(lengths_of_answers),
        T(certificate_length_must_be_true),
        T(name_lists),
        T(endless_and_oversized),
        T(removed_in_the_middle),
        T(bad_values_send_nothing),
        T(command_form),
        T(mac_is_over_what_the_contract_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
