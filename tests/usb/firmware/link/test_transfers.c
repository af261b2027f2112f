/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CCID messages over the bulk pipes of the real firmware: packet borders, halts, resets in
 * mid-message, messages that lie about their length. After each of them the token answers again.
 * REQ: K3
 */
#include "bench.h"
#include "hufu/apdu.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define POWER_ON  0x62
#define POWER_OFF 0x63
#define STATUS    0x65
#define XFR_BLOCK 0x6F

static uint8_t out[CCID_MESSAGE_MAX];

static void power(void)
{
    const size_t len = ccid_ask(POWER_ON, NULL, 0, out, sizeof out);

    assert_int_equal(out[0], 0x80);
    assert_int_equal(out[7], 0);
    assert_true(len > CCID_HEADER + 2);
    assert_int_equal(out[CCID_HEADER], 0x3B);
}

/* A token that is well: its answer to SELECT of an AID nobody has. */
static void answers(void)
{
    static const uint8_t select[] = {0x00, 0xA4, 0x04, 0x00, 5, 0xF0, 1, 2, 3, 4};

    assert_int_equal(ccid_ask(XFR_BLOCK, select, sizeof select, out, sizeof out), 12);
    assert_int_equal(out[7], 0);
    assert_int_equal(out[10] << 8 | out[11], SW_NOT_FOUND);
}

static void atr(void **state)
{
    uint8_t check = 0;
    size_t len;

    (void)state;
    power();
    len = CCID_HEADER + (size_t)out[1];
    for (size_t i = CCID_HEADER + 1; i < len; i++)
        check ^= out[i];
    assert_int_equal(check, 0); /* TCK (ISO/IEC 7816-3, 8.2.5) */
}

/* Command messages of every length around a packet's border: SELECT with names of 1 to 16 bytes is
 * short, so an unknown instruction carries the rest. */
static void out_message_lengths(void **state)
{
    static uint8_t command[HUFU_APDU_MAX];

    (void)state;
    power();
    for (size_t total = CCID_HEADER + 6; total <= 200; total++) {
        const size_t len = total - CCID_HEADER;

        memset(command, 0, sizeof command);
        command[0] = HUFU_CLA_SKF;
        command[1] = 0xFE; /* no such instruction */
        command[4] = (uint8_t)(len - 5);
        assert_int_equal(ccid_ask(XFR_BLOCK, command, len, out, sizeof out), 12);
        assert_int_equal(out[10] << 8 | out[11], SW_INS_UNKNOWN);
    }
    for (size_t data = HUFU_APDU_MAX_DATA - 130; data <= HUFU_APDU_MAX_DATA; data++) {
        command[4] = 0;
        command[5] = (uint8_t)(data >> 8);
        command[6] = (uint8_t)data;
        assert_int_equal(ccid_ask(XFR_BLOCK, command, 7 + data, out, sizeof out), 12);
        assert_int_equal(out[10] << 8 | out[11], SW_INS_UNKNOWN);
    }
}

/* Answers whose message ends before, on and after a packet's border: 63, 64, 65 and 128 among them.
 */
static void in_message_lengths(void **state)
{
    (void)state;
    power();
    for (uint8_t n = 1; n <= 130; n++) {
        const uint8_t random[] = {HUFU_CLA_SKF, HUFU_INS_GEN_RANDOM, 0, 0, n};

        assert_int_equal(ccid_ask(XFR_BLOCK, random, sizeof random, out, sizeof out),
                         CCID_HEADER + n + 2u);
        assert_int_equal(out[CCID_HEADER + n] << 8 | out[CCID_HEADER + n + 1u], SW_OK);
    }
}

