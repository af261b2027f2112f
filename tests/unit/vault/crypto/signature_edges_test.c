/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verification of both curves where sums degenerate and numbers touch their limits: signatures are
 * made backwards from chosen multipliers of G and of the key, so that every pair of edge values is
 * met. OpenSSL computes the points and is asked for P-256's verdict as well. The cases are the
 * kinds of Wycheproof's ECDSA tests and of NIST's CAVS: u1 G and u2 Q equal or opposite, u1 = 0,
 * infinity as the sum, r and s at 0, 1, n - 1, n, above n, x at or above n, digests at 0 and above
 * n. REQ: Q2
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "crypto/p256.h"
#include "crypto/sm2.h"
#include "err.h"
#include "support/openssl.h"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>

#pragma GCC diagnostic ignored "-Wdeprecated-declarations" /* raw r and s without DER */

#define VALUES 22u
#define KEYS   5u

struct rig {
    EC_GROUP *group;
    BN_CTX *ctx;
    BIGNUM *n, *value[VALUES], *key[KEYS], *r, *s, *e, *t;
    EC_POINT *q, *sum;
};

/* Multipliers: small, near n, halves, single bits and runs. */
static void rig_make(struct rig *g, int nid, const char *order)
{
    static const char *const others[] = {
        "8000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000100000000000000000000000000000000",
        "00000000FFFFFFFF00000000FFFFFFFF00000000FFFFFFFF00000000FFFFFFFF",
        "5555555555555555555555555555555555555555555555555555555555555555",
        "7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
        "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"};
    static const unsigned small[] = {1, 2, 3, 4, 5, 7, 8};
    unsigned count = 0;
    g->group = EC_GROUP_new_by_curve_name(nid);
    g->ctx = BN_CTX_new();
    g->n = NULL;
    assert_int_equal(BN_hex2bn(&g->n, order), 64);
    for (unsigned i = 0; i < VALUES; i++) {
        g->value[i] = BN_new();
    }
    for (unsigned i = 0; i < sizeof small / sizeof small[0]; i++) {
        assert_int_equal(BN_set_word(g->value[count], small[i]), 1);
        assert_int_equal(BN_sub(g->value[count + 1], g->n, g->value[count]), 1);
        count += 2;
    }
    assert_int_equal(BN_rshift1(g->value[count++], g->n), 1); /* (n - 1) / 2 */
    assert_int_equal(BN_add_word(BN_copy(g->value[count], g->value[count - 1]), 1), 1);
    count++;
    for (unsigned i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_int_equal(BN_hex2bn(&g->value[count++], others[i]), 64);
    }
    assert_int_equal(count, VALUES);
    const unsigned keys[KEYS] = {0, 3, 4, 16, VALUES - 1}; /* 1, n - 2, 3, 2^255, a random one */
    for (unsigned i = 0; i < KEYS; i++) {
        g->key[i] = g->value[keys[i]];
    }
    g->r = BN_new();
    g->s = BN_new();
    g->e = BN_new();
    g->t = BN_new();
    g->q = EC_POINT_new(g->group);
    g->sum = EC_POINT_new(g->group);
}

static void rig_drop(struct rig *g)
{
    for (unsigned i = 0; i < VALUES; i++) {
        BN_free(g->value[i]);
    }
    BN_free(g->n);
    BN_free(g->r);
    BN_free(g->s);
    BN_free(g->e);
    BN_free(g->t);
    EC_POINT_free(g->q);
    EC_POINT_free(g->sum);
    BN_CTX_free(g->ctx);
    EC_GROUP_free(g->group);
}

static void bytes(const BIGNUM *v, uint8_t out[32])
{
    assert_int_equal(BN_bn2binpad(v, out, 32), 32);
}

static void public_key(struct rig *g, const BIGNUM *d, uint8_t pub[64])
{
    uint8_t form[65];
    assert_int_equal(EC_POINT_mul(g->group, g->q, d, NULL, NULL, g->ctx), 1);
    assert_int_equal(
        EC_POINT_point2oct(g->group, g->q, POINT_CONVERSION_UNCOMPRESSED, form, 65, g->ctx), 65);
    memcpy(pub, form + 1, 64);
}

