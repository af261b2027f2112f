/* SPDX-License-Identifier: Apache-2.0 */
#include "judge.h"

#include "must.h"
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

EVP_PKEY *rsa_new(unsigned bits)
{
    return must(EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits));
}

EVP_PKEY *rsa_of_blob(const RSAPUBLICKEYBLOB *blob)
{
    EVP_PKEY *key = NULL;
    size_t len = blob->BitLen / 8;
    if (len == 0 || len > sizeof blob->Modulus) {
        return NULL;
    }
    BIGNUM *n = must(BN_bin2bn(blob->Modulus + sizeof blob->Modulus - len, (int)len, NULL));
    BIGNUM *e = must(BN_bin2bn(blob->PublicExponent, sizeof blob->PublicExponent, NULL));
    OSSL_PARAM_BLD *build = must(OSSL_PARAM_BLD_new());
    must_be(OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
            OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1);
    OSSL_PARAM *params = must(OSSL_PARAM_BLD_to_param(build));
    EVP_PKEY_CTX *ctx = must(EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL));
    if (BN_num_bits(n) != (int)blob->BitLen || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1) {
        key = NULL;
    }
    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    BN_free(n);
    BN_free(e);
    return key;
}

static void put(const EVP_PKEY *key, const char *name, BYTE *field, int len)
{
    BIGNUM *number = NULL;
    must_be(EVP_PKEY_get_bn_param(key, name, &number) == 1 &&
            BN_bn2binpad(number, field, len) == len);
    BN_clear_free(number);
}

void rsa_blob(RSAPUBLICKEYBLOB *blob, const EVP_PKEY *key)
{
    blob->AlgID = SGD_RSA;
    blob->BitLen = (ULONG)EVP_PKEY_get_bits(key);
    put(key, OSSL_PKEY_PARAM_RSA_N, blob->Modulus, sizeof blob->Modulus);
    put(key, OSSL_PKEY_PARAM_RSA_E, blob->PublicExponent, sizeof blob->PublicExponent);
}

void rsa_private_blob(RSAPRIVATEKEYBLOB *blob, const EVP_PKEY *key)
{
    RSAPUBLICKEYBLOB half;
    rsa_blob(&half, key);
    blob->AlgID = half.AlgID;
    blob->BitLen = half.BitLen;
    memcpy(blob->Modulus, half.Modulus, sizeof half.Modulus);
    memcpy(blob->PublicExponent, half.PublicExponent, sizeof half.PublicExponent);
    put(key, OSSL_PKEY_PARAM_RSA_D, blob->PrivateExponent, sizeof blob->PrivateExponent);
    put(key, OSSL_PKEY_PARAM_RSA_FACTOR1, blob->Prime1, sizeof blob->Prime1);
    put(key, OSSL_PKEY_PARAM_RSA_FACTOR2, blob->Prime2, sizeof blob->Prime2);
    put(key, OSSL_PKEY_PARAM_RSA_EXPONENT1, blob->Prime1Exponent, sizeof blob->Prime1Exponent);
    put(key, OSSL_PKEY_PARAM_RSA_EXPONENT2, blob->Prime2Exponent, sizeof blob->Prime2Exponent);
    put(key, OSSL_PKEY_PARAM_RSA_COEFFICIENT1, blob->Coefficient, sizeof blob->Coefficient);
}

bool rsa_verify(EVP_PKEY *key, const uint8_t *data, size_t len, const uint8_t *sig, size_t sig_len)
{
    EVP_PKEY_CTX *ctx = must(EVP_PKEY_CTX_new(key, NULL));
    bool good = EVP_PKEY_verify_init(ctx) == 1 &&
                EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
                EVP_PKEY_verify(ctx, sig, sig_len, data, len) == 1;
    EVP_PKEY_CTX_free(ctx);
    return good;
}

size_t rsa_sign(EVP_PKEY *key, const uint8_t *data, size_t len, uint8_t *sig)
{
    size_t sig_len = (size_t)EVP_PKEY_get_size(key);
    EVP_PKEY_CTX *ctx = must(EVP_PKEY_CTX_new(key, NULL));
    must_be(EVP_PKEY_sign_init(ctx) == 1 &&
            EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
            EVP_PKEY_sign(ctx, sig, &sig_len, data, len) == 1);
    EVP_PKEY_CTX_free(ctx);
    return sig_len;
}

size_t rsa_encrypt(EVP_PKEY *key, const uint8_t *data, size_t len, uint8_t *out)
{
    size_t out_len = (size_t)EVP_PKEY_get_size(key);
    EVP_PKEY_CTX *ctx = must(EVP_PKEY_CTX_new(key, NULL));
    must_be(EVP_PKEY_encrypt_init(ctx) == 1 &&
            EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
            EVP_PKEY_encrypt(ctx, out, &out_len, data, len) == 1);
    EVP_PKEY_CTX_free(ctx);
    return out_len;
}

int rsa_decrypt(EVP_PKEY *key, const uint8_t *in, size_t len, uint8_t *out)
{
    size_t out_len = (size_t)EVP_PKEY_get_size(key);
    EVP_PKEY_CTX *ctx = must(EVP_PKEY_CTX_new(key, NULL));
    bool good = EVP_PKEY_decrypt_init(ctx) == 1 &&
                EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
                EVP_PKEY_decrypt(ctx, out, &out_len, in, len) == 1;
    EVP_PKEY_CTX_free(ctx);
    return good ? (int)out_len : -1;
}

bool rsa_raw(EVP_PKEY *key, bool private_half, const uint8_t *in, size_t len, uint8_t *out)
{
    size_t out_len = (size_t)EVP_PKEY_get_size(key);
    EVP_PKEY_CTX *ctx = must(EVP_PKEY_CTX_new(key, NULL));
    bool good = private_half ? EVP_PKEY_decrypt_init(ctx) == 1 &&
                                   EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) == 1 &&
                                   EVP_PKEY_decrypt(ctx, out, &out_len, in, len) == 1
                             : EVP_PKEY_encrypt_init(ctx) == 1 &&
                                   EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) == 1 &&
                                   EVP_PKEY_encrypt(ctx, out, &out_len, in, len) == 1;
    EVP_PKEY_CTX_free(ctx);
    return good && out_len == len;
}

size_t rsa_private_der(EVP_PKEY *key, uint8_t *der, size_t room)
{
    unsigned char *at = der;
    int len = i2d_PrivateKey(key, NULL); /* PKCS#1 for RSA */
    must_be(len > 0 && (size_t)len <= room && i2d_PrivateKey(key, &at) == len);
    return (size_t)len;
}