static void status_follows_power(void **state)
{
    (void)state;
    (void)ccid_ask(STATUS, NULL, 0, out, sizeof out);
    assert_int_equal(out[0], 0x81);
    assert_int_equal(out[7], 1); /* present, inactive */
    power();
    (void)ccid_ask(STATUS, NULL, 0, out, sizeof out);
    assert_int_equal(out[7], 0);
    (void)ccid_ask(POWER_OFF, NULL, 0, out, sizeof out);
    assert_int_equal(out[0], 0x81);
    assert_int_equal(out[7], 1);
    (void)ccid_ask(XFR_BLOCK, (const uint8_t *)"\0\xA4\4\0", 4, out, sizeof out);
    assert_int_equal(out[7], 0x41); /* failed: the card is off */
}

/* Unknown message types, another slot, chaining that is not offered: an error, then all is well. */
static void wrong_messages(void **state)
{
    static const uint8_t chained[3] = {0, 1, 0};
    static const uint8_t unknown[] = {0x00, 0x60, 0x64, 0x6B, 0x7F, 0x80, 0xFF};
    const uint8_t data[4] = {0, 0xA4, 4, 0};

    (void)state;
    power();
    for (size_t i = 0; i < sizeof unknown; i++) {
        (void)ccid_ask(unknown[i], NULL, 0, out, sizeof out);
        assert_int_equal(out[7] & 0xC0, 0x40);
        assert_int_equal(out[8], 0); /* command not supported */
    }
    ccid_send(XFR_BLOCK, 4, 1, NULL, data, 4);
    (void)ccid_receive(out, sizeof out);
    assert_int_equal(out[7] & 0xC0, 0x40);
    assert_int_equal(out[8], 5); /* the offset of bSlot */
    ccid_send(XFR_BLOCK, 4, 0, chained, data, 4);
    (void)ccid_receive(out, sizeof out);
    assert_int_equal(out[7] & 0xC0, 0x40);
    assert_int_equal(out[8], 8);
    answers();
}

/* A declared length beyond the message length is refused, however much of it arrives. */
static void oversized_messages(void **state)
{
    static const uint32_t declared[] = {HUFU_APDU_MAX + 1, 0x10000, 0x7FFFFFFF, 0xFFFFFFFF};
    static uint8_t data[256];

    (void)state;
    for (size_t i = 0; i < sizeof declared / sizeof declared[0]; i++) {
        size_t len;
        int e;

        assert_int_equal(bench_fresh(NULL), 0);
        power();
        ccid_send(XFR_BLOCK, declared[i], 0, NULL, data, sizeof data);
        e = usb_bulk_in(&bench.usb, 1, out, sizeof out, &len, 1000);
        /* At once, or only after the rest: but never as a good answer. */
        assert_true(e == USB_TIMEOUT || e == USB_STALL || (e == USB_OK && (out[7] & 0x40) != 0));
        assert_int_equal(bench_fresh(NULL), 0);
        power();
        answers();
    }
}

/* More than was declared, within a packet and in several: refused, and no command comes of it. Each
 * packet behind the first is at best a message of its own, and none that is any good. */
static void longer_than_declared(void **state)
{
    static const size_t sent[] = {6, 53, 54, 55, 118, 119, 246, 1000};
    static uint8_t data[1000];
    size_t len;

    (void)state;
    memset(data, 0xFF, sizeof data);
    memcpy(data, "\0\xA4\4\0", 4);
    for (size_t i = 0; i < sizeof sent / sizeof sent[0]; i++) {
        size_t done = sent[i] < 64 - CCID_HEADER ? sent[i] : 64 - CCID_HEADER;

        power();
        ccid_send(XFR_BLOCK, 5, 0, NULL, data, done);
        assert_int_equal(usb_bulk_in(&bench.usb, 1, out, sizeof out, &len, WAIT_MS), USB_OK);
        assert_int_equal(len, CCID_HEADER);
        assert_int_equal(out[6], bench.seq);
        assert_int_equal(out[7], 0x40); /* failed, the card is as it was */
        assert_int_equal(out[8], 1);    /* the offset of dwLength */
        while (done < sent[i]) {
            const size_t n = sent[i] - done < 64 ? sent[i] - done : 64;

            assert_int_equal(usb_bulk_out(&bench.usb, 1, data + done, n, false, WAIT_MS), USB_OK);
            done += n;
            while (usb_bulk_in(&bench.usb, 1, out, sizeof out, &len, 20) == USB_OK)
                assert_true(len >= CCID_HEADER && (out[7] & 0xC0) == 0x40);
        }
        assert_int_equal(bench_fresh(NULL), 0);
        power();
        answers();
    }
}

