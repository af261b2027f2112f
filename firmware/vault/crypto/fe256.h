/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The 256-bit prime field engine: the one seam between the curve code and its arithmetic.
 *
 * A field is a struct fe256_field; SM2's and P-256's p and n are four of them. Elements are kept in
 * Montgomery form (x * 2^256 mod m), always fully reduced, least significant limb first. Every
 * function takes time and touches memory independently of the values; the field itself is public.
 * Results may share storage with operands.
 *
 * Three implementations, chosen here: assembly (fe256_m33.S) for ARM cores with the DSP extension,
 * portable C with 64-bit limbs where the compiler has a 128-bit type, portable C with 32-bit limbs
 * elsewhere or when HUFU_FE256_PORTABLE is defined.
 *
 * Masks are all ones for yes and zero for no.
 */
#ifndef HUFU_CRYPTO_FE256_H
#define HUFU_CRYPTO_FE256_H

#include <stdint.h>

#if defined(__ARM_FEATURE_DSP) && !defined(HUFU_FE256_PORTABLE)
#define FE256_ASM 1
#else
#define FE256_ASM 0
#endif

#define FE256_BYTES 32u

/* An element from eight 32-bit words, least significant first. */
#if defined(__SIZEOF_INT128__) && !defined(HUFU_FE256_PORTABLE)
typedef uint64_t fe256_limb;
#define FE256_LIMBS 4u
#define FE256_WORDS(a, b, c, d, e, f, g, h)                                                        \
    {                                                                                              \
        (uint64_t)(b) << 32 | (a), (uint64_t)(d) << 32 | (c), (uint64_t)(f) << 32 | (e),           \
            (uint64_t)(h) << 32 | (g)                                                              \
    }
#else
typedef uint32_t fe256_limb;
#define FE256_LIMBS 8u
#define FE256_WORDS(a, b, c, d, e, f, g, h)                                                        \
    {                                                                                              \
        a, b, c, d, e, f, g, h                                                                     \
    }
#endif

struct fe256 {
    fe256_limb v[FE256_LIMBS];
};

struct fe256_field {
#if FE256_ASM
    /* The ends of mul and sqr, add, sub and half for this modulus: places to jump to. */
    void (*tails[4])(void);
#endif
    fe256_limb m[FE256_LIMBS]; /* the prime, between 2^255 and 2^256 */
    fe256_limb m0;             /* -1/m mod 2^limb */
    struct fe256 rr;           /* 2^512 mod m, plain */
    struct fe256 one;          /* 2^256 mod m: 1 in Montgomery form */
};

/* SM2's curve and its order (GB/T 32918.5); P-256's (SP 800-186). */
extern const struct fe256_field fe256_sm2_p, fe256_sm2_n, fe256_p256_p, fe256_p256_n;

/* [in] 32 bytes big-endian. [out] r, in Montgomery form, reduced. Returns the mask of "below m". */
uint32_t fe256_from_bytes(struct fe256 *r, const uint8_t in[FE256_BYTES],
                          const struct fe256_field *f);
/* [out] 32 bytes big-endian. */
void fe256_to_bytes(uint8_t out[FE256_BYTES], const struct fe256 *a, const struct fe256_field *f);

void fe256_add(struct fe256 *r, const struct fe256 *a, const struct fe256 *b,
               const struct fe256_field *f);
void fe256_sub(struct fe256 *r, const struct fe256 *a, const struct fe256 *b,
               const struct fe256_field *f);
void fe256_mul(struct fe256 *r, const struct fe256 *a, const struct fe256 *b,
               const struct fe256_field *f);
void fe256_sqr(struct fe256 *r, const struct fe256 *a, const struct fe256_field *f);
/* a/2 */
void fe256_half(struct fe256 *r, const struct fe256 *a, const struct fe256_field *f);
/* 1/a; 0 for a = 0. */
void fe256_inv(struct fe256 *r, const struct fe256 *a, const struct fe256_field *f);

uint32_t fe256_is_zero(const struct fe256 *a);
uint32_t fe256_equal(const struct fe256 *a, const struct fe256 *b);
/* r = mask ? a : r */
void fe256_select(struct fe256 *r, const struct fe256 *a, uint32_t mask);

/* Word i of eight 32-bit words. */
static inline uint32_t fe256_word(const fe256_limb v[FE256_LIMBS], unsigned i)
{
    const unsigned bits = 8u * (unsigned)sizeof(fe256_limb);
    return (uint32_t)(v[32u * i / bits] >> (32u * i % bits));
}

/* A value the compiler knows nothing about: it cannot turn a mask back into a branch. */
static inline uint32_t fe256_barrier(uint32_t v)
{
    __asm__("" : "+r"(v));
    return v;
}

#endif
