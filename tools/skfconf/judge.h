/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenSSL as the judge: what the library's results must be, and what another party would send it.
 * Points are X || Y, 32 bytes each. Out of memory ends the program; false means the result is
 * wrong or the input cannot be used.
 */
#ifndef SKFCONF_JUDGE_H
#define SKFCONF_JUDGE_H

#include "skf.h"
#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- SM2 ----------------------------------------------------------------------------------- */

EVP_PKEY *sm2_new(void);
EVP_PKEY *sm2_public(const uint8_t xy[64]);
void sm2_point(const EVP_PKEY *key, uint8_t xy[64]);
void sm2_secret(const EVP_PKEY *key, uint8_t d[32]);

/* The field of 64 bytes: 32 zeros, then the number. false: it is not right-aligned. */
void field_put(BYTE field[64], const uint8_t number[32]);
bool field_get(const BYTE field[64], uint8_t number[32]);
void public_blob(ECCPUBLICKEYBLOB *blob, const EVP_PKEY *key);
/* NULL: BitLen is not 256, a coordinate not right-aligned, or no point of the curve. */
EVP_PKEY *public_of_blob(const ECCPUBLICKEYBLOB *blob);
void private_blob(ECCPRIVATEKEYBLOB *blob, const EVP_PKEY *key);

/* e = SM3(Z(id, key) || message), GM/T 0009. Without an id: SM3(message). */
void sm2_digest(const EVP_PKEY *key, const void *id, size_t id_len, const void *message, size_t len,
                uint8_t e[32]);
bool sm2_verify(const ECCPUBLICKEYBLOB *key, const uint8_t e[32], const ECCSIGNATUREBLOB *sig);
void sm2_sign(EVP_PKEY *key, const uint8_t e[32], ECCSIGNATUREBLOB *sig);

/* blob has room for 164 + len bytes. */
void sm2_encrypt(EVP_PKEY *to, const uint8_t *plain, size_t len, ECCCIPHERBLOB *blob);
/* plain has room for blob->CipherLen. */
bool sm2_decrypt(EVP_PKEY *key, const ECCCIPHERBLOB *blob, uint8_t *plain);

/* The key of SM2 key exchange, 16 bytes, as the side with long-term key `own` and temporary key
 * `temp` computes it (GM/T 0009 clause 9 without confirmation). */
struct party {
    EVP_PKEY *key, *temp; /* the other's: public parts alone */
    const char *id;
};
bool sm2_agree(const struct party *own, const struct party *other, bool initiator, uint8_t key[16]);

/* --- hash and cipher ----------------------------------------------------------------------- */

void hash(ULONG alg, const void *data, size_t len, uint8_t *out);
/* SM4 by the SKF algorithm id. Without padding len is a multiple of the block where the mode needs
 * it. Returns the length, -1 for wrong padding or length. out: len + 16. */
int sm4(ULONG alg, const uint8_t key[16], const uint8_t iv[16], bool encrypt, bool padding,
        const uint8_t *in, size_t len, uint8_t *out);
/* The last block of CBC. */
void sm4_mac(const uint8_t key[16], const uint8_t iv[16], const uint8_t *in, size_t len,
             uint8_t mac[16]);

void random_bytes(void *out, size_t len);

/* --- certificates, RSA --------------------------------------------------------------------- */

/* A certificate (SM2 with SM3, DER) over the key; usage "digitalSignature" or so. Its length, 0
 * when it does not fit. */
size_t certificate(EVP_PKEY *key, const char *name, const char *usage, uint8_t *der, size_t room);

EVP_PKEY *rsa_new(unsigned bits);
EVP_PKEY *rsa_of_blob(const RSAPUBLICKEYBLOB *blob);
void rsa_blob(RSAPUBLICKEYBLOB *blob, const EVP_PKEY *key);
void rsa_private_blob(RSAPRIVATEKEYBLOB *blob, const EVP_PKEY *key);
/* PKCS#1 v1.5 over what the caller passes, no DigestInfo added. */
bool rsa_verify(EVP_PKEY *key, const uint8_t *data, size_t len, const uint8_t *sig, size_t sig_len);
size_t rsa_sign(EVP_PKEY *key, const uint8_t *data, size_t len, uint8_t *sig);
size_t rsa_encrypt(EVP_PKEY *key, const uint8_t *data, size_t len, uint8_t *out);
/* -1: it does not open. out has room for the modulus. */
int rsa_decrypt(EVP_PKEY *key, const uint8_t *in, size_t len, uint8_t *out);
/* m^e or m^d without padding, lengths of the modulus. */
bool rsa_raw(EVP_PKEY *key, bool private_half, const uint8_t *in, size_t len, uint8_t *out);
/* RSAPrivateKey (PKCS#1) in DER; its length. */
size_t rsa_private_der(EVP_PKEY *key, uint8_t *der, size_t room);

#endif