/* Less than was declared, then silence; less than a header. The bus reset cures both. */
static void truncated_messages(void **state)
{
    static const uint8_t data[100];

    (void)state;
    for (size_t sent = 0; sent < sizeof data; sent += 27) {
        power();
        ccid_send(XFR_BLOCK, sizeof data, 0, NULL, data, sent);
        assert_int_equal(bench_fresh(NULL), 0);
        power();
        answers();
    }
    for (size_t len = 0; len < CCID_HEADER; len++) {
        assert_int_equal(usb_bulk_out(&bench.usb, 1, data, len, false, WAIT_MS), USB_OK);
        assert_int_equal(bench_fresh(NULL), 0);
        power();
        answers();
    }
}

/* A bus reset in the middle of a command ends it; the card is off afterwards. */
static void reset_in_a_command(void **state)
{
    const uint8_t random[] = {HUFU_CLA_SKF, HUFU_INS_GEN_RANDOM, 0, 0, 0, 0x10, 0x00};

    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        power();
        ccid_send(XFR_BLOCK, sizeof random, 0, NULL, random, sizeof random);
        assert_int_equal(bench_fresh(NULL), 0);
        (void)ccid_ask(STATUS, NULL, 0, out, sizeof out);
        assert_int_equal(out[7], 1);
    }
    power();
    answers();
}

static void halted_pipes(void **state)
{
    static const uint8_t endpoints[] = {0x81, 0x01};
    uint8_t status[2];
    size_t got;

    (void)state;
    power();
    for (unsigned i = 0; i < 2; i++) {
        const struct usb_setup halt = {0x02, 3, 0, endpoints[i], 0};
        const struct usb_setup ask = {0x82, 0, 0, endpoints[i], 2};

        assert_int_equal(usb_control(&bench.usb, &halt, NULL, NULL, WAIT_MS), USB_OK);
        assert_int_equal(usb_control(&bench.usb, &ask, status, &got, WAIT_MS), USB_OK);
        assert_int_equal(got, 2);
        assert_int_equal(status[0], 1);
        assert_int_equal(endpoints[i] & 0x80
                             ? usb_bulk_in(&bench.usb, 1, out, sizeof out, &got, WAIT_MS)
                             : usb_bulk_out(&bench.usb, 1, out, 10, false, WAIT_MS),
                         USB_STALL);
        assert_int_equal(usb_clear_halt(&bench.usb, endpoints[i]), USB_OK);
        assert_int_equal(usb_control(&bench.usb, &ask, status, &got, WAIT_MS), USB_OK);
        assert_int_equal(status[0], 0);
        answers();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(atr, bench_fresh),
        cmocka_unit_test_setup(out_message_lengths, bench_fresh),
        cmocka_unit_test_setup(in_message_lengths, bench_fresh),
        cmocka_unit_test_setup(status_follows_power, bench_fresh),
        cmocka_unit_test_setup(wrong_messages, bench_fresh),
        cmocka_unit_test_setup(oversized_messages, bench_fresh),
        cmocka_unit_test_setup(longer_than_declared, bench_fresh),
        cmocka_unit_test_setup(truncated_messages, bench_fresh),
        cmocka_unit_test_setup(reset_in_a_command, bench_fresh),
        cmocka_unit_test_setup(halted_pipes, bench_fresh),
    };

    return cmocka_run_group_tests(tests, bench_setup, bench_teardown);
}
