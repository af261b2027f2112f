/* SPDX-License-Identifier: Apache-2.0 */
/* Secret scalars of SM2 and the forms with a given nonce. Internal to crypto/ and the self tests.
 */
#ifndef HUFU_CRYPTO_SM2_SCALAR_H
#define HUFU_CRYPTO_SM2_SCALAR_H

#include "crypto/ec_scalar.h"
#include "crypto/sm2.h"

/* [out] d in Montgomery form modulo n. ERR_OK; ERR_PARAM: d not in [1, n-2]. */
int sm2_key_read(struct fe256 *d, const uint8_t in[SM2_SCALAR]);

/* sm2_public for a scalar that lasts, or is used once. */
int sm2_public_of(const uint8_t d[SM2_SCALAR], enum ec_use use, const struct sm2_rng *rng,
                  uint8_t pub[SM2_POINT]);

/*
 * Signing with the nonce given: known-answer tests, and the body of sm2_sign.
 * ERR_OK; ERR_PARAM: d or k out of range; ERR_VERIFY: this nonce gives no signature, draw another;
 * ERR_CRYPTO: a fault was seen; the rng's error (blinding).
 */
int sm2_sign_nonce(const uint8_t d[SM2_SCALAR], const uint8_t e[32], const uint8_t k[SM2_SCALAR],
                   const struct sm2_rng *rng, uint8_t sig[SM2_SIGNATURE]);

/* Encryption with the nonce given. Values as sm2_sign_nonce; ERR_VERIFY: t is all zero. */
int sm2_encrypt_nonce(const uint8_t pub[SM2_POINT], const uint8_t *in, size_t len,
                      const uint8_t k[SM2_SCALAR], const struct sm2_rng *rng, uint8_t c1[SM2_POINT],
                      uint8_t c3[32], uint8_t *c2);

#endif
