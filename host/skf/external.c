/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM2 with keys from outside, GM/T 0016-2012 7.6.11 and 13, and the functions of the 2010 text that
 * take a private key in clear. All of it is the host's: the token has no such commands.
 */
#include "skf/blob.h"
#include "skf/handle.h"

#include "pki/forms.h"
#include "pki/pki.h"
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <string.h>

#define DATA_MAX 0x100000u /* enough for any key or file key; keeps every length below in range */

/* --- the private key ------------------------------------------------------------------------- */

/* 04 X Y of d; d is 1 to n - 2, as the signature needs it. */
static bool public_point(const BIGNUM *d, uint8_t point[65])
{
    bool good = false;
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);
    EC_POINT *p = group == NULL ? NULL : EC_POINT_new(group);
    BIGNUM *limit = group == NULL ? NULL : BN_dup(EC_GROUP_get0_order(group));
    if (p != NULL && limit != NULL && BN_sub_word(limit, 1) == 1 && !BN_is_zero(d) &&
        BN_cmp(d, limit) < 0) {
        good = EC_POINT_mul(group, p, d, NULL, NULL, NULL) == 1 &&
               EC_POINT_point2oct(group, p, POINT_CONVERSION_UNCOMPRESSED, point, 65, NULL) == 65;
    }
    BN_free(limit);
    EC_POINT_free(p);
    EC_GROUP_free(group);
    return good;
}

/* NULL: it is no SM2 key. */
static EVP_PKEY *private_of(const ECCPRIVATEKEYBLOB *blob)
{
    uint8_t number[32], point[65];
    EVP_PKEY *key = NULL;
    OSSL_PARAM *params = NULL;
    if (blob->BitLen != 256 || !blob_take(blob->PrivateKey, number)) {
        return NULL;
    }
    BIGNUM *d = BN_secure_new();
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
    if (d != NULL && build != NULL && ctx != NULL && BN_bin2bn(number, sizeof number, d) != NULL) {
        BN_set_flags(d, BN_FLG_CONSTTIME);
        if (public_point(d, point) &&
            OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0) == 1 &&
            OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, d) == 1 &&
            OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point) ==
                1) {
            params = OSSL_PARAM_BLD_to_param(build);
        }
    }
    if (params != NULL && EVP_PKEY_fromdata_init(ctx) == 1 &&
        EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) != 1) {
        key = NULL;
    }
    OPENSSL_cleanse(number, sizeof number);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(ctx);
    BN_clear_free(d);
    return key;
}

/* --- ECCCIPHERBLOB and the DER of GM/T 0009 -------------------------------------------------- */

static ULONG put_cipher(ECCCIPHERBLOB *blob, const uint8_t *der, size_t der_len, size_t len)
{
    uint8_t c1[64], c3[32];
    PKI_SM2_CIPHER *form = d2i_PKI_SM2_CIPHER(NULL, &der, (long)der_len);
    bool good = form != NULL && pki_sm2_cipher_get(form, c1, c3) == PKI_OK &&
                (size_t)ASN1_STRING_length(form->cipher) == len;
    if (good) {
        blob_put(blob->XCoordinate, c1);
        blob_put(blob->YCoordinate, c1 + 32);
        memcpy(blob->HASH, c3, sizeof c3);
        blob->CipherLen = (ULONG)len;
        memcpy((BYTE *)blob + offsetof(ECCCIPHERBLOB, Cipher), ASN1_STRING_get0_data(form->cipher),
               len);
    }
    PKI_SM2_CIPHER_free(form);
    return good ? SAR_OK : SAR_FAIL;
}

/* [out] *der is the caller's (OPENSSL_free). The length, or 0: the blob is no cipher text. */
static size_t take_cipher(const ECCCIPHERBLOB *blob, uint8_t **der)
{
    uint8_t c1[64];
    *der = NULL;
    return blob_take(blob->XCoordinate, c1) && blob_take(blob->YCoordinate, c1 + 32)
               ? pki_sm2_cipher_der(c1, blob->HASH,
                                    (const BYTE *)blob + offsetof(ECCCIPHERBLOB, Cipher),
                                    blob->CipherLen, der)
               : 0;
}

/* --- functions ------------------------------------------------------------------------------- */

/* The standard has the sender try again when the mask is all zeros, which one byte meets once in
 * 256 times; libcrypto does not look. */
static ULONG encrypt(EVP_PKEY *key, const BYTE *in, size_t len, ECCCIPHERBLOB *blob)
{
    ULONG result;
    do {
        uint8_t *der;
        size_t der_len;
        if (pki_sm2_encrypt(key, in, len, &der, &der_len) != PKI_OK) {
            return SAR_FAIL;
        }
        result = put_cipher(blob, der, der_len, len);
        OPENSSL_clear_free(der, der_len);
    } while (result == SAR_OK &&
             CRYPTO_memcmp((BYTE *)blob + offsetof(ECCCIPHERBLOB, Cipher), in, len) == 0);
    return result;
}

