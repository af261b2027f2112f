/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSA with keys from outside, GM/T 0016-2012 7.6.6 and the functions of the 2010 text that take or
 * give a private key in clear. All of it is the host's: the token has no such commands.
 */
#include "skf/blob.h"
#include "skf/handle.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <string.h>

#define BITS_MIN   1024u
#define BITS_MAX   (MAX_RSA_MODULUS_LEN * 8u)
#define PKCS1_ROOM 11u /* what PKCS#1 v1.5 needs beside the data */

/* --- blobs ----------------------------------------------------------------------------------- */

static ULONG check_bits(ULONG bits)
{
    return bits >= BITS_MIN && bits <= BITS_MAX && bits % 16 == 0 ? SAR_OK : SAR_RSAMODULUSLENERR;
}

/* A modulus is odd and its first byte is not zero, so where it stands in its field is seen. The
 * other numbers of a blob stand on the same side. */
static bool is_left(const BYTE *modulus, size_t len)
{
    return len < MAX_RSA_MODULUS_LEN && modulus[0] != 0;
}

static bool push(OSSL_PARAM_BLD *build, BIGNUM **number, const char *name, const BYTE *field,
                 size_t size, size_t len, bool left)
{
    *number = BN_bin2bn(left ? field : field + size - len, (int)len, NULL);
    if (*number != NULL) {
        BN_set_flags(*number, BN_FLG_CONSTTIME);
    }
    return *number != NULL && OSSL_PARAM_BLD_push_BN(build, name, *number) == 1;
}

enum { N, E, D, P, Q, DP, DQ, QI, NUMBERS };

static bool push_public(OSSL_PARAM_BLD *build, BIGNUM *number[], ULONG bits, const BYTE *modulus,
                        const BYTE *exponent)
{
    size_t len = bits / 8;
    bool left = is_left(modulus, len);
    /* An exponent is odd: zeros behind it mean that it, too, stands on the left. */
    size_t e_len = MAX_RSA_EXPONENT_LEN;
    while (left && e_len > 1 && exponent[e_len - 1] == 0) {
        e_len--;
    }
    return push(build, &number[N], OSSL_PKEY_PARAM_RSA_N, modulus, MAX_RSA_MODULUS_LEN, len,
                left) &&
           push(build, &number[E], OSSL_PKEY_PARAM_RSA_E, exponent, MAX_RSA_EXPONENT_LEN, e_len,
                left) &&
           BN_num_bits(number[N]) == (int)bits && BN_is_odd(number[N]) && BN_is_odd(number[E]) &&
           !BN_is_one(number[E]);
}

static bool push_private(OSSL_PARAM_BLD *build, BIGNUM *number[], const RSAPRIVATEKEYBLOB *blob)
{
    const size_t len = blob->BitLen / 8, half = MAX_RSA_MODULUS_LEN / 2;
    bool left = is_left(blob->Modulus, len);
    const struct {
        const char *name;
        const BYTE *field;
    } crt[] = {{OSSL_PKEY_PARAM_RSA_FACTOR1, blob->Prime1},
               {OSSL_PKEY_PARAM_RSA_FACTOR2, blob->Prime2},
               {OSSL_PKEY_PARAM_RSA_EXPONENT1, blob->Prime1Exponent},
               {OSSL_PKEY_PARAM_RSA_EXPONENT2, blob->Prime2Exponent},
               {OSSL_PKEY_PARAM_RSA_COEFFICIENT1, blob->Coefficient}};
    if (!push(build, &number[D], OSSL_PKEY_PARAM_RSA_D, blob->PrivateExponent, MAX_RSA_MODULUS_LEN,
              len, left)) {
        return false;
    }
    for (size_t i = 0; i < sizeof crt / sizeof crt[0]; i++) {
        if (!push(build, &number[P + i], crt[i].name, crt[i].field, half, len / 2, left) ||
            BN_is_zero(number[P + i])) {
            return false;
        }
    }
    return true;
}

