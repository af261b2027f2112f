/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM2 (GB/T 32918.2, .4, .5-2016) over the recommended 256-bit curve.
 *
 * Guarantees: time and memory access do not depend on scalars or nonces; inputs from outside are
 * checked (range, on curve, not infinity) before use; every secret intermediate is wiped; a failed
 * call leaves its outputs zeroed. Not claimed: resistance to power and EM analysis beyond
 * projective randomisation and scalar blinding, fault attacks beyond the checks that are written
 * out.
 *
 * All numbers are 32 bytes, big-endian. A public key or point is X || Y, 64 bytes, no 04.
 */
#ifndef HUFU_SM2_H
#define HUFU_SM2_H

#include <stddef.h>
#include <stdint.h>

#define SM2_SCALAR    32u
#define SM2_POINT     64u
#define SM2_SIGNATURE 64u /* r || s */

/* The id of a signer who has no other (GB/T 35276-2017 10), without its closing zero. */
#define SM2_DEFAULT_ID     "1234567812345678"
#define SM2_DEFAULT_ID_LEN 16u

/*
 * Source of random bytes for nonces and blinding. Returns ERR_OK or the source's error, which the
 * caller of sm2_* gets back unchanged.
 */
struct sm2_rng {
    int (*bytes)(void *ctx, uint8_t *out, size_t len);
    void *ctx;
};

/* [out] d in [1, n-2], pub = dG. ERR_OK; the rng's error. */
int sm2_generate(const struct sm2_rng *rng, uint8_t d[SM2_SCALAR], uint8_t pub[SM2_POINT]);

/* pub = dG. ERR_OK; ERR_PARAM: d not in [1, n-2]; the rng's error (blinding). */
int sm2_public(const uint8_t d[SM2_SCALAR], const struct sm2_rng *rng, uint8_t pub[SM2_POINT]);

/* ERR_OK: coordinates below p and on the curve. ERR_POINT otherwise. */
int sm2_check_point(const uint8_t pub[SM2_POINT]);

/*
 * Sign a prepared digest e (GB/T 32918.2 6.1). The nonce is drawn from DRBG output mixed with key
 * and digest (hedged). ERR_OK; ERR_PARAM: d out of range; the rng's error.
 */
int sm2_sign(const uint8_t d[SM2_SCALAR], const uint8_t e[32], const struct sm2_rng *rng,
             uint8_t sig[SM2_SIGNATURE]);

/* The same with what sm2_sign computes of the key each time: [out] inverse = (1+d)^-1 mod n, as
 * secret as d. Values as sm2_sign; sm2_sign_kept: ERR_CRYPTO as well, when inverse is not d's. */
int sm2_sign_inverse(const uint8_t d[SM2_SCALAR], const struct sm2_rng *rng,
                     uint8_t inverse[SM2_SCALAR]);
int sm2_sign_kept(const uint8_t d[SM2_SCALAR], const uint8_t inverse[SM2_SCALAR],
                  const uint8_t e[32], const struct sm2_rng *rng, uint8_t sig[SM2_SIGNATURE]);

/* ERR_OK: good. ERR_POINT: bad public key. ERR_VERIFY: any other failure. Public inputs only. */
int sm2_verify(const uint8_t pub[SM2_POINT], const uint8_t e[32], const uint8_t sig[SM2_SIGNATURE]);

/* Z = SM3(ENTL || ID || a || b || G || P) (GB/T 32918.2 5.5). id_len <= 8191. */
int sm2_z(const uint8_t pub[SM2_POINT], const void *id, size_t id_len, uint8_t z[32]);

/* Encrypt (GB/T 32918.4 6.1). [out] c1 64, c3 32, c2 len bytes. len 1..HUFU_APDU_MAX_DATA.
 * in and c2 may be the same. ERR_OK; ERR_POINT; ERR_PARAM: len; the rng's error. */
int sm2_encrypt(const uint8_t pub[SM2_POINT], const uint8_t *in, size_t len,
                const struct sm2_rng *rng, uint8_t c1[SM2_POINT], uint8_t c3[32], uint8_t *c2);

/* Decrypt. [out] out len bytes, zeroed unless ERR_OK; c2 and out may be the same. ERR_POINT: C1 not
 * on the curve; ERR_CRYPTO: C3 differs or t is zero. Both must reach a host as one status word.
 * ERR_PARAM: d out of range, or len not in 1..HUFU_APDU_MAX_DATA (out untouched); the rng's error.
 */
int sm2_decrypt(const uint8_t d[SM2_SCALAR], const uint8_t c1[SM2_POINT], const uint8_t c3[32],
                const uint8_t *c2, size_t len, const struct sm2_rng *rng, uint8_t *out);

/*
 * Diffie-Hellman on SM2's curve: out = d * peer, X || Y. The group has prime order, so a point that
 * is on the curve is in it and the product is never infinity. Both coordinates are secret: only a
 * hash of them may be used. peer and out are apart.
 * ERR_OK; ERR_POINT: peer is not on the curve; ERR_PARAM: d out of range; ERR_CRYPTO: a fault was
 * seen; the rng's error. out is zeroed unless ERR_OK.
 */
int sm2_ecdh(const uint8_t d[SM2_SCALAR], const uint8_t peer[SM2_POINT], const struct sm2_rng *rng,
             uint8_t out[SM2_POINT]);

#endif
