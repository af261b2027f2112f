/* SPDX-License-Identifier: Apache-2.0 */
/* The channel's arithmetic over libcrypto: SM2's curve, SM3, SM4. Nothing else is used in it. */
#include "token/channel.h"

#include "util/wipe.h"
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/params.h>
#include <string.h>

#define DEFAULT_ID "1234567812345678"

static EC_POINT *point_of(const EC_GROUP *group, const uint8_t xy[CHANNEL_POINT], BN_CTX *ctx)
{
    uint8_t encoded[1 + CHANNEL_POINT] = {POINT_CONVERSION_UNCOMPRESSED};
    EC_POINT *point = EC_POINT_new(group);
    memcpy(encoded + 1, xy, CHANNEL_POINT);
    /* Refuses what is not on the curve. */
    if (point != NULL && EC_POINT_oct2point(group, point, encoded, sizeof encoded, ctx) != 1) {
        EC_POINT_free(point);
        point = NULL;
    }
    return point;
}

static bool point_out(const EC_GROUP *group, const EC_POINT *point, uint8_t xy[CHANNEL_POINT],
                      BN_CTX *ctx)
{
    uint8_t encoded[1 + CHANNEL_POINT];
    bool good = EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, encoded,
                                   sizeof encoded, ctx) == sizeof encoded;
    if (good) {
        memcpy(xy, encoded + 1, CHANNEL_POINT);
    }
    util_wipe(encoded, sizeof encoded);
    return good;
}

/* out = d * (peer, or the base point when NULL) */
static int multiply(const uint8_t d[32], const uint8_t *peer, uint8_t out[CHANNEL_POINT])
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);
    BN_CTX *ctx = BN_CTX_secure_new();
    BIGNUM *k = BN_secure_new();
    EC_POINT *result = NULL, *base = NULL;
    int error = HUFU_ERR_INTERNAL;
    if (group == NULL || ctx == NULL || k == NULL || BN_bin2bn(d, 32, k) == NULL) {
        goto done;
    }
    BN_set_flags(k, BN_FLG_CONSTTIME);
    result = EC_POINT_new(group);
    if (result == NULL) {
        goto done;
    }
    if (peer != NULL) {
        base = point_of(group, peer, ctx);
        if (base == NULL) {
            error = HUFU_ERR_TRUST;
            goto done;
        }
    }
    if (EC_POINT_mul(group, result, base == NULL ? k : NULL, base, base == NULL ? NULL : k, ctx) ==
            1 &&
        point_out(group, result, out, ctx)) {
        error = HUFU_OK;
    }
done:
    EC_POINT_clear_free(result);
    EC_POINT_free(base);
    BN_clear_free(k);
    BN_CTX_free(ctx);
    EC_GROUP_free(group);
    return error;
}

int agreement_pair(uint8_t d[32], uint8_t pub[CHANNEL_POINT])
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);
    BIGNUM *k = BN_secure_new();
    int error = HUFU_ERR_INTERNAL;
    /* 1 to n - 2: the range of an SM2 key. */
    BIGNUM *range = group != NULL ? BN_dup(EC_GROUP_get0_order(group)) : NULL;
    if (k != NULL && range != NULL && BN_sub_word(range, 2) == 1 &&
        BN_priv_rand_range(k, range) == 1 && BN_add_word(k, 1) == 1 &&
        BN_bn2binpad(k, d, 32) == 32) {
        error = multiply(d, NULL, pub);
    }
    BN_free(range);
    BN_clear_free(k);
    EC_GROUP_free(group);
    return error;
}

int agreement_secret(const uint8_t d[32], const uint8_t peer[CHANNEL_POINT],
                     uint8_t out[CHANNEL_POINT])
{
    return multiply(d, peer, out);
}

/* --- signature ---------------------------------------------------------------------------- */

static EVP_PKEY *public_key(const uint8_t pub[CHANNEL_POINT])
{
    uint8_t encoded[1 + CHANNEL_POINT] = {POINT_CONVERSION_UNCOMPRESSED};
    char curve[] = "SM2";
    memcpy(encoded + 1, pub, CHANNEL_POINT);
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, encoded, sizeof encoded),
        OSSL_PARAM_construct_end()};
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
    if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, (OSSL_PARAM *)params) != 1) {
        key = NULL;
    }
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static int der_of(const uint8_t signature[64], uint8_t der[80])
{
    ECDSA_SIG *sig = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, 32, NULL), *s = BN_bin2bn(signature + 32, 32, NULL);
    int len = -1;
    if (sig != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(sig, r, s) == 1) {
        r = s = NULL;
        len = i2d_ECDSA_SIG(sig, &der);
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(sig);
    return len;
}

