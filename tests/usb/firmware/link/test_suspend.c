/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bus is suspended: for a moment, which changes nothing, and for as long as a machine sleeps,
 * after which every session has ended and the host is told that the card is off. REQ: K3
 */
#include "bench.h"
#include "hufu/apdu.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define STATUS    0x65
#define XFR_BLOCK 0x6F
#define LIMIT_MS  3000 /* of the link */
#define SHORT_MS  1000
#define LONG_MS   8000
#define MOST_MS   256000 /* a busy machine drops the ticks that the link counts */

static uint8_t out[CCID_MESSAGE_MAX];

/* How long it was: longer than asked where this process had to wait for its turn. */
static long long suspend_for(int ms)
{
    const long long began = loop_now();

    bench_event(VB_UDC_SUSPEND);
    while (loop_now() < began + ms)
        (void)bench.usb.bus.wait(bench.usb.bus.ctx, 20);
    bench_event(VB_UDC_RESUME);
    return loop_now() - began;
}

static uint8_t slot(void)
{
    (void)ccid_ask(STATUS, NULL, 0, out, sizeof out);
    assert_int_equal(out[0], 0x81);
    return out[7];
}

/* Until it was so long by the link's own clock that the card is off. */
static void suspend_for_long(void)
{
    int ms = LONG_MS;

    (void)suspend_for(ms);
    while (slot() == 0 && ms < MOST_MS)
        (void)suspend_for(ms *= 2);
    assert_int_equal(slot(), 1); /* present, inactive */
}

static const uint8_t random[] = {HUFU_CLA_SKF, HUFU_INS_GEN_RANDOM, 0, 0, 8};

static void answers(void)
{
    size_t len;

    assert_int_equal(bench_apdu(random, sizeof random, out, &len), SW_OK);
    assert_int_equal(len, 8);
}

/* What the session selected is its state: SELECT of the admin applet, and its STATUS. */
static unsigned select_admin(void)
{
    static const uint8_t select[] = {0, 0xA4, 4, 0x0C, HUFU_AID_LEN};
    uint8_t command[sizeof select + HUFU_AID_LEN];
    size_t len;

    memcpy(command, select, sizeof select);
    memcpy(command + sizeof select, HUFU_AID_ADMIN, HUFU_AID_LEN);
    return bench_apdu(command, sizeof command, out, &len);
}

static unsigned admin_status(void)
{
    static const uint8_t status[] = {HUFU_CLA_SKF, HUFU_INS_ADMIN_STATUS, 0, 0, 0};
    size_t len;

    return bench_apdu(status, sizeof status, out, &len);
}

static void a_moment(void **state)
{
    const long long deadline = loop_now() + WAIT_MS;
    long long took;

    (void)state;
    do { /* until it was one, for this process as well */
        assert_true(loop_now() < deadline);
        bench_card_on();
        assert_int_equal(select_admin(), SW_OK);
        took = suspend_for(SHORT_MS);
    } while (took >= LIMIT_MS);
    assert_int_equal(slot(), 0);
    assert_int_equal(admin_status(), SW_OK);
}

static void a_sleep(void **state)
{
    size_t len;

    (void)state;
    bench_card_on();
    assert_int_equal(select_admin(), SW_OK);
    assert_int_equal(admin_status(), SW_OK);
    suspend_for_long();
    len = ccid_ask(XFR_BLOCK, random, sizeof random, out, sizeof out);
    assert_int_equal(len, CCID_HEADER);
    assert_int_equal(out[7], 0x41);
    assert_int_equal(out[8], 0xFE); /* no answer from the card: power it */
    bench_card_on();
    assert_int_not_equal(admin_status(), SW_OK); /* nothing of the session is left */
    answers();
    while (suspend_for(SHORT_MS) >= LIMIT_MS)
        bench_card_on();
    answers();
}

/* Power goes in the midst of a command; it is answered as failed, or was done before. */
static void a_sleep_in_a_command(void **state)
{
    const uint8_t much[] = {HUFU_CLA_SKF, HUFU_INS_GEN_RANDOM, 0, 0, 0, 0x10, 0x00};
    size_t len;

    (void)state;
    bench_card_on();
    ccid_send(XFR_BLOCK, sizeof much, 0, NULL, much, sizeof much);
    (void)suspend_for(LONG_MS);
    len = ccid_receive(out, sizeof out);
    assert_true((out[7] & 0xC0) == 0x40 || len == CCID_HEADER + 4096 + 2);
    if (slot() == 0)
        suspend_for_long();
    assert_int_equal(slot(), 1);
    bench_card_on();
    answers();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_moment, bench_fresh),
        cmocka_unit_test_setup(a_sleep, bench_fresh),
        cmocka_unit_test_setup(a_sleep_in_a_command, bench_fresh),
    };

    return cmocka_run_group_tests(tests, bench_setup, bench_teardown);
}
