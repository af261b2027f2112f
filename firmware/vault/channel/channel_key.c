/* SPDX-License-Identifier: Apache-2.0 */
#include "channel/channel_key.h"
#include "attest/identity_key.h"
#include "device.h"
#include "err.h"
#include "hufu/apdu.h"
#include "identity.h"
#include "object.h"
#include "random/random.h"
#include "store/store.h"
#include <string.h>

_Static_assert(sizeof(struct channel_key) == SM2_SCALAR + 2 * SM2_POINT + SM2_SIGNATURE,
               "bytes alone: it is the record");

enum { MAGIC = 16, STATEMENT = MAGIC + 1 + IDENTITY_SERIAL + SM2_POINT };
static const char magic[] = "hufu channel key";

_Static_assert(sizeof magic - 1 == MAGIC, "magic");

static int fresh_bytes(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    return random_key_bytes(out, len);
}

static const struct sm2_rng fresh = {fresh_bytes, NULL};

/* Certified: magic . version 1 . serial 24 . channel public key 64. */
static int certify(struct channel_key *key)
{
    uint8_t text[STATEMENT];
    memcpy(text, magic, MAGIC);
    text[MAGIC] = HUFU_CHANNEL_VERSION;
    memcpy(text + MAGIC + 1, device_serial(), IDENTITY_SERIAL);
    memcpy(text + MAGIC + 1 + IDENTITY_SERIAL, key->pub, SM2_POINT);
    int err = identity_key_public(IDENTITY_SM2, key->identity);
    return err == ERR_OK ? identity_key_sign(IDENTITY_SM2, STATEMENT_CHANNEL_KEY, text, sizeof text,
                                             key->certificate)
                         : err;
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
