/* SPDX-License-Identifier: Apache-2.0 */
/* The CCID state machine, message by message. REQ: K3 (interface: bad input changes nothing). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ccid_double.h"
#include "ccid_fuzz.h"
#include <string.h>

static struct ccid_double d;
static uint8_t answer[CCID_MESSAGE_MAX];

static int setup(void **state)
{
    (void)state;
    double_init(&d);
    return 0;
}

/* Takes an answer and checks all of its header; returns the number of data bytes. */
static size_t expect(uint8_t type, uint8_t seq, uint8_t status, uint8_t error)
{
    const size_t len = host_take(&d, answer);
    assert_true(len >= CCID_HEADER);
    assert_int_equal(answer[0], type);
    assert_int_equal((size_t)answer[1] | (size_t)answer[2] << 8, len - CCID_HEADER);
    assert_int_equal(answer[6], seq);
    assert_int_equal(answer[7], status);
    assert_int_equal(answer[8], error);
    return len - CCID_HEADER;
}

static void expect_nothing(void)
{
    assert_int_equal(host_take(&d, answer), 0);
}

static void power_on(void)
{
    host_message(&d, 0x62, 0, 200, NULL, NULL, 0);
    assert_int_equal(expect(0x80, 200, 0, 0), 4);
}

static void test_power_and_status(void **state)
{
    (void)state;
    host_message(&d, 0x65, 0, 1, NULL, NULL, 0);
    assert_int_equal(expect(0x81, 1, 1, 0), 0); /* present, inactive */
    host_message(&d, 0x62, 0, 2, NULL, NULL, 0);
    assert_int_equal(expect(0x80, 2, 0, 0), 4);
    assert_int_equal(answer[10], 0x3B);
    host_message(&d, 0x65, 0, 3, NULL, NULL, 0);
    expect(0x81, 3, 0, 0);
    host_message(&d, 0x63, 0, 4, NULL, NULL, 0);
    expect(0x81, 4, 1, 0);
    assert_int_equal(d.powers_off, 1);
    host_message(&d, 0x62, 0, 5, (const uint8_t[]){4, 0, 0}, NULL, 0);
    expect(0x80, 5, 0x41, 7); /* no such voltage */
    d.power_fails = true;
    host_message(&d, 0x62, 0, 6, NULL, NULL, 0);
    expect(0x80, 6, 0x41, 0xFE);
}

static void test_transfer_of_every_packet_boundary(void **state)
{
    (void)state;
    static uint8_t apdu[HUFU_APDU_MAX];
    for (size_t i = 0; i < sizeof apdu; i++) {
        apdu[i] = (uint8_t)(i * 7u);
    }
    power_on();
    static const size_t lengths[] = {1,
                                     4,
                                     53,
                                     54,
                                     55,
                                     117,
                                     118,
                                     119,
                                     182,
                                     246,
                                     310,
                                     311,
                                     4096,
                                     HUFU_APDU_MAX - 2u,
                                     HUFU_APDU_MAX};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        const size_t n = lengths[i];
        host_message(&d, 0x6F, 0, (uint8_t)i, NULL, apdu, n);
        assert_int_equal(d.command_len, n);
        assert_memory_equal(d.command, apdu, n);
        const size_t echoed = n + 2u <= HUFU_APDU_MAX ? n : HUFU_APDU_MAX - 2u;
        assert_int_equal(expect(0x80, (uint8_t)i, 0, 0), echoed + 2u);
        assert_memory_equal(answer + CCID_HEADER, apdu, echoed);
    }
}

static void test_zero_length_packets_are_ignored(void **state)
{
    (void)state;
    power_on();
    host_send(&d, NULL, 0);
    expect_nothing();
    static const uint8_t apdu[54] = {0, 1, 2};
    host_message(&d, 0x6F, 0, 1, NULL, apdu,
                 sizeof apdu); /* 64 bytes: a host may end it by a ZLP */
    host_send(&d, NULL, 0);
    expect(0x80, 1, 0, 0);
    expect_nothing();
    assert_int_equal(d.exchanges, 1);
}

