/* SPDX-License-Identifier: Apache-2.0 */
/* Seeded random hosts: half-right messages, wrong lengths, aborts and resets at any moment. The
 * sanitizers judge memory; the test judges every answer's form, and that the slot always recovers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ccid_double.h"
#include "ccid_fuzz.h"
#include <stdlib.h>
#include <string.h>

static uint64_t random_state;

static uint32_t rnd(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 11) % below;
}

static void check_answer(const uint8_t *a, size_t len)
{
    assert_in_range(len, CCID_HEADER, CCID_MESSAGE_MAX);
    assert_true(a[0] >= 0x80 && a[0] <= 0x82);
    assert_int_equal((size_t)a[1] | (size_t)a[2] << 8 | (size_t)a[3] << 16 | (size_t)a[4] << 24,
                     len - CCID_HEADER);
    assert_int_equal(a[7] & 0x3C, 0);
    assert_int_not_equal(a[7] & 0xC0, 0xC0);
    if ((a[7] & 0xC0) == 0x40) {
        assert_int_equal(len, CCID_HEADER); /* a failed command carries no data */
    }
}

static void drain(struct ccid_double *d, uint8_t *answer)
{
    for (size_t len; (len = host_take(d, answer)) != 0;) {
        check_answer(answer, len);
    }
}

static void random_message(struct ccid_double *d)
{
    static const uint8_t types[] = {0x61, 0x62, 0x63, 0x65, 0x69, 0x6A, 0x6B, 0x6C,
                                    0x6D, 0x6E, 0x6F, 0x6F, 0x6F, 0x71, 0x72, 0x73};
    static uint8_t bytes[CCID_BUFFER + 256u];
    const uint32_t kind = rnd(8);
    size_t len = rnd(4) == 0 ? rnd(CCID_BUFFER + 200u) : rnd(140);
    for (size_t i = 0; i < len && i < 80; i++) {
        bytes[i] = (uint8_t)rnd(256);
    }
    if (kind != 0 && len >= CCID_HEADER) {
        const uint32_t claim = (uint32_t)len - CCID_HEADER + (kind == 1 ? rnd(300) - 150u : 0u);
        bytes[0] = types[rnd(sizeof types)];
        memcpy(bytes + 1, &claim, sizeof claim);
        bytes[5] = rnd(16) == 0;
        bytes[6] = (uint8_t)rnd(4);
        bytes[7] = (uint8_t)rnd(3);
        bytes[8] = rnd(16) == 0;
        bytes[9] = 0;
    }
    (void)host_send(d, bytes, len);
}

/* After anything at all, an abort and a power cycle give a working slot. */
static void recovers(struct ccid_double *d, uint8_t *answer)
{
    static const uint8_t apdu[5] = {0, 0xA4, 4, 0, 0};
    d->busy_polls = 0;
    d->power_fails = d->exchange_fails = false;
    ccid_reset(&d->ccid);
    host_message(d, 0x62, 0, 1, NULL, NULL, 0);
    assert_int_equal(host_take(d, answer), CCID_HEADER + 4u);
    host_message(d, 0x6F, 0, 2, NULL, apdu, sizeof apdu);
    assert_int_equal(host_take(d, answer), CCID_HEADER + sizeof apdu + 2u);
    assert_memory_equal(answer + CCID_HEADER, apdu, sizeof apdu);
}

void test_random_hosts(void **state)
{
    (void)state;
    static struct ccid_double d;
    static uint8_t answer[CCID_MESSAGE_MAX];
    const uint32_t rounds = getenv("HUFU_TEST_LONG") != NULL ? 5000 : 200;
    for (uint32_t seed = 1; seed <= rounds; seed++) {
        random_state = 0x9E3779B97F4A7C15u * seed;
        uint32_t now = 0xFFFFF000u; /* the clock wraps on the way */
        double_init(&d);
        host_message(&d, 0x62, 0, 0, NULL, NULL, 0);
        drain(&d, answer);
        for (uint32_t step = 0; step < 200; step++) {
            d.busy_polls = rnd(5) == 0 ? rnd(6) : d.busy_polls;
            d.power_fails = rnd(32) == 0;
            d.exchange_fails = rnd(32) == 0;
            switch (rnd(12)) {
            case 0:
                (void)ccid_abort_request(&d.ccid, (uint8_t)(rnd(8) == 0), (uint8_t)rnd(4));
                break;
            case 1:
                if (rnd(10) == 0) {
                    ccid_reset(&d.ccid);
                }
                break;
            case 2:
            case 3:
            case 4:
                now += rnd(700);
                ccid_work(&d.ccid, now);
                break;
            case 5:
            case 6:
                drain(&d, answer);
                break;
            default:
                random_message(&d);
                break;
            }
        }
        drain(&d, answer);
        recovers(&d, answer);
    }
}
