/* SPDX-License-Identifier: Apache-2.0 */
/* Montgomery multiplication, exponentiation and inversion in portable C against OpenSSL's big
 * numbers, on values where carries run. The assembly is held against this C in system/crypto.
 * REQ: K2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "crypto/mont.h"
#include "support/fixed_rng.h"
#include "support/openssl.h"

#include <openssl/bn.h>

#define WORDS_MAX 128u

static struct fixed_rng rng = {77, -1};
static BN_CTX *ctx;

static BIGNUM *big(const uint32_t *x, size_t words)
{
    BIGNUM *b = BN_lebin2bn((const uint8_t *)x, (int)(4 * words), NULL);
    assert_non_null(b);
    return b;
}

static void expect(const char *what, const uint32_t *got, const BIGNUM *want, size_t words)
{
    uint8_t bytes[4 * WORDS_MAX];
    assert_int_equal(BN_bn2lebinpad(want, bytes, (int)(4 * words)), 4 * (int)words);
    if (memcmp(got, bytes, 4 * words) != 0) {
        fail_msg("%s with %zu words differs", what, words);
    }
}

/* Random, or words of zeros and ones, or all ones, or small. */
static void number(uint32_t *x, size_t words)
{
    assert_int_equal(fixed_bytes(&rng, (uint8_t *)x, 4 * words), 0);
    const uint64_t kind = fixed_next(&rng) >> 62;
    for (size_t i = 0; kind != 0 && i < words; i++) {
        x[i] = kind == 1 ? ((x[i] & 1u) != 0 ? 0xFFFFFFFFu : 0) : kind == 2 ? 0xFFFFFFFFu : x[i];
    }
}

static void modulus(uint32_t *n, size_t words)
{
    number(n, words);
    n[0] |= 1u;
    n[words - 1] |= 0x80000000u;
}

/* Below n, often by little. */
static void below(uint32_t *x, const uint32_t *n, size_t words)
{
    number(x, words);
    BIGNUM *bx = big(x, words), *bn = big(n, words);
    if ((fixed_next(&rng) >> 61) == 0) {
        assert_non_null(BN_copy(bx, bn));
        assert_int_equal(BN_sub_word(bx, 1 + (x[0] & 3u)), 1);
    }
    assert_int_equal(BN_nnmod(bx, bx, bn, ctx), 1);
    assert_int_equal(BN_bn2lebinpad(bx, (uint8_t *)x, (int)(4 * words)), 4 * (int)words);
    BN_free(bx);
    BN_free(bn);
}

/* factor 2^(32 words k) modulo n */
static BIGNUM *scaled(const BIGNUM *factor, size_t words, int k, const BIGNUM *n)
{
    BIGNUM *r = BN_new(), *s = BN_new();
    BN_one(s);
    BN_lshift(s, s, (int)(32 * words) * (k < 0 ? -k : k));
    if (k < 0) {
        assert_non_null(BN_mod_inverse(s, s, n, ctx));
    }
    assert_int_equal(BN_mod_mul(r, factor, s, n, ctx), 1);
    BN_free(s);
    return r;
}

static const size_t sizes[] = {16, 32, 48, 64, 96, 128};
#define SIZES (sizeof sizes / sizeof sizes[0])

static void multiplication(void **state)
{
    static struct mont_column w[MONT_COLUMNS(WORDS_MAX)];
    static uint32_t a[WORDS_MAX], b[WORDS_MAX], n[WORDS_MAX], x[WORDS_MAX];
    (void)state;
    for (unsigned i = 0; i < 600; i++) {
        const size_t words = sizes[i % SIZES];
        modulus(n, words);
        below(a, n, words);
        below(b, n, words);
        BIGNUM *bn = big(n, words), *ba = big(a, words), *bb = big(b, words);
        assert_int_equal(n[0] * mont_inverse(n[0]), 0xFFFFFFFFu);
        mont_load(w, n, words);
        mont_mul(x, a, b, w, words, mont_inverse(n[0]));
        assert_int_equal(BN_mod_mul(ba, ba, bb, bn, ctx), 1);
        BIGNUM *want = scaled(ba, words, -1, bn);
        expect("mul", x, want, words);
        mont_mul(a, a, b, w, words, mont_inverse(n[0])); /* in place */
        expect("mul in place", a, want, words);
        BN_free(want);
        BN_free(bn);
        BN_free(ba);
        BN_free(bb);
    }
}

