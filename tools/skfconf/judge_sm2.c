/* SPDX-License-Identifier: Apache-2.0 */
#include "judge.h"

#include "must.h"
#include <openssl/asn1.h>
#include <openssl/asn1t.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <string.h>

EVP_PKEY *sm2_new(void)
{
    return must(EVP_PKEY_Q_keygen(NULL, NULL, "SM2"));
}

EVP_PKEY *sm2_public(const uint8_t xy[64])
{
    uint8_t point[65] = {4};
    char group[] = "SM2";
    EVP_PKEY *key = NULL;
    memcpy(point + 1, xy, 64);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point),
        OSSL_PARAM_construct_end()};
    EVP_PKEY_CTX *ctx = must(EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL));
    if (EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1) {
        key = NULL;
    }
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static void number_of(const EVP_PKEY *key, const char *name, uint8_t out[32])
{
    BIGNUM *number = NULL;
    must_be(EVP_PKEY_get_bn_param(key, name, &number) == 1 && BN_bn2binpad(number, out, 32) == 32);
    BN_clear_free(number);
}

void sm2_point(const EVP_PKEY *key, uint8_t xy[64])
{
    number_of(key, OSSL_PKEY_PARAM_EC_PUB_X, xy);
    number_of(key, OSSL_PKEY_PARAM_EC_PUB_Y, xy + 32);
}

void sm2_secret(const EVP_PKEY *key, uint8_t d[32])
{
    number_of(key, OSSL_PKEY_PARAM_PRIV_KEY, d);
}

void field_put(BYTE field[64], const uint8_t number[32])
{
    memset(field, 0, 32);
    memcpy(field + 32, number, 32);
}

bool field_get(const BYTE field[64], uint8_t number[32])
{
    static const uint8_t zeros[32];
    memcpy(number, field + 32, 32);
    return memcmp(field, zeros, sizeof zeros) == 0;
}

void public_blob(ECCPUBLICKEYBLOB *blob, const EVP_PKEY *key)
{
    uint8_t xy[64];
    sm2_point(key, xy);
    blob->BitLen = 256;
    field_put(blob->XCoordinate, xy);
    field_put(blob->YCoordinate, xy + 32);
}

EVP_PKEY *public_of_blob(const ECCPUBLICKEYBLOB *blob)
{
    uint8_t xy[64];
    return blob->BitLen == 256 && field_get(blob->XCoordinate, xy) &&
                   field_get(blob->YCoordinate, xy + 32)
               ? sm2_public(xy)
               : NULL;
}

void private_blob(ECCPRIVATEKEYBLOB *blob, const EVP_PKEY *key)
{
    uint8_t d[32];
    sm2_secret(key, d);
    blob->BitLen = 256;
    field_put(blob->PrivateKey, d);
}

/* --- signature ------------------------------------------------------------------------------ */

static const uint8_t curve_a_to_g[128] = {
    0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFC,
    0x28, 0xE9, 0xFA, 0x9E, 0x9D, 0x9F, 0x5E, 0x34, 0x4D, 0x5A, 0x9E, 0x4B, 0xCF, 0x65, 0x09, 0xA7,
    0xF3, 0x97, 0x89, 0xF5, 0x15, 0xAB, 0x8F, 0x92, 0xDD, 0xBC, 0xBD, 0x41, 0x4D, 0x94, 0x0E, 0x93,
    0x32, 0xC4, 0xAE, 0x2C, 0x1F, 0x19, 0x81, 0x19, 0x5F, 0x99, 0x04, 0x46, 0x6A, 0x39, 0xC9, 0x94,
    0x8F, 0xE3, 0x0B, 0xBF, 0xF2, 0x66, 0x0B, 0xE1, 0x71, 0x5A, 0x45, 0x89, 0x33, 0x4C, 0x74, 0xC7,
    0xBC, 0x37, 0x36, 0xA2, 0xF4, 0xF6, 0x77, 0x9C, 0x59, 0xBD, 0xCE, 0xE3, 0x6B, 0x69, 0x21, 0x53,
    0xD0, 0xA9, 0x87, 0x7C, 0xC6, 0x2A, 0x47, 0x40, 0x02, 0xDF, 0x32, 0xE5, 0x21, 0x39, 0xF0, 0xA0};

