/* SPDX-License-Identifier: Apache-2.0 */
/* P-256 on NIST's vectors: verification, key pairs, public keys, agreement. REQ: Q2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypto/p256.h"
#include "crypto/sha256.h"
#include "err.h"
#include "p256_cavs.h"
#include "support/fixed_rng.h"
#include "support/hex.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void digest(const char *msg, uint8_t e[32])
{
    uint8_t m[256];
    size_t len = unhex(msg, m);
    assert_int_equal(sha256(m, len, e), ERR_OK);
}

static void pair(const char *x, const char *y, uint8_t out[64])
{
    assert_int_equal(unhex(x, out), 32);
    assert_int_equal(unhex(y, out + 32), 32);
}

static void verification(void **state)
{
    (void)state;
    uint8_t e[32], pub[64], sig[64];
    for (unsigned i = 0; i < COUNT(cavs_verify); i++) {
        digest(cavs_verify[i].msg, e);
        pair(cavs_verify[i].x, cavs_verify[i].y, pub);
        pair(cavs_verify[i].r, cavs_verify[i].s, sig);
        assert_int_equal(p256_verify(pub, e, sig) == ERR_OK, cavs_verify[i].good);
    }
}

static void key_pairs(void **state)
{
    (void)state;
    struct fixed_rng r;
    struct sm2_rng rng = fixed_rng(&r, 91);
    uint8_t d[32], e[32], pub[64], own[64], sig[64];
    for (unsigned i = 0; i < COUNT(cavs_sign); i++) {
        digest(cavs_sign[i].msg, e);
        unhex(cavs_sign[i].d, d);
        pair(cavs_sign[i].x, cavs_sign[i].y, pub);
        pair(cavs_sign[i].r, cavs_sign[i].s, sig);
        assert_int_equal(p256_public(d, &rng, own), ERR_OK);
        assert_memory_equal(own, pub, 64);
        assert_int_equal(p256_verify(pub, e, sig), ERR_OK);
        assert_int_equal(p256_sign(d, e, &rng, sig), ERR_OK);
        assert_int_equal(p256_verify(pub, e, sig), ERR_OK);
    }
}

static void public_keys(void **state)
{
    (void)state;
    uint8_t pub[64];
    for (unsigned i = 0; i < COUNT(cavs_key); i++) {
        pair(cavs_key[i].x, cavs_key[i].y, pub);
        assert_int_equal(p256_check_point(pub), cavs_key[i].good ? ERR_OK : ERR_POINT);
    }
}

static void agreement(void **state)
{
    (void)state;
    struct fixed_rng r;
    struct sm2_rng rng = fixed_rng(&r, 92);
    uint8_t d[32], peer[64], z[32];
    for (unsigned i = 0; i < COUNT(cavs_agree); i++) {
        unhex(cavs_agree[i].d, d);
        pair(cavs_agree[i].x, cavs_agree[i].y, peer);
        assert_int_equal(p256_ecdh(d, peer, &rng, z), ERR_OK);
        assert_hex(z, cavs_agree[i].z);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(verification), cmocka_unit_test(key_pairs),
                                       cmocka_unit_test(public_keys), cmocka_unit_test(agreement)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