static void exponent(size_t words, size_t e_words)
{
    static uint32_t a[WORDS_MAX], e[WORDS_MAX], n[WORDS_MAX], rr[WORDS_MAX], a_r2[WORDS_MAX];
    static uint32_t work[MODEXP_WORK(WORDS_MAX, 2)];
    modulus(n, words);
    below(a, n, words);
    number(e, e_words);
    if (e_words == 1 && (fixed_next(&rng) >> 62) == 0) {
        e[0] = 0;
    }
    BIGNUM *bn = big(n, words), *ba = big(a, words), *be = big(e, e_words), *one = BN_new();
    BN_one(one);
    BIGNUM *r2 = scaled(one, words, 2, bn), *am = scaled(ba, words, 1, bn);
    assert_int_equal(BN_bn2lebinpad(r2, (uint8_t *)rr, (int)(4 * words)), 4 * (int)words);
    assert_int_equal(BN_bn2lebinpad(am, (uint8_t *)a, (int)(4 * words)), 4 * (int)words);
    mont_r2(a_r2, n, words, work);
    expect("R^2", a_r2, r2, words);
    modexp(a, a, n, words, e, e_words, rr, work);
    assert_int_equal(BN_mod_exp(ba, ba, be, bn, ctx), 1);
    BIGNUM *want = scaled(ba, words, 1, bn);
    expect("exp", a, want, words);
    BN_free(want);
    BN_free(r2);
    BN_free(am);
    BN_free(one);
    BN_free(bn);
    BN_free(ba);
    BN_free(be);
}

static void exponentiation(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 24; i++) {
        exponent(16, 1 + i % 4);
        exponent(sizes[i % SIZES], 1 + i % 3);
    }
    exponent(32, 39);
}

static void inversion(void **state)
{
    static uint32_t a[WORDS_MAX], n[WORDS_MAX], g[WORDS_MAX], x[WORDS_MAX];
    static uint32_t work[MODINV_WORK(WORDS_MAX)];
    static const size_t lengths[] = {8, 9, 15, 16, 32, 33, 48, 64, 128};
    (void)state;
    for (unsigned i = 0; i < 270; i++) {
        const size_t words = lengths[i % (sizeof lengths / sizeof lengths[0])];
        modulus(n, words);
        below(a, n, words);
        if (i % 11 == 0) {
            memset(a + 1, 0, 4 * (words - 1)); /* small, or zero */
            a[0] &= 0xFu;
        }
        BIGNUM *bn = big(n, words), *ba = big(a, words), *bg = BN_new();
        assert_int_equal(BN_gcd(bg, ba, bn, ctx), 1);
        modinv(g, NULL, a, words, n, words, work);
        expect("gcd", g, bg, words);
        modinv(g, x, a, words, n, words, work);
        expect("gcd with an inverse", g, bg, words);
        if (BN_is_one(bg)) {
            assert_non_null(BN_mod_inverse(bg, ba, bn, ctx));
            expect("inverse", x, bg, words);
        }
        /* A short number in a short array. */
        modinv(g, NULL, a, 1, n, words, work);
        assert_int_equal(BN_set_word(ba, a[0]), 1);
        assert_int_equal(BN_gcd(bg, ba, bn, ctx), 1);
        expect("gcd of one word", g, bg, words);
        BN_free(bn);
        BN_free(ba);
        BN_free(bg);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(multiplication),
        cmocka_unit_test(exponentiation),
        cmocka_unit_test(inversion),
    };
    ctx = BN_CTX_new();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    BN_CTX_free(ctx);
    return failed;
}
