/* SPDX-License-Identifier: Apache-2.0 */
/* The portable functions of portable.c. Fields are passed without their type: it has another form
 * here. In the order SM2's p and n, P-256's p and n. */
#ifndef HUFU_TESTS_CRYPTO_PORTABLE_H
#define HUFU_TESTS_CRYPTO_PORTABLE_H

#include "crypto/fe256.h"
#include "crypto/ghash.h"
#include <stddef.h>

extern const struct fe256_field *const c_fields[4];

void c_add(struct fe256 *r, const struct fe256 *a, const struct fe256 *b,
           const struct fe256_field *f);
void c_sub(struct fe256 *r, const struct fe256 *a, const struct fe256 *b,
           const struct fe256_field *f);
void c_mul(struct fe256 *r, const struct fe256 *a, const struct fe256 *b,
           const struct fe256_field *f);
void c_sqr(struct fe256 *r, const struct fe256 *a, const struct fe256_field *f);
void c_half(struct fe256 *r, const struct fe256 *a, const struct fe256_field *f);
void c_compress(uint32_t state[8], const uint8_t block[64]);
uint32_t c_tau(uint32_t x);
void c_rounds(uint32_t x[4], const uint32_t rk[32]);
void c_rounds_wide(uint32_t x[36][8], const uint32_t rk[32]);
void c_ghash_blocks(uint32_t y[4], const uint32_t h[GHASH_PARTS][4], const uint8_t *data,
                    size_t blocks);

struct mont_column;
void c_mont_mul(uint32_t *x, const uint32_t *a, const uint32_t *b, struct mont_column *w,
                size_t words, uint32_t mm);

#endif