static void test_wrong_lengths(void **state)
{
    (void)state;
    power_on();
    uint8_t m[200] = {0x6F, 20, 0, 0, 0, 0, 1};
    host_send(&d, m, 15); /* shorter than it says */
    expect(0x80, 1, 0x40, 1);
    host_send(&d, m, 40); /* longer */
    expect(0x80, 1, 0x40, 1);
    m[1] = 150;
    host_send(&d, m, 120); /* ends within the second transfer */
    expect(0x80, 1, 0x40, 1);
    m[1] = 100;
    host_send(&d, m, 115);
    expect(0x80, 1, 0x40, 1);
    host_send(&d, m, 7); /* no header: nothing to answer */
    expect_nothing();
    host_message(&d, 0x6F, 0, 2, NULL, NULL, 0);
    expect(0x80, 2, 0x40, 1);
    for (const uint8_t *type = (const uint8_t[]){0x62, 0x63, 0x65, 0x6C, 0x6D, 0x72, 0}; *type != 0;
         type++) {
        host_message(&d, *type, 0, 3, NULL, m, 3); /* these carry no data */
        assert_int_equal(host_take(&d, answer), CCID_HEADER);
        assert_int_equal(answer[7] & 0xC0, 0x40);
        assert_int_equal(answer[8], 1);
    }
    assert_int_equal(d.exchanges, 0);
    assert_int_equal(d.powers_on, 1);
    assert_int_equal(d.powers_off, 0);
}

static void test_oversized_is_drained_and_refused_once(void **state)
{
    (void)state;
    static uint8_t m[CCID_BUFFER + 128u] = {0x6F};
    power_on();
    const uint32_t one_more = HUFU_APDU_MAX + 1u;
    memcpy(m + 1, &one_more, 4);
    m[6] = 9;
    host_send(&d, m, CCID_HEADER + one_more);
    expect(0x80, 9, 0x40, 1);
    expect_nothing();
    memset(m + 1, 0xFF, 4); /* 4 GiB announced, then a short packet */
    host_send(&d, m, 64u * 40u + 3u);
    expect(0x80, 9, 0x40, 1);
    expect_nothing();
    assert_int_equal(d.exchanges, 0);
    host_message(&d, 0x65, 0, 10, NULL, NULL, 0);
    expect(0x81, 10, 0, 0);
}

static void test_wrong_slot(void **state)
{
    (void)state;
    power_on();
    for (const uint8_t *type = (const uint8_t[]){0x61, 0x62, 0x63, 0x65, 0x6C, 0x6D, 0x6F, 0x72, 0};
         *type != 0; type++) {
        host_message(&d, *type, 1, 4, NULL, NULL, 0);
        assert_int_equal(host_take(&d, answer), CCID_HEADER);
        assert_int_equal(answer[5], 1);
        assert_int_equal(answer[7], 0x42); /* failed, no card there */
        assert_int_equal(answer[8], 5);
    }
    assert_int_equal(d.powers_off, 0);
}

static void test_unsupported_messages(void **state)
{
    (void)state;
    static const uint8_t types[] = {0x00, 0x60, 0x69, 0x6A, 0x6B, 0x6E, 0x71, 0x73, 0x80, 0xFF};
    for (size_t i = 0; i < sizeof types; i++) {
        host_message(&d, types[i], 0, (uint8_t)i, NULL, "\1\2\3", 3);
        assert_int_equal(expect(0x81, (uint8_t)i, 0x41, 0), 0);
    }
}

static void test_parameters(void **state)
{
    (void)state;
    static const uint8_t t1[7] = {0x11, 0x10, 0, 0x15, 0, 0xFE, 0};
    host_message(&d, 0x6C, 0, 1, NULL, NULL, 0);
    assert_int_equal(expect(0x82, 1, 1, 0), 7);
    assert_int_equal(answer[9], 1);
    assert_memory_equal(answer + 10, t1, sizeof t1);
    host_message(&d, 0x6D, 0, 2, NULL, NULL, 0);
    assert_int_equal(expect(0x82, 2, 1, 0), 7);
    host_message(&d, 0x61, 0, 3, (const uint8_t[]){1, 0, 0}, t1, 7);
    assert_int_equal(expect(0x82, 3, 1, 0), 7);
    host_message(&d, 0x61, 0, 4, (const uint8_t[]){0, 0, 0}, t1, 5);
    expect(0x82, 4, 0x41, 7); /* T=0 */
    host_message(&d, 0x61, 0, 5, (const uint8_t[]){1, 0, 0}, t1, 5);
    expect(0x82, 5, 0x41, 1);
}

