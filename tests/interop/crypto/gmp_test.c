/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The field engine against GMP where carries run: every pair out of numbers with words of zeros and
 * ones in all patterns, single bits, and neighbours of 0, of the modulus and of powers of 2^32.
 * Built twice: with the machine's limbs and with 32-bit ones (HUFU_FE256_PORTABLE). REQ: K2
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gmp.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/fe256.h"
#include "err.h"
#include "support/fixed_rng.h"

#define NUMBERS 420u

struct field {
    const struct fe256_field *f;
    const char *modulus;
};

static const struct field fields[] = {
    {&fe256_sm2_p, "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF"},
    {&fe256_sm2_n, "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123"},
    {&fe256_p256_p, "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF"},
    {&fe256_p256_n, "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"},
};

static uint8_t number[NUMBERS][32];
static unsigned numbers;

static void add_number(const mpz_t v)
{
    size_t count = 0;
    uint8_t raw[64];
    if (mpz_sgn(v) < 0 || mpz_sizeinbase(v, 2) > 256) {
        return;
    }
    assert_true(numbers < NUMBERS);
    (void)mpz_export(raw, &count, 1, 1, 1, 0, v);
    memset(number[numbers], 0, 32);
    memcpy(number[numbers++] + 32 - count, raw, count);
}

/* Words of zeros and ones in all 256 patterns; the neighbours of limits. */
static void make_numbers(const mpz_t m)
{
    mpz_t v;
    mpz_init(v);
    numbers = 0;
    for (unsigned pattern = 0; pattern < 256; pattern++) {
        mpz_set_ui(v, 0);
        for (unsigned i = 0; i < 8; i++) {
            mpz_mul_2exp(v, v, 32);
            mpz_add_ui(v, v, (pattern >> i & 1u) != 0 ? 0xFFFFFFFFu : 0);
        }
        add_number(v);
    }
    for (int delta = -4; delta <= 4; delta++) {
        for (unsigned power = 0; power <= 256; power += 32) {
            mpz_set_ui(v, 1);
            mpz_mul_2exp(v, v, power);
            (delta < 0 ? mpz_sub_ui : mpz_add_ui)(v, v, (unsigned)abs(delta));
            add_number(v);
        }
        mpz_set(v, m);
        (delta < 0 ? mpz_sub_ui : mpz_add_ui)(v, v, (unsigned)abs(delta));
        add_number(v);
        mpz_fdiv_q_2exp(v, m, 1);
        (delta < 0 ? mpz_sub_ui : mpz_add_ui)(v, v, (unsigned)abs(delta));
        add_number(v);
    }
    mpz_clear(v);
}

static void expect(const struct fe256 *got, const struct fe256_field *f, const mpz_t m, mpz_t want)
{
    uint8_t ours[32], theirs[32] = {0}, raw[32];
    size_t count = 0;
    mpz_mod(want, want, m);
    (void)mpz_export(raw, &count, 1, 1, 1, 0, want);
    memcpy(theirs + 32 - count, raw, count);
    fe256_to_bytes(ours, got, f);
    assert_memory_equal(ours, theirs, 32);
}

static void pair(const struct fe256_field *f, const mpz_t m, const uint8_t x[32],
                 const uint8_t y[32])
{
    struct fe256 a, b, r;
    mpz_t u, v, w;
    mpz_inits(u, v, w, NULL);
    mpz_import(u, 32, 1, 1, 1, 0, x);
    mpz_import(v, 32, 1, 1, 1, 0, y);
    assert_int_equal(fe256_from_bytes(&a, x, f), mpz_cmp(u, m) < 0 ? 0xFFFFFFFFu : 0);
    (void)fe256_from_bytes(&b, y, f);
    mpz_mul(w, u, v);
    fe256_mul(&r, &a, &b, f);
    expect(&r, f, m, w);
    mpz_add(w, u, v);
    fe256_add(&r, &a, &b, f);
    expect(&r, f, m, w);
    mpz_sub(w, u, v);
    fe256_sub(&r, &a, &b, f);
    expect(&r, f, m, w);
    mpz_clears(u, v, w, NULL);
}

