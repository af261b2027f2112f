/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Points of SM2's curve in homogeneous projective coordinates (x = X/Z, y = Y/Z; infinity is
 * 0:1:0), and scalar multiplication. Internal to crypto/.
 *
 * The addition and doubling formulas are the complete ones for a = -3 and prime order (Renes,
 * Costello, Batina 2016, algorithms 4 and 6): no input, infinity and equal points included, needs
 * another path, so none can betray itself.
 */
#ifndef HUFU_CRYPTO_SM2_POINT_H
#define HUFU_CRYPTO_SM2_POINT_H

#include "crypto/fe256.h"
#include "crypto/sm2.h"

struct sm2_point {
    struct fe256 x, y, z;
};

extern const struct sm2_point sm2_base; /* G, Z = 1 */

/* [in] X || Y. ERR_OK; ERR_POINT: a coordinate is not below p, or not on the curve. */
int sm2_point_read(struct sm2_point *r, const uint8_t in[SM2_POINT]);
/* [out] X || Y. ERR_OK; ERR_POINT: infinity (out zeroed). */
int sm2_point_write(uint8_t out[SM2_POINT], const struct sm2_point *a);

void sm2_point_add(struct sm2_point *r, const struct sm2_point *a, const struct sm2_point *b);
void sm2_point_double(struct sm2_point *r, const struct sm2_point *a);
/* Mask of Y^2 Z = X^3 - 3 X Z^2 + b Z^3; true for infinity. */
uint32_t sm2_point_on_curve(const struct sm2_point *a);

/*
 * r = k * a for a secret k: fixed pattern, table read whole at each step, k blinded by a random
 * multiple of n and a by a random projective factor. The result is checked to be on the curve.
 * [in] k 32 bytes big-endian, below n. ERR_OK; ERR_CRYPTO: a fault was seen; the rng's error.
 */
int sm2_point_mul(struct sm2_point *r, const uint8_t k[SM2_SCALAR], const struct sm2_point *a,
                  const struct sm2_rng *rng);

/* r = s*G + t*a for public s, t (big-endian): verification alone. Not constant time. */
void sm2_point_mul_public(struct sm2_point *r, const uint8_t s[SM2_SCALAR],
                          const uint8_t t[SM2_SCALAR], const struct sm2_point *a);

#endif