static void test_transfer_needs_power_and_a_whole_apdu(void **state)
{
    (void)state;
    host_message(&d, 0x6F, 0, 1, NULL, "\0\244\4\0", 4);
    expect(0x80, 1, 0x41, 0xFE);
    power_on();
    host_message(&d, 0x6F, 0, 2, (const uint8_t[]){0, 1, 0}, "\0\244\4\0", 4); /* "begins" */
    expect(0x80, 2, 0x40, 8);
    host_message(&d, 0x6F, 0, 3, (const uint8_t[]){0, 0, 1}, "\0\244\4\0", 4);
    expect(0x80, 3, 0x40, 8);
    assert_int_equal(d.exchanges, 0);
}

static void test_card_failures(void **state)
{
    (void)state;
    power_on();
    d.exchange_fails = true;
    host_message(&d, 0x6F, 0, 1, NULL, "\0\244\4\0", 4);
    expect(0x80, 1, 0x40, 0xFB);
    d.exchange_fails = false;
    d.claim_len = CCID_MESSAGE_MAX; /* more than a message holds */
    host_message(&d, 0x6F, 0, 2, NULL, "\0\244\4\0", 4);
    expect(0x80, 2, 0x40, 0xFB);
}

static void test_time_extension(void **state)
{
    (void)state;
    power_on();
    d.busy_polls = 10;
    host_message(&d, 0x6F, 0, 7, NULL, "\0\244\4\0", 4);
    expect_nothing();
    assert_true(ccid_busy(&d.ccid));
    uint32_t now = 0xFFFFFF00u; /* wraps before the first is due */
    ccid_work(&d.ccid, now);
    ccid_work(&d.ccid, now + CCID_EXTENSION_MS - 1u);
    expect_nothing();
    ccid_work(&d.ccid, now + CCID_EXTENSION_MS);
    assert_int_equal(expect(0x80, 7, 0x80, 1), 0);
    ccid_work(&d.ccid, now + CCID_EXTENSION_MS + 10u);
    expect_nothing();
    ccid_work(&d.ccid, now + 2u * CCID_EXTENSION_MS + 10u);
    assert_int_equal(expect(0x80, 7, 0x80, 1), 0);
    for (int i = 0; i < 6; i++) {
        ccid_work(&d.ccid, now);
    }
    assert_int_equal(expect(0x80, 7, 0, 0), 6);
    assert_false(ccid_busy(&d.ccid));
}

static void test_busy_slot(void **state)
{
    (void)state;
    static uint8_t big[3000];
    power_on();
    d.busy_polls = 3;
    host_message(&d, 0x6F, 0, 1, NULL, "\0\244\4\0", 4);
    host_message(&d, 0x65, 0, 2, NULL, NULL, 0);
    expect(0x81, 2, 0x40, 0xE0);
    host_message(&d, 0x6F, 0, 3, NULL, big, sizeof big); /* must not touch the running command */
    expect(0x80, 3, 0x40, 0xE0);
    for (int i = 0; i < 4; i++) {
        ccid_work(&d.ccid, 0);
    }
    assert_int_equal(expect(0x80, 1, 0, 0), 6);
    assert_memory_equal(answer + 10, "\0\244\4\0\220\0", 6);
    assert_int_equal(d.exchanges, 1);
}

static void test_abort_request_first(void **state)
{
    (void)state;
    power_on();
    d.busy_polls = 100;
    host_message(&d, 0x6F, 0, 1, NULL, "\0\244\4\0", 4);
    assert_true(ccid_abort_request(&d.ccid, 0, 2));
    assert_int_equal(d.aborts, 1);
    assert_false(ccid_busy(&d.ccid));
    host_message(&d, 0x65, 0, 3, NULL, NULL, 0); /* until the message comes, all is refused */
    expect(0x81, 3, 0x40, 0xFF);
    host_message(&d, 0x72, 0, 4, NULL, NULL, 0); /* another abort's message */
    expect(0x81, 4, 0x40, 0xFF);
    host_message(&d, 0x72, 0, 2, NULL, NULL, 0);
    expect(0x81, 2, 0, 0);
    host_message(&d, 0x6F, 0, 5, NULL, "\0\244\4\0", 4);
    expect(0x80, 5, 0, 0);
}

