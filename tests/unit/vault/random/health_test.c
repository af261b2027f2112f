/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Health tests: their chances of a false alarm by exact enumeration, and planted bad sources.
 * REQ: K3
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "err.h"
#include "random/health.h"

static double log_factorial(unsigned n)
{
    return lgamma((double)n + 1);
}

static double binomial_tail(unsigned n, double p, unsigned from)
{
    double sum = 0;
    for (unsigned k = from; k <= n; k++) {
        sum += exp(log_factorial(n) - log_factorial(k) - log_factorial(n - k) + k * log(p) +
                   (n - k) * log1p(-p));
    }
    return sum;
}

/* P(S > limit) for 256 fair pairs of bits, over every outcome. */
static double poker_tail(uint32_t limit)
{
    double sum = 0;
    for (unsigned a = 0; a <= 256; a++) {
        for (unsigned b = 0; a + b <= 256; b++) {
            for (unsigned c = 0; a + b + c <= 256; c++) {
                unsigned d = 256 - a - b - c;
                if (a * a + b * b + c * c + d * d > limit) {
                    sum += exp(log_factorial(256) - log_factorial(a) - log_factorial(b) -
                               log_factorial(c) - log_factorial(d) - 256 * log(4));
                }
            }
        }
    }
    return sum;
}

static void false_alarms(void **state)
{
    (void)state;
    double startup = poker_tail(HEALTH_POKER_STARTUP);
    double use = poker_tail(HEALTH_POKER_USE);
    double set =
        binomial_tail(HEALTH_STARTUP_SET, startup, HEALTH_STARTUP_SET - HEALTH_STARTUP_PASSES + 1);
    double start = pow(set, HEALTH_REPEATS + 1);
    double one_use = pow(use, HEALTH_REPEATS + 1);
    double rct = pow(2, -4.0 * (HEALTH_RCT_CUTOFF - 1));
    double apt = binomial_tail(HEALTH_APT_WINDOW - 1, 1.0 / 16, HEALTH_APT_CUTOFF - 1);
    print_message("poker %.3g (start-up) %.3g (use); start %.3g, use %.3g; at H: run %.3g, "
                  "window %.3g\n",
                  startup, use, start, one_use, rct, apt);
    assert_true(startup < 0.01 && startup > 0.005); /* neither toothless nor jumpy */
    assert_true(start < 1e-17);
    assert_true(one_use < 1e-11);
    assert_true(rct <= pow(2, -40));
    assert_true(apt < pow(2, -39));
}

static void runs(void **state)
{
    (void)state;
    struct health h;
    uint8_t raw[32];
    for (unsigned i = 0; i < sizeof raw; i++) {
        raw[i] = (uint8_t)(i * 37);
    }
    health_init(&h);
    memset(raw + 5, 0x42, HEALTH_RCT_CUTOFF - 1);
    assert_int_equal(health_feed(&h, raw, sizeof raw), ERR_OK);
    health_init(&h);
    memset(raw + 5, 0x42, HEALTH_RCT_CUTOFF);
    assert_int_equal(health_feed(&h, raw, sizeof raw), ERR_ENTROPY);
    /* latched: good bytes do not heal it */
    raw[10] = 1;
    assert_int_equal(health_feed(&h, raw, sizeof raw), ERR_ENTROPY);
    health_init(&h);
    assert_int_equal(health_feed(&h, raw, sizeof raw), ERR_OK);
    /* a run over the border of two calls */
    health_init(&h);
    memset(raw, 7, sizeof raw);
    assert_int_equal(health_feed(&h, raw, 6), ERR_OK);
    assert_int_equal(health_feed(&h, raw, 4), ERR_OK);
    assert_int_equal(health_feed(&h, raw, 1), ERR_ENTROPY);
}

/* A window whose first byte comes exactly `matches` times; the rest count up, never in a run. */
static int window_with(unsigned matches)
{
    struct health h;
    uint8_t window[HEALTH_APT_WINDOW];
    for (unsigned i = 0; i < HEALTH_APT_WINDOW; i++) {
        window[i] = i % 2 == 0 && i / 2 < matches ? 0 : (uint8_t)(1 + i % 255);
    }
    health_init(&h);
    return health_feed(&h, window, sizeof window);
}

static void proportion(void **state)
{
    (void)state;
    assert_int_equal(window_with(HEALTH_APT_CUTOFF - 1), ERR_OK);
    assert_int_equal(window_with(HEALTH_APT_CUTOFF), ERR_ENTROPY);
}

static void poker(void **state)
{
    (void)state;
    uint8_t sample[HEALTH_SAMPLE];
    memset(sample, 0x1B, sizeof sample); /* 00 01 10 11: perfectly even */
    assert_int_equal(health_poker(sample), 4 * 64 * 64);
    memset(sample, 0, sizeof sample);
    assert_int_equal(health_poker(sample), 256 * 256);
    memset(sample, 0x55, sizeof sample);
    assert_int_equal(health_poker(sample), 256 * 256);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(false_alarms),
        cmocka_unit_test(runs),
        cmocka_unit_test(proportion),
        cmocka_unit_test(poker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