/* priv NULL: the public half alone. NULL: it is no RSA key. */
static EVP_PKEY *key_of(ULONG bits, const BYTE *modulus, const BYTE *exponent,
                        const RSAPRIVATEKEYBLOB *priv)
{
    EVP_PKEY *key = NULL;
    BIGNUM *number[NUMBERS] = {NULL};
    OSSL_PARAM *params = NULL;
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    if (build != NULL && ctx != NULL && push_public(build, number, bits, modulus, exponent) &&
        (priv == NULL || push_private(build, number, priv))) {
        params = OSSL_PARAM_BLD_to_param(build);
    }
    if (params != NULL && EVP_PKEY_fromdata_init(ctx) == 1 &&
        EVP_PKEY_fromdata(ctx, &key, priv == NULL ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR,
                          params) != 1) {
        key = NULL;
    }
    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(params); /* wipes what it has of numbers in constant time */
    OSSL_PARAM_BLD_free(build);
    for (size_t i = 0; i < NUMBERS; i++) {
        BN_clear_free(number[i]);
    }
    return key;
}

static EVP_PKEY *public_of(const RSAPUBLICKEYBLOB *blob)
{
    return key_of(blob->BitLen, blob->Modulus, blob->PublicExponent, NULL);
}

static bool fetch(const EVP_PKEY *key, const char *name, BYTE *field, int size)
{
    BIGNUM *number = NULL;
    bool good =
        EVP_PKEY_get_bn_param(key, name, &number) == 1 && BN_bn2binpad(number, field, size) == size;
    BN_clear_free(number);
    return good;
}

/* --- functions ------------------------------------------------------------------------------- */

ULONG DEVAPI SKF_GenExtRSAKey(DEVHANDLE hDev, ULONG ulBitsLen, RSAPRIVATEKEYBLOB *pBlob)
{
    if (pBlob == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_check_device(hDev);
    if (result == SAR_OK) {
        result = check_bits(ulBitsLen);
    }
    if (result != SAR_OK) {
        return result;
    }
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)ulBitsLen);
    RSAPRIVATEKEYBLOB out = {.AlgID = SGD_RSA, .BitLen = ulBitsLen};
    const struct {
        const char *name;
        BYTE *field;
        int size;
    } part[] = {
        {OSSL_PKEY_PARAM_RSA_N, out.Modulus, sizeof out.Modulus},
        {OSSL_PKEY_PARAM_RSA_E, out.PublicExponent, sizeof out.PublicExponent},
        {OSSL_PKEY_PARAM_RSA_D, out.PrivateExponent, sizeof out.PrivateExponent},
        {OSSL_PKEY_PARAM_RSA_FACTOR1, out.Prime1, sizeof out.Prime1},
        {OSSL_PKEY_PARAM_RSA_FACTOR2, out.Prime2, sizeof out.Prime2},
        {OSSL_PKEY_PARAM_RSA_EXPONENT1, out.Prime1Exponent, sizeof out.Prime1Exponent},
        {OSSL_PKEY_PARAM_RSA_EXPONENT2, out.Prime2Exponent, sizeof out.Prime2Exponent},
        {OSSL_PKEY_PARAM_RSA_COEFFICIENT1, out.Coefficient, sizeof out.Coefficient},
    };
    bool good = key != NULL;
    for (size_t i = 0; good && i < sizeof part / sizeof part[0]; i++) {
        good = fetch(key, part[i].name, part[i].field, part[i].size);
    }
    EVP_PKEY_free(key);
    if (good) {
        memcpy(pBlob, &out, sizeof out);
    }
    OPENSSL_cleanse(&out, sizeof out);
    return good ? SAR_OK : SAR_GENRSAKEYERR;
}