/* [out] g->r: x(a G + b Q) mod n. 0: the sum is infinite. */
static int sum_x(struct rig *g, const BIGNUM *a, const BIGNUM *b)
{
    assert_int_equal(EC_POINT_mul(g->group, g->sum, a, g->q, b, g->ctx), 1);
    if (EC_POINT_is_at_infinity(g->group, g->sum) == 1) {
        return 0;
    }
    assert_int_equal(EC_POINT_get_affine_coordinates(g->group, g->sum, g->r, NULL, g->ctx), 1);
    assert_int_equal(BN_nnmod(g->r, g->r, g->n, g->ctx), 1);
    return 1;
}

/* --- P-256 ---------------------------------------------------------------------------------- */

static int theirs(const struct rig *g, const uint8_t e[32], const uint8_t sig[64])
{
    EC_KEY *k = EC_KEY_new();
    ECDSA_SIG *s = ECDSA_SIG_new();
    assert_int_equal(EC_KEY_set_group(k, g->group), 1);
    assert_int_equal(EC_KEY_set_public_key(k, g->q), 1);
    assert_int_equal(ECDSA_SIG_set0(s, BN_bin2bn(sig, 32, NULL), BN_bin2bn(sig + 32, 32, NULL)), 1);
    int good = ECDSA_do_verify(e, 32, s, k) == 1;
    ECDSA_SIG_free(s);
    EC_KEY_free(k);
    return good;
}

