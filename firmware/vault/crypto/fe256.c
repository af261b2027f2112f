/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Portable 32-bit implementation: word-by-word Montgomery multiplication (CIOS), one for both
 * fields. Masks instead of branches; the barrier keeps the compiler from turning a mask back into a
 * branch.
 */
#include "crypto/fe256.h"

#include "crypto/bytes.h"
#include "wipe.h"

#include <string.h>

const struct fe256_field fe256_p = {
    .m = {0xFFFFFFFFu, 0xFFFFFFFFu, 0x00000000u, 0xFFFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFFu,
          0xFFFFFFFEu},
    .m0 = 0x00000001u,
    .rr = {{0x00000003u, 0x00000002u, 0xFFFFFFFFu, 0x00000002u, 0x00000001u, 0x00000001u,
            0x00000002u, 0x00000004u}},
    .one = {{0x00000001u, 0x00000000u, 0xFFFFFFFFu, 0x00000000u, 0x00000000u, 0x00000000u,
             0x00000000u, 0x00000001u}},
};

const struct fe256_field fe256_n = {
    .m = {0x39D54123u, 0x53BBF409u, 0x21C6052Bu, 0x7203DF6Bu, 0xFFFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFFu,
          0xFFFFFFFEu},
    .m0 = 0x72350975u,
    .rr = {{0x7C114F20u, 0x901192AFu, 0xDE6FA2FAu, 0x3464504Au, 0x3AFFE0D4u, 0x620FC84Cu,
            0xA22B3D3Bu, 0x1EB5E412u}},
    .one = {{0xC62ABEDDu, 0xAC440BF6u, 0xDE39FAD4u, 0x8DFC2094u, 0x00000000u, 0x00000000u,
             0x00000000u, 0x00000001u}},
};

static inline uint32_t barrier(uint32_t v)
{
    __asm__("" : "+r"(v));
    return v;
}

/* Returns the low half of a * b + t + *carry and puts the high half into *carry; the sum fits in 64
 * bits. Cortex-M33 with DSP has one instruction for it, which gcc 12 does not find by itself. */
static inline uint32_t mul_add(uint32_t a, uint32_t b, uint32_t t, uint32_t *carry)
{
#if defined(__arm__) && defined(__ARM_FEATURE_DSP)
    __asm__("umaal %0, %1, %2, %3" : "+r"(t), "+r"(*carry) : "r"(a), "r"(b));
    return t;
#else
    uint64_t x = (uint64_t)a * b + t + *carry;
    *carry = (uint32_t)(x >> 32);
    return (uint32_t)x;
#endif
}

/* r = t - m if the 257-bit number top:t is at least m, else t. t < 2m. Returns the mask of t < m.
 */
static uint32_t reduce_once(uint32_t r[FE256_LIMBS], const uint32_t t[FE256_LIMBS], uint32_t top,
                            const struct fe256_field *f)
{
    uint32_t d[FE256_LIMBS];
    uint32_t borrow = 0;
#pragma GCC unroll 8
    for (unsigned i = 0; i < FE256_LIMBS; i++) {
        uint64_t x = (uint64_t)t[i] - f->m[i] - borrow;
        d[i] = (uint32_t)x;
        borrow = (uint32_t)(x >> 63);
    }
    uint32_t keep = barrier(0u - (borrow & (top ^ 1u)));
#pragma GCC unroll 8
    for (unsigned i = 0; i < FE256_LIMBS; i++) {
        r[i] = (t[i] & keep) | (d[i] & ~keep);
    }
    return keep;
}

void fe256_add(struct fe256 *r, const struct fe256 *a, const struct fe256 *b,
               const struct fe256_field *f)
{
    uint32_t t[FE256_LIMBS];
    uint32_t carry = 0;
#pragma GCC unroll 8
    for (unsigned i = 0; i < FE256_LIMBS; i++) {
        uint64_t x = (uint64_t)a->v[i] + b->v[i] + carry;
        t[i] = (uint32_t)x;
        carry = (uint32_t)(x >> 32);
    }
    (void)reduce_once(r->v, t, carry, f);
}

void fe256_sub(struct fe256 *r, const struct fe256 *a, const struct fe256 *b,
               const struct fe256_field *f)
{
    uint32_t borrow = 0;
    uint32_t t[FE256_LIMBS];
#pragma GCC unroll 8
    for (unsigned i = 0; i < FE256_LIMBS; i++) {
        uint64_t x = (uint64_t)a->v[i] - b->v[i] - borrow;
        t[i] = (uint32_t)x;
        borrow = (uint32_t)(x >> 63);
    }
    uint32_t mask = barrier(0u - borrow);
    uint32_t carry = 0;
#pragma GCC unroll 8
    for (unsigned i = 0; i < FE256_LIMBS; i++) {
        uint64_t x = (uint64_t)t[i] + (f->m[i] & mask) + carry;
        r->v[i] = (uint32_t)x;
        carry = (uint32_t)(x >> 32);
    }
}

