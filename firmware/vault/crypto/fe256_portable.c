/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Field arithmetic in portable C, one source for 32-bit and 64-bit limbs: word-by-word Montgomery
 * multiplication (CIOS), masks instead of branches. Empty where the assembly takes its place.
 */
#include "crypto/fe256.h"

#if !FE256_ASM

#if defined(__SIZEOF_INT128__) && !defined(HUFU_FE256_PORTABLE)
__extension__ typedef unsigned __int128 wide;
#define BITS 64u
#else
typedef uint64_t wide;
#define BITS 32u
#endif
#define N FE256_LIMBS

static inline fe256_limb barrier(fe256_limb v)
{
    __asm__("" : "+r"(v));
    return v;
}

/* Low half of a * b + t + *carry; the high half goes to *carry. The sum cannot overflow. */
static inline fe256_limb mul_add(fe256_limb a, fe256_limb b, fe256_limb t, fe256_limb *carry)
{
    wide x = (wide)a * b + t + *carry;
    *carry = (fe256_limb)(x >> BITS);
    return (fe256_limb)x;
}

static inline fe256_limb add_carry(fe256_limb a, fe256_limb b, fe256_limb *carry)
{
    wide x = (wide)a + b + *carry;
    *carry = (fe256_limb)(x >> BITS);
    return (fe256_limb)x;
}

static inline fe256_limb sub_borrow(fe256_limb a, fe256_limb b, fe256_limb *borrow)
{
    wide x = (wide)a - b - *borrow;
    *borrow = (fe256_limb)(x >> BITS) & 1u;
    return (fe256_limb)x;
}

/* r = top:t - m if that is not negative, else t. top:t < 2m. */
static inline void reduce_once(fe256_limb r[N], const fe256_limb t[N], fe256_limb top,
                               const struct fe256_field *f)
{
    fe256_limb d[N], borrow = 0;
#pragma GCC unroll 8
    for (unsigned i = 0; i < N; i++) {
        d[i] = sub_borrow(t[i], f->m[i], &borrow);
    }
    fe256_limb keep = barrier((fe256_limb)0 - (borrow & (top ^ 1u)));
#pragma GCC unroll 8
    for (unsigned i = 0; i < N; i++) {
        r[i] = d[i] ^ ((t[i] ^ d[i]) & keep);
    }
}

void fe256_add(struct fe256 *r, const struct fe256 *a, const struct fe256 *b,
               const struct fe256_field *f)
{
    fe256_limb t[N], carry = 0;
#pragma GCC unroll 8
    for (unsigned i = 0; i < N; i++) {
        t[i] = add_carry(a->v[i], b->v[i], &carry);
    }
    reduce_once(r->v, t, carry, f);
}

void fe256_sub(struct fe256 *r, const struct fe256 *a, const struct fe256 *b,
               const struct fe256_field *f)
{
    fe256_limb t[N], borrow = 0, carry = 0;
#pragma GCC unroll 8
    for (unsigned i = 0; i < N; i++) {
        t[i] = sub_borrow(a->v[i], b->v[i], &borrow);
    }
    fe256_limb mask = barrier((fe256_limb)0 - borrow);
#pragma GCC unroll 8
    for (unsigned i = 0; i < N; i++) {
        r->v[i] = add_carry(t[i], f->m[i] & mask, &carry);
    }
}

void fe256_half(struct fe256 *r, const struct fe256 *a, const struct fe256_field *f)
{
    fe256_limb t[N + 1], carry = 0;
    fe256_limb mask = barrier((fe256_limb)0 - (a->v[0] & 1u));
#pragma GCC unroll 8
    for (unsigned i = 0; i < N; i++) {
        t[i] = add_carry(a->v[i], f->m[i] & mask, &carry);
    }
    t[N] = carry;
#pragma GCC unroll 8
    for (unsigned i = 0; i < N; i++) {
        r->v[i] = t[i] >> 1 | t[i + 1] << (BITS - 1u);
    }
}

void fe256_mul(struct fe256 *r, const struct fe256 *a, const struct fe256 *b,
               const struct fe256_field *f)
{
    fe256_limb t[N + 1] = {0};
#pragma GCC unroll 8
    for (unsigned i = 0; i < N; i++) {
        /* t += a * b[i]; then t = (t + q * m) / 2^BITS, q such that the division is exact. */
        fe256_limb carry = 0, carry2 = 0;
#pragma GCC unroll 8
        for (unsigned j = 0; j < N; j++) {
            t[j] = mul_add(a->v[j], b->v[i], t[j], &carry);
        }
        fe256_limb q = t[0] * f->m0;
        (void)mul_add(q, f->m[0], t[0], &carry2);
#pragma GCC unroll 8
        for (unsigned j = 1; j < N; j++) {
            t[j - 1] = mul_add(q, f->m[j], t[j], &carry2);
        }
        t[N - 1] = add_carry(t[N], carry, &carry2);
        t[N] = carry2;
    }
    reduce_once(r->v, t, t[N], f);
}

void fe256_sqr(struct fe256 *r, const struct fe256 *a, const struct fe256_field *f)
{
    fe256_mul(r, a, a, f);
}

#endif
