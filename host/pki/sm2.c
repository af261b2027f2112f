/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Raw SM2 (GB/T 32918). Z and e are computed here and OpenSSL is given the 32-byte e: so one path
 * serves a document of any size, a token that signs digests, and objects such as CRLs for which
 * OpenSSL 3.0 offers no place for the distinguishing id.
 */
#include "forms.h"
#include "pki/pki.h"
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <string.h>

/* a, b, Gx, Gy of GB/T 32918.5, as they enter Z. */
static const uint8_t curve[128] = {
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc,
    0x28, 0xe9, 0xfa, 0x9e, 0x9d, 0x9f, 0x5e, 0x34, 0x4d, 0x5a, 0x9e, 0x4b, 0xcf, 0x65, 0x09, 0xa7,
    0xf3, 0x97, 0x89, 0xf5, 0x15, 0xab, 0x8f, 0x92, 0xdd, 0xbc, 0xbd, 0x41, 0x4d, 0x94, 0x0e, 0x93,
    0x32, 0xc4, 0xae, 0x2c, 0x1f, 0x19, 0x81, 0x19, 0x5f, 0x99, 0x04, 0x46, 0x6a, 0x39, 0xc9, 0x94,
    0x8f, 0xe3, 0x0b, 0xbf, 0xf2, 0x66, 0x0b, 0xe1, 0x71, 0x5a, 0x45, 0x89, 0x33, 0x4c, 0x74, 0xc7,
    0xbc, 0x37, 0x36, 0xa2, 0xf4, 0xf6, 0x77, 0x9c, 0x59, 0xbd, 0xce, 0xe3, 0x6b, 0x69, 0x21, 0x53,
    0xd0, 0xa9, 0x87, 0x7c, 0xc6, 0x2a, 0x47, 0x40, 0x02, 0xdf, 0x32, 0xe5, 0x21, 0x39, 0xf0, 0xa0};

EVP_PKEY *pki_sm2_public(const uint8_t xy[64])
{
    uint8_t point[65] = {4};
    memcpy(point + 1, xy, 64);
    char group[] = "SM2";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point),
        OSSL_PARAM_construct_end()};
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
    if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(ctx);
    return key;
}

int pki_sm2_xy(const EVP_PKEY *key, uint8_t xy[64])
{
    memset(xy, 0, 64);
    return key != NULL && EVP_PKEY_is_a(key, "SM2") ? pki_ec_xy(key, xy) : PKI_ERR_KEY;
}

int pki_ec_xy(const EVP_PKEY *key, uint8_t xy[64])
{
    BIGNUM *x = NULL, *y = NULL;
    memset(xy, 0, 64);
    int error = PKI_ERR_KEY;
    if (key != NULL && EVP_PKEY_get_bits(key) == 256 &&
        EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1 &&
        EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &y) == 1 &&
        BN_bn2binpad(x, xy, 32) == 32 && BN_bn2binpad(y, xy + 32, 32) == 32)
        error = PKI_OK;
    BN_free(x);
    BN_free(y);
    return error;
}

EVP_PKEY *pki_sm2_generate(void)
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
    if (ctx == NULL || EVP_PKEY_keygen_init(ctx) != 1 || EVP_PKEY_generate(ctx, &key) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(ctx);
    return key;
}

int pki_sm2_z_id(const EVP_PKEY *key, const void *id, size_t id_len, uint8_t z[32])
{
    uint8_t xy[64];
    memset(z, 0, 32);
    if (id_len > 8191 || pki_sm2_xy(key, xy) != PKI_OK)
        return PKI_ERR_KEY;
    const uint8_t bits[2] = {(uint8_t)(id_len * 8 >> 8), (uint8_t)(id_len * 8)};
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    int ok = md != NULL && EVP_DigestInit_ex(md, EVP_sm3(), NULL) == 1 &&
             EVP_DigestUpdate(md, bits, sizeof bits) == 1 &&
             EVP_DigestUpdate(md, id, id_len) == 1 &&
             EVP_DigestUpdate(md, curve, sizeof curve) == 1 &&
             EVP_DigestUpdate(md, xy, sizeof xy) == 1 && EVP_DigestFinal_ex(md, z, NULL) == 1;
    EVP_MD_CTX_free(md);
    return ok ? PKI_OK : PKI_ERR_MEMORY;
}

int pki_sm2_z(const EVP_PKEY *key, uint8_t z[32])
{
    return pki_sm2_z_id(key, PKI_SM2_ID, PKI_SM2_ID_LEN, z);
}

int pki_sm2_digest(const EVP_PKEY *key, const void *data, size_t len, uint8_t e[32])
{
    uint8_t z[32];
    memset(e, 0, 32);
    int error = pki_sm2_z(key, z);
    if (error != PKI_OK)
        return error;
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    int ok = md != NULL && EVP_DigestInit_ex(md, EVP_sm3(), NULL) == 1 &&
             EVP_DigestUpdate(md, z, sizeof z) == 1 && EVP_DigestUpdate(md, data, len) == 1 &&
             EVP_DigestFinal_ex(md, e, NULL) == 1;
    EVP_MD_CTX_free(md);
    return ok ? PKI_OK : PKI_ERR_MEMORY;
}

