/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ASN.1 templates of GM/T 0009-2012 and GM/T 0092-2020 that libcrypto does not have, and the two
 * reading helpers every parser here uses. Private to host/pki and host/document.
 */
#ifndef HUFU_PKI_FORMS_H
#define HUFU_PKI_FORMS_H

#include <openssl/asn1t.h>
#include <openssl/x509.h>
#include <stddef.h>
#include <stdint.h>

/* SM2 ciphertext: SEQUENCE { x, y INTEGER, hash, cipher OCTET STRING }: C1, C3, C2. */
typedef struct {
    ASN1_INTEGER *x, *y;
    ASN1_OCTET_STRING *hash, *cipher;
} PKI_SM2_CIPHER;
DECLARE_ASN1_FUNCTIONS(PKI_SM2_CIPHER)

typedef struct {
    X509_ALGOR *algorithm;
    PKI_SM2_CIPHER *key;
    ASN1_BIT_STRING *public_key, *private_key;
} PKI_SM2_ENVELOPED_KEY;
DECLARE_ASN1_FUNCTIONS(PKI_SM2_ENVELOPED_KEY)

typedef struct {
    STACK_OF(X509) *sign_certs;
    PKI_SM2_ENVELOPED_KEY *key;
    STACK_OF(X509) *enc_certs;
} PKI_CSR_RESPONSE;
DECLARE_ASN1_FUNCTIONS(PKI_CSR_RESPONSE)

/* Coordinate or scalar: at most 32 bytes, not negative. 0, or PKI_ERR_PARSE. */
int pki_int32(const ASN1_INTEGER *in, uint8_t out[32]);
int pki_int32_set(ASN1_INTEGER *out, const uint8_t in[32]);
/* The DER of C1, C3, C2; *der is the caller's (OPENSSL_free). Its length, 0: out of memory. */
size_t pki_sm2_cipher_der(const uint8_t c1[64], const uint8_t c3[32], const uint8_t *c2,
                          size_t c2_len, uint8_t **der);
/* Checks C1's coordinates (on the curve) and C3's length. PKI_OK, _PARSE or _KEY. */
int pki_sm2_cipher_get(const PKI_SM2_CIPHER *in, uint8_t c1[64], uint8_t c3[32]);

/* The field's values, checked. PKI_OK; PKI_ERR_PARSE; PKI_ERR_PROFILE: not SM4 in ECB or CBC;
 * PKI_ERR_KEY: a point off the curve. */
struct hufu_envelope;
int pki_enveloped_key_get(const PKI_SM2_ENVELOPED_KEY *in, struct hufu_envelope *out);

/* PEM (any label), DER or bare base64 to DER; *der is the caller's (free). */
int pki_to_der(const uint8_t *data, size_t len, uint8_t **der, size_t *der_len);

/* One DER SEQUENCE { tbs, algorithm, BIT STRING signature } given as bytes: verifies the signature
 * over tbs as it stands there. PKI_OK, _PARSE, _SIGNATURE or _KEY. */
int pki_verify_bytes(const uint8_t *der, size_t len, EVP_PKEY *key);

#endif
