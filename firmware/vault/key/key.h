/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key objects: an SM2 pair with its policy, sealed in the store under its container's id.
 *
 * A signing private key is born here and never leaves in any encoding; it may sign and open an
 * enveloped pair. An encryption key comes in enveloped to it, or not at all; it may decrypt. The
 * policy names the PIN id whose right its use needs; every use needs a grant (key/authorise.h).
 * No function here writes a private key anywhere
 * but into the store.
 */
#ifndef HUFU_KEY_H
#define HUFU_KEY_H

#include "crypto/sm2.h"
#include "key/authorise.h"
#include "object.h"
#include <stddef.h>
#include <stdint.h>

enum key_policy { KEY_MAY_SIGN = 1, KEY_MAY_OPEN_PAIR = 2, KEY_MAY_DECRYPT = 4 };

/* The noise of signing and blinding: the vault's DRBG. */
extern const struct sm2_rng key_rng;

/* Makes a signing pair for the container: generated with fresh entropy, pair-wise tested; put with
 * its envelope counter in the open transaction. [out] pub.
 * ERR_OK; ERR_SELFTEST: the pair-wise test failed; ERR_ENTROPY; the store's errors. */
int key_generate(uint16_t container, uint16_t pin, uint8_t pub[SM2_POINT]);

/* Puts an opened encryption pair in the open transaction. */
int key_put_encryption(uint16_t container, uint16_t pin, const uint8_t d[SM2_SCALAR],
                       const uint8_t pub[SM2_POINT]);

/* What may be known of a pair. */
struct key_about {
    uint8_t policy; /* enum key_policy */
    uint16_t pin;   /* whose right its use needs */
    uint8_t pub[SM2_POINT];
};
/* [out] about. ERR_OK; ERR_NOT_FOUND: no such pair; the store's errors. */
int key_describe(uint16_t container, enum object_type type, struct key_about *about);
/* [out] pub, alone. */
int key_public(uint16_t container, enum object_type type, uint8_t pub[SM2_POINT]);

/* With the signing pair. ERR_OK; ERR_NOT_FOUND; ERR_DENIED: no grant, the PIN is not the key's, or
 * its policy forbids; sm2_sign's. */
int key_sign(struct key_use *use, const uint8_t e[32], uint8_t sig[SM2_SIGNATURE]);

/* Begins a key exchange with the encryption pair. [out] own: its public key; r_pub, t:
 * crypto/sm2_exchange.h. ERR_OK; ERR_NOT_FOUND; ERR_DENIED; sm2_exchange_begin's. */
int key_agree(struct key_use *use, uint8_t own[SM2_POINT], uint8_t r_pub[SM2_POINT],
              uint8_t t[SM2_SCALAR]);

/* An SM2 ciphertext in its parts. */
struct key_cipher {
    const uint8_t *c1; /* SM2_POINT */
    const uint8_t *c3; /* 32 */
    const uint8_t *c2;
    size_t len;
};
/* Opens with the key of use's type: a signing key opens pairs, an encryption key decrypts. [out]
 * out: len bytes. ERR_OK; ERR_NOT_FOUND; ERR_DENIED; ERR_CRYPTO: any failure of the opening. */
int key_open(struct key_use *use, const struct key_cipher *cipher, uint8_t *out);

#endif
