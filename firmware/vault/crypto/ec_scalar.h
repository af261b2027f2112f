/* SPDX-License-Identifier: Apache-2.0 */
/* Secret scalars of any curve of the engine. Internal to crypto/. */
#ifndef HUFU_CRYPTO_EC_SCALAR_H
#define HUFU_CRYPTO_EC_SCALAR_H

#include "crypto/ec.h"

#define EC_TRIES 16u /* a draw out of range has a chance of 2^-32: sixteen in a row is a fault */

/* Mask of "1 <= k < n", for a secret k. */
uint32_t ec_scalar_valid(const uint8_t k[EC_SCALAR], const struct ec_curve *c);

/*
 * A secret scalar in [1, n-1] for one use, hedged: HMAC-SM3 under fresh rng bytes over the context
 * (key and digest), so that a weak rng alone, or a repeated digest alone, does not repeat a nonce.
 * ERR_OK; ERR_ENTROPY: no candidate in range in many tries; the rng's error.
 */
int ec_nonce(uint8_t k[EC_SCALAR], const struct ec_curve *c, const struct sm2_rng *rng,
             const void *context1, size_t len1, const void *context2, size_t len2);

/* [out] r a random number modulo n other than zero, to blind an inversion. ERR_OK; the rng's error.
 */
int ec_random_factor(struct fe256 *r, const struct ec_curve *c, const struct sm2_rng *rng);

#endif
