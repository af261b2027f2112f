/* SPDX-License-Identifier: Apache-2.0 */
/* The field engine against OpenSSL's big numbers, edges of the range included. REQ: K2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "crypto/fe256.h"
#include "support/fixed_rng.h"
#include "support/openssl.h"

#include <openssl/bn.h>

struct big {
    BN_CTX *ctx;
    BIGNUM *m, *a, *b, *r;
};

/* Numbers where carries and reductions happen: near 0, the modulus, 2^256 and 2^32 k. */
static void number(struct fixed_rng *r, uint8_t out[32], const struct big *g)
{
    assert_int_equal(fixed_bytes(r, out, 32), ERR_OK);
    uint64_t kind = fixed_next(r) >> 61;
    BIGNUM *t = g->r;
    switch (kind) {
    case 0:
        memset(out, 0, 31);
        break;
    case 1:
        memset(out, 0xFF, 31);
        break;
    case 2: /* modulus - 128 .. modulus + 127 */
        assert_non_null(BN_copy(t, g->m));
        assert_int_equal(BN_add_word(t, out[0]), 1);
        assert_int_equal(BN_sub_word(t, 128), 1);
        assert_int_equal(BN_bn2binpad(t, out, 32), 32);
        break;
    case 3: /* limbs of zeros and ones */
        for (unsigned i = 0; i < 32; i += 4) {
            memset(out + i, (out[i] & 1) != 0 ? 0xFF : 0, 4);
        }
        break;
    default:
        break;
    }
}

static void expect(const struct fe256 *got, const struct fe256_field *f, const struct big *g)
{
    uint8_t ours[32], theirs[32];
    fe256_to_bytes(ours, got, f);
    assert_int_equal(BN_bn2binpad(g->r, theirs, 32), 32);
    assert_memory_equal(ours, theirs, 32);
}

static void field(const struct fe256_field *f, const char *modulus)
{
    struct fixed_rng r = {51, -1};
    struct big g = {BN_CTX_new(), NULL, BN_new(), BN_new(), BN_new()};
    assert_int_equal(BN_hex2bn(&g.m, modulus), 64);
    for (unsigned i = 0; i < 5000; i++) {
        uint8_t a_bytes[32], b_bytes[32];
        struct fe256 a, b, x;
        number(&r, a_bytes, &g);
        number(&r, b_bytes, &g);
        BN_bin2bn(a_bytes, 32, g.a);
        BN_bin2bn(b_bytes, 32, g.b);
        uint32_t below = BN_cmp(g.a, g.m) < 0 ? 0xFFFFFFFFu : 0;
        assert_int_equal(fe256_from_bytes(&a, a_bytes, f), below);
        (void)fe256_from_bytes(&b, b_bytes, f);
        assert_int_equal(BN_nnmod(g.r, g.a, g.m, g.ctx), 1);
        expect(&a, f, &g);
        assert_int_equal(fe256_is_zero(&a), BN_is_zero(g.r) ? 0xFFFFFFFFu : 0);
        assert_int_equal(BN_mod_add(g.r, g.a, g.b, g.m, g.ctx), 1);
        fe256_add(&x, &a, &b, f);
        expect(&x, f, &g);
        assert_int_equal(BN_mod_sub(g.r, g.a, g.b, g.m, g.ctx), 1);
        fe256_sub(&x, &a, &b, f);
        expect(&x, f, &g);
        assert_int_equal(fe256_is_zero(&x), fe256_equal(&a, &b));
        assert_int_equal(BN_mod_mul(g.r, g.a, g.b, g.m, g.ctx), 1);
        fe256_mul(&x, &a, &b, f);
        expect(&x, f, &g);
        assert_int_equal(BN_mod_sqr(g.r, g.a, g.m, g.ctx), 1);
        fe256_sqr(&a, &a, f); /* in place */
        expect(&a, f, &g);
        fe256_half(&x, &a, f);
        fe256_add(&x, &x, &x, f);
        expect(&x, f, &g);
        if (i % 20 == 0 && fe256_is_zero(&b) == 0) {
            assert_int_equal(BN_nnmod(g.b, g.b, g.m, g.ctx), 1);
            assert_non_null(BN_mod_inverse(g.r, g.b, g.m, g.ctx));
            fe256_inv(&x, &b, f);
            expect(&x, f, &g);
        }
        struct fe256 s = a;
        fe256_select(&s, &b, 0);
        assert_int_equal(fe256_equal(&s, &a), 0xFFFFFFFFu);
        fe256_select(&s, &b, 0xFFFFFFFFu);
        assert_int_equal(fe256_equal(&s, &b), 0xFFFFFFFFu);
    }
    BN_free(g.m);
    BN_free(g.a);
    BN_free(g.b);
    BN_free(g.r);
    BN_CTX_free(g.ctx);
}

static void prime(void **state)
{
    (void)state;
    field(&fe256_sm2_p, "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF");
}

static void order(void **state)
{
    (void)state;
    field(&fe256_sm2_n, "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123");
}

static void p256_prime(void **state)
{
    (void)state;
    field(&fe256_p256_p, "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF");
}

static void p256_order(void **state)
{
    (void)state;
    field(&fe256_p256_n, "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(prime), cmocka_unit_test(order),
                                       cmocka_unit_test(p256_prime), cmocka_unit_test(p256_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
