/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Somebody on the line: every bit of the handshake and of records turned, records cut, repeated,
 * out of order, sent to another session or back, and the end of the counter. What does not
 * authenticate changes nothing, and the session goes on. REQ: K1 T2
 */
#include "channel/table.h"
#include "fixture/each_test.h"
#include "fixture/model.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t info[7] = {0x80, HUFU_INS_GET_DEV_INFO, 0, 0, 0, 0, 0};

static unsigned step(void)
{
    return getenv("HUFU_TEST_LONG") != NULL ? 1 : 8; /* every bit, or one a byte */
}

/* What the host sends first: the token either refuses, or the host is not convinced. */
static void host_hello_changed(void **state)
{
    (void)state;
    for (unsigned bit = 0; bit < 65 * 8; bit += step()) {
        struct model m;
        assert_int_equal(model_first(&t, &m), SW_OK);
        uint8_t sent[65];
        memcpy(sent, m.hello, sizeof sent);
        sent[bit / 8] ^= (uint8_t)(1u << (bit / 8 + bit) % 8);
        uint16_t sw = token_command(&t, 0x80, 0xE0, 1, 0, sent, sizeof sent, NE_ALL);
        /* another version, or off the curve: a coordinate with a bit turned is not on it */
        assert_int_equal(sw, bit < 8 ? SW_FUNC_UNSUPPORTED : SW_WRONG_DATA);
        /* and the earlier first step is over */
        assert_int_equal(model_second(&t, &m), SW_MAC_WRONG);
    }
}

/* Another point of the curve in place of the host's: the token answers, the host sees it. */
static void man_in_the_middle(void **state)
{
    struct model host, middle;
    (void)state;
    assert_int_equal(model_first(&t, &host), SW_OK);
    assert_int_equal(model_first(&t, &middle), SW_OK);
    memcpy(host.reply, middle.reply, sizeof host.reply);
    assert_true(model_derive(&host));
    assert_false(model_convinced(&host));
    /* with a channel key of his own the certificate is not the token's */
    uint8_t d[32], pub[64];
    object_pair(d, pub);
    memcpy(middle.reply + 68, pub, 64);
    assert_true(model_derive(&middle));
    assert_false(model_convinced(&middle));
    assert_int_equal(model_second(&t, &middle), SW_MAC_WRONG);
}

static void token_answer_changed(void **state)
{
    struct model good;
    (void)state;
    assert_int_equal(model_first(&t, &good), SW_OK);
    assert_true(model_convinced(&good));
    for (unsigned bit = 0; bit < sizeof good.reply * 8; bit += step()) {
        struct model m = good;
        /* the identity key is looked at as a number: off the curve OpenSSL takes no key at all */
        if (bit / 8 >= 156 && bit / 8 < 220) {
            object_pair(m.d, m.reply + 156);
            memcpy(m.d, good.d, sizeof m.d);
        } else {
            m.reply[bit / 8] ^= (uint8_t)(1u << (bit / 8 + bit) % 8);
        }
        assert_false(model_derive(&m) && model_convinced(&m));
    }
    assert_int_equal(model_second(&t, &good), SW_OK);
}

static void host_confirmation_changed(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 36; byte++) {
        struct model m;
        assert_int_equal(model_first(&t, &m), SW_OK);
        if (byte < 4) {
            m.reply[byte] ^= 1;
        } else {
            m.confirm[byte - 4] ^= 1;
        }
        assert_int_equal(model_second(&t, &m), SW_MAC_WRONG);
        /* one guess a handshake: the right value comes too late */
        if (byte < 4) {
            m.reply[byte] ^= 1;
        } else {
            m.confirm[byte - 4] ^= 1;
        }
        assert_int_equal(model_second(&t, &m), SW_MAC_WRONG);
    }
}

