/* SPDX-License-Identifier: Apache-2.0 */
#include "key/private_key.h"
#include "crypto/sm4.h"
#include "err.h"
#include "key/der.h"
#include "wipe.h"
#include <string.h>

enum { FIELD = 64 };

/* RFC 5915: SEQUENCE { 1, OCTET STRING d, ... }. */
static int ec_private_key(struct reader *r, uint8_t d[SM2_SCALAR])
{
    struct reader octets;
    uint8_t version = 0;
    int err = der_small(r, &version);
    if (err == ERR_OK) {
        err = version == 1 ? der_enter(r, DER_OCTET_STRING, &octets) : ERR_DATA;
    }
    if (err != ERR_OK || octets.left != SM2_SCALAR) {
        return ERR_DATA;
    }
    reader_copy(&octets, d, SM2_SCALAR);
    return ERR_OK;
}

/* RFC 5958: SEQUENCE { 0, AlgorithmIdentifier, OCTET STRING { ECPrivateKey }, ... }. */
static int pkcs8(struct reader *r, uint8_t d[SM2_SCALAR])
{
    struct reader octets, key;
    int err = der_skip(r, DER_INTEGER);
    if (err == ERR_OK) {
        err = der_skip(r, DER_SEQUENCE);
    }
    if (err == ERR_OK) {
        err = der_enter(r, DER_OCTET_STRING, &octets);
    }
    if (err == ERR_OK) {
        err = der_enter(&octets, DER_SEQUENCE, &key);
    }
    return err == ERR_OK ? ec_private_key(&key, d) : err;
}

int private_key_padding(const struct reader *r)
{
    uint8_t zeros = 0, pkcs5 = 0;
    if (r->left > SM4_BLOCK) {
        return ERR_DATA;
    }
    for (size_t i = 0; i < r->left; i++) {
        zeros |= r->at[i];
        pkcs5 |= (uint8_t)(r->at[i] ^ r->left);
    }
    return (zeros == 0 && r->left < SM4_BLOCK) || pkcs5 == 0 ? ERR_OK : ERR_DATA;
}

static int der_key(const uint8_t *plain, size_t len, uint8_t d[SM2_SCALAR])
{
    struct reader all, inside, version_first;
    reader_init(&all, plain, len);
    int err = der_enter(&all, DER_SEQUENCE, &inside);
    if (err == ERR_OK) {
        err = private_key_padding(&all);
    }
    /* RFC 5958 2: AsymmetricKeyPackage is a sequence of keys; one is what a container takes. */
    if (err == ERR_OK && der_peek(&inside) == DER_SEQUENCE) {
        struct reader package = inside;
        err = der_enter(&package, DER_SEQUENCE, &inside);
        if (err == ERR_OK && reader_end(&package) != ERR_OK) {
            err = ERR_DATA;
        }
    }
    if (err != ERR_OK) {
        return err;
    }
    version_first = inside;
    err = der_skip(&version_first, DER_INTEGER);
    if (err != ERR_OK) {
        return err;
    }
    return der_peek(&version_first) == DER_OCTET_STRING ? ec_private_key(&inside, d)
                                                        : pkcs8(&inside, d);
}

static int field(const uint8_t *plain, uint8_t d[SM2_SCALAR])
{
    uint8_t right = 0;
    for (unsigned i = SM2_SCALAR; i < FIELD; i++) {
        right |= plain[i];
    }
    uint32_t at_right = right;
    SECRET_PUBLIC(&at_right,
                  sizeof at_right); /* which form; zero otherwise for zeros as a key alone */
    memcpy(d, at_right != 0 ? plain + SM2_SCALAR : plain, SM2_SCALAR);
    return ERR_OK;
}

static int full_pad_block(const uint8_t *plain, size_t len)
{
    uint8_t diff = 0;
    for (size_t i = len - SM4_BLOCK; i < len; i++) {
        diff |= (uint8_t)(plain[i] ^ SM4_BLOCK);
    }
    return diff == 0 ? ERR_OK : ERR_DATA;
}

int private_key_scalar(const uint8_t *plain, size_t len, uint8_t d[SM2_SCALAR])
{
    int err = ERR_DATA;
    memset(d, 0, SM2_SCALAR);
    if (len == SM2_SCALAR) {
        memcpy(d, plain, SM2_SCALAR);
        return ERR_OK;
    }
    if (len > SM2_SCALAR && plain[0] == DER_SEQUENCE) {
        err = der_key(plain, len, d);
    }
    if (err != ERR_OK && (len == SM2_SCALAR + SM4_BLOCK || len == FIELD + SM4_BLOCK)) {
        err = full_pad_block(plain, len);
        len -= SM4_BLOCK;
        if (err == ERR_OK && len == SM2_SCALAR) {
            memcpy(d, plain, SM2_SCALAR);
            return ERR_OK;
        }
        if (err == ERR_OK) {
            return field(plain, d);
        }
    }
    if (err != ERR_OK && len == FIELD) {
        return field(plain, d);
    }
    if (err != ERR_OK) {
        secret_wipe(d, SM2_SCALAR);
    }
    return err == ERR_OK ? ERR_OK : ERR_CRYPTO;
}