static void test_abort_message_first(void **state)
{
    (void)state;
    power_on();
    d.busy_polls = 100;
    host_message(&d, 0x6F, 0, 1, NULL, "\0\244\4\0", 4);
    host_message(&d, 0x72, 0, 2, NULL, NULL, 0);
    expect_nothing();
    assert_int_equal(d.aborts, 0); /* one half alone stops nothing */
    assert_true(ccid_abort_request(&d.ccid, 0, 2));
    expect(0x81, 2, 0, 0);
    assert_int_equal(d.aborts, 1);
    assert_false(ccid_abort_request(&d.ccid, 1, 2));
}

static void test_abort_while_an_extension_goes_out(void **state)
{
    (void)state;
    power_on();
    d.busy_polls = 100;
    host_message(&d, 0x6F, 0, 1, NULL, "\0\244\4\0", 4);
    ccid_work(&d.ccid, 0);
    ccid_work(&d.ccid, CCID_EXTENSION_MS); /* now outgoing */
    assert_true(ccid_abort_request(&d.ccid, 0, 2));
    host_message(&d, 0x72, 0, 2, NULL, NULL, 0); /* held behind it */
    expect(0x80, 1, 0x80, 1);
    expect(0x81, 2, 0, 0);
    expect_nothing();
}

static void test_message_behind_an_unread_answer_waits(void **state)
{
    (void)state;
    power_on();
    host_message(&d, 0x65, 0, 1, NULL, NULL, 0);
    host_message(&d, 0x65, 0, 2, NULL, NULL, 0);
    uint32_t room;
    assert_null(ccid_in_buffer(&d.ccid, &room)); /* the host sees NAK */
    assert_int_equal(room, 0);
    expect(0x81, 1, 0, 0);
    expect(0x81, 2, 0, 0);
    assert_non_null(ccid_in_buffer(&d.ccid, &room));
}

static void test_reset_ends_everything(void **state)
{
    (void)state;
    power_on();
    d.busy_polls = 100;
    host_message(&d, 0x6F, 0, 1, NULL, "\0\244\4\0", 4);
    ccid_reset(&d.ccid);
    assert_int_equal(d.aborts, 1);
    assert_int_equal(d.powers_off, 1);
    expect_nothing();
    host_message(&d, 0x65, 0, 2, NULL, NULL, 0);
    expect(0x81, 2, 1, 0);
}

static void test_card_switched_off_by_itself(void **state)
{
    (void)state;
    power_on();
    d.busy_polls = 100;
    host_message(&d, 0x6F, 0, 1, NULL, "\0\244\4\0", 4);
    ccid_card_off(&d.ccid);
    assert_int_equal(d.powers_off, 1);
    d.busy_polls = 0;
    d.exchange_fails = true; /* what a card without power says */
    ccid_work(&d.ccid, 0);
    expect(0x80, 1, 0x41, 0xFB);
    assert_false(ccid_busy(&d.ccid));
    d.exchange_fails = false;
    host_message(&d, 0x65, 0, 2, NULL, NULL, 0);
    expect(0x81, 2, 1, 0);
    host_message(&d, 0x6F, 0, 3, NULL, "\0\244\4\0", 4);
    expect(0x80, 3, 0x41, 0xFE);
    power_on();
}

#define TEST(f) cmocka_unit_test_setup(f, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_power_and_status),
        TEST(test_transfer_of_every_packet_boundary),
        TEST(test_zero_length_packets_are_ignored),
        TEST(test_wrong_lengths),
        TEST(test_oversized_is_drained_and_refused_once),
        TEST(test_wrong_slot),
        TEST(test_unsupported_messages),
        TEST(test_parameters),
        TEST(test_transfer_needs_power_and_a_whole_apdu),
        TEST(test_card_failures),
        TEST(test_time_extension),
        TEST(test_busy_slot),
        TEST(test_abort_request_first),
        TEST(test_abort_message_first),
        TEST(test_abort_while_an_extension_goes_out),
        TEST(test_message_behind_an_unread_answer_waits),
        TEST(test_reset_ends_everything),
        TEST(test_card_switched_off_by_itself),
        cmocka_unit_test(test_random_hosts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