static void identity(const EVP_PKEY *key, const void *id, size_t id_len, uint8_t z[32])
{
    uint8_t xy[64], bits[2] = {(uint8_t)(id_len * 8 >> 8), (uint8_t)(id_len * 8)};
    EVP_MD_CTX *md = must(EVP_MD_CTX_new());
    sm2_point(key, xy);
    must_be(EVP_DigestInit_ex(md, EVP_sm3(), NULL) == 1 && EVP_DigestUpdate(md, bits, 2) == 1 &&
            EVP_DigestUpdate(md, id, id_len) == 1 &&
            EVP_DigestUpdate(md, curve_a_to_g, sizeof curve_a_to_g) == 1 &&
            EVP_DigestUpdate(md, xy, sizeof xy) == 1 && EVP_DigestFinal_ex(md, z, NULL) == 1);
    EVP_MD_CTX_free(md);
}

void sm2_digest(const EVP_PKEY *key, const void *id, size_t id_len, const void *message, size_t len,
                uint8_t e[32])
{
    uint8_t z[32];
    EVP_MD_CTX *md = must(EVP_MD_CTX_new());
    must_be(EVP_DigestInit_ex(md, EVP_sm3(), NULL) == 1);
    if (id_len != 0) {
        identity(key, id, id_len, z);
        must_be(EVP_DigestUpdate(md, z, sizeof z) == 1);
    }
    must_be(EVP_DigestUpdate(md, message, len) == 1 && EVP_DigestFinal_ex(md, e, NULL) == 1);
    EVP_MD_CTX_free(md);
}

bool sm2_verify(const ECCPUBLICKEYBLOB *blob, const uint8_t e[32], const ECCSIGNATUREBLOB *sig)
{
    uint8_t r[32], s[32];
    unsigned char *der = NULL;
    EVP_PKEY *key = public_of_blob(blob);
    if (key == NULL || !field_get(sig->r, r) || !field_get(sig->s, s)) {
        EVP_PKEY_free(key);
        return false;
    }
    ECDSA_SIG *pair = must(ECDSA_SIG_new());
    must_be(ECDSA_SIG_set0(pair, must(BN_bin2bn(r, 32, NULL)), must(BN_bin2bn(s, 32, NULL))) == 1);
    int der_len = i2d_ECDSA_SIG(pair, &der);
    must_be(der_len > 0);
    EVP_PKEY_CTX *ctx = must(EVP_PKEY_CTX_new(key, NULL));
    bool good =
        EVP_PKEY_verify_init(ctx) == 1 && EVP_PKEY_verify(ctx, der, (size_t)der_len, e, 32) == 1;
    EVP_PKEY_CTX_free(ctx);
    OPENSSL_free(der);
    ECDSA_SIG_free(pair);
    EVP_PKEY_free(key);
    return good;
}

void sm2_sign(EVP_PKEY *key, const uint8_t e[32], ECCSIGNATUREBLOB *sig)
{
    uint8_t der[80], number[32];
    size_t len = sizeof der;
    const unsigned char *at = der;
    EVP_PKEY_CTX *ctx = must(EVP_PKEY_CTX_new(key, NULL));
    must_be(EVP_PKEY_sign_init(ctx) == 1 && EVP_PKEY_sign(ctx, der, &len, e, 32) == 1);
    ECDSA_SIG *pair = must(d2i_ECDSA_SIG(NULL, &at, (long)len));
    must_be(BN_bn2binpad(ECDSA_SIG_get0_r(pair), number, 32) == 32);
    field_put(sig->r, number);
    must_be(BN_bn2binpad(ECDSA_SIG_get0_s(pair), number, 32) == 32);
    field_put(sig->s, number);
    ECDSA_SIG_free(pair);
    EVP_PKEY_CTX_free(ctx);
}

