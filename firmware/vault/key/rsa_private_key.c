/* SPDX-License-Identifier: Apache-2.0 */
#include "key/rsa_private_key.h"
#include "crypto/rsa.h"
#include "err.h"
#include "key/der.h"
#include "key/private_key.h"

static int of_length(struct reader *r, const uint8_t **value, size_t want)
{
    size_t len = 0;
    int err = der_positive(r, value, &len);
    return err == ERR_OK && len != want ? ERR_DATA : err;
}

/* r stands behind the version. What follows q, the exponents and the coefficient, is made anew. */
static int numbers(struct reader *r, uint32_t bits, struct rsa_private_key *key)
{
    int err = of_length(r, &key->n, bits / 8u);
    if (err == ERR_OK) {
        err = der_u32(r, &key->e);
    }
    if (err == ERR_OK) {
        err = der_positive(r, &key->d, &key->d_len);
    }
    if (err == ERR_OK) {
        err = of_length(r, &key->p, bits / 16u);
    }
    if (err == ERR_OK) {
        err = of_length(r, &key->q, bits / 16u);
    }
    for (unsigned i = 0; err == ERR_OK && i < 3; i++) {
        err = der_skip(r, DER_INTEGER);
    }
    return err == ERR_OK && (r->left != 0 || key->d_len > bits / 8u) ? ERR_DATA : err;
}

/* RFC 5958: { 0, AlgorithmIdentifier, OCTET STRING { RSAPrivateKey }, ... }; r as above. */
static int unwrap_pkcs8(struct reader *r)
{
    struct reader algorithm, octets, key;
    uint8_t version = 1;
    int err = der_enter(r, DER_SEQUENCE, &algorithm);
    if (err == ERR_OK) {
        err = der_is_rsa(&algorithm);
    }
    if (err == ERR_OK) {
        err = der_enter(r, DER_OCTET_STRING, &octets);
    }
    if (err == ERR_OK) {
        err = der_enter(&octets, DER_SEQUENCE, &key);
    }
    if (err == ERR_OK) {
        err = der_small(&key, &version);
    }
    *r = key;
    return err == ERR_OK && version != 0 ? ERR_DATA : err;
}

int rsa_private_key_read(const uint8_t *plain, size_t len, uint32_t bits,
                         struct rsa_private_key *key)
{
    struct reader all, inside;
    uint8_t version = 1;
    reader_init(&all, plain, len);
    int err = der_enter(&all, DER_SEQUENCE, &inside);
    if (err == ERR_OK) {
        err = private_key_padding(&all);
    }
    if (err == ERR_OK) {
        err = der_small(&inside, &version);
    }
    if (err == ERR_OK && version != 0) {
        err = ERR_DATA;
    }
    if (err == ERR_OK && der_peek(&inside) == DER_SEQUENCE) {
        err = unwrap_pkcs8(&inside);
    }
    return err == ERR_OK ? numbers(&inside, bits, key) : err;
}
