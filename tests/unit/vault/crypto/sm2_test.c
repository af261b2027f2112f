/* SPDX-License-Identifier: Apache-2.0 */
/* SM2: published vectors, refusals of points and numbers out of range, failing sources. REQ: K2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypto/ec.h"
#include "crypto/sm2.h"
#include "crypto/sm2_scalar.h"
#include "crypto/sm3.h"
#include "err.h"
#include "support/fixed_rng.h"
#include "support/hex.h"

static const char *const D = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8";
static const char *const P = "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
                             "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13";
static const char *const K = "59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21";
static const char *const E = "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640";
static const char *const SIG = "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
                               "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA";
static const char *const N = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123";
static const char *const PRIME = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF";
static const char *const ZERO32 =
    "0000000000000000000000000000000000000000000000000000000000000000";

/* Big-endian number plus a small one. */
static void plus(uint8_t x[32], int delta)
{
    for (unsigned i = 32; i-- != 0 && delta != 0;) {
        int v = x[i] + delta;
        x[i] = (uint8_t)v;
        delta = v < 0 ? -1 : v > 255;
    }
}

static void key_and_z(void **state)
{
    (void)state;
    struct fixed_rng r;
    struct sm2_rng rng = fixed_rng(&r, 1);
    uint8_t d[32], pub[64], z[32], e[32];
    struct sm3 c;
    unhex(D, d);
    assert_int_equal(sm2_public(d, &rng, pub), ERR_OK);
    assert_hex(pub, P);
    assert_int_equal(sm2_z(pub, "1234567812345678", 16, z), ERR_OK);
    assert_hex(z, "B2E14C5C79C6DF5B85F4FE7ED8DB7A262B9DA7E07CCB0EA9F4747B8CCDA8A4F3");
    sm3_init(&c);
    sm3_update(&c, z, 32);
    sm3_update(&c, "message digest", 14);
    sm3_final(&c, e);
    assert_hex(e, E);
}

static void id_length(void **state)
{
    (void)state;
    static uint8_t id[8192];
    uint8_t pub[64], z[32];
    unhex(P, pub);
    assert_int_equal(sm2_z(pub, id, 8191, z), ERR_OK);
    assert_int_equal(sm2_z(pub, id, 8192, z), ERR_PARAM);
    assert_hex(z, ZERO32);
}

/* The kept inverse is (1+d)^-1, signs, and one that is not the key's is noticed. */
static void sign_with_kept_inverse(void **state)
{
    (void)state;
    struct fixed_rng r;
    struct sm2_rng rng = fixed_rng(&r, 19);
    uint8_t d[32], pub[64], inverse[32], e[32] = {5}, sig[64];
    struct fe256 a, b;
    for (unsigned i = 0; i < 20; i++) {
        assert_int_equal(sm2_generate(&rng, d, pub), ERR_OK);
        assert_int_equal(sm2_sign_inverse(d, &rng, inverse), ERR_OK);
        assert_int_equal(fe256_from_bytes(&a, inverse, &fe256_sm2_n), 0xFFFFFFFFu);
        assert_int_equal(fe256_from_bytes(&b, d, &fe256_sm2_n), 0xFFFFFFFFu);
        fe256_add(&b, &b, &fe256_sm2_n.one, &fe256_sm2_n);
        fe256_mul(&a, &a, &b, &fe256_sm2_n);
        assert_int_equal(fe256_equal(&a, &fe256_sm2_n.one), 0xFFFFFFFFu);
        assert_int_equal(sm2_sign_kept(d, inverse, e, &rng, sig), ERR_OK);
        assert_int_equal(sm2_verify(pub, e, sig), ERR_OK);
        inverse[i] ^= 1u;
        assert_int_equal(sm2_sign_kept(d, inverse, e, &rng, sig), ERR_CRYPTO);
        for (unsigned j = 0; j < sizeof sig; j++) {
            assert_int_equal(sig[j], 0);
        }
    }
}