/* --- encryption ----------------------------------------------------------------------------- */

/* OpenSSL's form of an SM2 cipher text. */
typedef struct cipher_st {
    ASN1_INTEGER *x, *y;
    ASN1_OCTET_STRING *c3, *c2;
} CIPHER;

/* clang-format off */
ASN1_SEQUENCE(CIPHER) = {
    ASN1_SIMPLE(CIPHER, x, ASN1_INTEGER),
    ASN1_SIMPLE(CIPHER, y, ASN1_INTEGER),
    ASN1_SIMPLE(CIPHER, c3, ASN1_OCTET_STRING),
    ASN1_SIMPLE(CIPHER, c2, ASN1_OCTET_STRING),
} static_ASN1_SEQUENCE_END(CIPHER)
    /* clang-format on */

    static void coordinate_out(const ASN1_INTEGER *from, BYTE field[64])
{
    uint8_t number[32];
    BIGNUM *bn = must(ASN1_INTEGER_to_BN(from, NULL));
    must_be(BN_bn2binpad(bn, number, 32) == 32);
    field_put(field, number);
    BN_free(bn);
}

void sm2_encrypt(EVP_PKEY *to, const uint8_t *plain, size_t len, ECCCIPHERBLOB *blob)
{
    size_t der_len = 0;
    EVP_PKEY_CTX *ctx = must(EVP_PKEY_CTX_new(to, NULL));
    must_be(EVP_PKEY_encrypt_init(ctx) == 1 &&
            EVP_PKEY_encrypt(ctx, NULL, &der_len, plain, len) == 1);
    uint8_t *der = must(OPENSSL_malloc(der_len));
    must_be(EVP_PKEY_encrypt(ctx, der, &der_len, plain, len) == 1);
    const unsigned char *at = der;
    CIPHER *cipher =
        must((CIPHER *)ASN1_item_d2i(NULL, &at, (long)der_len, ASN1_ITEM_rptr(CIPHER)));
    coordinate_out(cipher->x, blob->XCoordinate);
    coordinate_out(cipher->y, blob->YCoordinate);
    must_be(cipher->c3->length == 32 && (size_t)cipher->c2->length == len);
    memcpy(blob->HASH, cipher->c3->data, 32);
    blob->CipherLen = (ULONG)len;
    memcpy((BYTE *)blob + offsetof(ECCCIPHERBLOB, Cipher), cipher->c2->data, len);
    ASN1_item_free((ASN1_VALUE *)cipher, ASN1_ITEM_rptr(CIPHER));
    OPENSSL_free(der);
    EVP_PKEY_CTX_free(ctx);
}

static ASN1_INTEGER *coordinate_in(const BYTE field[64], bool *good)
{
    uint8_t number[32];
    *good = field_get(field, number) && *good;
    BIGNUM *bn = must(BN_bin2bn(number, 32, NULL));
    ASN1_INTEGER *out = must(BN_to_ASN1_INTEGER(bn, NULL));
    BN_free(bn);
    return out;
}

bool sm2_decrypt(EVP_PKEY *key, const ECCCIPHERBLOB *blob, uint8_t *plain)
{
    bool good = true;
    unsigned char *der = NULL;
    size_t len = blob->CipherLen + 256u;
    CIPHER cipher = {.x = coordinate_in(blob->XCoordinate, &good),
                     .y = coordinate_in(blob->YCoordinate, &good),
                     .c3 = must(ASN1_OCTET_STRING_new()),
                     .c2 = must(ASN1_OCTET_STRING_new())};
    must_be(ASN1_OCTET_STRING_set(cipher.c3, blob->HASH, 32) == 1 &&
            ASN1_OCTET_STRING_set(cipher.c2, (const BYTE *)blob + offsetof(ECCCIPHERBLOB, Cipher),
                                  (int)blob->CipherLen) == 1);
    int der_len = ASN1_item_i2d((const ASN1_VALUE *)&cipher, &der, ASN1_ITEM_rptr(CIPHER));
    must_be(der_len > 0);
    uint8_t *work = must(OPENSSL_malloc(len));
    EVP_PKEY_CTX *ctx = must(EVP_PKEY_CTX_new(key, NULL));
    good = good && EVP_PKEY_decrypt_init(ctx) == 1 &&
           EVP_PKEY_decrypt(ctx, work, &len, der, (size_t)der_len) == 1 && len == blob->CipherLen;
    if (good) {
        memcpy(plain, work, len);
    }
    EVP_PKEY_CTX_free(ctx);
    OPENSSL_free(work);
    OPENSSL_free(der);
    ASN1_INTEGER_free(cipher.x);
    ASN1_INTEGER_free(cipher.y);
    ASN1_OCTET_STRING_free(cipher.c3);
    ASN1_OCTET_STRING_free(cipher.c2);
    return good;
}