static void handshake_forms(void **state)
{
    struct model m;
    static const uint8_t zero[65] = {1};
    uint8_t data[66];
    (void)state;
    assert_int_equal(model_first(&t, &m), SW_OK);
    memcpy(data, m.hello, 65);
    data[65] = 0;
    assert_int_equal(token_command(&t, 0x80, 0xE0, 1, 0, zero, 65, NE_ALL), SW_WRONG_DATA);
    assert_int_equal(token_command(&t, 0x80, 0xE0, 1, 0, data, 64, NE_ALL), SW_WRONG_LENGTH);
    assert_int_equal(token_command(&t, 0x80, 0xE0, 1, 0, data, 66, NE_ALL), SW_WRONG_LENGTH);
    assert_int_equal(token_command(&t, 0x80, 0xE0, 1, 0, NULL, 0, NE_ALL), SW_WRONG_LENGTH);
    assert_int_equal(token_command(&t, 0x80, 0xE0, 0, 0, data, 65, NE_ALL), SW_WRONG_P1P2);
    assert_int_equal(token_command(&t, 0x80, 0xE0, 3, 0, data, 65, NE_ALL), SW_WRONG_P1P2);
    assert_int_equal(token_command(&t, 0x80, 0xE0, 2, 0, data, 37, NE_ALL), SW_WRONG_LENGTH);
    /* a second step without a first */
    token_restart(&t);
    assert_int_equal(model_second(&t, &m), SW_MAC_WRONG);
    memset(&m, 0, sizeof m);
    assert_int_equal(model_second(&t, &m), SW_MAC_WRONG);
}

