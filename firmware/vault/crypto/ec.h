/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The 256-bit curve engine: curves y^2 = x^3 - 3x + b of prime order. Internal to crypto/.
 *
 * Points are in Jacobian coordinates (x = X/Z^2, y = Y/Z^3; infinity has Z = 0). How the engine
 * works is told in docs/crypto.md.
 */
#ifndef HUFU_CRYPTO_EC_H
#define HUFU_CRYPTO_EC_H

#include "crypto/fe256.h"
#include "crypto/sm2.h"

#define EC_SCALAR      32u
#define EC_POINT_BYTES 64u /* X || Y, big-endian */

struct ec_affine {
    struct fe256 x, y;
};

struct ec_point {
    struct fe256 x, y, z;
};

/* The Z that a table of points in two coordinates has in common, with its powers. */
struct ec_scale {
    struct fe256 z, zz, zzz;
};

/* Odd multiples of the base point for verification: (2 i + 1) G. */
#define EC_ODD 4u

/* The comb of the base point: EC_COMBS tables, made for columns EC_SPACING / EC_COMBS apart. */
#define EC_TEETH   5u
#define EC_SPACING 52u
#define EC_COMBS   2u
#define EC_ENTRIES 16u

struct ec_curve {
    const struct fe256_field *p, *n;
    struct fe256 b;
    /* comb[i][j] = 2^(26 i) (2^208 + sum of +-2^(52 t) for t < 4) G, plus where bit t of j is 1 */
    struct ec_affine comb[EC_COMBS][EC_ENTRIES];
    struct ec_affine odd[EC_ODD]; /* the first is G */
};

extern const struct ec_curve ec_sm2, ec_p256;

/* [in] X || Y. ERR_OK; ERR_POINT: a coordinate is not below p, or the point is not on the curve. */
int ec_read(struct ec_affine *r, const uint8_t in[EC_POINT_BYTES], const struct ec_curve *c);
/* [out] X || Y. ERR_OK; ERR_CRYPTO: infinity, or not on the curve, which the callers rule out, so
 * that a fault was seen (out zeroed). a is secret. */
int ec_write(uint8_t out[EC_POINT_BYTES], const struct ec_point *a, const struct ec_curve *c);

void ec_double(struct ec_point *r, const struct ec_point *a, const struct ec_curve *c);
/* b's Z is that of scale, or 1 for NULL. Not for equal, opposite or infinite operands: for them the
 * result has Z = 0. r may be a. */
void ec_add(struct ec_point *r, const struct ec_point *a, const struct ec_affine *b,
            const struct ec_scale *scale, const struct ec_curve *c);
/* Mask of a = b for finite points. */
uint32_t ec_equal(const struct ec_point *a, const struct ec_point *b, const struct ec_curve *c);
/* Mask of "on the curve"; true for infinity 1:1:0. */
uint32_t ec_on_curve(const struct ec_point *a, const struct ec_curve *c);
/* Mask of x(a) mod n = v, for a public v below n, big-endian; false for infinity. No inversion. */
uint32_t ec_x_is(const struct ec_point *a, const uint8_t v[EC_SCALAR], const struct ec_curve *c);
/* [out] scale from its z. */
void ec_scale_powers(struct ec_scale *scale, const struct ec_curve *c);
/* table[i] = (2 i + 1) a, on the Z of scale. */
#define EC_MULTIPLES 8u
void ec_odd_multiples(struct ec_affine table[EC_MULTIPLES], struct ec_scale *scale,
                      const struct ec_point *a, const struct ec_curve *c);

/* Whether a secret scalar is hidden by randomness of its own (a key), or is used once and needs
 * only the random coordinates (a nonce, an ephemeral key, a key that is being made). */
enum ec_use { EC_LASTING, EC_ONCE };

/*
 * r = k a, r = k G for a secret k in [1, n-1], big-endian: fixed pattern, tables read whole,
 * coordinates randomised.
 * ERR_OK; the rng's error; ERR_CRYPTO: no result in several draws, that is a stuck source or a
 * fault.
 */
int ec_mul(struct ec_point *r, const uint8_t k[EC_SCALAR], const struct ec_affine *a,
           enum ec_use use, const struct ec_curve *c, const struct sm2_rng *rng);
int ec_mul_base(struct ec_point *r, const uint8_t k[EC_SCALAR], enum ec_use use,
                const struct ec_curve *c, const struct sm2_rng *rng);

/* r = s G + t a for public s, t below n, big-endian: verification alone. Not constant time; every
 * case is right, infinity included. */
void ec_mul_public(struct ec_point *r, const uint8_t s[EC_SCALAR], const uint8_t t[EC_SCALAR],
                   const struct ec_affine *a, const struct ec_curve *c);

/* out = table[digit] of 8 or 16 entries; all are read. */
void ec_table_read(struct ec_affine *out, const struct ec_affine *table, uint32_t digit,
                   uint32_t entries);

#endif