/* --- key exchange --------------------------------------------------------------------------- */

/* 2^127 + (x mod 2^127) */
static BIGNUM *reduced(const uint8_t x[32])
{
    uint8_t low[16];
    memcpy(low, x + 16, sizeof low);
    low[0] |= 0x80;
    return must(BN_bin2bn(low, sizeof low, NULL));
}

static EC_POINT *point_of(const EC_GROUP *group, const EVP_PKEY *key, uint8_t x[32])
{
    uint8_t octets[65] = {4};
    EC_POINT *point = must(EC_POINT_new(group));
    sm2_point(key, octets + 1);
    memcpy(x, octets + 1, 32);
    must_be(EC_POINT_oct2point(group, point, octets, sizeof octets, NULL) == 1);
    return point;
}

bool sm2_agree(const struct party *own, const struct party *other, bool initiator, uint8_t key[16])
{
    uint8_t x[32], d[32], r[32], secret[65], in[64 + 64 + 4], out[32];
    uint8_t own_xy[64], zs[64];
    BN_CTX *ctx = must(BN_CTX_new());
    EC_GROUP *group = must(EC_GROUP_new_by_curve_name(NID_sm2));
    const BIGNUM *n = EC_GROUP_get0_order(group);
    sm2_secret(own->key, d);
    sm2_secret(own->temp, r);
    sm2_point(own->temp, own_xy);
    BIGNUM *t = reduced(own_xy), *bn_d = must(BN_bin2bn(d, 32, NULL)),
           *bn_r = must(BN_bin2bn(r, 32, NULL));
    /* t = d + x' * r mod n; V = t * (P + x'' * R) */
    must_be(BN_mod_mul(t, t, bn_r, n, ctx) == 1 && BN_mod_add(t, t, bn_d, n, ctx) == 1);
    EC_POINT *p = point_of(group, other->key, x), *v = point_of(group, other->temp, x);
    BIGNUM *x2 = reduced(x);
    must_be(EC_POINT_mul(group, v, NULL, v, x2, ctx) == 1 &&
            EC_POINT_add(group, v, v, p, ctx) == 1 && EC_POINT_mul(group, v, NULL, v, t, ctx) == 1);
    bool good = !EC_POINT_is_at_infinity(group, v);
    if (good) {
        must_be(EC_POINT_point2oct(group, v, POINT_CONVERSION_UNCOMPRESSED, secret, sizeof secret,
                                   ctx) == sizeof secret);
        const struct party *a = initiator ? own : other, *b = initiator ? other : own;
        identity(a->key, a->id, strlen(a->id), zs);
        identity(b->key, b->id, strlen(b->id), zs + 32);
        memcpy(in, secret + 1, 64);
        memcpy(in + 64, zs, 64);
        memcpy(in + 128, (const uint8_t[]){0, 0, 0, 1}, 4);
        hash(SGD_SM3, in, sizeof in, out);
        memcpy(key, out, 16);
    }
    BN_free(x2);
    BN_clear_free(t);
    BN_clear_free(bn_d);
    BN_clear_free(bn_r);
    EC_POINT_free(p);
    EC_POINT_free(v);
    EC_GROUP_free(group);
    BN_CTX_free(ctx);
    return good;
}