/* u1 = e / s, u2 = r / s: s = r / u2, e = u1 s. */
static void ecdsa(void **state)
{
    (void)state;
    struct rig g;
    BIGNUM *zero = BN_new();
    unsigned infinite = 0, good = 0;
    rig_make(&g, NID_X9_62_prime256v1,
             "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
    BN_zero(zero);
    for (unsigned key = 0; key < KEYS; key++) {
        uint8_t pub[64], e[32], sig[64];
        public_key(&g, g.key[key], pub);
        for (unsigned i = 0; i <= VALUES; i++) {
            const BIGNUM *u1 = i < VALUES ? g.value[i] : zero;
            for (unsigned j = 0; j < VALUES; j++) {
                int finite = sum_x(&g, u1, g.value[j]);
                if (!finite) {
                    BN_one(g.r); /* any r must be refused */
                    infinite++;
                }
                assert_non_null(BN_mod_inverse(g.t, g.value[j], g.n, g.ctx));
                assert_int_equal(BN_mod_mul(g.s, g.r, g.t, g.n, g.ctx), 1);
                assert_int_equal(BN_mod_mul(g.e, u1, g.s, g.n, g.ctx), 1);
                bytes(g.r, sig);
                bytes(g.s, sig + 32);
                bytes(g.e, e);
                assert_int_equal(p256_verify(pub, e, sig), finite ? ERR_OK : ERR_VERIFY);
                assert_int_equal(theirs(&g, e, sig), finite);
                good += (unsigned)finite;
                e[31] ^= 1u;
                assert_int_equal(p256_verify(pub, e, sig), ERR_VERIFY);
            }
        }
    }
    assert_true(infinite > 20 && good > 2000);
    BN_free(zero);
    rig_drop(&g);
}

/* r and s out of range or on its edges, digests of any size: the verdict is OpenSSL's. */
static void ecdsa_ranges(void **state)
{
    (void)state;
    struct rig g;
    uint8_t pub[64], e[32], sig[64], edge[8][32];
    rig_make(&g, NID_X9_62_prime256v1,
             "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
    public_key(&g, g.key[4], pub);
    memset(edge, 0, sizeof edge);
    edge[1][31] = 1;
    bytes(g.value[1], edge[2]); /* n - 1 */
    bytes(g.n, edge[3]);
    assert_int_equal(BN_add_word(g.n, 1), 1);
    bytes(g.n, edge[4]);
    assert_int_equal(BN_sub_word(g.n, 1), 1);
    assert_int_equal(EC_GROUP_get_curve(g.group, g.t, NULL, NULL, g.ctx), 1);
    bytes(g.t, edge[5]); /* p */
    memset(edge[6], 0xFF, 32);
    memset(edge[7], 0x55, 32);
    for (unsigned i = 0; i < 8u * 8u * 8u; i++) {
        memcpy(sig, edge[i % 8], 32);
        memcpy(sig + 32, edge[i / 8 % 8], 32);
        memcpy(e, edge[i / 64], 32);
        assert_int_equal(p256_verify(pub, e, sig) == ERR_OK, theirs(&g, e, sig));
    }
    /* a good signature whose digest is given as itself plus n, where that has 256 bits */
    assert_int_equal(sum_x(&g, g.value[0], g.value[2]), 1);
    assert_non_null(BN_mod_inverse(g.t, g.value[2], g.n, g.ctx));
    assert_int_equal(BN_mod_mul(g.s, g.r, g.t, g.n, g.ctx), 1);
    bytes(g.r, sig);
    bytes(g.s, sig + 32);
    bytes(g.s, e);
    assert_int_equal(p256_verify(pub, e, sig), ERR_OK);
    assert_int_equal(BN_add(g.t, g.s, g.n), 1);
    if (BN_num_bits(g.t) <= 256) {
        bytes(g.t, e);
        assert_int_equal(p256_verify(pub, e, sig), ERR_OK);
    }
    /* s plus n is another number: refused */
    if (BN_num_bits(g.t) <= 256) {
        bytes(g.t, sig + 32);
        assert_int_equal(p256_verify(pub, e, sig), ERR_VERIFY);
    }
    rig_drop(&g);
}

/* --- SM2 ------------------------------------------------------------------------------------ */

/* t = r + s, R = e + x(s G + t P): r = t - s, e = r - x. */
static void sm2(void **state)
{
    (void)state;
    struct rig g;
    unsigned infinite = 0, good = 0, equal = 0;
    rig_make(&g, NID_sm2, "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123");
    for (unsigned key = 0; key < KEYS; key++) {
        uint8_t pub[64], e[32], sig[64];
        public_key(&g, g.key[key], pub);
        for (unsigned i = 0; i < VALUES; i++) {
            for (unsigned j = 0; j < VALUES; j++) {
                const BIGNUM *s = g.value[i], *t = g.value[j];
                int finite = sum_x(&g, s, t);
                BIGNUM *x = g.t;
                assert_non_null(BN_copy(x, g.r));
                if (!finite) {
                    BN_zero(x);
                    infinite++;
                }
                assert_int_equal(BN_mod_sub(g.r, t, s, g.n, g.ctx), 1);
                assert_int_equal(BN_mod_sub(g.e, g.r, x, g.n, g.ctx), 1);
                bytes(g.r, sig);
                bytes(s, sig + 32);
                bytes(g.e, e);
                int right = finite && !BN_is_zero(g.r);
                equal += BN_is_zero(g.r) != 0;
                good += (unsigned)right;
                assert_int_equal(sm2_verify(pub, e, sig), right ? ERR_OK : ERR_VERIFY);
                e[31] ^= 1u;
                assert_int_equal(sm2_verify(pub, e, sig), ERR_VERIFY);
            }
        }
    }
    assert_true(infinite > 10 && equal == KEYS * VALUES && good > 2000);
    /* r + s = n: t would be zero */
    uint8_t pub[64], e[32] = {1}, sig[64];
    public_key(&g, g.key[4], pub);
    for (unsigned i = 0; i < VALUES; i++) {
        assert_int_equal(BN_sub(g.r, g.n, g.value[i]), 1);
        bytes(g.r, sig);
        bytes(g.value[i], sig + 32);
        assert_int_equal(sm2_verify(pub, e, sig), ERR_VERIFY);
    }
    rig_drop(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ecdsa),
        cmocka_unit_test(ecdsa_ranges),
        cmocka_unit_test(sm2),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
