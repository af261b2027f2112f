/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSA (PKCS#1 v2.2, RFC 8017) with moduli of 2048, 3072 and 4096 bits, on Mbed TLS's big numbers.
 *
 * Guarantees: the private operation works with a fresh base blinding, fresh blinded exponents and
 * the Chinese remainders, and its result is checked with the public exponent before it is given
 * out, so that a fault cannot tell a prime. Exponentiation and inversion take the same instructions
 * for every secret (crypto/mont.h); what around them does not is listed in docs/crypto.md. Not
 * claimed: resistance to power and EM analysis beyond the blinding.
 *
 * Numbers are big-endian, with leading zeros up to their length. All memory beside the caller's is
 * the pool's (crypto/pool.h); every function leaves it free and wiped.
 */
#ifndef HUFU_RSA_H
#define HUFU_RSA_H

#include "crypto/sm2.h" /* struct sm2_rng */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 1024 bits are no security today (GB/T 39786, SP 800-131A), so they are not offered. */
#define RSA_BITS_MIN  2048u
#define RSA_BITS_MAX  4096u
#define RSA_BYTES_MAX (RSA_BITS_MAX / 8u)
#define RSA_EXPONENT  65537u /* of generated keys, and the least of imported ones */
#define RSA_PADDING   11u    /* bytes that PKCS#1 v1.5 needs beside the data */

bool rsa_bits_good(uint32_t bits);

struct rsa_public {
    uint32_t bits;
    uint32_t e;
    const uint8_t *n; /* bits / 8 bytes */
};

/* bits as above, n odd and of that length, e odd and above 1. */
bool rsa_public_good(const struct rsa_public *key);

/* p . q . dP . dQ . qInv, each of bits / 16 bytes. */
#define RSA_PARTS         5u
#define RSA_PRIVATE(bits) (RSA_PARTS * ((bits) / 16u))
#define RSA_PRIVATE_MAX   RSA_PRIVATE(RSA_BITS_MAX)

struct rsa_private {
    uint32_t bits;
    uint32_t e;
    const uint8_t *parts; /* RSA_PRIVATE(bits) bytes */
};

/*
 * A new key with e = RSA_EXPONENT (FIPS 186-5 A.1.3, probable primes; rsa_prime.c tells how).
 * [out] parts: RSA_PRIVATE(bits) bytes, zeroed unless ERR_OK. The caller makes the pair-wise test.
 * ERR_OK; ERR_PARAM: bits; ERR_NO_SPACE: the pool; the rng's error.
 */
int rsa_generate(uint32_t bits, const struct sm2_rng *rng, uint8_t *parts);

/*
 * Are these numbers of a key from outside one key, with primes? [in] p, q: bits / 16 bytes each;
 * d: any number of bytes. [out] parts, made from p, q and e; zeroed unless ERR_OK.
 * ERR_OK; ERR_PARAM: bits, or e not odd, or below RSA_EXPONENT; ERR_VERIFY: p q is not n, one is no
 * prime, or d is not 1/e; ERR_NO_SPACE; the rng's error.
 */
int rsa_adopt(const struct rsa_public *pub, const uint8_t *p, const uint8_t *q, const uint8_t *d,
              size_t d_len, const struct sm2_rng *rng, uint8_t *parts);

/* n = p q, bits / 8 bytes. ERR_OK; ERR_NO_SPACE. */
int rsa_modulus(const struct rsa_private *key, uint8_t *n);

/*
 * out = in^d modulo n; both bits / 8 bytes, out may be in. ERR_OK; ERR_PARAM: in is not below n;
 * ERR_CRYPTO: the result did not withstand its check; ERR_NO_SPACE; the rng's error. out is zeroed
 * unless ERR_OK.
 */
int rsa_raw_private(const struct rsa_private *key, const struct sm2_rng *rng, const uint8_t *in,
                    uint8_t *out);
/* out = in^e modulo n. ERR_OK; ERR_PARAM: in is not below n, or bits, e or n are no key's;
 * ERR_NO_SPACE. Public numbers only. */
int rsa_raw_public(const struct rsa_public *key, const uint8_t *in, uint8_t *out);

/* --- PKCS#1 v1.5 --------------------------------------------------------------------------- */

/* Pads data (RFC 8017 9.2 step 5 on; usually a DigestInfo) and signs. len <= bits / 8 -
 * RSA_PADDING. ERR_OK; ERR_PARAM: len; rsa_raw_private's. */
int rsa_sign(const struct rsa_private *key, const struct sm2_rng *rng, const uint8_t *data,
             size_t len, uint8_t *sig);
/* The padded block is made anew and compared whole; nothing of it is parsed. ERR_OK: good;
 * ERR_PARAM: the key or len; ERR_VERIFY: any other failure; ERR_NO_SPACE. Public numbers only. */
int rsa_verify(const struct rsa_public *key, const uint8_t *data, size_t len, const uint8_t *sig);

/* RFC 7.2.1. ERR_OK; ERR_PARAM: the key or len; ERR_NO_SPACE; the rng's error. */
int rsa_encrypt(const struct rsa_public *key, const struct sm2_rng *rng, const uint8_t *data,
                size_t len, uint8_t *cipher);
/*
 * RFC 7.2.2 for a message of known length, without an oracle: where the padding is not that of
 * `len` bytes, out is a value that depends on key and cipher alone and looks random, in the same
 * time. ERR_OK; ERR_PARAM: cipher is not below n; rsa_raw_private's.
 */
int rsa_decrypt(const struct rsa_private *key, const struct sm2_rng *rng, const uint8_t *cipher,
                uint8_t *out, size_t len);

/* --- DigestInfo (RFC 8017 9.2 note 1; SM3: GM/T 0006's OID 1.2.156.10197.1.401) ------------- */

enum rsa_hash { RSA_SM3 = 1, RSA_SHA1 = 2, RSA_SHA256 = 3 };
#define RSA_DIGEST_INFO_MAX 51u
/* [out] info, *len. ERR_OK; ERR_PARAM: the hash is unknown, or digest_len is not its length. */
int rsa_digest_info(enum rsa_hash hash, const uint8_t *digest, size_t digest_len,
                    uint8_t info[RSA_DIGEST_INFO_MAX], size_t *len);

#endif
