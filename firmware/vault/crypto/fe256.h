/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The 256-bit prime field engine: the one seam between the SM2 code and its arithmetic.
 *
 * A field is a struct fe256_field; the curve's p and its order n are two of them. Elements are kept
 * in Montgomery form (x * 2^256 mod m), always fully reduced, as eight 32-bit limbs, least
 * significant first. Every function takes time and touches memory independently of the values;
 * the field itself is public. Results may share storage with operands.
 *
 * Masks are all ones for yes and zero for no.
 */
#ifndef HUFU_CRYPTO_FE256_H
#define HUFU_CRYPTO_FE256_H

#include <stdint.h>

#define FE256_LIMBS 8u
#define FE256_BYTES 32u

struct fe256 {
    uint32_t v[FE256_LIMBS];
};

struct fe256_field {
    uint32_t m[FE256_LIMBS]; /* the prime, between 2^255 and 2^256 */
    uint32_t m0;             /* -1/m mod 2^32 */
    struct fe256 rr;         /* 2^512 mod m, plain */
    struct fe256 one;        /* 2^256 mod m: 1 in Montgomery form */
};

/* The field of SM2's curve and the field of its order (GB/T 32918.5). */
extern const struct fe256_field fe256_p;
extern const struct fe256_field fe256_n;

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
/* 1/a; 0 for a = 0. */
void fe256_inv(struct fe256 *r, const struct fe256 *a, const struct fe256_field *f);

uint32_t fe256_is_zero(const struct fe256 *a);
uint32_t fe256_equal(const struct fe256 *a, const struct fe256 *b);
/* r = mask ? a : r */
void fe256_select(struct fe256 *r, const struct fe256 *a, uint32_t mask);

#endif
