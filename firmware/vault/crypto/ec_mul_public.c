/* SPDX-License-Identifier: Apache-2.0 */
/*
 * s G + t a for verification: one chain of doublings for both scalars, each in non-adjacent form, s
 * against four odd multiples of G from the constants, t against eight of a made here. Inputs are
 * public: branches follow them, and every sum the short formulas cannot make is made another way.
 */
#include "crypto/ec.h"

#include "crypto/bytes.h"

#include <string.h>

#define WIDTH_G 4u /* 2^(WIDTH - 2) multiples */
#define WIDTH   5u
#define BITS    257u

_Static_assert(EC_ODD == 1u << (WIDTH_G - 2u) && EC_MULTIPLES == 1u << (WIDTH - 2u),
               "sizes of tables");

/* The sum is r[at]; the other place takes the next one. */
struct sum {
    struct ec_point r[2];
    unsigned at;
    int infinity;
};

/* digits[i], i < BITS: odd and below 2^(width-1) in absolute value, or 0; k is the sum of
 * digits[i] 2^i. */
static void naf(int8_t digits[BITS], const uint8_t k[EC_SCALAR], unsigned width)
{
    uint32_t w[10] = {0};
    for (unsigned i = 0; i < 8; i++) {
        w[i] = load_be32(k + 28u - 4u * i);
    }
    memset(digits, 0, BITS);
    uint32_t carry = 0;
    for (unsigned i = 0; i < BITS;) {
        uint64_t pair = (uint64_t)w[i / 32u + 1u] << 32 | w[i / 32u];
        uint32_t bits = (uint32_t)(pair >> i % 32u);
        if ((bits & 1u) == carry) {
            i++;
            continue;
        }
        uint32_t digit = (bits & ((1u << width) - 1u)) + carry;
        carry = digit >> (width - 1u);
        digits[i] = (int8_t)((int32_t)digit - (int32_t)(carry << width));
        i += width;
    }
}

/* s += e, or -= e for a digit below zero; scale as in ec_add. */
static void plus(struct sum *s, const struct ec_affine *e, int digit, const struct ec_scale *scale,
                 const struct ec_curve *c)
{
    static const struct fe256 zero;
    struct ec_point *a = &s->r[s->at], *r = &s->r[s->at ^ 1u];
    struct ec_affine b;
    const struct ec_affine *operand = e;
    if (digit < 0) {
        b.x = e->x;
        fe256_sub(&b.y, &zero, &e->y, c->p);
        operand = &b;
    }
    if (!s->infinity) {
        ec_add(r, a, operand, scale, c);
        s->at ^= 1u;
        if (fe256_is_zero(&r->z) == 0) {
            return;
        }
    }
    /* a is infinite, or the same as the operand, or its opposite */
    r->x = operand->x;
    r->y = operand->y;
    r->z = scale != NULL ? scale->z : c->p->one;
    if (s->infinity) {
        s->infinity = 0;
        s->at ^= 1u;
    } else {
        s->infinity = ec_equal(a, r, c) == 0;
        ec_double(r, r, c);
    }
}

void ec_mul_public(struct ec_point *r, const uint8_t s[EC_SCALAR], const uint8_t t[EC_SCALAR],
                   const struct ec_affine *a, const struct ec_curve *c)
{
    struct ec_affine table[EC_MULTIPLES];
    struct ec_scale scale;
    struct sum sum = {.infinity = 1};
    int8_t of_s[BITS], of_t[BITS];
    naf(of_s, s, WIDTH_G);
    naf(of_t, t, WIDTH);
    *r = (struct ec_point){a->x, a->y, c->p->one};
    ec_odd_multiples(table, &scale, r, c);
    for (unsigned i = BITS; i-- != 0;) {
        if (!sum.infinity) {
            ec_double(&sum.r[sum.at], &sum.r[sum.at], c);
        }
        int digit = of_t[i];
        if (digit != 0) {
            plus(&sum, &table[(digit < 0 ? -digit : digit) / 2], digit, &scale, c);
        }
        digit = of_s[i];
        if (digit != 0) {
            plus(&sum, &c->odd[(digit < 0 ? -digit : digit) / 2], digit, NULL, c);
        }
    }
    *r = sum.r[sum.at];
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
