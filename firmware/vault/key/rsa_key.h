/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSA key objects: a pair with its policy, sealed in the store under its container's id. As with
 * SM2 (key/key.h) a signing key is born here and never leaves; it signs, and opens an enveloped
 * pair; an encryption key comes in enveloped to it and decrypts. No function here writes a private
 * key anywhere but into the store. Errors of the store are returned as they are.
 */
#ifndef HUFU_RSA_KEY_H
#define HUFU_RSA_KEY_H

#include "crypto/rsa.h"
#include "key/authorise.h"
#include "object.h"

/* A pair outside the store: the caller wipes it. The parts stand in the record, as the store has
 * it, so that a stack need not hold them twice. */
#define RSA_KEY_HEAD 10u
struct rsa_key {
    uint8_t policy; /* enum key_policy of key/key.h */
    uint16_t pin;   /* whose right its use needs */
    uint32_t bits;
    uint32_t e;
    uint8_t record[RSA_KEY_HEAD + RSA_PRIVATE_MAX];
};

/* RSA_PRIVATE(bits) bytes (crypto/rsa.h). */
static inline uint8_t *rsa_key_parts(struct rsa_key *key)
{
    return key->record + RSA_KEY_HEAD;
}

/* Makes a signing pair with fresh entropy, pair-wise tested. [out] key: zeroed unless ERR_OK.
 * ERR_OK; ERR_SELFTEST: it failed the test; ERR_PARAM: bits; ERR_ENTROPY. */
int rsa_key_make(uint32_t bits, uint16_t pin, struct rsa_key *key);
/* Put in the open transaction; type: OBJECT_RSA_SIGN_KEY, with its envelope counter, or
 * OBJECT_RSA_ENC_KEY. */
int rsa_key_put(uint16_t container, enum object_type type, struct rsa_key *key);

struct rsa_key_public {
    uint8_t policy; /* as in struct rsa_key */
    uint16_t pin;
    uint32_t bits;
    uint32_t e;
    uint8_t n[RSA_BYTES_MAX];
};
/* ERR_OK; ERR_NOT_FOUND: no such pair. */
int rsa_key_public(uint16_t container, enum object_type type, struct rsa_key_public *pub);
int rsa_key_public_of(const struct rsa_key *key, struct rsa_key_public *pub);
/* Bits of the pair of that type, 0: there is none. */
int rsa_key_bits(uint16_t container, enum object_type type, uint32_t *bits);

/* PKCS#1 v1.5 over data with the signing pair. [out] sig: *len bytes. ERR_OK; ERR_NOT_FOUND;
 * ERR_DENIED: no grant, the PIN is not the key's, or its policy forbids; rsa_sign's. */
int rsa_key_sign(struct key_use *use, const uint8_t *data, size_t data_len,
                 uint8_t sig[RSA_BYTES_MAX], size_t *len);
/* Opens a key of out_len bytes with the key of use's type. Whether what came was such a key is not
 * told (rsa_decrypt). ERR_OK; ERR_NOT_FOUND; ERR_DENIED; ERR_CRYPTO: cipher is not of the modulus's
 * length, or not below it. */
int rsa_key_open(struct key_use *use, const uint8_t *cipher, size_t cipher_len, uint8_t *out,
                 size_t out_len);

#endif
