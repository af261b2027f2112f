/* SPDX-License-Identifier: Apache-2.0 */
#include "forms.h"
#include "pki/pki.h"
#include <openssl/bn.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

ASN1_SEQUENCE(PKI_SM2_CIPHER) = {ASN1_SIMPLE(PKI_SM2_CIPHER, x, ASN1_INTEGER),
                                 ASN1_SIMPLE(PKI_SM2_CIPHER, y, ASN1_INTEGER),
                                 ASN1_SIMPLE(PKI_SM2_CIPHER, hash, ASN1_OCTET_STRING),
                                 ASN1_SIMPLE(PKI_SM2_CIPHER, cipher,
                                             ASN1_OCTET_STRING)} ASN1_SEQUENCE_END(PKI_SM2_CIPHER)
    IMPLEMENT_ASN1_FUNCTIONS(PKI_SM2_CIPHER)

        ASN1_SEQUENCE(PKI_SM2_ENVELOPED_KEY) =
            {ASN1_SIMPLE(PKI_SM2_ENVELOPED_KEY, algorithm, X509_ALGOR),
             ASN1_SIMPLE(PKI_SM2_ENVELOPED_KEY, key, PKI_SM2_CIPHER),
             ASN1_SIMPLE(PKI_SM2_ENVELOPED_KEY, public_key, ASN1_BIT_STRING),
             ASN1_SIMPLE(PKI_SM2_ENVELOPED_KEY, private_key,
                         ASN1_BIT_STRING)} ASN1_SEQUENCE_END(PKI_SM2_ENVELOPED_KEY)
                IMPLEMENT_ASN1_FUNCTIONS(PKI_SM2_ENVELOPED_KEY)

                    ASN1_SEQUENCE(PKI_CSR_RESPONSE) =
                        {ASN1_SET_OF(PKI_CSR_RESPONSE, sign_certs, X509),
                         ASN1_IMP_OPT(PKI_CSR_RESPONSE, key, PKI_SM2_ENVELOPED_KEY, 0),
                         ASN1_IMP_SET_OF_OPT(PKI_CSR_RESPONSE, enc_certs, X509,
                                             1)} ASN1_SEQUENCE_END(PKI_CSR_RESPONSE)
                            IMPLEMENT_ASN1_FUNCTIONS(PKI_CSR_RESPONSE)

                                int pki_int32(const ASN1_INTEGER *in, uint8_t out[32])
{
    memset(out, 0, 32);
    int len = ASN1_STRING_length(in);
    if (ASN1_STRING_type(in) != V_ASN1_INTEGER || len < 0 || len > 32)
        return PKI_ERR_PARSE;
    if (len > 0)
        memcpy(out + 32 - len, ASN1_STRING_get0_data(in), (size_t)len);
    return PKI_OK;
}

int pki_int32_set(ASN1_INTEGER *out, const uint8_t in[32])
{
    BIGNUM *n = BN_bin2bn(in, 32, NULL);
    int ok = n != NULL && BN_to_ASN1_INTEGER(n, out) != NULL;
    BN_free(n);
    return ok ? PKI_OK : PKI_ERR_MEMORY;
}

size_t pki_sm2_cipher_der(const uint8_t c1[64], const uint8_t c3[32], const uint8_t *c2,
                          size_t c2_len, uint8_t **der)
{
    int len = 0;
    *der = NULL;
    PKI_SM2_CIPHER *form = PKI_SM2_CIPHER_new();
    if (form != NULL && pki_int32_set(form->x, c1) == PKI_OK &&
        pki_int32_set(form->y, c1 + 32) == PKI_OK && ASN1_STRING_set(form->hash, c3, 32) == 1 &&
        ASN1_STRING_set(form->cipher, c2, (int)c2_len) == 1)
        len = i2d_PKI_SM2_CIPHER(form, der);
    PKI_SM2_CIPHER_free(form);
    return len > 0 ? (size_t)len : 0;
}

int pki_sm2_cipher_get(const PKI_SM2_CIPHER *in, uint8_t c1[64], uint8_t c3[32])
{
    if (pki_int32(in->x, c1) != PKI_OK || pki_int32(in->y, c1 + 32) != PKI_OK ||
        ASN1_STRING_length(in->hash) != 32)
        return PKI_ERR_PARSE;
    memcpy(c3, ASN1_STRING_get0_data(in->hash), 32);
    EVP_PKEY *point = pki_sm2_public(c1);
    EVP_PKEY_free(point);
    return point != NULL ? PKI_OK : PKI_ERR_KEY;
}

static int from_pem(const uint8_t *data, size_t len, uint8_t **der, size_t *der_len)
{
    char *name = NULL, *header = NULL;
    unsigned char *body = NULL;
    long body_len = 0;
    int error = PKI_ERR_PARSE;
    BIO *bio = BIO_new_mem_buf(data, (int)len);
    if (bio != NULL && PEM_read_bio(bio, &name, &header, &body, &body_len) == 1 && body_len > 0) {
        *der = malloc((size_t)body_len);
        error = *der != NULL ? PKI_OK : PKI_ERR_MEMORY;
        if (*der != NULL) {
            memcpy(*der, body, (size_t)body_len);
            *der_len = (size_t)body_len;
        }
    }
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(body);
    BIO_free(bio);
    return error;
}

static int from_base64(const uint8_t *data, size_t len, uint8_t **der, size_t *der_len)
{
    EVP_ENCODE_CTX *ctx = EVP_ENCODE_CTX_new();
    uint8_t *out = malloc(len + 64);
    int done = 0, tail = 0;
    int error = ctx == NULL || out == NULL ? PKI_ERR_MEMORY : PKI_ERR_PARSE;
    if (error == PKI_ERR_PARSE) {
        EVP_DecodeInit(ctx);
        if (EVP_DecodeUpdate(ctx, out, &done, data, (int)len) >= 0 &&
            EVP_DecodeFinal(ctx, out + done, &tail) == 1 && done + tail > 0) {
            *der = out;
            *der_len = (size_t)done + (size_t)tail;
            out = NULL;
            error = PKI_OK;
        }
    }
    EVP_ENCODE_CTX_free(ctx);
    free(out);
    return error;
}

int pki_to_der(const uint8_t *data, size_t len, uint8_t **der, size_t *der_len)
{
    static const char pem[] = "-----BEGIN ";
    *der = NULL;
    *der_len = 0;
    if (data == NULL || len == 0 || len > (1u << 28))
        return PKI_ERR_PARSE;
    if (data[0] == 0x30) {
        *der = malloc(len);
        if (*der == NULL)
            return PKI_ERR_MEMORY;
        memcpy(*der, data, len);
        *der_len = len;
        return PKI_OK;
    }
    for (size_t i = 0; i + sizeof pem - 1 <= len; i++)
        if (memcmp(data + i, pem, sizeof pem - 1) == 0)
            return from_pem(data, len, der, der_len);
    return from_base64(data, len, der, der_len);
}