void fe256_mul(struct fe256 *r, const struct fe256 *a, const struct fe256 *b,
               const struct fe256_field *f)
{
    uint32_t t[FE256_LIMBS + 1] = {0};
    for (unsigned i = 0; i < FE256_LIMBS; i++) {
        /* t += a * b[i]; then t = (t + q * m) / 2^32 with q chosen so that the division is exact.
         */
        uint32_t bi = b->v[i];
        uint32_t carry = 0;
#pragma GCC unroll 8
        for (unsigned j = 0; j < FE256_LIMBS; j++) {
            t[j] = mul_add(a->v[j], bi, t[j], &carry);
        }
        uint32_t q = t[0] * f->m0;
        uint32_t carry2 = 0;
        (void)mul_add(q, f->m[0], t[0], &carry2);
#pragma GCC unroll 8
        for (unsigned j = 1; j < FE256_LIMBS; j++) {
            t[j - 1] = mul_add(q, f->m[j], t[j], &carry2);
        }
        uint64_t high = (uint64_t)t[FE256_LIMBS] + carry + carry2;
        t[FE256_LIMBS - 1] = (uint32_t)high;
        t[FE256_LIMBS] = (uint32_t)(high >> 32);
    }
    (void)reduce_once(r->v, t, t[FE256_LIMBS], f);
}

void fe256_sqr(struct fe256 *r, const struct fe256 *a, const struct fe256_field *f)
{
    fe256_mul(r, a, a, f);
}

void fe256_inv(struct fe256 *r, const struct fe256 *a, const struct fe256_field *f)
{
    /* a^(m-2) with windows of four bits. The exponent is public, so its digits may steer; the
     * table is read at public places. m ends in ...3 or ...FF, so m - 2 borrows nothing. */
    struct fe256 table[15], x;
    table[0] = *a;
    for (unsigned i = 1; i < 15; i++) {
        fe256_mul(&table[i], &table[i - 1], a, f);
    }
    x = f->one;
    for (unsigned i = 64; i-- != 0;) {
        uint32_t limb = i < 8 ? f->m[0] - 2u : f->m[i / 8u];
        uint32_t digit = limb >> (4u * (i % 8u)) & 15u;
        for (unsigned k = 0; k < 4; k++) {
            fe256_sqr(&x, &x, f);
        }
        if (digit != 0) {
            fe256_mul(&x, &x, &table[digit - 1], f);
        }
    }
    *r = x;
    secret_wipe(table, sizeof table);
    secret_wipe(&x, sizeof x);
}

uint32_t fe256_from_bytes(struct fe256 *r, const uint8_t in[FE256_BYTES],
                          const struct fe256_field *f)
{
    struct fe256 t;
    for (unsigned i = 0; i < FE256_LIMBS; i++) {
        t.v[i] = load_be32(in + 4u * (FE256_LIMBS - 1u - i));
    }
    uint32_t below = reduce_once(t.v, t.v, 0, f);
    fe256_mul(r, &t, &f->rr, f);
    secret_wipe(&t, sizeof t);
    return below;
}

void fe256_to_bytes(uint8_t out[FE256_BYTES], const struct fe256 *a, const struct fe256_field *f)
{
    static const struct fe256 plain_one = {{1}};
    struct fe256 t;
    fe256_mul(&t, a, &plain_one, f);
    for (unsigned i = 0; i < FE256_LIMBS; i++) {
        store_be32(out + 4u * (FE256_LIMBS - 1u - i), t.v[i]);
    }
    secret_wipe(&t, sizeof t);
}

uint32_t fe256_is_zero(const struct fe256 *a)
{
    uint32_t any = 0;
    for (unsigned i = 0; i < FE256_LIMBS; i++) {
        any |= a->v[i];
    }
    return barrier(((any | (0u - any)) >> 31) - 1u);
}

uint32_t fe256_equal(const struct fe256 *a, const struct fe256 *b)
{
    struct fe256 d;
    for (unsigned i = 0; i < FE256_LIMBS; i++) {
        d.v[i] = a->v[i] ^ b->v[i];
    }
    return fe256_is_zero(&d);
}

void fe256_select(struct fe256 *r, const struct fe256 *a, uint32_t mask)
{
    mask = barrier(mask);
    for (unsigned i = 0; i < FE256_LIMBS; i++) {
        r->v[i] ^= (r->v[i] ^ a->v[i]) & mask;
    }
}