int agreement_verify(const uint8_t pub[CHANNEL_POINT], const uint8_t *text, size_t len,
                     const uint8_t signature[64])
{
    uint8_t der[80];
    int der_len = der_of(signature, der), error = HUFU_ERR_TRUST;
    EVP_PKEY *key = public_key(pub);
    EVP_PKEY_CTX *ctx = key != NULL ? EVP_PKEY_CTX_new(key, NULL) : NULL;
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    if (der_len > 0 && ctx != NULL && hash != NULL &&
        EVP_PKEY_CTX_set1_id(ctx, DEFAULT_ID, sizeof DEFAULT_ID - 1) == 1) {
        EVP_MD_CTX_set_pkey_ctx(hash, ctx);
        if (EVP_DigestVerifyInit(hash, NULL, EVP_sm3(), NULL, key) == 1 &&
            EVP_DigestVerify(hash, der, (size_t)der_len, text, len) == 1) {
            error = HUFU_OK;
        }
    }
    EVP_MD_CTX_free(hash);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(key);
    return error;
}

/* --- digests and cipher ------------------------------------------------------------------- */

int agreement_hash(const void *a, size_t a_len, const void *b, size_t b_len, uint8_t out[32])
{
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    bool good = hash != NULL && EVP_DigestInit_ex(hash, EVP_sm3(), NULL) == 1 &&
                EVP_DigestUpdate(hash, a, a_len) == 1 && EVP_DigestUpdate(hash, b, b_len) == 1 &&
                EVP_DigestFinal_ex(hash, out, NULL) == 1;
    EVP_MD_CTX_free(hash);
    return good ? HUFU_OK : HUFU_ERR_INTERNAL;
}

int agreement_hmac(const uint8_t key[32], const void *a, size_t a_len, const void *b, size_t b_len,
                   uint8_t out[32])
{
    uint8_t inner[64] = {0}, outer[64] = {0}, digest[32];
    memcpy(inner, key, 32);
    memcpy(outer, key, 32);
    for (size_t i = 0; i < sizeof inner; i++) {
        inner[i] ^= 0x36;
        outer[i] ^= 0x5C;
    }
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    bool good = hash != NULL && EVP_DigestInit_ex(hash, EVP_sm3(), NULL) == 1 &&
                EVP_DigestUpdate(hash, inner, sizeof inner) == 1 &&
                EVP_DigestUpdate(hash, a, a_len) == 1 && EVP_DigestUpdate(hash, b, b_len) == 1 &&
                EVP_DigestFinal_ex(hash, digest, NULL) == 1 &&
                agreement_hash(outer, sizeof outer, digest, sizeof digest, out) == HUFU_OK;
    EVP_MD_CTX_free(hash);
    util_wipe(inner, sizeof inner);
    util_wipe(outer, sizeof outer);
    util_wipe(digest, sizeof digest);
    return good ? HUFU_OK : HUFU_ERR_INTERNAL;
}

int agreement_kdf(const uint8_t *z, size_t z_len, uint8_t *out, size_t len)
{
    uint8_t block[32];
    int error = HUFU_OK;
    for (uint8_t i = 1; len != 0 && error == HUFU_OK; i++) {
        const uint8_t counter[4] = {0, 0, 0, i};
        size_t n = len < sizeof block ? len : sizeof block;
        error = agreement_hash(z, z_len, counter, sizeof counter, block);
        memcpy(out, block, n);
        out += n;
        len -= n;
    }
    util_wipe(block, sizeof block);
    return error;
}

int agreement_crypt(const uint8_t key[16], const uint8_t counter[16], uint8_t *data, size_t len)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int n = 0;
    bool good = ctx != NULL && EVP_EncryptInit_ex(ctx, EVP_sm4_ctr(), NULL, key, counter) == 1 &&
                EVP_EncryptUpdate(ctx, data, &n, data, (int)len) == 1 && (size_t)n == len;
    EVP_CIPHER_CTX_free(ctx);
    return good ? HUFU_OK : HUFU_ERR_INTERNAL;
}