static void one(const struct fe256_field *f, const mpz_t m, const uint8_t x[32])
{
    struct fe256 a, r;
    mpz_t u, w;
    mpz_inits(u, w, NULL);
    mpz_import(u, 32, 1, 1, 1, 0, x);
    (void)fe256_from_bytes(&a, x, f);
    mpz_mul(w, u, u);
    fe256_sqr(&r, &a, f);
    expect(&r, f, m, w);
    fe256_half(&r, &a, f);
    fe256_add(&r, &r, &r, f);
    mpz_set(w, u);
    expect(&r, f, m, w);
    fe256_inv(&r, &a, f);
    if (mpz_invert(w, u, m) == 0) {
        mpz_set_ui(w, 0);
    }
    expect(&r, f, m, w);
    mpz_clears(u, w, NULL);
}

/* The same operations on numbers as they stand in memory, in Montgomery form: there the patterns
 * meet the carry chains themselves. */
static void raw_pair(const struct fe256_field *f, const mpz_t m, const mpz_t radix_inverse,
                     const uint8_t x[32], const uint8_t y[32])
{
    struct fe256 a, b, r;
    mpz_t u, v, w;
    mpz_inits(u, v, w, NULL);
    mpz_import(u, 32, 1, 1, 1, 0, x);
    mpz_import(v, 32, 1, 1, 1, 0, y);
    if (mpz_cmp(u, m) < 0 && mpz_cmp(v, m) < 0) {
        memset(&a, 0, sizeof a);
        memset(&b, 0, sizeof b);
        (void)mpz_export(a.v, NULL, -1, sizeof a.v[0], 0, 0, u);
        (void)mpz_export(b.v, NULL, -1, sizeof b.v[0], 0, 0, v);
        fe256_mul(&r, &a, &b, f);
        mpz_mul(w, u, v);
        mpz_mul(w, w, radix_inverse);
        mpz_mul(w, w, radix_inverse);
        expect(&r, f, m, w);
        fe256_sqr(&r, &a, f);
        mpz_mul(w, u, u);
        mpz_mul(w, w, radix_inverse);
        mpz_mul(w, w, radix_inverse);
        expect(&r, f, m, w);
        fe256_add(&r, &a, &b, f);
        mpz_add(w, u, v);
        mpz_mul(w, w, radix_inverse);
        expect(&r, f, m, w);
        fe256_sub(&r, &a, &b, f);
        mpz_sub(w, u, v);
        mpz_mul(w, w, radix_inverse);
        expect(&r, f, m, w);
    }
    mpz_clears(u, v, w, NULL);
}

static void edges(void **state)
{
    const struct field *field = *state;
    const unsigned step =
        getenv("HUFU_TEST_LONG") != NULL ? 1 : 7; /* prime: all rows meet all columns */
    mpz_t m, inverse;
    mpz_init_set_str(m, field->modulus, 16);
    mpz_init_set_ui(inverse, 1);
    mpz_mul_2exp(inverse, inverse, 256);
    assert_int_not_equal(mpz_invert(inverse, inverse, m), 0);
    make_numbers(m);
    for (unsigned i = 0; i < numbers; i++) {
        one(field->f, m, number[i]);
        for (unsigned j = i % step; j < numbers; j += step) {
            pair(field->f, m, number[i], number[j]);
            raw_pair(field->f, m, inverse, number[i], number[j]);
        }
    }
    mpz_clears(m, inverse, NULL);
}

static void random_numbers(void **state)
{
    const struct field *field = *state;
    struct fixed_rng r = {81, -1};
    const unsigned cases = getenv("HUFU_TEST_LONG") != NULL ? 100000 : 2000;
    uint8_t x[32], y[32];
    mpz_t m;
    mpz_init_set_str(m, field->modulus, 16);
    for (unsigned i = 0; i < cases; i++) {
        assert_int_equal(fixed_bytes(&r, x, 32), ERR_OK);
        assert_int_equal(fixed_bytes(&r, y, 32), ERR_OK);
        pair(field->f, m, x, y);
        if (i % 10 == 0) {
            one(field->f, m, x);
        }
    }
    mpz_clear(m);
}

int main(void)
{
    struct CMUnitTest tests[8];
    for (unsigned i = 0; i < 4; i++) {
        void *field = (void *)(uintptr_t)&fields[i];
        tests[2 * i] = (struct CMUnitTest){"edges", edges, NULL, NULL, field};
        tests[2 * i + 1] = (struct CMUnitTest){"random_numbers", random_numbers, NULL, NULL, field};
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