ULONG DEVAPI SKF_RSAVerify(DEVHANDLE hDev, RSAPUBLICKEYBLOB *pRSAPubKeyBlob, BYTE *pbData,
                           ULONG ulDataLen, BYTE *pbSignature, ULONG ulSignLen)
{
    if (pRSAPubKeyBlob == NULL || pbData == NULL || pbSignature == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_check_device(hDev);
    if (result == SAR_OK) {
        result = check_bits(pRSAPubKeyBlob->BitLen);
    }
    if (result != SAR_OK) {
        return result;
    }
    size_t len = pRSAPubKeyBlob->BitLen / 8;
    if (ulDataLen == 0 || ulDataLen > len - PKCS1_ROOM || ulSignLen != len) {
        return SAR_INDATALENERR;
    }
    EVP_PKEY *key = public_of(pRSAPubKeyBlob);
    if (key == NULL) {
        return SAR_INDATAERR;
    }
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    /* Without a digest's name the padding holds what the caller passed: a DigestInfo, usually. */
    bool good = ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 &&
                EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
                EVP_PKEY_verify(ctx, pbSignature, ulSignLen, pbData, ulDataLen) == 1;
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(key);
    return good ? SAR_OK : SAR_FAIL;
}

typedef int (*raw_step)(EVP_PKEY_CTX *, unsigned char *, size_t *, const unsigned char *, size_t);

static bool raw(EVP_PKEY *key, bool private_half, const BYTE *in, size_t len, BYTE *out)
{
    size_t out_len = len;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    raw_step step = private_half ? EVP_PKEY_decrypt : EVP_PKEY_encrypt;
    bool good = ctx != NULL &&
                (private_half ? EVP_PKEY_decrypt_init(ctx) : EVP_PKEY_encrypt_init(ctx)) == 1 &&
                EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) == 1 &&
                step(ctx, out, &out_len, in, len) == 1 && out_len == len;
    EVP_PKEY_CTX_free(ctx);
    return good;
}

/* What both raw operations check before they look at the key's numbers. *fits: go on. */
static ULONG prepare(DEVHANDLE hDev, ULONG bits, ULONG in_len, const BYTE *out, ULONG *out_len,
                     bool *fits)
{
    *fits = false;
    ULONG result = skf_check_device(hDev);
    if (result == SAR_OK) {
        result = check_bits(bits);
    }
    if (result == SAR_OK && in_len != bits / 8) {
        result = SAR_INDATALENERR;
    }
    return result == SAR_OK ? blob_room(out, out_len, bits / 8, fits) : result;
}

ULONG DEVAPI SKF_ExtRSAPubKeyOperation(DEVHANDLE hDev, RSAPUBLICKEYBLOB *pRSAPubKeyBlob,
                                       BYTE *pbInput, ULONG ulInputLen, BYTE *pbOutput,
                                       ULONG *pulOutputLen)
{
    BYTE work[MAX_RSA_MODULUS_LEN];
    bool fits;
    if (pRSAPubKeyBlob == NULL || pbInput == NULL || pulOutputLen == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = prepare(hDev, pRSAPubKeyBlob->BitLen, ulInputLen, pbOutput, pulOutputLen, &fits);
    if (result != SAR_OK || !fits) {
        return result;
    }
    EVP_PKEY *key = public_of(pRSAPubKeyBlob);
    if (key == NULL) {
        return SAR_INDATAERR;
    }
    bool good = raw(key, false, pbInput, ulInputLen, work);
    EVP_PKEY_free(key);
    if (good) {
        memcpy(pbOutput, work, ulInputLen);
    }
    OPENSSL_cleanse(work, sizeof work);
    return good ? SAR_OK : SAR_RSAENCERR;
}

ULONG DEVAPI SKF_ExtRSAPriKeyOperation(DEVHANDLE hDev, RSAPRIVATEKEYBLOB *pRSAPriKeyBlob,
                                       BYTE *pbInput, ULONG ulInputLen, BYTE *pbOutput,
                                       ULONG *pulOutputLen)
{
    BYTE work[MAX_RSA_MODULUS_LEN], back[MAX_RSA_MODULUS_LEN];
    bool fits;
    if (pRSAPriKeyBlob == NULL || pbInput == NULL || pulOutputLen == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = prepare(hDev, pRSAPriKeyBlob->BitLen, ulInputLen, pbOutput, pulOutputLen, &fits);
    if (result != SAR_OK || !fits) {
        return result;
    }
    EVP_PKEY *key = key_of(pRSAPriKeyBlob->BitLen, pRSAPriKeyBlob->Modulus,
                           pRSAPriKeyBlob->PublicExponent, pRSAPriKeyBlob);
    if (key == NULL) {
        return SAR_INDATAERR;
    }
    /* The blob's numbers may not belong together; a result made from such would tell the primes. */
    bool good = raw(key, true, pbInput, ulInputLen, work) &&
                raw(key, false, work, ulInputLen, back) && memcmp(back, pbInput, ulInputLen) == 0;
    EVP_PKEY_free(key);
    if (good) {
        memcpy(pbOutput, work, ulInputLen);
    }
    OPENSSL_cleanse(work, sizeof work);
    return good ? SAR_OK : SAR_RSADECERR;
}
