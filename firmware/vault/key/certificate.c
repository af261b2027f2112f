/* SPDX-License-Identifier: Apache-2.0 */
#include "key/certificate.h"
#include "apdu/reader.h"
#include "err.h"
#include "key/der.h"
#include <string.h>

/* 1.2.840.10045.2.1 and 1.2.156.10197.1.301; some Chinese software names the curve as the
 * algorithm. */
static const uint8_t oid_ec[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01};
static const uint8_t oid_sm2[] = {0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D};
/* 1.2.840.10045.3.1.7 */
static const uint8_t oid_p256[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
_Static_assert(sizeof oid_p256 == sizeof oid_sm2, "one length for both curves");

static int is_oid(struct reader *r, const uint8_t *oid, size_t len)
{
    struct reader value;
    if (der_enter(r, DER_OID, &value) != ERR_OK || value.left != len ||
        memcmp(value.at, oid, len) != 0) {
        return ERR_DATA;
    }
    return ERR_OK;
}

static int check_algorithm(struct reader *r, const uint8_t *curve)
{
    struct reader algorithm, again;
    int err = der_enter(r, DER_SEQUENCE, &algorithm);
    if (err != ERR_OK) {
        return err;
    }
    again = algorithm;
    if (is_oid(&algorithm, oid_ec, sizeof oid_ec) == ERR_OK) {
        return is_oid(&algorithm, curve, sizeof oid_sm2);
    }
    return curve == oid_sm2 ? is_oid(&again, oid_sm2, sizeof oid_sm2) : ERR_DATA;
}

static int point(struct reader *spki, const uint8_t *curve, uint8_t pub[SM2_POINT])
{
    struct reader bits;
    int err = check_algorithm(spki, curve);
    if (err == ERR_OK) {
        err = der_enter(spki, DER_BIT_STRING, &bits);
    }
    if (err != ERR_OK || bits.left != 2 + SM2_POINT) {
        return ERR_DATA;
    }
    uint8_t unused = reader_u8(&bits), form = reader_u8(&bits);
    if (unused != 0 || form != 0x04) {
        return ERR_DATA;
    }
    reader_copy(&bits, pub, SM2_POINT);
    return reader_end(spki) == ERR_OK ? ERR_OK : ERR_DATA;
}

/* RFC 3279 2.3.1: { rsaEncryption, NULL }, BIT STRING { SEQUENCE { n, e } }. */
static int rsa_numbers(struct reader *spki, struct rsa_public *pub)
{
    struct reader algorithm, bits, key;
    const uint8_t *n = NULL;
    size_t n_len = 0;
    int err = der_enter(spki, DER_SEQUENCE, &algorithm);
    if (err == ERR_OK) {
        err = der_is_rsa(&algorithm);
    }
    if (err == ERR_OK) {
        err = der_enter(spki, DER_BIT_STRING, &bits);
    }
    if (err == ERR_OK && reader_u8(&bits) != 0) {
        err = ERR_DATA;
    }
    if (err == ERR_OK) {
        err = der_enter(&bits, DER_SEQUENCE, &key);
    }
    if (err == ERR_OK) {
        err = der_positive(&key, &n, &n_len);
    }
    if (err == ERR_OK) {
        err = der_u32(&key, &pub->e);
    }
    if (err != ERR_OK || key.left != 0 || bits.left != 0 || spki->left != 0 ||
        n_len > RSA_BYTES_MAX) {
        return ERR_DATA;
    }
    pub->bits = (uint32_t)(8u * n_len);
    pub->n = n;
    return rsa_public_good(pub) ? ERR_OK : ERR_DATA;
}

/* [out] spki: reads the contents of the SubjectPublicKeyInfo of one certificate with nothing behind
 * it. */
static int find_spki(const uint8_t *der, size_t len, struct reader *spki)
{
    /* tbsCertificate before the key: serial, signature, issuer, validity, subject (RFC 5280 4.1) */
    static const uint8_t before[] = {DER_INTEGER, DER_SEQUENCE, DER_SEQUENCE, DER_SEQUENCE,
                                     DER_SEQUENCE};
    struct reader all, certificate, tbs;
    reader_init(&all, der, len);
    int err = der_enter(&all, DER_SEQUENCE, &certificate);
    if (err == ERR_OK) {
        err = reader_end(&all) == ERR_OK ? ERR_OK : ERR_DATA;
    }
    if (err == ERR_OK) {
        err = der_enter(&certificate, DER_SEQUENCE, &tbs);
    }
    if (err == ERR_OK && der_peek(&tbs) == DER_CONTEXT_0) {
        err = der_skip(&tbs, DER_CONTEXT_0);
    }
    for (unsigned i = 0; err == ERR_OK && i < sizeof before; i++) {
        err = der_skip(&tbs, before[i]);
    }
    if (err == ERR_OK) {
        err = der_enter(&tbs, DER_SEQUENCE, spki);
    }
    if (err == ERR_OK) {
        err = der_skip(&certificate, DER_SEQUENCE);
    }
    if (err == ERR_OK) {
        err = der_skip(&certificate, DER_BIT_STRING);
    }
    return err == ERR_OK && reader_end(&certificate) != ERR_OK ? ERR_DATA : err;
}

static int ec_key(const uint8_t *der, size_t len, const uint8_t *curve, uint8_t pub[SM2_POINT])
{
    struct reader spki;
    memset(pub, 0, SM2_POINT);
    int err = find_spki(der, len, &spki);
    if (err == ERR_OK) {
        err = point(&spki, curve, pub);
    }
    if (err != ERR_OK) {
        memset(pub, 0, SM2_POINT);
    }
    return err;
}

int certificate_public_key(const uint8_t *der, size_t len, uint8_t pub[SM2_POINT])
{
    return ec_key(der, len, oid_sm2, pub);
}

int certificate_p256_key(const uint8_t *der, size_t len, uint8_t pub[P256_POINT])
{
    return ec_key(der, len, oid_p256, pub);
}

int certificate_rsa_key(const uint8_t *der, size_t len, struct rsa_public *pub)
{
    struct reader spki;
    *pub = (struct rsa_public){0, 0, NULL};
    int err = find_spki(der, len, &spki);
    return err == ERR_OK ? rsa_numbers(&spki, pub) : err;
}