static void records_changed(void **state)
{
    struct model m;
    uint8_t data[64], bad[64];
    (void)state;
    model_open(&t, &m);
    size_t len = model_seal(&m, info, sizeof info, data);
    for (unsigned bit = 0; bit < len * 8; bit++) {
        memcpy(bad, data, len);
        bad[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(model_raw(&t, bad, len), SW_MAC_WRONG);
        assert_int_equal(t.answer_len, 0);
    }
    for (size_t cut = 1; cut <= len; cut++) {
        assert_int_equal(model_raw(&t, data, len - cut), SW_MAC_WRONG);
    }
    memcpy(bad, data, len);
    bad[len] = 0;
    assert_int_equal(model_raw(&t, bad, len + 1), SW_MAC_WRONG);
    assert_int_equal(token_command(&t, 0x80, 0xE2, 1, 0, data, len, NE_ALL), SW_MAC_WRONG);
    /* after all that the record itself is taken: once */
    assert_int_equal(model_raw(&t, data, len), SW_OK);
    uint8_t answer[HUFU_APDU_MAX];
    size_t answer_len = t.answer_len;
    memcpy(answer, t.answer, answer_len);
    assert_int_equal(model_raw(&t, data, len), SW_MAC_WRONG);
    /* the answer's bits, each of them */
    for (size_t bit = 0; bit < answer_len * 8; bit += 5) {
        uint16_t sw;
        memcpy(t.answer, answer, answer_len);
        t.answer_len = answer_len;
        t.answer[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(model_unseal(&m, &t, &sw));
    }
    uint16_t sw = 0;
    memcpy(t.answer, answer, answer_len);
    t.answer_len = answer_len;
    assert_true(model_unseal(&m, &t, &sw));
    assert_int_equal(sw, SW_OK);
    assert_int_equal(t.answer_len, 288);
}

static void order(void **state)
{
    struct model m, other, later;
    uint8_t first[64], second[64], data[64];
    (void)state;
    model_open(&t, &m);
    model_open(&t, &other);
    size_t len = model_seal(&m, info, sizeof info, first);
    later = m;
    later.counter = 1;
    model_seal(&later, info, sizeof info, second);
    assert_int_equal(model_raw(&t, second, len), SW_MAC_WRONG); /* ahead of its turn */
    assert_int_equal(model_raw(&t, first, len), SW_OK);
    assert_int_equal(model_raw(&t, first, len), SW_MAC_WRONG);
    assert_int_equal(model_raw(&t, second, len), SW_OK);
    assert_int_equal(model_raw(&t, second, len), SW_MAC_WRONG);
    /* the answer to one command is not the answer to another */
    uint16_t sw;
    assert_false(model_unseal(&m, &t, &sw));
    /* an answer sent back as a command */
    later.counter = 2;
    memcpy(data, first, 8);
    data[7] = 2;
    assert_int_equal(model_send(&t, &later, info, sizeof info), SW_OK);
    memcpy(data + 8, t.answer, 24);
    assert_int_equal(model_raw(&t, data, 32), SW_MAC_WRONG);
    /* one session's record under another's id */
    len = model_seal(&other, info, sizeof info, data);
    memcpy(data, first, 4);
    assert_int_equal(model_raw(&t, data, len), SW_MAC_WRONG);
    assert_int_equal(model_send(&t, &other, info, sizeof info), SW_OK);
    /* id 0 is nobody's */
    struct model nobody;
    memset(&nobody, 0, sizeof nobody);
    assert_int_equal(model_send(&t, &nobody, info, sizeof info), SW_MAC_WRONG);
}

/* A record in parts (chaining), and its answer in parts (short Le). */
static void in_parts(void **state)
{
    struct model m;
    uint8_t data[64], apdu[64], whole[HUFU_APDU_MAX];
    (void)state;
    model_open(&t, &m);
    size_t len = model_seal(&m, info, sizeof info, data), got = 0;
    memcpy(apdu, (const uint8_t[]){0x90, 0xE2, 0, 0, 10}, 5);
    memcpy(apdu + 5, data, 10);
    assert_int_equal(token_raw(&t, apdu, 15), SW_OK);
    memcpy(apdu, (const uint8_t[]){0x80, 0xE2, 0, 0, (uint8_t)(len - 10)}, 5);
    memcpy(apdu + 5, data + 10, len - 10);
    apdu[5 + len - 10] = 100;
    uint16_t sw = token_raw(&t, apdu, 5 + len - 10 + 1);
    for (;;) {
        memcpy(whole + got, t.answer, t.answer_len);
        got += t.answer_len;
        if ((sw & 0xFF00) != SW_MORE) {
            break;
        }
        sw = token_raw(&t, (const uint8_t[]){0x00, 0xC0, 0, 0, 100}, 5);
    }
    assert_int_equal(sw, SW_OK);
    memcpy(t.answer, whole, got);
    t.answer_len = got;
    assert_true(model_unseal(&m, &t, &sw));
    assert_int_equal(sw, SW_OK);
    assert_int_equal(t.answer_len, 288);
}

/* The last counter is answered, and ends the session: no pair of keys is used beyond it. */
static void counter_ends(void **state)
{
    struct model m;
    (void)state;
    model_open(&t, &m);
    for (unsigned i = 0; i < SESSION_CHANNELS; i++) {
        if (channel_table[i].id == m.id) {
            channel_table[i].next = HUFU_CHANNEL_LAST;
        }
    }
    m.counter = HUFU_CHANNEL_LAST;
    assert_int_equal(model_send(&t, &m, info, sizeof info), SW_OK);
    assert_int_equal(m.counter, 0);
    assert_int_equal(model_send(&t, &m, info, sizeof info), SW_MAC_WRONG);
    m.counter = HUFU_CHANNEL_LAST;
    assert_int_equal(model_send(&t, &m, info, sizeof info), SW_MAC_WRONG);
}

/* Two handshakes at once: the later takes the place, the earlier is told, nothing mixes. */
static void handshakes_meet(void **state)
{
    struct model a, b;
    (void)state;
    assert_int_equal(model_first(&t, &a), SW_OK);
    assert_int_equal(model_first(&t, &b), SW_OK);
    assert_int_equal(model_second(&t, &a), SW_MAC_WRONG);
    assert_int_equal(model_second(&t, &b), SW_MAC_WRONG);
    model_open(&t, &a);
    assert_int_equal(model_second(&t, &a), SW_MAC_WRONG);
    assert_int_equal(model_send(&t, &a, info, sizeof info), SW_OK);
}

int main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, setup_token, teardown_token)
    const struct CMUnitTest tests[] = {EACH(host_hello_changed),
                                       EACH(man_in_the_middle),
                                       EACH(token_answer_changed),
                                       EACH(host_confirmation_changed),
                                       EACH(handshake_forms),
                                       EACH(records_changed),
                                       EACH(order),
                                       EACH(in_parts),
                                       EACH(counter_ends),
                                       EACH(handshakes_meet)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
