/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exponentiation: fixed windows, so that squarings and multiplications follow one another in the
 * same order for every exponent; the table is read whole for each window, since a bus master or a
 * later chip's cache would see which entry was wanted.
 */
#include "crypto/mont.h"

void mont_load(struct mont_column *w, const uint32_t *n, size_t words)
{
    for (size_t i = 0; i < words; i++) {
        w[i].n = n[i];
    }
}

uint32_t mont_inverse(uint32_t n)
{
    uint32_t x = n; /* right in 3 bits; each step doubles them */
    for (unsigned i = 0; i < 4; i++) {
        x *= 2u - n * x;
    }
    return 0u - x;
}

#if !defined(__ARM_FEATURE_DSP) || defined(HUFU_MONT_PORTABLE)

/* t = t + factor * (b or n), over words + 1 columns. */
static void add_row(struct mont_column *w, size_t words, uint32_t factor, int modulus)
{
    uint64_t carry = 0;
    for (size_t i = 0; i < words; i++) {
        carry += (uint64_t)factor * (modulus ? w[i].n : w[i].b) + w[i].t;
        w[i].t = (uint32_t)carry;
        carry >>= 32;
    }
    carry += w[words].t;
    w[words].t = (uint32_t)carry;
    w[words + 1].t += (uint32_t)(carry >> 32);
}

