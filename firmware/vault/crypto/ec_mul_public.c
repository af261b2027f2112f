/* SPDX-License-Identifier: Apache-2.0 */
/*
 * s G + t a for verification: one chain of doublings; t in width-5 NAF against eight odd multiples
 * of a, s by the comb in the last rows. Inputs are public: branches follow them, and every sum the
 * short formulas cannot make is made another way.
 */
#include "crypto/ec.h"

#include "crypto/bytes.h"

#include <string.h>

#define WIDTH     5u
#define MULTIPLES (1u << (WIDTH - 2u))
#define HEIGHT    (EC_SPACING / EC_COMBS)
#define BITS      257u

struct sum {
    struct ec_point r;
    int infinity;
};

/* digits[i], i < 257: odd within +-15, or 0; k is the sum of digits[i] 2^i. */
static void naf(int8_t digits[BITS], const uint8_t k[EC_SCALAR])
{
    uint32_t w[9] = {0};
    for (unsigned i = 0; i < 8; i++) {
        w[i] = load_be32(k + 28u - 4u * i);
    }
    memset(digits, 0, BITS);
    uint32_t carry = 0;
    for (unsigned i = 0; i < BITS;) {
        uint32_t bit = w[i / 32u] >> i % 32u & 1u;
        if (bit == carry) {
            i++;
            continue;
        }
        unsigned width = BITS - i < WIDTH ? BITS - i : WIDTH;
        uint64_t pair = (i / 32u < 8u ? (uint64_t)w[i / 32u + 1u] << 32 : 0) | w[i / 32u];
        int32_t digit = (int32_t)((uint32_t)(pair >> i % 32u) & ((1u << width) - 1u));
        digit += (int32_t)carry;
        carry = (uint32_t)digit >> (WIDTH - 1u);
        digit -= (int32_t)(carry << WIDTH);
        digits[i] = (int8_t)digit;
        i += width;
    }
}

static void twice(struct sum *s, const struct ec_curve *c)
{
    if (!s->infinity) {
        ec_double(&s->r, &s->r, c);
    }
}

/* s += b, or s -= b */
static void plus(struct sum *s, const struct ec_point *b, int negative, const struct ec_curve *c)
{
    static const struct fe256 zero;
    struct ec_point t = *b, was = s->r;
    if (negative) {
        fe256_sub(&t.y, &zero, &b->y, c->p);
    }
    if (s->infinity) {
        s->r = t;
        s->infinity = 0;
        return;
    }
    if (fe256_equal(&t.z, &c->p->one) != 0) {
        ec_add_affine(&s->r, &s->r, &(struct ec_affine){t.x, t.y}, c);
    } else {
        ec_add(&s->r, &s->r, &t, c);
    }
    if (fe256_is_zero(&s->r.z) != 0) {
        s->infinity = ec_equal(&was, &t, c) == 0;
        ec_double(&s->r, &was, c);
    }
}

/* The signs of s or s + n, whichever is odd: see ec_mul.c. */
static void signs(uint32_t w[10], const uint8_t s[EC_SCALAR], const struct fe256_field *n)
{
    uint32_t carry = 0;
    memset(w, 0, 10 * sizeof w[0]);
    for (unsigned i = 0; i < 8; i++) {
        w[i] = load_be32(s + 28u - 4u * i);
    }
    if ((w[0] & 1u) == 0) {
        for (unsigned i = 0; i < 8; i++) {
            uint64_t x = (uint64_t)w[i] + carry + fe256_word(n->m, i);
            w[i] = (uint32_t)x;
            carry = (uint32_t)(x >> 32);
        }
        w[8] = carry;
    }
    for (unsigned i = 0; i < 9; i++) {
        w[i] = w[i] >> 1 | w[i + 1u] << 31;
    }
    w[9] = 1u << 31;
}

static void add_column(struct sum *s, const uint32_t w[10], unsigned column,
                       const struct ec_curve *c)
{
    uint32_t bits = 0;
    for (unsigned i = 0; i < EC_TEETH; i++) {
        bits |= (w[column / 32u + 2u * i] >> column % 32u & 1u) << i;
    }
    uint32_t digit = bits >> 4 != 0 ? bits & 15u : ~bits & 15u;
    const struct ec_affine *e = &c->comb[column / HEIGHT][digit];
    plus(s, &(struct ec_point){e->x, e->y, c->p->one}, bits >> 4 == 0, c);
}

void ec_mul_public(struct ec_point *r, const uint8_t s[EC_SCALAR], const uint8_t t[EC_SCALAR],
                   const struct ec_affine *a, const struct ec_curve *c)
{
    struct ec_point table[MULTIPLES];
    struct sum sum = {.infinity = 1};
    int8_t digits[BITS];
    uint32_t w[10];
    naf(digits, t);
    signs(w, s, c->n);
    sum.r = (struct ec_point){a->x, a->y, c->p->one};
    ec_odd_multiples(table, MULTIPLES, &sum.r, c);
    for (unsigned i = BITS; i-- != 0;) {
        twice(&sum, c);
        if (digits[i] != 0) {
            int digit = digits[i];
            plus(&sum, &table[(digit < 0 ? -digit : digit) / 2], digit < 0, c);
        }
        for (unsigned j = 0; j < EC_COMBS && i < HEIGHT; j++) {
            add_column(&sum, w, i + j * HEIGHT, c);
        }
    }
    *r = sum.r;
    if (sum.infinity) {
        memset(r, 0, sizeof *r);
    }
}

uint32_t ec_x_is(const struct ec_point *a, const uint8_t v[EC_SCALAR], const struct ec_curve *c)
{
    /* x is v, or v + n where that is still below p: X = v Z^2 or X = (v + n) Z^2. */
    struct fe256 x, n, zz, t;
    uint8_t bytes[EC_SCALAR];
    uint32_t carry = 0;
    if (fe256_is_zero(&a->z) != 0) {
        return 0;
    }
    fe256_sqr(&zz, &a->z, c->p);
    (void)fe256_from_bytes(&x, v, c->p);
    fe256_mul(&t, &x, &zz, c->p);
    uint32_t equal = fe256_equal(&t, &a->x);
    for (unsigned i = 0; i < 8u; i++) {
        uint64_t sum = (uint64_t)load_be32(v + 28u - 4u * i) + fe256_word(c->n->m, i) + carry;
        store_be32(bytes + 28u - 4u * i, (uint32_t)sum);
        carry = (uint32_t)(sum >> 32);
    }
    uint32_t below = fe256_from_bytes(&n, bytes, c->p);
    if (carry == 0 && below != 0) {
        fe256_mul(&t, &n, &zz, c->p);
        equal |= fe256_equal(&t, &a->x);
    }
    return equal;
}
