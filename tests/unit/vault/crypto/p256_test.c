/* SPDX-License-Identifier: Apache-2.0 */
/* P-256 against OpenSSL in both directions, and what must be refused. REQ: Q2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "crypto/p256.h"
#include "support/fixed_rng.h"
#include "support/hex.h"
#include "support/openssl.h"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>

#pragma GCC diagnostic ignored "-Wdeprecated-declarations" /* EC_KEY: raw r and s without DER */

static const char *const N = "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551";

static EC_KEY *key_new(const uint8_t d[32], const uint8_t pub[64])
{
    EC_KEY *k = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
    BIGNUM *v = BN_bin2bn(d, 32, NULL);
    uint8_t form[65] = {4};
    memcpy(form + 1, pub, 64);
    assert_int_equal(EC_KEY_set_private_key(k, v), 1);
    assert_int_equal(EC_KEY_oct2key(k, form, 65, NULL), 1);
    assert_int_equal(EC_KEY_check_key(k), 1); /* pub is d G */
    BN_free(v);
    return k;
}

static void random_cases(void **state)
{
    (void)state;
    struct fixed_rng r;
    struct sm2_rng rng = fixed_rng(&r, 71);
    const unsigned cases = getenv("HUFU_TEST_LONG") != NULL ? 10000 : 100;
    uint8_t d[32], pub[64], d2[32], pub2[64], e[32], sig[64], x[32], x2[32];
    for (unsigned i = 0; i < cases; i++) {
        assert_int_equal(p256_generate(&rng, d, pub), ERR_OK);
        assert_int_equal(p256_generate(&rng, d2, pub2), ERR_OK);
        assert_int_equal(fixed_bytes(&r, e, 32), ERR_OK);
        EC_KEY *k = key_new(d, pub), *k2 = key_new(d2, pub2);
        assert_int_equal(p256_sign(d, e, &rng, sig), ERR_OK);
        assert_int_equal(p256_verify(pub, e, sig), ERR_OK);
        ECDSA_SIG *s = ECDSA_SIG_new();
        assert_int_equal(ECDSA_SIG_set0(s, BN_bin2bn(sig, 32, NULL), BN_bin2bn(sig + 32, 32, NULL)),
                         1);
        assert_int_equal(ECDSA_do_verify(e, 32, s, k), 1);
        ECDSA_SIG_free(s);
        s = ECDSA_do_sign(e, 32, k);
        assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(s), sig, 32), 32);
        assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(s), sig + 32, 32), 32);
        ECDSA_SIG_free(s);
        assert_int_equal(p256_verify(pub, e, sig), ERR_OK);
        assert_int_equal(p256_verify(pub2, e, sig), ERR_VERIFY);
        sig[fixed_next(&r) % 64] ^= (uint8_t)(1u << fixed_next(&r) % 8);
        assert_int_equal(p256_verify(pub, e, sig), ERR_VERIFY);
        assert_int_equal(p256_ecdh(d, pub2, &rng, x), ERR_OK);
        assert_int_equal(ECDH_compute_key(x2, 32, EC_KEY_get0_public_key(k2), k, NULL), 32);
        assert_memory_equal(x, x2, 32);
        assert_int_equal(p256_ecdh(d2, pub, &rng, x2), ERR_OK);
        assert_memory_equal(x, x2, 32);
        EC_KEY_free(k);
        EC_KEY_free(k2);
    }
}

static void refused(void **state)
{
    (void)state;
    struct fixed_rng r;
    struct sm2_rng rng = fixed_rng(&r, 72);
    static const uint8_t none[64];
    uint8_t d[32], pub[64], bad[64], e[32] = {9}, sig[64], good[64], x[32];
    assert_int_equal(p256_generate(&rng, d, pub), ERR_OK);
    assert_int_equal(p256_sign(d, e, &rng, good), ERR_OK);
    for (unsigned i = 0; i < 4; i++) { /* r, s at 0 and n */
        memcpy(sig, good, 64);
        if (i < 2) {
            memset(sig + 32 * i, 0, 32);
        } else {
            unhex(N, sig + 32 * (i - 2));
        }
        assert_int_equal(p256_verify(pub, e, sig), ERR_VERIFY);
    }
    memcpy(bad, pub, 64);
    bad[63] ^= 1u;
    assert_int_equal(p256_check_point(pub), ERR_OK);
    assert_int_equal(p256_check_point(bad), ERR_POINT);
    assert_int_equal(p256_verify(bad, e, good), ERR_POINT);
    memset(x, 0xEE, 32);
    assert_int_equal(p256_ecdh(d, bad, &rng, x), ERR_POINT);
    assert_memory_equal(x, none, 32);
    for (unsigned i = 0; i < 2; i++) { /* keys 0 and n */
        memset(d, 0, 32);
        if (i == 1) {
            unhex(N, d);
        }
        memset(bad, 0xEE, 64);
        assert_int_equal(p256_public(d, &rng, bad), ERR_PARAM);
        assert_memory_equal(bad, none, 64);
        assert_int_equal(p256_sign(d, e, &rng, bad), ERR_PARAM);
        assert_int_equal(p256_ecdh(d, pub, &rng, x), ERR_PARAM);
    }
}

/* The source's error comes back unchanged and nothing is left in the outputs. */
static void failing_source(void **state)
{
    (void)state;
    struct fixed_rng r;
    struct sm2_rng rng = fixed_rng(&r, 73);
    static const uint8_t none[64];
    uint8_t d[32], pub[64], e[32] = {1}, sig[64], x[32], made[32];
    assert_int_equal(p256_generate(&rng, d, pub), ERR_OK);
    for (int calls = 0; calls < 3; calls++) {
        r.calls_left = calls;
        memset(sig, 0xEE, 64);
        assert_int_equal(p256_sign(d, e, &rng, sig), ERR_ENTROPY);
        assert_memory_equal(sig, none, 64);
    }
    for (int calls = 0; calls < 2; calls++) {
        uint8_t other[64];
        r.calls_left = calls;
        memset(made, 0xEE, 32);
        assert_int_equal(p256_generate(&rng, made, other), ERR_ENTROPY);
        assert_memory_equal(made, none, 32);
        assert_memory_equal(other, none, 64);
    }
    r.calls_left = 0;
    assert_int_equal(p256_ecdh(d, pub, &rng, x), ERR_ENTROPY);
    assert_memory_equal(x, none, 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_cases),
        cmocka_unit_test(refused),
        cmocka_unit_test(failing_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