void mont_mul(uint32_t *x, const uint32_t *a, const uint32_t *b, struct mont_column *w,
              size_t words, uint32_t mm)
{
    for (size_t i = 0; i < words + 2; i++) {
        w[i].b = i < words ? b[i] : 0;
        w[i].t = 0;
    }
    for (size_t i = 0; i < words; i++) {
        add_row(w, words, a[i], 0);
        add_row(w, words, w[0].t * mm, 1);
        for (size_t k = 0; k <= words; k++) {
            w[k].t = w[k + 1].t;
        }
        w[words + 1].t = 0;
    }
    uint64_t borrow = 0;
    for (size_t i = 0; i < words; i++) {
        borrow = (uint64_t)w[i].t - w[i].n - borrow;
        x[i] = (uint32_t)borrow;
        borrow = borrow >> 32 & 1u;
    }
    /* Below the modulus before: it is added back. */
    const uint32_t back = w[words].t - (uint32_t)borrow;
    uint64_t carry = 0;
    for (size_t i = 0; i < words; i++) {
        carry += (uint64_t)x[i] + (w[i].n & back);
        x[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

#endif

/* x = 2 x modulo n, x below n. */
static void double_modulo(uint32_t *x, const uint32_t *n, size_t words)
{
    uint32_t over = 0;
    uint64_t borrow = 0;
    for (size_t i = 0; i < words; i++) {
        const uint32_t twice = x[i] << 1 | over;
        over = x[i] >> 31;
        borrow = (uint64_t)twice - n[i] - borrow;
        x[i] = (uint32_t)borrow;
        borrow = borrow >> 32 & 1u;
    }
    const uint32_t back = over - (uint32_t)borrow;
    uint64_t carry = 0;
    for (size_t i = 0; i < words; i++) {
        carry += (uint64_t)x[i] + (n[i] & back);
        x[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

/* 1 where a == b, else 0, for small numbers. */
static uint32_t equal(uint32_t a, uint32_t b)
{
    return ((a ^ b) - 1u) >> 31;
}

/* entry = table[index], every entry touched: products by 0 and 1, a multiply-add each. */
static void look_up(uint32_t *restrict entry, const uint32_t *table, size_t words, uint32_t index)
{
    for (uint32_t i = 0; i < MODEXP_TABLE; i += 4) {
        const uint32_t s0 = equal(index, i), s1 = equal(index, i + 1u);
        const uint32_t s2 = equal(index, i + 2u), s3 = equal(index, i + 3u);
        const uint32_t *r0 = table + i * words, *r1 = r0 + words, *r2 = r1 + words,
                       *r3 = r2 + words;
        for (size_t k = 0; k < words; k++) {
            uint32_t x = i == 0 ? 0 : entry[k];
            x += r0[k] * s0;
            x += r1[k] * s1;
            x += r2[k] * s2;
            x += r3[k] * s3;
            entry[k] = x;
        }
    }
}

static void copy(uint32_t *to, const uint32_t *from, size_t words)
{
    for (size_t i = 0; i < words; i++) {
        to[i] = from[i];
    }
}

/* 1 in Montgomery form: the product of rr and 1. */
static void set_one(uint32_t *x, uint32_t *scratch, const uint32_t *rr, struct mont_column *w,
                    size_t words, uint32_t mm)
{
    for (size_t i = 0; i < words; i++) {
        scratch[i] = 0;
    }
    scratch[0] = 1;
    mont_mul(x, rr, scratch, w, words, mm);
}

static void public_exponent(uint32_t *x, const uint32_t *a, uint32_t e, const uint32_t *rr,
                            uint32_t *base, struct mont_column *w, size_t words, uint32_t mm)
{
    if (e == 0) {
        set_one(x, base, rr, w, words, mm);
        return;
    }
    unsigned bit = 31;
    while ((e >> bit & 1u) == 0) {
        bit--;
    }
    copy(base, a, words);
    copy(x, a, words);
    while (bit-- != 0) {
        mont_mul(x, x, x, w, words, mm);
        if ((e >> bit & 1u) != 0) {
            mont_mul(x, x, base, w, words, mm);
        }
    }
}

void modexp(uint32_t *x, const uint32_t *a, const uint32_t *n, size_t words, const uint32_t *e,
            size_t e_words, const uint32_t *rr, uint32_t *work)
{
    const uint32_t mm = mont_inverse(n[0]);
    struct mont_column *w = (struct mont_column *)(void *)work;
    uint32_t *entry = work + 3u * MONT_COLUMNS(words);
    uint32_t *table = entry + words;
    mont_load(w, n, words);
    if (e_words == 1) {
        public_exponent(x, a, e[0], rr, entry, w, words, mm);
        return;
    }
    set_one(table, entry, rr, w, words, mm);
    copy(table + words, a, words);
    for (uint32_t i = 2; i < MODEXP_TABLE; i++) {
        mont_mul(table + i * words, table + (i - 1u) * words, table + words, w, words, mm);
    }
    look_up(x, table, words, e[e_words - 1] >> (32u - MODEXP_WINDOW));
    for (size_t bit = 32u * e_words - MODEXP_WINDOW; bit != 0;) {
        bit -= MODEXP_WINDOW;
        for (unsigned i = 0; i < MODEXP_WINDOW; i++) {
            mont_mul(x, x, x, w, words, mm);
        }
        look_up(entry, table, words, e[bit / 32u] >> bit % 32u & (MODEXP_TABLE - 1u));
        mont_mul(x, x, entry, w, words, mm);
    }
}

/*
 * R = 2^(32 words) is n's complement modulo n (n has its top bit, so R - n is below n, or nearly).
 * Doubled `odd` times it is 2^odd in Montgomery form, and squared `squarings` times that is
 * 2^(odd 2^squarings) = 2^(32 words) in Montgomery form: R^2.
 */
void mont_r2(uint32_t *rr, const uint32_t *n, size_t words, uint32_t *work)
{
    struct mont_column *w = (struct mont_column *)(void *)work;
    const uint32_t mm = mont_inverse(n[0]);
    uint32_t odd = (uint32_t)(32u * words);
    unsigned squarings = 0;
    while ((odd & 1u) == 0) {
        odd >>= 1;
        squarings++;
    }
    uint64_t carry = 1;
    for (size_t i = 0; i < words; i++) {
        carry += (uint32_t)~n[i];
        rr[i] = (uint32_t)carry;
        carry >>= 32;
    }
    while (odd-- != 0) {
        double_modulo(rr, n, words);
    }
    mont_load(w, n, words);
    while (squarings-- != 0) {
        mont_mul(rr, rr, rr, w, words, mm);
    }
}
