/* SPDX-License-Identifier: Apache-2.0 */
/* Known-answer tests pass, and each one fails when its result is spoiled. REQ: K2 K3 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "err.h"
#include "selftest/kat.h"
#include "support/fixed_rng.h"

static void all_pass(void **state)
{
    (void)state;
    assert_int_equal(selftest_kat(), ERR_OK);
}

static void each_can_fail(void **state)
{
    (void)state;
    for (unsigned i = 0; i < KAT_COUNT; i++) {
        selftest_kat_break((enum selftest_kat)i);
        assert_int_equal(selftest_kat(), ERR_SELFTEST);
    }
    selftest_kat_break(KAT_COUNT);
    assert_int_equal(selftest_kat(), ERR_OK);
}

/* What the start leaves out is tested at its first use, once, and again after the next start. */
static void first_use(void **state)
{
    (void)state;
    for (unsigned i = KAT_AT_START; i < KAT_COUNT; i++) {
        const enum selftest_kat which = (enum selftest_kat)i;
        selftest_kat_break(which);
        assert_int_equal(selftest_start(), ERR_OK);
        assert_int_equal(selftest_first_use(which), ERR_SELFTEST);
        assert_int_equal(selftest_first_use(which), ERR_SELFTEST);
        selftest_kat_break(KAT_COUNT);
        assert_int_equal(selftest_first_use(which), ERR_OK);
        selftest_kat_break(which);
        assert_int_equal(selftest_first_use(which), ERR_OK);
        assert_int_equal(selftest_start(), ERR_OK);
        assert_int_equal(selftest_first_use(which), ERR_SELFTEST);
    }
    for (unsigned i = 0; i < KAT_AT_START; i++) {
        selftest_kat_break((enum selftest_kat)i);
        assert_int_equal(selftest_start(), ERR_SELFTEST);
    }
    selftest_kat_break(KAT_COUNT);
}

static void pairwise(void **state)
{
    (void)state;
    struct fixed_rng r;
    struct sm2_rng rng = fixed_rng(&r, 1);
    uint8_t d[32], pub[64], other_d[32], other[64], zero[32] = {0};
    assert_int_equal(sm2_generate(&rng, d, pub), ERR_OK);
    assert_int_equal(sm2_generate(&rng, other_d, other), ERR_OK);
    assert_int_equal(selftest_pairwise(d, pub, &rng), ERR_OK);
    assert_int_equal(selftest_pairwise(d, other, &rng), ERR_SELFTEST);
    assert_int_equal(selftest_pairwise(zero, pub, &rng), ERR_SELFTEST);
    pub[5] ^= 1;
    assert_int_equal(selftest_pairwise(d, pub, &rng), ERR_SELFTEST);
    pub[5] ^= 1;
    selftest_pairwise_break(1);
    assert_int_equal(selftest_pairwise(d, pub, &rng), ERR_SELFTEST);
    selftest_pairwise_break(0);
    r.calls_left = 0;
    assert_int_equal(selftest_pairwise(d, pub, &rng), ERR_ENTROPY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_pass),
        cmocka_unit_test(each_can_fail),
        cmocka_unit_test(first_use),
        cmocka_unit_test(pairwise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
