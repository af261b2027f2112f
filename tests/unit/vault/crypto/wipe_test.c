/* SPDX-License-Identifier: Apache-2.0 */
/* Wiping and comparing secrets. REQ: K1 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "wipe.h"

static void equal(void **state)
{
    (void)state;
    uint8_t a[70], b[70];
    memset(a, 0x5A, sizeof a);
    memcpy(b, a, sizeof b);
    assert_int_equal(secret_equal(a, b, 0), SECURE_TRUE);
    for (size_t len = 1; len <= sizeof a; len++) {
        assert_int_equal(secret_equal(a, b, len), SECURE_TRUE);
        for (unsigned bit = 0; bit < 8; bit++) {
            b[len - 1] ^= (uint8_t)(1u << bit);
            assert_int_equal(secret_equal(a, b, len), SECURE_FALSE);
            assert_int_equal(secret_equal(a, b, len - 1), SECURE_TRUE);
            b[len - 1] ^= (uint8_t)(1u << bit);
        }
    }
    /* every value of the accumulated difference */
    for (unsigned diff = 1; diff < 256; diff++) {
        b[3] = (uint8_t)(a[3] ^ diff);
        assert_int_equal(secret_equal(a, b, sizeof a), SECURE_FALSE);
    }
}

static void wipe(void **state)
{
    (void)state;
    uint8_t a[20];
    memset(a, 0xEE, sizeof a);
    secret_wipe(a + 1, 18);
    assert_int_equal(a[0], 0xEE);
    assert_int_equal(a[19], 0xEE);
    for (unsigned i = 1; i < 19; i++) {
        assert_int_equal(a[i], 0);
    }
    secret_wipe(a, 0);
    assert_int_equal(a[0], 0xEE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(equal), cmocka_unit_test(wipe)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
