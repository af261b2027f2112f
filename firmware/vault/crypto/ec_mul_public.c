/* SPDX-License-Identifier: Apache-2.0 */
/*
 * s G + t a for verification: one chain of doublings for both scalars, each in non-adjacent form, s
 * against sixteen odd multiples of G from the constants, t against eight of a made here. Inputs are
 * public: branches follow them, and every sum the short formulas cannot make is made another way.
 */
#include "crypto/ec.h"

#include "crypto/bytes.h"

#include <string.h>

#define WIDTH_G   6u /* 2^(WIDTH - 2) multiples */
#define WIDTH     5u
#define MULTIPLES 8u
#define BITS      257u

_Static_assert(EC_ODD == 1u << (WIDTH_G - 2u) && MULTIPLES == 1u << (WIDTH - 2u),
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

/* Member by member, which compilers do in place; a whole point would be a call of memcpy. */
static void copy(struct ec_point *r, const struct ec_point *a)
{
    r->x = a->x;
    r->y = a->y;
    r->z = a->z;
}

/* s += b for a finite b; affine: b has Z = 1. */
static void plus(struct sum *s, const struct ec_point *b, int affine, const struct ec_curve *c)
{
    const struct ec_point *a = &s->r[s->at];
    struct ec_point *r = &s->r[s->at ^ 1u];
    if (s->infinity) {
        copy(r, b);
        s->infinity = 0;
    } else {
        if (affine) {
            const struct ec_affine g = {b->x, b->y};
            ec_add_affine(r, a, &g, c);
        } else {
            ec_add(r, a, b, c);
        }
        if (fe256_is_zero(&r->z) != 0) {
            s->infinity = ec_equal(a, b, c) == 0;
            ec_double(r, a, c);
        }
    }
    s->at ^= 1u;
}

/* r = y, or -y */
static void signed_y(struct fe256 *r, const struct fe256 *y, int digit, const struct ec_curve *c)
{
    static const struct fe256 zero;
    if (digit < 0) {
        fe256_sub(r, &zero, y, c->p);
    } else {
        *r = *y;
    }
}

void ec_mul_public(struct ec_point *r, const uint8_t s[EC_SCALAR], const uint8_t t[EC_SCALAR],
                   const struct ec_affine *a, const struct ec_curve *c)
{
    struct ec_point table[MULTIPLES], b;
    struct sum sum = {.infinity = 1};
    int8_t of_s[BITS], of_t[BITS];
    naf(of_s, s, WIDTH_G);
    naf(of_t, t, WIDTH);
    b.x = a->x;
    b.y = a->y;
    b.z = c->p->one;
    ec_odd_multiples(table, MULTIPLES, &b, c);
    for (unsigned i = BITS; i-- != 0;) {
        if (!sum.infinity) {
            ec_double(&sum.r[sum.at], &sum.r[sum.at], c);
        }
        int digit = of_t[i];
        if (digit != 0) {
            const struct ec_point *e = &table[(digit < 0 ? -digit : digit) / 2];
            b.x = e->x;
            b.z = e->z;
            signed_y(&b.y, &e->y, digit, c);
            plus(&sum, &b, 0, c);
        }
        digit = of_s[i];
        if (digit != 0) {
            const struct ec_affine *g = &c->odd[(digit < 0 ? -digit : digit) / 2];
            b.x = g->x;
            b.z = c->p->one;
            signed_y(&b.y, &g->y, digit, c);
            plus(&sum, &b, 1, c);
        }
    }
    copy(r, &sum.r[sum.at]);
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
