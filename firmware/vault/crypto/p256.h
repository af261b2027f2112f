/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-256 (SP 800-186): keys, ECDSA (FIPS 186-5) and ECDH (SP 800-56A), from the engine SM2 uses and
 * with its guarantees: time and memory access do not depend on scalars or nonces; inputs from
 * outside are checked (range, on curve, not infinity) before use; every secret intermediate is
 * wiped; a failed call leaves its outputs zeroed.
 *
 * All numbers are 32 bytes, big-endian. A point is X || Y, 64 bytes, no 04. struct sm2_rng is the
 * source of random bytes for both curves.
 */
#ifndef HUFU_P256_H
#define HUFU_P256_H

#include "crypto/sm2.h"

#define P256_SCALAR    32u
#define P256_POINT     64u
#define P256_SIGNATURE 64u /* r || s */

/* [out] d in [1, n-1], pub = dG. ERR_OK; ERR_ENTROPY: no key in many draws; the rng's error. */
int p256_generate(const struct sm2_rng *rng, uint8_t d[P256_SCALAR], uint8_t pub[P256_POINT]);

/* pub = dG. ERR_OK; ERR_PARAM: d not in [1, n-1]; the rng's error (blinding). */
int p256_public(const uint8_t d[P256_SCALAR], const struct sm2_rng *rng, uint8_t pub[P256_POINT]);

/* ERR_OK: coordinates below p and on the curve. ERR_POINT otherwise. */
int p256_check_point(const uint8_t pub[P256_POINT]);

/*
 * Sign a digest of 32 bytes. The nonce is drawn from DRBG output mixed with key and digest
 * (hedged). ERR_OK; ERR_PARAM: d out of range; ERR_CRYPTO: a fault was seen; the rng's error.
 */
int p256_sign(const uint8_t d[P256_SCALAR], const uint8_t digest[32], const struct sm2_rng *rng,
              uint8_t sig[P256_SIGNATURE]);

/* ERR_OK: good. ERR_POINT: bad public key. ERR_VERIFY: any other failure. Public inputs only. */
int p256_verify(const uint8_t pub[P256_POINT], const uint8_t digest[32],
                const uint8_t sig[P256_SIGNATURE]);

/* [out] x the shared secret: x of d * peer. ERR_OK; ERR_PARAM: d out of range; ERR_POINT: peer is
 * not a point of the curve; the rng's error. */
int p256_ecdh(const uint8_t d[P256_SCALAR], const uint8_t peer[P256_POINT],
              const struct sm2_rng *rng, uint8_t x[32]);

#endif
