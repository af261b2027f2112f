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
#define SHORT_MS  1000
#define LONG_MS   8000 /* over the three seconds of the link, whose ticks a busy machine drops */

static uint8_t out[CCID_MESSAGE_MAX];

static void suspend_for(int ms)
{
    const long long end = loop_now() + ms;

    bench_event(VB_UDC_SUSPEND);
    while (loop_now() < end)
        (void)bench.usb.bus.wait(bench.usb.bus.ctx, 20);
    bench_event(VB_UDC_RESUME);
}

static void slot_is(uint8_t status)
{
    (void)ccid_ask(STATUS, NULL, 0, out, sizeof out);
    assert_int_equal(out[0], 0x81);
    assert_int_equal(out[7], status);
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
    (void)state;
    bench_card_on();
    assert_int_equal(select_admin(), SW_OK);
    suspend_for(SHORT_MS);
    slot_is(0);
    assert_int_equal(admin_status(), SW_OK);
}

static void a_sleep(void **state)
{
    size_t len;

    (void)state;
    bench_card_on();
    assert_int_equal(select_admin(), SW_OK);
    assert_int_equal(admin_status(), SW_OK);
    suspend_for(LONG_MS);
    slot_is(1); /* present, inactive */
    len = ccid_ask(XFR_BLOCK, random, sizeof random, out, sizeof out);
    assert_int_equal(len, CCID_HEADER);
    assert_int_equal(out[7], 0x41);
    assert_int_equal(out[8], 0xFE); /* no answer from the card: power it */
    bench_card_on();
    assert_int_not_equal(admin_status(), SW_OK); /* nothing of the session is left */
    answers();
    suspend_for(SHORT_MS);
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
    suspend_for(LONG_MS);
    len = ccid_receive(out, sizeof out);
    assert_true((out[7] & 0xC0) == 0x40 || len == CCID_HEADER + 4096 + 2);
    slot_is(1);
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
