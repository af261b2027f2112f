/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A host that does not keep the order of CCID: sequence numbers of its own taste, aborts in the
 * middle of a message and of a command, a thousand bus resets one after the other. After each the
 * token answers. REQ: K3
 */
#include "bench.h"
#include "hufu/apdu.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define POWER_ON  0x62
#define STATUS    0x65
#define XFR_BLOCK 0x6F
#define ABORT     0x72

static uint8_t out[CCID_MESSAGE_MAX];

static void power(void)
{
    (void)ccid_ask(POWER_ON, NULL, 0, out, sizeof out);
    assert_int_equal(out[7], 0);
}

static void answers(void)
{
    static const uint8_t select[] = {0x00, 0xA4, 0x04, 0x00, 5, 0xF0, 1, 2, 3, 4};

    assert_int_equal(ccid_ask(XFR_BLOCK, select, sizeof select, out, sizeof out), 12);
    assert_int_equal(out[7], 0);
    assert_int_equal(out[10] << 8 | out[11], SW_NOT_FOUND);
}

static int abort_request(uint8_t sequence)
{
    const struct usb_setup setup = {0x21, 1, (uint16_t)(sequence << 8), 0, 0};

    return usb_control(&bench.usb, &setup, NULL, NULL, WAIT_MS);
}

/* Whatever number a message has, its answer has the same; none is remembered. */
static void any_sequence_numbers(void **state)
{
    static const uint8_t numbers[] = {0, 0, 0, 255, 1, 1, 254, 128, 127, 128, 3, 2, 1, 0};

    (void)state;
    power();
    for (size_t i = 0; i < sizeof numbers; i++) {
        bench.seq = (uint8_t)(numbers[i] - 1u); /* ccid_send counts */
        answers();
    }
}

/* Part of a message, then an abort: the Abort message itself ends what was cut and is refused with
 * it; the next one is answered. */
static void abort_in_a_message(void **state)
{
    static const uint8_t data[200];

    (void)state;
    for (size_t sent = 54; sent <= 182; sent += 64) { /* whole packets, so that more is awaited */
        size_t len;

        power();
        ccid_send(XFR_BLOCK, sizeof data, 0, NULL, data, sent);
        assert_int_equal(abort_request((uint8_t)(bench.seq + 1u)), USB_OK);
        ccid_send(ABORT, 0, 0, NULL, NULL, 0);
        assert_int_equal(usb_bulk_in(&bench.usb, 1, out, sizeof out, &len, WAIT_MS), USB_OK);
        assert_true(len == CCID_HEADER && (out[7] & 0xC0) == 0x40);
        bench.seq--; /* the number that the request named */
        ccid_send(ABORT, 0, 0, NULL, NULL, 0);
        (void)ccid_receive(out, sizeof out);
        assert_int_equal(out[0], 0x81);
        assert_int_equal(out[7] & 0xC0, 0);
        answers();
    }
}

/* Both orders of an abort's halves while a command is at work. */
static void abort_in_a_command(void **state)
{
    static const uint8_t random[] = {HUFU_CLA_SKF, HUFU_INS_GEN_RANDOM, 0, 0, 0, 0x10, 0x00};

    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        power();
        ccid_send(XFR_BLOCK, sizeof random, 0, NULL, random, sizeof random);
        if (i % 2 == 0)
            assert_int_equal(abort_request((uint8_t)(bench.seq + 1u)), USB_OK);
        ccid_send(ABORT, 0, 0, NULL, NULL, 0);
        if (i % 2 != 0)
            assert_int_equal(abort_request(bench.seq), USB_OK);
        do { /* the command's own answer may have been on the way */
            size_t len;
            assert_int_equal(usb_bulk_in(&bench.usb, 1, out, sizeof out, &len, WAIT_MS), USB_OK);
        } while (out[0] != 0x81 || out[6] != bench.seq);
        assert_int_equal(out[7] & 0xC0, 0);
        answers();
    }
}

/* The halves name different numbers: refused, and the slot works again after a right one. */
static void abort_of_two_minds(void **state)
{
    (void)state;
    power();
    assert_int_equal(abort_request((uint8_t)(bench.seq + 7u)), USB_OK);
    ccid_send(ABORT, 0, 0, NULL, NULL, 0);
    (void)ccid_receive(out, sizeof out);
    assert_int_equal(out[7] & 0xC0, 0x40);
    ccid_send(STATUS, 0, 0, NULL, NULL, 0);
    (void)ccid_receive(out, sizeof out);
    assert_int_equal(out[7] & 0xC0, 0x40); /* aborting still */
    assert_int_equal(abort_request((uint8_t)(bench.seq + 1u)), USB_OK);
    ccid_send(ABORT, 0, 0, NULL, NULL, 0);
    (void)ccid_receive(out, sizeof out);
    assert_int_equal(out[7] & 0xC0, 0);
    answers();
}

static void many_resets(void **state)
{
    const unsigned resets = 1000;
    const long long began = loop_now();

    (void)state;
    for (unsigned i = 0; i < resets; i++) {
        assert_int_equal(bench_fresh(NULL), 0);
        if (i % 10 == 0) {
            power();
            answers();
        }
    }
    power();
    answers();
    print_message("%u resets with enumeration in %lld ms\n", resets, loop_now() - began);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(any_sequence_numbers, bench_fresh),
        cmocka_unit_test_setup(abort_in_a_message, bench_fresh),
        cmocka_unit_test_setup(abort_in_a_command, bench_fresh),
        cmocka_unit_test_setup(abort_of_two_minds, bench_fresh),
        cmocka_unit_test_setup(many_resets, bench_fresh),
    };

    return cmocka_run_group_tests(tests, bench_setup, bench_teardown);
}
