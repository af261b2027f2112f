/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An enveloped RSA pair (data of ImportRSAKeyPair after App . Cont):
 *   symmetric algorithm 4 . wrapped length 4 . wrapped key . bits 4 . cipher length 4
 *   . [IV 16 for CBC] . cipher
 * The wrapped key is 16 bytes in PKCS#1 v1.5 under the container's signing key; the content is an
 * RSAPrivateKey (RFC 8017 A.1.2), or PKCS#8 around it, then padding: none, zeros to the block, or
 * PKCS#5. The cipher's length is that of the cipher alone.
 */
#ifndef HUFU_RSA_ENVELOPE_H
#define HUFU_RSA_ENVELOPE_H

#include "apdu/reader.h"
#include "key/rsa_key.h"

/* The largest content: 4096 bits with PKCS#8 around, padded. */
#define RSA_CONTENT_MAX 2432u

struct rsa_envelope {
    uint32_t symmetric;
    uint32_t bits;
    const uint8_t *wrapped;
    uint32_t wrapped_len;
    const uint8_t *iv; /* NULL for ECB */
    const uint8_t *cipher;
    uint32_t cipher_len;
};

/* Reads all of r. ERR_OK; ERR_LENGTH; ERR_DATA; WIRE_SYMMETRIC: algorithm not offered. */
int rsa_envelope_parse(struct reader *r, struct rsa_envelope *envelope);

/*
 * Opens it with the container's signing key. As with SM2 (key/envelope.h) every failure after
 * parsing is the same WIRE_ENVELOPE and counted, ten in a row lock. [in] scratch: cipher_len bytes,
 * wiped again. [out] key: an encryption pair for use->pin, zeroed unless ERR_OK; the caller puts
 * it, calls envelope_opened in the same transaction and wipes it. ERR_OK; WIRE_ENVELOPE;
 * ERR_LOCKED; ERR_DENIED; WIRE_NO_KEY_PAIR; the store's errors.
 */
int rsa_envelope_open(struct key_use *use, const struct rsa_envelope *envelope, uint8_t *scratch,
                      struct rsa_key *key);

#endif
