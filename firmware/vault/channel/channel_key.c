/* SPDX-License-Identifier: Apache-2.0 */
#include "channel/channel_key.h"
#include "crypto/sm3.h"
#include "device.h"
#include "err.h"
#include "hufu/apdu.h"
#include "identity.h"
#include "key/key.h"
#include "object.h"
#include "random/random.h"
#include "store/store.h"
#include <string.h>

_Static_assert(sizeof(struct channel_key) == SM2_SCALAR + 2 * SM2_POINT + SM2_SIGNATURE,
               "bytes alone: it is the record");

enum { MAGIC = 16, STATEMENT = MAGIC + 1 + IDENTITY_SERIAL + SM2_POINT, DRAWS = 16 };
static const char magic[] = "hufu channel key";
static const char identity_label[] = "hufu identity key";

_Static_assert(sizeof magic - 1 == MAGIC, "magic");

static int fresh_bytes(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    return random_key_bytes(out, len);
}

static const struct sm2_rng fresh = {fresh_bytes, NULL};

/* The first of a row of values that is a scalar: the chance that one is not is 2^-32. */
static int identity_key(uint8_t d[SM2_SCALAR], uint8_t pub[SM2_POINT])
{
    uint8_t root[STORE_ROOT_KEY];
    int err = identity_root_key(&device_hal()->otp, root);
    for (uint8_t draw = 0; err == ERR_OK && draw < DRAWS; draw++) {
        struct hmac_sm3 mac;
        hmac_sm3_init(&mac, root, sizeof root);
        hmac_sm3_update(&mac, identity_label, sizeof identity_label - 1);
        hmac_sm3_update(&mac, &draw, 1);
        hmac_sm3_final(&mac, d);
        secret_wipe(&mac, sizeof mac);
        err = sm2_public(d, &key_rng, pub);
        if (err != ERR_PARAM) {
            break;
        }
        err = draw + 1 < DRAWS ? ERR_OK : ERR_INTEGRITY;
    }
    secret_wipe(root, sizeof root);
    return err;
}

static int statement(const uint8_t channel[SM2_POINT], const uint8_t identity[SM2_POINT],
                     uint8_t e[SM3_DIGEST])
{
    uint8_t z[SM3_DIGEST], text[STATEMENT];
    struct sm3 hash;
    memcpy(text, magic, MAGIC);
    text[MAGIC] = HUFU_CHANNEL_VERSION;
    memcpy(text + MAGIC + 1, device_serial(), IDENTITY_SERIAL);
    memcpy(text + MAGIC + 1 + IDENTITY_SERIAL, channel, SM2_POINT);
    int err = sm2_z(identity, SM2_DEFAULT_ID, SM2_DEFAULT_ID_LEN, z);
    if (err == ERR_OK) {
        sm3_init(&hash);
        sm3_update(&hash, z, sizeof z);
        sm3_update(&hash, text, sizeof text);
        sm3_final(&hash, e);
    }
    return err;
}

static int certify(struct channel_key *key)
{
    uint8_t d[SM2_SCALAR], e[SM3_DIGEST];
    int err = identity_key(d, key->identity);
    if (err == ERR_OK) {
        err = statement(key->pub, key->identity, e);
    }
    if (err == ERR_OK) {
        err = sm2_sign(d, e, &key_rng, key->certificate);
    }
    /* The pair-wise test of the identity key, and a guard against a fault while signing. */
    if (err == ERR_OK && sm2_verify(key->identity, e, key->certificate) != ERR_OK) {
        err = ERR_SELFTEST;
    }
    secret_wipe(d, sizeof d);
    return err;
}

int channel_key_ensure(void)
{
    struct channel_key key;
    size_t len = 0;
    int err = store_get(OBJECT_CHANNEL_KEY, OBJECT_SINGLE, &key, sizeof key, &len);
    if (err == ERR_NOT_FOUND) {
        err = sm2_generate(&fresh, key.d, key.pub);
        if (err == ERR_OK) {
            err = certify(&key);
        }
        if (err == ERR_OK) {
            err = store_put_one(OBJECT_CHANNEL_KEY, OBJECT_SINGLE, &key, sizeof key);
        }
    }
    secret_wipe(&key, sizeof key);
    return err;
}

int channel_key_load(struct channel_key *key)
{
    size_t len = 0;
    int err = store_get(OBJECT_CHANNEL_KEY, OBJECT_SINGLE, key, sizeof *key, &len);
    if (err == ERR_NOT_FOUND || (err == ERR_OK && len != sizeof *key)) {
        err = ERR_INTEGRITY;
    }
    return err;
}
