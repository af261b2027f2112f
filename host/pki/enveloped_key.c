/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM2EnvelopedKey of GM/T 0009-2012. Parsing only re-frames: nothing is decrypted on the host.
 */
#include "envelope_parts.h"
#include "forms.h"
#include "hufu/apdu.h"
#include "pki/pki.h"
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#define SM4_KEY 16

static bool whole_octets(const ASN1_BIT_STRING *bits)
{
    return !(bits->flags & ASN1_STRING_FLAG_BITS_LEFT) || (bits->flags & 0x07) == 0;
}

int pki_enveloped_key_get(const PKI_SM2_ENVELOPED_KEY *in, struct hufu_envelope *out)
{
    int error = envelope_sm4(in->algorithm, out);
    if (error == PKI_OK)
        error = pki_sm2_cipher_get(in->key, out->c1, out->c3);
    if (error != PKI_OK)
        return error;
    int pub = ASN1_STRING_length(in->public_key);
    const uint8_t *point = ASN1_STRING_get0_data(in->public_key);
    if (ASN1_STRING_length(in->key->cipher) != SM4_KEY || pub != 65 || point[0] != 4 ||
        !whole_octets(in->public_key) || !whole_octets(in->private_key))
        return PKI_ERR_PARSE;
    memcpy(out->c2, ASN1_STRING_get0_data(in->key->cipher), SM4_KEY);
    out->c2_len = SM4_KEY;
    memcpy(out->pub, point + 1, 64);
    error = envelope_cipher(in->private_key, out);
    return error == PKI_OK ? envelope_point(out->pub) : error;
}

int pki_enveloped_key_parse(const uint8_t *data, size_t len, struct hufu_envelope *out)
{
    memset(out, 0, sizeof *out);
    uint8_t *der;
    size_t der_len;
    int error = pki_to_der(data, len, &der, &der_len);
    if (error != PKI_OK)
        return error;
    const uint8_t *p = der;
    PKI_SM2_ENVELOPED_KEY *in = d2i_PKI_SM2_ENVELOPED_KEY(NULL, &p, (long)der_len);
    if (in == NULL || p != der + der_len)
        error = PKI_ERR_PARSE;
    else
        error = pki_enveloped_key_get(in, out);
    PKI_SM2_ENVELOPED_KEY_free(in);
    free(der);
    if (error != PKI_OK)
        memset(out, 0, sizeof *out);
    return error;
}

static int scalar(EVP_PKEY *pair, uint8_t d[32])
{
    BIGNUM *n = NULL;
    int ok = EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_PRIV_KEY, &n) == 1 &&
             BN_bn2binpad(n, d, 32) == 32;
    BN_clear_free(n);
    return ok ? PKI_OK : PKI_ERR_KEY;
}

static int sm4_ecb(const uint8_t key[16], const uint8_t in[32], uint8_t out[32])
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int n = 0;
    int ok = ctx != NULL && EVP_EncryptInit_ex(ctx, EVP_sm4_ecb(), NULL, key, NULL) == 1 &&
             EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
             EVP_EncryptUpdate(ctx, out, &n, in, 32) == 1 && n == 32;
    EVP_CIPHER_CTX_free(ctx);
    return ok ? PKI_OK : PKI_ERR_MEMORY;
}

static int set_bits(ASN1_BIT_STRING *bits, const uint8_t *data, int len)
{
    if (ASN1_STRING_set(bits, data, len) != 1)
        return PKI_ERR_MEMORY;
    bits->flags = (bits->flags & ~0x07L) | ASN1_STRING_FLAG_BITS_LEFT;
    return PKI_OK;
}

static int encode(const uint8_t *cipher_der, size_t cipher_len, const uint8_t point[65],
                  const uint8_t wrapped[32], uint8_t **der, size_t *len)
{
    PKI_SM2_ENVELOPED_KEY *out = PKI_SM2_ENVELOPED_KEY_new();
    ASN1_OBJECT *oid = OBJ_txt2obj(OID_SM4_ECB, 1);
    const uint8_t *p = cipher_der;
    int error = PKI_ERR_MEMORY;
    if (out != NULL && oid != NULL &&
        X509_ALGOR_set0(out->algorithm, oid, V_ASN1_NULL, NULL) == 1) {
        oid = NULL;
        PKI_SM2_CIPHER_free(out->key);
        out->key = d2i_PKI_SM2_CIPHER(NULL, &p, (long)cipher_len);
        if (out->key != NULL && set_bits(out->public_key, point, 65) == PKI_OK &&
            set_bits(out->private_key, wrapped, 32) == PKI_OK) {
            int n = i2d_PKI_SM2_ENVELOPED_KEY(out, NULL);
            uint8_t *q = *der = n > 0 ? malloc((size_t)n) : NULL;
            if (q != NULL) {
                *len = (size_t)i2d_PKI_SM2_ENVELOPED_KEY(out, &q);
                error = PKI_OK;
            }
        }
    }
    ASN1_OBJECT_free(oid);
    PKI_SM2_ENVELOPED_KEY_free(out);
    return error;
}

int pki_enveloped_key_make(EVP_PKEY *recipient, EVP_PKEY *pair, uint8_t **der, size_t *len)
{
    uint8_t d[32], key[16], wrapped[32], point[65] = {4};
    uint8_t *cipher = NULL;
    size_t cipher_len = 0;
    *der = NULL;
    *len = 0;
    int error = pki_sm2_xy(pair, point + 1);
    if (error == PKI_OK)
        error = scalar(pair, d);
    if (error == PKI_OK && RAND_priv_bytes(key, sizeof key) != 1)
        error = PKI_ERR_MEMORY;
    if (error == PKI_OK)
        error = sm4_ecb(key, d, wrapped);
    if (error == PKI_OK)
        error = pki_sm2_encrypt(recipient, key, sizeof key, &cipher, &cipher_len);
    if (error == PKI_OK)
        error = encode(cipher, cipher_len, point, wrapped, der, len);
    OPENSSL_cleanse(d, sizeof d);
    OPENSSL_cleanse(key, sizeof key);
    OPENSSL_free(cipher);
    return error;
}
