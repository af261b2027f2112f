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
#if defined(__x86_64__)
#include <immintrin.h>
#define CARRY_FLAG 1
#endif
#else
typedef uint64_t wide;
#define BITS 32u
#endif
#define N FE256_LIMBS
#if !defined(CARRY_FLAG)
#define CARRY_FLAG 0
#endif

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

/* a + b + *carry, *carry 0 or 1 before and after; the same below for differences. */
static inline fe256_limb add_carry(fe256_limb a, fe256_limb b, fe256_limb *carry)
{
#if CARRY_FLAG
    unsigned long long sum; /* the compiler keeps a chain of these in the carry flag */
    *carry = _addcarry_u64((unsigned char)*carry, a, b, &sum);
    return sum;
#else
    wide x = (wide)a + b + *carry;
    *carry = (fe256_limb)(x >> BITS);
    return (fe256_limb)x;
#endif
}

static inline fe256_limb sub_borrow(fe256_limb a, fe256_limb b, fe256_limb *borrow)
{
#if CARRY_FLAG
    unsigned long long difference;
    *borrow = _subborrow_u64((unsigned char)*borrow, a, b, &difference);
    return difference;
#else
    wide x = (wide)a - b - *borrow;
    *borrow = (fe256_limb)(x >> BITS) & 1u;
    return (fe256_limb)x;
#endif
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

/* t[0..N] = (t + q m) / 2^BITS, q such that the division is exact; above belongs to t[N]. Where m
 * is -1 modulo 2^BITS, q is t[0] itself and the lowest product vanishes into a carry of q. */
static inline void reduce_limb(fe256_limb t[N + 1], fe256_limb above, const struct fe256_field *f,
                               int minus_one)
{
    fe256_limb carry = 0, q = t[0];
    if (minus_one) {
        carry = q;
    } else {
        q *= f->m0;
        (void)mul_add(q, f->m[0], t[0], &carry);
    }
#pragma GCC unroll 8
    for (unsigned j = 1; j < N; j++) {
        t[j - 1] = mul_add(q, f->m[j], t[j], &carry);
    }
    wide x = (wide)t[N] + above + carry;
    t[N - 1] = (fe256_limb)x;
    t[N] = (fe256_limb)(x >> BITS);
}

static inline void multiply(struct fe256 *r, const struct fe256 *a, const struct fe256 *b,
                            const struct fe256_field *f, int minus_one)
{
    fe256_limb t[N + 1] = {0};
#pragma GCC unroll 8
    for (unsigned i = 0; i < N; i++) {
        fe256_limb carry = 0;
#pragma GCC unroll 8
        for (unsigned j = 0; j < N; j++) {
            t[j] = mul_add(a->v[j], b->v[i], t[j], &carry);
        }
        reduce_limb(t, carry, f, minus_one);
    }
    reduce_once(r->v, t, t[N], f);
}

void fe256_mul(struct fe256 *r, const struct fe256 *a, const struct fe256 *b,
               const struct fe256_field *f)
{
    if (f->m0 == 1u) { /* the field is public */
        multiply(r, a, b, f, 1);
    } else {
        multiply(r, a, b, f, 0);
    }
}

static inline void square(struct fe256 *r, const struct fe256 *a, const struct fe256_field *f,
                          int minus_one)
{
    fe256_limb t[2u * N] = {0}, carry, low = 0, top = 0;
#pragma GCC unroll 8
    for (unsigned i = 0; i + 1u < N; i++) { /* products of different limbs, once */
        carry = 0;
#pragma GCC unroll 8
        for (unsigned j = i + 1u; j < N; j++) {
            t[i + j] = mul_add(a->v[i], a->v[j], t[i + j], &carry);
        }
        t[i + N] = carry;
    }
    carry = 0;
#pragma GCC unroll 8
    for (unsigned i = 0; i < N; i++) { /* twice those, and the squares */
        fe256_limb t0 = t[2u * i], t1 = t[2u * i + 1u], high = 0;
        fe256_limb square = mul_add(a->v[i], a->v[i], 0, &high);
        t[2u * i] = add_carry(t0 << 1 | low, square, &carry);
        t[2u * i + 1u] = add_carry(t1 << 1 | t0 >> (BITS - 1u), high, &carry);
        low = t1 >> (BITS - 1u);
    }
#pragma GCC unroll 8
    for (unsigned i = 0; i < N; i++) { /* as in reduce_limb, in place */
        fe256_limb q = t[i];
        if (minus_one) {
            carry = q;
        } else {
            q *= f->m0;
            carry = 0;
            (void)mul_add(q, f->m[0], t[i], &carry);
        }
#pragma GCC unroll 8
        for (unsigned j = 1; j < N; j++) {
            t[i + j] = mul_add(q, f->m[j], t[i + j], &carry);
        }
        t[i + N] = add_carry(t[i + N], carry, &top);
    }
    reduce_once(r->v, t + N, top, f);
}

void fe256_sqr(struct fe256 *r, const struct fe256 *a, const struct fe256_field *f)
{
    if (f->m0 == 1u) {
        square(r, a, f, 1);
    } else {
        square(r, a, f, 0);
    }
}

#endif