int pki_sig_to_der(const uint8_t rs[64], uint8_t *der, size_t *len)
{
    BIGNUM *r = BN_bin2bn(rs, 32, NULL), *s = BN_bin2bn(rs + 32, 32, NULL);
    ECDSA_SIG *sig = ECDSA_SIG_new();
    if (r == NULL || s == NULL || sig == NULL || ECDSA_SIG_set0(sig, r, s) != 1) {
        BN_free(r);
        BN_free(s);
        ECDSA_SIG_free(sig);
        return PKI_ERR_MEMORY;
    }
    int n = i2d_ECDSA_SIG(sig, &der);
    ECDSA_SIG_free(sig);
    if (n <= 0 || n > 72)
        return PKI_ERR_PARSE;
    *len = (size_t)n;
    return PKI_OK;
}

int pki_sig_from_der(const uint8_t *der, size_t len, uint8_t rs[64])
{
    memset(rs, 0, 64);
    if (len > 72)
        return PKI_ERR_PARSE;
    const uint8_t *p = der;
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &p, (long)len);
    if (sig == NULL)
        return PKI_ERR_PARSE;
    const BIGNUM *r, *s;
    ECDSA_SIG_get0(sig, &r, &s);
    uint8_t again[72];
    size_t again_len = 0;
    int error = PKI_ERR_PARSE;
    /* Only the one DER form is taken: a signature must not have several encodings. */
    if (p == der + len && !BN_is_negative(r) && !BN_is_negative(s) &&
        BN_bn2binpad(r, rs, 32) == 32 && BN_bn2binpad(s, rs + 32, 32) == 32 &&
        pki_sig_to_der(rs, again, &again_len) == PKI_OK && again_len == len &&
        memcmp(again, der, len) == 0)
        error = PKI_OK;
    ECDSA_SIG_free(sig);
    if (error != PKI_OK)
        memset(rs, 0, 64);
    return error;
}

int pki_sm2_verify_digest(EVP_PKEY *key, const uint8_t e[32], const uint8_t *sig, size_t sig_len)
{
    if (key == NULL || !EVP_PKEY_is_a(key, "SM2"))
        return PKI_ERR_KEY;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    int ok = ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 &&
             EVP_PKEY_verify(ctx, sig, sig_len, e, 32) == 1;
    EVP_PKEY_CTX_free(ctx);
    return ok ? PKI_OK : PKI_ERR_SIGNATURE;
}

int pki_sm2_verify(EVP_PKEY *key, const void *data, size_t len, const uint8_t *sig, size_t sig_len)
{
    uint8_t e[32];
    int error = pki_sm2_digest(key, data, len, e);
    return error != PKI_OK ? error : pki_sm2_verify_digest(key, e, sig, sig_len);
}

int pki_sm2_sign_digest(EVP_PKEY *key, const uint8_t e[32], uint8_t *sig, size_t *sig_len)
{
    if (key == NULL || !EVP_PKEY_is_a(key, "SM2"))
        return PKI_ERR_KEY;
    size_t room = 72;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    int ok =
        ctx != NULL && EVP_PKEY_sign_init(ctx) == 1 && EVP_PKEY_sign(ctx, sig, &room, e, 32) == 1;
    EVP_PKEY_CTX_free(ctx);
    if (!ok)
        return PKI_ERR_KEY;
    *sig_len = room;
    return PKI_OK;
}

int pki_sm2_sign(EVP_PKEY *key, const void *data, size_t len, uint8_t *sig, size_t *sig_len)
{
    uint8_t e[32];
    int error = pki_sm2_digest(key, data, len, e);
    return error != PKI_OK ? error : pki_sm2_sign_digest(key, e, sig, sig_len);
}

int pki_sm2_encrypt(EVP_PKEY *key, const uint8_t *in, size_t len, uint8_t **out, size_t *out_len)
{
    *out = NULL;
    *out_len = 0;
    if (key == NULL || !EVP_PKEY_is_a(key, "SM2"))
        return PKI_ERR_KEY;
    int error = PKI_ERR_MEMORY;
    size_t room = 0;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    if (ctx != NULL && EVP_PKEY_encrypt_init(ctx) == 1 &&
        EVP_PKEY_encrypt(ctx, NULL, &room, in, len) == 1) {
        *out = OPENSSL_malloc(room);
        if (*out != NULL && EVP_PKEY_encrypt(ctx, *out, &room, in, len) == 1) {
            *out_len = room;
            error = PKI_OK;
        }
    }
    if (error != PKI_OK) {
        OPENSSL_free(*out);
        *out = NULL;
    }
    EVP_PKEY_CTX_free(ctx);
    return error;
}

static int key_sign(void *ctx, const uint8_t e[32], uint8_t rs[64])
{
    uint8_t der[72];
    size_t len = 0;
    int error = pki_sm2_sign_digest(ctx, e, der, &len);
    return error != PKI_OK ? error : pki_sig_from_der(der, len, rs);
}

void pki_signer_from_key(struct pki_signer *signer, EVP_PKEY *key)
{
    signer->sign = key_sign;
    signer->ctx = key;
}
