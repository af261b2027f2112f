/* SPDX-License-Identifier: Apache-2.0 */
#include "attest/identity_key.h"
#include "crypto/p256.h"
#include "crypto/sha256.h"
#include "crypto/sm3.h"
#include "device.h"
#include "err.h"
#include "hufu/oid.h"
#include "key/der.h"
#include "key/key.h"
#include "selftest/kat.h"
#include "wipe.h"
#include <string.h>

_Static_assert(P256_SCALAR == SM2_SCALAR && P256_POINT == SM2_POINT &&
                   P256_SIGNATURE == SM2_SIGNATURE,
               "one size for both curves");

enum { DRAWS = 16 };

/* HMAC-SM3(root key, label || draw): neither label is the beginning of the other's input, for a
 * draw is below 16. */
static const char *const labels[] = {"hufu identity key", "hufu identity key P-256"};

static int public_of(enum identity_algorithm algorithm, const uint8_t d[SM2_SCALAR],
                     uint8_t pub[SM2_POINT])
{
    return algorithm == IDENTITY_SM2 ? sm2_public(d, &key_rng, pub) : p256_public(d, &key_rng, pub);
}

/* The first of a row of values that is a scalar: the chance that one is not is 2^-32. */
static int derive(enum identity_algorithm algorithm, uint8_t d[SM2_SCALAR], uint8_t pub[SM2_POINT])
{
    uint8_t root[STORE_ROOT_KEY];
    int err = algorithm == IDENTITY_SM2 ? ERR_OK : selftest_first_use(KAT_P256);
    if (err == ERR_OK) {
        err = identity_root_key(&device_hal()->otp, root);
    }
    for (uint8_t draw = 0; err == ERR_OK && draw < DRAWS; draw++) {
        struct hmac_sm3 mac;
        hmac_sm3_init(&mac, root, sizeof root);
        hmac_sm3_update(&mac, labels[algorithm], strlen(labels[algorithm]));
        hmac_sm3_update(&mac, &draw, 1);
        hmac_sm3_final(&mac, d);
        secret_wipe(&mac, sizeof mac);
        err = public_of(algorithm, d, pub);
        if (err != ERR_PARAM) {
            break;
        }
        err = draw + 1 < DRAWS ? ERR_OK : ERR_INTEGRITY;
    }
    secret_wipe(root, sizeof root);
    return err;
}

int identity_key_public(enum identity_algorithm algorithm, uint8_t pub[SM2_POINT])
{
    uint8_t d[SM2_SCALAR];
    int err = derive(algorithm, d, pub);
    secret_wipe(d, sizeof d);
    return err;
}

/* One type's first bytes are never another's: 68 ("h") and 30 (SEQUENCE). */
static int is_typed(enum identity_statement type, const uint8_t *text, size_t len)
{
    static const char magic[] = "hufu channel key";
    struct reader r, inside, oid;
    reader_init(&r, text, len);
    if (type == STATEMENT_CHANNEL_KEY) {
        const uint8_t *begin = reader_take(&r, sizeof magic - 1);
        return begin != NULL && memcmp(begin, magic, sizeof magic - 1) == 0 ? ERR_OK : ERR_PARAM;
    }
    if (der_enter(&r, DER_SEQUENCE, &inside) != ERR_OK ||
        der_enter(&inside, DER_OID, &oid) != ERR_OK || oid.left != HUFU_OID_LEAF_LEN ||
        memcmp(oid.at, HUFU_OID_ATTESTATION_STATEMENT_DER, HUFU_OID_LEAF_LEN) != 0) {
        return ERR_PARAM;
    }
    return reader_end(&r) == ERR_OK ? ERR_OK : ERR_PARAM;
}

static int digest(enum identity_algorithm algorithm, const uint8_t pub[SM2_POINT],
                  const uint8_t *text, size_t len, uint8_t e[SM3_DIGEST])
{
    struct sm3 hash;
    uint8_t z[SM3_DIGEST];
    if (algorithm == IDENTITY_P256) {
        return sha256(text, len, e);
    }
    int err = sm2_z(pub, SM2_DEFAULT_ID, SM2_DEFAULT_ID_LEN, z);
    if (err == ERR_OK) {
        sm3_init(&hash);
        sm3_update(&hash, z, sizeof z);
        sm3_update(&hash, text, len);
        sm3_final(&hash, e);
    }
    return err;
}

int identity_key_sign(enum identity_algorithm algorithm, enum identity_statement type,
                      const uint8_t *text, size_t len, uint8_t sig[SM2_SIGNATURE])
{
    uint8_t d[SM2_SCALAR], pub[SM2_POINT], e[SM3_DIGEST];
    const bool sm2 = algorithm == IDENTITY_SM2;
    memset(sig, 0, SM2_SIGNATURE);
    int err = is_typed(type, text, len);
    if (err == ERR_OK) {
        err = derive(algorithm, d, pub);
    }
    if (err == ERR_OK) {
        err = digest(algorithm, pub, text, len, e);
    }
    if (err == ERR_OK) {
        err = sm2 ? sm2_sign(d, e, &key_rng, sig) : p256_sign(d, e, &key_rng, sig);
    }
    /* The pair-wise test of the identity key, and a guard against a fault while signing. */
    if (err == ERR_OK && (sm2 ? sm2_verify(pub, e, sig) : p256_verify(pub, e, sig)) != ERR_OK) {
        err = ERR_SELFTEST;
    }
    if (err != ERR_OK) {
        memset(sig, 0, SM2_SIGNATURE);
    }
    secret_wipe(d, sizeof d);
    return err;
}
