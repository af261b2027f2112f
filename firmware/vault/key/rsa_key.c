/* SPDX-License-Identifier: Apache-2.0 */
#include "key/rsa_key.h"
#include "apdu/reader.h"
#include "apdu/writer.h"
#include "err.h"
#include "key/key.h"
#include "pin/tries.h"
#include "random/random.h"
#include "selftest/kat.h"
#include "selftest/rsa.h"
#include "store/store.h"
#include "wipe.h"
#include <string.h>

enum { RECORD_VERSION = 1 };

static struct rsa_private private_of(const struct rsa_key *key)
{
    return (struct rsa_private){key->bits, key->e, key->record + RSA_KEY_HEAD};
}

int rsa_key_put(uint16_t container, enum object_type type, struct rsa_key *key)
{
    struct writer w;
    writer_init(&w, key->record, RSA_KEY_HEAD);
    writer_u8(&w, RECORD_VERSION);
    writer_u8(&w, key->policy);
    writer_u16(&w, key->pin);
    writer_u16(&w, (uint16_t)key->bits);
    writer_u32(&w, key->e);
    if (w.full || w.len != RSA_KEY_HEAD) {
        return ERR_INTERNAL;
    }
    int err =
        store_put((uint8_t)type, container, key->record, RSA_KEY_HEAD + RSA_PRIVATE(key->bits));
    if (err == ERR_OK && type == OBJECT_RSA_SIGN_KEY) {
        err = tries_put((uint16_t)(TRIES_ENVELOPE | container), TRIES_MAX);
    }
    return err;
}

static int get(uint16_t container, enum object_type type, struct rsa_key *key)
{
    struct reader r;
    size_t len = 0;
    int err = store_get((uint8_t)type, container, key->record, sizeof key->record, &len);
    if (err == ERR_OK) {
        reader_init(&r, key->record, len);
        uint8_t version = reader_u8(&r);
        key->policy = reader_u8(&r);
        key->pin = reader_u16(&r);
        key->bits = reader_u16(&r);
        key->e = reader_u32(&r);
        if (version != RECORD_VERSION || !rsa_bits_good(key->bits) ||
            r.left != RSA_PRIVATE(key->bits)) {
            err = ERR_INTEGRITY;
        }
    }
    if (err != ERR_OK) {
        secret_wipe(key, sizeof *key);
    }
    return err == ERR_NO_SPACE ? ERR_INTEGRITY : err;
}

int rsa_key_public_of(const struct rsa_key *key, struct rsa_key_public *pub)
{
    const struct rsa_private numbers = private_of(key);
    pub->policy = key->policy;
    pub->pin = key->pin;
    pub->bits = key->bits;
    pub->e = key->e;
    return rsa_modulus(&numbers, pub->n);
}

int rsa_key_public(uint16_t container, enum object_type type, struct rsa_key_public *pub)
{
    struct rsa_key key;
    int err = get(container, type, &key);
    if (err == ERR_OK) {
        err = rsa_key_public_of(&key, pub);
    }
    secret_wipe(&key, sizeof key);
    return err;
}

int rsa_key_bits(uint16_t container, enum object_type type, uint32_t *bits)
{
    struct rsa_key key;
    int err = get(container, type, &key);
    *bits = err == ERR_OK ? key.bits : 0;
    secret_wipe(&key, sizeof key);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static int rng_key_bytes(void *ctx, uint8_t *out, size_t len)
{
    bool *fresh = ctx;
    /* Fresh entropy before each prime's first candidate would be before every candidate, since they
     * are all alike; once a key is what SP 800-90A 8.8 asks for. */
    int err = *fresh ? random_bytes(out, len) : random_key_bytes(out, len);
    *fresh = true;
    return err;
}

int rsa_key_make(uint32_t bits, uint16_t pin, struct rsa_key *key)
{
    bool fresh = false;
    const struct sm2_rng rng = {rng_key_bytes, &fresh};
    *key = (struct rsa_key){
        .policy = KEY_MAY_SIGN | KEY_MAY_OPEN_PAIR, .pin = pin, .bits = bits, .e = RSA_EXPONENT};
    int err = rsa_generate(bits, &rng, rsa_key_parts(key));
    if (err == ERR_OK) {
        const struct rsa_private numbers = private_of(key);
        err = selftest_rsa_pairwise(&numbers, &key_rng);
    }
    if (err != ERR_OK) {
        secret_wipe(key, sizeof *key);
    }
    return err;
}

/* The key for a use that was granted and that its policy allows; the grant is taken. */
static int take(struct key_use *use, enum key_policy may, struct rsa_key *key)
{
    int err = key_use_take(use);
    if (err == ERR_OK) {
        err = selftest_first_use(KAT_RSA);
    }
    if (err == ERR_OK) {
        err = get(use->container, use->type, key);
    }
    if (err == ERR_OK && (key->pin != use->pin || (key->policy & may) == 0)) {
        err = ERR_DENIED;
    }
    return err;
}

int rsa_key_sign(struct key_use *use, const uint8_t *data, size_t data_len,
                 uint8_t sig[RSA_BYTES_MAX], size_t *len)
{
    struct rsa_key key;
    *len = 0;
    int err = take(use, KEY_MAY_SIGN, &key);
    if (err == ERR_OK) {
        const struct rsa_private numbers = private_of(&key);
        err = rsa_sign(&numbers, &key_rng, data, data_len, sig);
        *len = err == ERR_OK ? key.bits / 8u : 0;
    }
    secret_wipe(&key, sizeof key);
    return err;
}

int rsa_key_open(struct key_use *use, const uint8_t *cipher, size_t cipher_len, uint8_t *out,
                 size_t out_len)
{
    struct rsa_key key;
    const enum key_policy may =
        use->type == OBJECT_RSA_SIGN_KEY ? KEY_MAY_OPEN_PAIR : KEY_MAY_DECRYPT;
    int err = take(use, may, &key);
    if (err == ERR_OK && cipher_len != key.bits / 8u) {
        err = ERR_CRYPTO;
    }
    if (err == ERR_OK) {
        const struct rsa_private numbers = private_of(&key);
        err = rsa_decrypt(&numbers, &key_rng, cipher, out, out_len);
        err = err == ERR_PARAM ? ERR_CRYPTO : err;
    }
    secret_wipe(&key, sizeof key);
    return err;
}
