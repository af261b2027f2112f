/* SPDX-License-Identifier: Apache-2.0 */
#include "key/key.h"
#include "apdu/reader.h"
#include "apdu/writer.h"
#include "crypto/sm2_exchange.h"
#include "err.h"
#include "pin/tries.h"
#include "random/random.h"
#include "selftest/kat.h"
#include "store/store.h"
#include "wipe.h"
#include <string.h>

/* A record that signs carries (1+d)^-1 as well, so that signing inverts nothing secret: version 2.
 */
enum {
    RECORD_PLAIN = 1,
    RECORD_SIGNS = 2,
    RECORD = 1 + 1 + 2 + SM2_SCALAR + SM2_POINT + SM2_SCALAR
};

struct key {
    uint8_t version; /* RECORD_… */
    uint8_t policy;
    uint16_t pin;
    uint8_t d[SM2_SCALAR];
    uint8_t pub[SM2_POINT];
    uint8_t inverse[SM2_SCALAR]; /* RECORD_SIGNS alone */
};

static int rng_bytes(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    return random_bytes(out, len);
}

static int rng_key_bytes(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    return random_key_bytes(out, len);
}

const struct sm2_rng key_rng = {rng_bytes, NULL};

static int put(uint16_t container, enum object_type type, const struct key *key)
{
    uint8_t record[RECORD];
    struct writer w;
    writer_init(&w, record, sizeof record);
    writer_u8(&w, key->version);
    writer_u8(&w, key->policy);
    writer_u16(&w, key->pin);
    writer_bytes(&w, key->d, SM2_SCALAR);
    writer_bytes(&w, key->pub, SM2_POINT);
    if (key->version == RECORD_SIGNS) {
        writer_bytes(&w, key->inverse, SM2_SCALAR);
    }
    int err = store_put((uint8_t)type, container, record, w.len);
    secret_wipe(record, sizeof record);
    return err;
}

static int get(uint16_t container, enum object_type type, struct key *key)
{
    uint8_t record[RECORD];
    struct reader r;
    size_t len = 0;
    int err = store_get((uint8_t)type, container, record, sizeof record, &len);
    if (err == ERR_OK) {
        reader_init(&r, record, len);
        key->version = reader_u8(&r);
        key->policy = reader_u8(&r);
        key->pin = reader_u16(&r);
        reader_copy(&r, key->d, SM2_SCALAR);
        reader_copy(&r, key->pub, SM2_POINT);
        if (key->version == RECORD_SIGNS) {
            reader_copy(&r, key->inverse, SM2_SCALAR);
        }
        if (reader_end(&r) != ERR_OK ||
            (key->version != RECORD_PLAIN && key->version != RECORD_SIGNS)) {
            secret_wipe(key, sizeof *key);
            err = ERR_INTEGRITY;
        }
    }
    secret_wipe(record, sizeof record);
    return err == ERR_NO_SPACE ? ERR_INTEGRITY : err;
}

/* The key for a use that was granted and that its policy allows; the grant is taken. */
static int take(struct key_use *use, enum key_policy may, struct key *key)
{
    int err = key_use_take(use);
    if (err != ERR_OK) {
        return err;
    }
    err = get(use->container, use->type, key);
    if (err == ERR_OK && (key->pin != use->pin || (key->policy & may) == 0)) {
        err = ERR_DENIED;
    }
    return err;
}

int key_generate(uint16_t container, uint16_t pin, uint8_t pub[SM2_POINT])
{
    static const struct sm2_rng fresh = {rng_key_bytes, NULL};
    struct key key = {
        .version = RECORD_SIGNS, .policy = KEY_MAY_SIGN | KEY_MAY_OPEN_PAIR, .pin = pin};
    memset(pub, 0, SM2_POINT);
    int err = sm2_generate(&fresh, key.d, key.pub);
    if (err == ERR_OK) {
        err = selftest_pairwise(key.d, key.pub, &key_rng);
    }
    if (err == ERR_OK) {
        err = sm2_sign_inverse(key.d, &key_rng, key.inverse);
    }
    if (err == ERR_OK) {
        err = put(container, OBJECT_SIGN_KEY, &key);
    }
    if (err == ERR_OK) {
        err = tries_put((uint16_t)(TRIES_ENVELOPE | container), TRIES_MAX);
    }
    if (err == ERR_OK) {
        memcpy(pub, key.pub, SM2_POINT);
    }
    secret_wipe(&key, sizeof key);
    return err;
}

int key_put_encryption(uint16_t container, uint16_t pin, const uint8_t d[SM2_SCALAR],
                       const uint8_t pub[SM2_POINT])
{
    struct key key = {.version = RECORD_PLAIN, .policy = KEY_MAY_DECRYPT, .pin = pin};
    memcpy(key.d, d, SM2_SCALAR);
    memcpy(key.pub, pub, SM2_POINT);
    int err = put(container, OBJECT_ENC_KEY, &key);
    secret_wipe(&key, sizeof key);
    return err;
}

int key_describe(uint16_t container, enum object_type type, struct key_about *about)
{
    struct key key;
    memset(about, 0, sizeof *about);
    int err = get(container, type, &key);
    if (err == ERR_OK) {
        about->policy = key.policy;
        about->pin = key.pin;
        memcpy(about->pub, key.pub, SM2_POINT);
    }
    secret_wipe(&key, sizeof key);
    return err;
}

int key_public(uint16_t container, enum object_type type, uint8_t pub[SM2_POINT])
{
    struct key_about about;
    int err = key_describe(container, type, &about);
    if (err == ERR_OK) {
        memcpy(pub, about.pub, SM2_POINT);
    }
    return err;
}

int key_sign(struct key_use *use, const uint8_t e[32], uint8_t sig[SM2_SIGNATURE])
{
    struct key key;
    int err = take(use, KEY_MAY_SIGN, &key);
    if (err == ERR_OK) {
        err = key.version == RECORD_SIGNS
                  ? sm2_sign_kept(key.d, key.inverse, e, &key_rng, sig)
                  : sm2_sign(key.d, e, &key_rng, sig); /* a record of before */
    }
    secret_wipe(&key, sizeof key);
    return err;
}

int key_agree(struct key_use *use, uint8_t own[SM2_POINT], uint8_t r_pub[SM2_POINT],
              uint8_t t[SM2_SCALAR])
{
    static const struct sm2_rng fresh = {rng_key_bytes, NULL};
    struct key key;
    int err = take(use, KEY_MAY_DECRYPT, &key);
    if (err == ERR_OK) {
        err = selftest_first_use(KAT_SM2_EXCHANGE);
    }
    if (err == ERR_OK) {
        memcpy(own, key.pub, SM2_POINT);
        err = sm2_exchange_begin(key.d, &fresh, r_pub, t);
    }
    secret_wipe(&key, sizeof key);
    return err;
}

int key_open(struct key_use *use, const struct key_cipher *cipher, uint8_t *out)
{
    struct key key;
    int err = take(use, use->type == OBJECT_SIGN_KEY ? KEY_MAY_OPEN_PAIR : KEY_MAY_DECRYPT, &key);
    if (err == ERR_OK) {
        err = sm2_decrypt(key.d, cipher->c1, cipher->c3, cipher->c2, cipher->len, &key_rng, out);
        /* Where the opening failed is nobody's business. */
        err = err == ERR_OK || err == ERR_ENTROPY ? err : ERR_CRYPTO;
    }
    secret_wipe(&key, sizeof key);
    return err;
}