ULONG DEVAPI SKF_ExtECCEncrypt(DEVHANDLE hDev, ECCPUBLICKEYBLOB *pECCPubKeyBlob, BYTE *pbPlainText,
                               ULONG ulPlainTextLen, PECCCIPHERBLOB pCipherText)
{
    uint8_t xy[64];
    if (pECCPubKeyBlob == NULL || pbPlainText == NULL || pCipherText == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_check_device(hDev);
    if (result != SAR_OK) {
        return result;
    }
    if (ulPlainTextLen == 0 || ulPlainTextLen > DATA_MAX) {
        return SAR_INDATALENERR;
    }
    EVP_PKEY *key = blob_take_public(pECCPubKeyBlob, xy) ? pki_sm2_public(xy) : NULL;
    if (key == NULL) {
        return SAR_INDATAERR;
    }
    result = encrypt(key, pbPlainText, ulPlainTextLen, pCipherText);
    EVP_PKEY_free(key);
    return result;
}

static bool decrypt(EVP_PKEY *key, const uint8_t *der, size_t der_len, BYTE *out, size_t len)
{
    /* libcrypto asks for more room than the text has. */
    size_t room = len + 256, got = room;
    BYTE *work = OPENSSL_malloc(room);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    bool good = work != NULL && ctx != NULL && EVP_PKEY_decrypt_init(ctx) == 1 &&
                EVP_PKEY_decrypt(ctx, work, &got, der, der_len) == 1 && got == len;
    if (good) {
        memcpy(out, work, len);
    }
    EVP_PKEY_CTX_free(ctx);
    OPENSSL_clear_free(work, room);
    return good;
}

ULONG DEVAPI SKF_ExtECCDecrypt(DEVHANDLE hDev, ECCPRIVATEKEYBLOB *pECCPriKeyBlob,
                               PECCCIPHERBLOB pCipherText, BYTE *pbPlainText,
                               ULONG *pulPlainTextLen)
{
    bool fits;
    uint8_t *der = NULL;
    if (pECCPriKeyBlob == NULL || pCipherText == NULL || pulPlainTextLen == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_check_device(hDev);
    if (result != SAR_OK) {
        return result;
    }
    const ULONG len = pCipherText->CipherLen;
    if (len == 0 || len > DATA_MAX) {
        return SAR_INDATALENERR;
    }
    result = blob_room(pbPlainText, pulPlainTextLen, len, &fits);
    if (result != SAR_OK || !fits) {
        return result;
    }
    EVP_PKEY *key = private_of(pECCPriKeyBlob);
    size_t der_len = key == NULL ? 0 : take_cipher(pCipherText, &der);
    bool good = der_len != 0 && decrypt(key, der, der_len, pbPlainText, len);
    OPENSSL_free(der);
    EVP_PKEY_free(key);
    return good ? SAR_OK : SAR_INDATAERR;
}

ULONG DEVAPI SKF_ExtECCSign(DEVHANDLE hDev, ECCPRIVATEKEYBLOB *pECCPriKeyBlob, BYTE *pbData,
                            ULONG ulDataLen, PECCSIGNATUREBLOB pSignature)
{
    uint8_t der[72], rs[64];
    size_t der_len;
    if (pECCPriKeyBlob == NULL || pbData == NULL || pSignature == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    ULONG result = skf_check_device(hDev);
    if (result != SAR_OK) {
        return result;
    }
    if (ulDataLen != 32) {
        return SAR_INDATALENERR;
    }
    EVP_PKEY *key = private_of(pECCPriKeyBlob);
    if (key == NULL) {
        return SAR_INDATAERR;
    }
    bool good = pki_sm2_sign_digest(key, pbData, der, &der_len) == PKI_OK &&
                pki_sig_from_der(der, der_len, rs) == PKI_OK;
    EVP_PKEY_free(key);
    if (good) {
        blob_put(pSignature->r, rs);
        blob_put(pSignature->s, rs + 32);
    }
    return good ? SAR_OK : SAR_FAIL;
}

ULONG DEVAPI SKF_ECCVerify(DEVHANDLE hDev, ECCPUBLICKEYBLOB *pECCPubKeyBlob, BYTE *pbData,
                           ULONG ulDataLen, PECCSIGNATUREBLOB pSignature)
{
    uint8_t xy[64], rs[64], der[72];
    size_t der_len;
    if (pECCPubKeyBlob == NULL || pbData == NULL || pSignature == NULL) {
        return SAR_INVALIDPARAMERR;
    }
    if (ulDataLen != 32) {
        return SAR_INDATALENERR;
    }
    ULONG result = skf_check_device(hDev);
    if (result != SAR_OK) {
        return result;
    }
    if (!blob_take_public(pECCPubKeyBlob, xy) || !blob_take(pSignature->r, rs) ||
        !blob_take(pSignature->s, rs + 32)) {
        return SAR_INDATAERR;
    }
    EVP_PKEY *key = pki_sm2_public(xy);
    if (key == NULL) {
        return SAR_INDATAERR;
    }
    bool good = pki_sig_to_der(rs, der, &der_len) == PKI_OK &&
                pki_sm2_verify_digest(key, pbData, der, der_len) == PKI_OK;
    EVP_PKEY_free(key);
    return good ? SAR_OK : SAR_FAIL;
}

ULONG DEVAPI SKF_ExtECCVerify(DEVHANDLE hDev, ECCPUBLICKEYBLOB *pECCPubKeyBlob, BYTE *pbData,
                              ULONG ulDataLen, PECCSIGNATUREBLOB pSignature)
{
    return SKF_ECCVerify(hDev, pECCPubKeyBlob, pbData, ulDataLen, pSignature);
}