static void sign_published(void **state)
{
    (void)state;
    struct fixed_rng r;
    struct sm2_rng rng = fixed_rng(&r, 2);
    uint8_t d[32], e[32], k[32], pub[64], sig[64];
    unhex(D, d);
    unhex(E, e);
    unhex(K, k);
    unhex(P, pub);
    assert_int_equal(sm2_sign_nonce(d, e, k, &rng, sig), ERR_OK);
    assert_hex(sig, SIG);
    assert_int_equal(sm2_verify(pub, e, sig), ERR_OK);
    for (unsigned bit = 0; bit < 512; bit += 5) {
        sig[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(sm2_verify(pub, e, sig), ERR_VERIFY);
        sig[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    e[31] ^= 1;
    assert_int_equal(sm2_verify(pub, e, sig), ERR_VERIFY);
}

static void verify_ranges(void **state)
{
    (void)state;
    uint8_t e[32], pub[64], sig[64];
    unhex(E, e);
    unhex(P, pub);
    const char *const bad[] = {ZERO32, N,
                               "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"};
    for (unsigned i = 0; i < 3; i++) {
        unhex(SIG, sig);
        unhex(bad[i], sig);
        assert_int_equal(sm2_verify(pub, e, sig), ERR_VERIFY);
        unhex(SIG, sig);
        unhex(bad[i], sig + 32);
        assert_int_equal(sm2_verify(pub, e, sig), ERR_VERIFY);
    }
    /* r + s = n: t is zero */
    uint8_t r[32];
    unhex(N, sig);
    memset(r, 0, 32);
    r[31] = 5;
    plus(sig, -5);
    memcpy(sig + 32, r, 32);
    assert_int_equal(sm2_verify(pub, e, sig), ERR_VERIFY);
    /* r and r + n are the same residue; only the reduced form is a signature. r here is below
     * 2^256 - n only by construction: take r = 1 .. and check that r + n is refused as range. */
    memset(sig, 0, 64);
    unhex(N, sig);
    plus(sig, 1);
    sig[63] = 1;
    assert_int_equal(sm2_verify(pub, e, sig), ERR_VERIFY);
}

static void points(void **state)
{
    (void)state;
    struct fixed_rng r;
    struct sm2_rng rng = fixed_rng(&r, 3);
    uint8_t good[64], p[64], e[32], sig[64], c1[64], c3[32], c2[4], d[32], out[4];
    unhex(P, good);
    unhex(E, e);
    unhex(SIG, sig);
    unhex(D, d);
    assert_int_equal(sm2_check_point(good), ERR_OK);
    for (unsigned i = 0; i < 6; i++) {
        memcpy(p, good, 64);
        switch (i) {
        case 0: /* one bit */
            p[0] ^= 1;
            break;
        case 1: /* x = p */
            unhex(PRIME, p);
            break;
        case 2: /* infinity as zeros */
            memset(p, 0, 64);
            break;
        case 3: /* all ones */
            memset(p, 0xFF, 64);
            break;
        case 4: /* halves swapped */
            memcpy(p, good + 32, 32);
            memcpy(p + 32, good, 32);
            break;
        default: /* y = p */
            unhex(PRIME, p + 32);
            break;
        }
        assert_int_equal(sm2_check_point(p), ERR_POINT);
        assert_int_equal(sm2_verify(p, e, sig), ERR_POINT);
        assert_int_equal(sm2_encrypt(p, (const uint8_t *)"abcd", 4, &rng, c1, c3, c2), ERR_POINT);
        memset(out, 0xEE, 4);
        assert_int_equal(sm2_decrypt(d, p, c3, c2, 4, &rng, out), ERR_POINT);
        assert_hex(out, "00000000");
    }
    /* A coordinate that is on the curve modulo p but not reduced: small x (found by search) + p.
     * x below 2^256 - p exists for every such x; the sum still fits in 32 bytes. */
    struct ec_point q;
    struct fe256 x;
    uint8_t small[64] = {0};
    unsigned found = 0;
    for (unsigned v = 1; v < 200 && found == 0; v++) {
        /* y^2 for x = v; p = 3 mod 4, so a root is a^((p+1)/4). Use Euler by squaring the root. */
        small[31] = (uint8_t)v;
        (void)fe256_from_bytes(&x, small, &fe256_sm2_p);
        q.x = x;
        q.z = fe256_sm2_p.one;
        struct fe256 a, root, t;
        /* a = x^3 - 3x + b through G's equation: b = Gy^2 - Gx^3 + 3 Gx */
        struct fe256 b, g;
        fe256_sqr(&b, &ec_sm2.odd[0].y, &fe256_sm2_p);
        fe256_sqr(&g, &ec_sm2.odd[0].x, &fe256_sm2_p);
        fe256_mul(&g, &g, &ec_sm2.odd[0].x, &fe256_sm2_p);
        fe256_sub(&b, &b, &g, &fe256_sm2_p);
        for (unsigned i = 0; i < 3; i++) {
            fe256_add(&b, &b, &ec_sm2.odd[0].x, &fe256_sm2_p);
        }
        fe256_sqr(&a, &x, &fe256_sm2_p);
        fe256_mul(&a, &a, &x, &fe256_sm2_p);
        fe256_add(&a, &a, &b, &fe256_sm2_p);
        for (unsigned i = 0; i < 3; i++) {
            fe256_sub(&a, &a, &x, &fe256_sm2_p);
        }
        uint8_t exponent[32]; /* (p + 1) / 4 */
        unhex("3FFFFFFFBFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC00000004000000000000000", exponent);
        root = fe256_sm2_p.one;
        for (unsigned i = 0; i < 256; i++) {
            fe256_sqr(&root, &root, &fe256_sm2_p);
            if ((exponent[i / 8] >> (7 - i % 8) & 1) != 0) {
                fe256_mul(&root, &root, &a, &fe256_sm2_p);
            }
        }
        fe256_sqr(&t, &root, &fe256_sm2_p);
        if (fe256_equal(&t, &a) != 0) {
            q.y = root;
            assert_int_equal(ec_write(small, &q, &ec_sm2), ERR_OK);
            found = v;
        }
    }
    assert_int_not_equal(found, 0);
    assert_int_equal(sm2_check_point(small), ERR_OK);
    unhex(PRIME, small);
    plus(small, (int)found);
    assert_int_equal(sm2_check_point(small), ERR_POINT);
}

static void keys(void **state)
{
    (void)state;
    struct fixed_rng r;
    struct sm2_rng rng = fixed_rng(&r, 4);
    uint8_t d[32], pub[64], sig[64], e[32], c1[64], c3[32] = {0}, c2[1] = {0}, out[1];
    unhex(E, e);
    unhex(P, c1);
    /* 0, n-1, n, n+1 are refused; 1 and n-2 are keys */
    const int deltas[] = {-1, 0, 1};
    for (unsigned i = 0; i < 4; i++) {
        unhex(i == 3 ? ZERO32 : N, d);
        plus(d, i == 3 ? 0 : deltas[i]);
        memset(pub, 0xEE, 64);
        assert_int_equal(sm2_public(d, &rng, pub), ERR_PARAM);
        assert_hex(pub, ZERO32);
        assert_int_equal(sm2_sign(d, e, &rng, sig), ERR_PARAM);
        assert_int_equal(sm2_decrypt(d, c1, c3, c2, 1, &rng, out), ERR_PARAM);
    }
    unhex(N, d);
    plus(d, -2);
    assert_int_equal(sm2_public(d, &rng, pub), ERR_OK);
    assert_int_equal(sm2_sign(d, e, &rng, sig), ERR_OK);
    assert_int_equal(sm2_verify(pub, e, sig), ERR_OK);
    memset(d, 0, 32);
    d[31] = 1;
    assert_int_equal(sm2_public(d, &rng, pub), ERR_OK);
    assert_hex(pub, "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"
                    "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0");
}

static void encrypt_published(void **state)
{
    (void)state;
    struct fixed_rng r;
    struct sm2_rng rng = fixed_rng(&r, 5);
    uint8_t d[32], k[32], pub[64], c1[64], c3[32], c2[19], out[19];
    unhex(D, d);
    unhex(K, k);
    unhex(P, pub);
    assert_int_equal(
        sm2_encrypt_nonce(pub, (const uint8_t *)"encryption standard", 19, k, &rng, c1, c3, c2),
        ERR_OK);
    assert_hex(c1, "04EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73"
                   "E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0");
    assert_hex(c3, "59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766");
    assert_hex(c2, "21886CA989CA9C7D58087307CA93092D651EFA");
    assert_int_equal(sm2_decrypt(d, c1, c3, c2, 19, &rng, out), ERR_OK);
    assert_memory_equal(out, "encryption standard", 19);
    for (unsigned i = 0; i < 19; i++) {
        c2[i] ^= 0x40;
        assert_int_equal(sm2_decrypt(d, c1, c3, c2, 19, &rng, out), ERR_CRYPTO);
        assert_int_equal(out[0] | out[9] | out[18], 0);
        c2[i] ^= 0x40;
    }
    c3[31] ^= 1;
    assert_int_equal(sm2_decrypt(d, c1, c3, c2, 19, &rng, out), ERR_CRYPTO);
    assert_int_equal(sm2_encrypt(pub, out, 0, &rng, c1, c3, c2), ERR_PARAM);
    assert_int_equal(sm2_decrypt(d, c1, c3, c2, 0, &rng, out), ERR_PARAM);
}

/* One byte: t is all zero in one of 256 draws, which encryption must redraw and never emit. */
static void one_byte(void **state)
{
    (void)state;
    struct fixed_rng r;
    struct sm2_rng rng = fixed_rng(&r, 6);
    uint8_t d[32], pub[64], c1[64], c3[32], c2[1], out[1];
    const uint8_t m[1] = {0x77};
    unhex(D, d);
    unhex(P, pub);
    for (unsigned i = 0; i < 300; i++) {
        assert_int_equal(sm2_encrypt(pub, m, 1, &rng, c1, c3, c2), ERR_OK);
        assert_int_not_equal(c2[0], m[0]);
        assert_int_equal(sm2_decrypt(d, c1, c3, c2, 1, &rng, out), ERR_OK);
        assert_int_equal(out[0], m[0]);
    }
}

/* The source's error comes back unchanged and nothing is left in the outputs. */
static void failing_source(void **state)
{
    (void)state;
    struct fixed_rng r;
    uint8_t d[32], pub[64], e[32], sig[64], c1[64], c3[32], c2[8], zero[64] = {0};
    unhex(E, e);
    for (int calls = 0; calls < 3; calls++) {
        struct sm2_rng rng = fixed_rng(&r, 7);
        r.calls_left = calls;
        unhex(D, d);
        memset(sig, 0xEE, 64);
        assert_int_equal(sm2_sign(d, e, &rng, sig), ERR_ENTROPY);
        assert_memory_equal(sig, zero, 64);
        r.calls_left = calls;
        unhex(P, pub);
        memset(c1, 0xEE, 64);
        memset(c3, 0xEE, 32);
        memset(c2, 0xEE, 8);
        assert_int_equal(sm2_encrypt(pub, (const uint8_t *)"12345678", 8, &rng, c1, c3, c2),
                         ERR_ENTROPY);
        assert_memory_equal(c1, zero, 64);
        assert_memory_equal(c3, zero, 32);
        assert_memory_equal(c2, zero, 8);
        if (calls < 2) {
            r.calls_left = calls;
            memset(d, 0xEE, 32);
            memset(pub, 0xEE, 64);
            assert_int_equal(sm2_generate(&rng, d, pub), ERR_ENTROPY);
            assert_memory_equal(d, zero, 32);
            assert_memory_equal(pub, zero, 64);
        }
    }
}

static int stuck_bytes(void *ctx, uint8_t *out, size_t len)
{
    memset(out, *(const int *)ctx, len);
    return ERR_OK;
}

/* A stuck source is not looped on for ever, and the hedge keeps nonces apart even then. */
static void stuck_source(void **state)
{
    (void)state;
    int value = 0xFF;
    struct sm2_rng rng = {stuck_bytes, &value};
    uint8_t d[32], pub[64], e[32], one[64], two[64];
    assert_int_equal(sm2_generate(&rng, d, pub), ERR_ENTROPY);
    value = 0;
    assert_int_equal(sm2_generate(&rng, d, pub), ERR_ENTROPY);
    unhex(D, d);
    unhex(P, pub);
    unhex(E, e);
    assert_int_equal(sm2_sign(d, e, &rng, one), ERR_OK);
    assert_int_equal(sm2_verify(pub, e, one), ERR_OK);
    e[0] ^= 1;
    assert_int_equal(sm2_sign(d, e, &rng, two), ERR_OK);
    assert_int_equal(sm2_verify(pub, e, two), ERR_OK);
    /* With one k for both, r - e would be the same number: x1. */
    struct fe256 r1, r2, e1, e2;
    (void)fe256_from_bytes(&r2, two, &fe256_sm2_n);
    (void)fe256_from_bytes(&e2, e, &fe256_sm2_n);
    fe256_sub(&r2, &r2, &e2, &fe256_sm2_n);
    e[0] ^= 1;
    (void)fe256_from_bytes(&r1, one, &fe256_sm2_n);
    (void)fe256_from_bytes(&e1, e, &fe256_sm2_n);
    fe256_sub(&r1, &r1, &e1, &fe256_sm2_n);
    assert_int_equal(fe256_equal(&r1, &r2), 0);
}

static void generate(void **state)
{
    (void)state;
    struct fixed_rng r;
    struct sm2_rng rng = fixed_rng(&r, 8);
    uint8_t d[32], pub[64], again[64], e[32], sig[64];
    for (unsigned i = 0; i < 20; i++) {
        assert_int_equal(sm2_generate(&rng, d, pub), ERR_OK);
        assert_int_equal(sm2_check_point(pub), ERR_OK);
        assert_int_equal(sm2_public(d, &rng, again), ERR_OK);
        assert_memory_equal(pub, again, 64);
        assert_int_equal(fixed_bytes(&r, e, 32), ERR_OK);
        assert_int_equal(sm2_sign(d, e, &rng, sig), ERR_OK);
        assert_int_equal(sm2_verify(pub, e, sig), ERR_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_and_z),      cmocka_unit_test(id_length),
        cmocka_unit_test(sign_published), cmocka_unit_test(sign_with_kept_inverse),
        cmocka_unit_test(verify_ranges),  cmocka_unit_test(points),
        cmocka_unit_test(keys),           cmocka_unit_test(encrypt_published),
        cmocka_unit_test(one_byte),       cmocka_unit_test(failing_source),
        cmocka_unit_test(stuck_source),   cmocka_unit_test(generate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
