/* SPDX-License-Identifier: Apache-2.0 */
#include "support/openssl.h"
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include "attest/identity_chain.h"
#include "crypto/fe256.h"
#include "crypto/sm2.h"
#include "err.h"
#include "identity.h"
#include "key/key.h"
#include "learn.h"
#include "object.h"
#include "pin/pin_key.h"
#include "store/store.h"
#include "store/superblock.h"
#include <string.h>

/* A key's record (key/key.c): version 1, policy 1, PIN 2, d, public key. */
/* A signing key's record has 1/(1+d) behind it. */
enum {
    KEY_D = 4,
    KEY_PUB = KEY_D + 32,
    KEY_RECORD = KEY_PUB + 64,
    KEY_INVERSE = KEY_RECORD,
    KEY_SIGN_RECORD = KEY_INVERSE + 32
};

struct math {
    BN_CTX *ctx;
    EC_GROUP *group;
    EC_POINT *point;
    const BIGNUM *order;
    BIGNUM *d, *next, *k, *r, *s, *t, *x, *y;
};

static int math_begin(struct math *m)
{
    m->ctx = BN_CTX_new();
    m->group = EC_GROUP_new_by_curve_name(NID_sm2);
    if (m->ctx == NULL || m->group == NULL) {
        return -1;
    }
    m->order = EC_GROUP_get0_order(m->group);
    m->point = EC_POINT_new(m->group);
    BN_CTX_start(m->ctx);
    m->d = BN_CTX_get(m->ctx);
    m->next = BN_CTX_get(m->ctx);
    m->k = BN_CTX_get(m->ctx);
    m->r = BN_CTX_get(m->ctx);
    m->s = BN_CTX_get(m->ctx);
    m->t = BN_CTX_get(m->ctx);
    m->x = BN_CTX_get(m->ctx);
    m->y = BN_CTX_get(m->ctx);
    return m->point != NULL && m->y != NULL ? 0 : -1;
}

static void math_end(struct math *m)
{
    EC_POINT_free(m->point);
    EC_GROUP_free(m->group);
    if (m->ctx != NULL) {
        BN_CTX_end(m->ctx);
    }
    BN_CTX_free(m->ctx);
}

/* x, y = [scalar]G */
static int multiply(struct math *m, const BIGNUM *scalar)
{
    return EC_POINT_mul(m->group, m->point, scalar, NULL, NULL, m->ctx) == 1 &&
                   EC_POINT_get_affine_coordinates(m->group, m->point, m->x, m->y, m->ctx) == 1
               ? 0
               : -1;
}

void learn_tell(FILE *out, const char *group, const char *name, unsigned number,
                const uint8_t *bytes, size_t len)
{
    (void)fprintf(out, "%s %s%u ", group, name, number);
    for (size_t i = 0; i < len; i++) {
        (void)fprintf(out, "%02x", bytes[i]);
    }
    (void)fputc('\n', out);
}

static int tell_number(FILE *out, const char *group, const char *name, unsigned number,
                       const BIGNUM *value)
{
    uint8_t bytes[32];
    if (BN_bn2binpad(value, bytes, sizeof bytes) != (int)sizeof bytes) {
        return -1;
    }
    learn_tell(out, group, name, number, bytes, sizeof bytes);
    return 0;
}

static int fail(const char *what)
{
    (void)fprintf(stderr, "learn: %s\n", what);
    return -1;
}

/* d of a record, proved by the public key in it; into m->d. */
static int read_key(struct math *m, enum object_type type, uint16_t id, uint8_t d[32])
{
    uint8_t record[KEY_SIGN_RECORD], point[64];
    size_t len = 0;

    if (store_get((uint8_t)type, id, record, sizeof record, &len) != ERR_OK ||
        len != (type == OBJECT_SIGN_KEY ? KEY_SIGN_RECORD : KEY_RECORD)) {
        return fail("a key's record has another form");
    }
    memcpy(d, record + KEY_D, 32);
    if (BN_bin2bn(d, 32, m->d) == NULL || multiply(m, m->d) != 0 ||
        BN_bn2binpad(m->x, point, 32) != 32 || BN_bn2binpad(m->y, point + 32, 32) != 32 ||
        memcmp(point, record + KEY_PUB, 64) != 0) {
        return fail("what was taken for d does not give the public key");
    }
    if (type == OBJECT_SIGN_KEY &&
        (BN_bin2bn(record + KEY_INVERSE, 32, m->t) == NULL ||
         BN_mod_mul(m->s, m->t, m->d, m->order, m->ctx) != 1 ||
         BN_mod_add(m->s, m->s, m->t, m->order, m->ctx) != 1 || !BN_is_one(m->s))) {
        return fail("what was taken for 1/(1+d) is something else");
    }
    return 0;
}

/* k = s (1 + d) + r d, if then r = e + x([k]G): else the signature is another key's. */
static int read_nonce(struct math *m, const struct learn_signature *sig, bool *proved)
{
    *proved = false;
    if (BN_bin2bn(sig->r, 32, m->r) == NULL || BN_bin2bn(sig->s, 32, m->s) == NULL ||
        BN_mod_mul(m->k, m->s, m->next, m->order, m->ctx) != 1 ||
        BN_mod_mul(m->t, m->r, m->d, m->order, m->ctx) != 1 ||
        BN_mod_add(m->k, m->k, m->t, m->order, m->ctx) != 1 || multiply(m, m->k) != 0 ||
        BN_bin2bn(sig->e, 32, m->t) == NULL ||
        BN_mod_add(m->t, m->t, m->x, m->order, m->ctx) != 1) {
        return fail("arithmetic");
    }
    *proved = BN_cmp(m->t, m->r) == 0;
    return 0;
}

static int learn_signing(struct math *m, const struct learn_seen *seen, FILE *out,
                         struct learn_key *first)
{
    unsigned keys = 0, nonces = 0;
    uint16_t id = 0;

    while (store_next(OBJECT_SIGN_KEY, keys == 0, &id) == ERR_OK) {
        struct fe256 own;
        uint8_t d[32];
        if (read_key(m, OBJECT_SIGN_KEY, id, d) != 0 || BN_copy(m->next, m->d) == NULL ||
            BN_add_word(m->next, 1) != 1 ||
            BN_mod_inverse(m->t, m->next, m->order, m->ctx) == NULL) {
            return -1;
        }
        learn_tell(out, "sign", "d", keys, d, sizeof d);
        if (tell_number(out, "sign", "1+d", keys, m->next) != 0 ||
            tell_number(out, "sign", "1/(1+d)", keys, m->t) != 0) {
            return -1;
        }
        if (keys == 0) {
            (void)fe256_from_bytes(&own, d, &fe256_sm2_n);
            _Static_assert(sizeof own == 32, "eight limbs");
            memcpy(first->montgomery, &own, 32);
            (void)BN_bn2binpad(m->x, first->pub_x, 32);
        }
        keys++;
        for (unsigned i = 0; i < seen->signatures; i++) {
            bool proved;
            if (read_nonce(m, &seen->signature[i], &proved) != 0 ||
                (proved && tell_number(out, "nonce", "k", nonces, m->k) != 0)) {
                return -1;
            }
            nonces += proved;
        }
    }
    if (keys == 0 || nonces != seen->signatures) {
        return fail("no signing key, or a signature that none of them made");
    }
    (void)printf("learnt %u signing keys, %u nonces\n", keys, nonces);
    return 0;
}

static int learn_encryption(struct math *m, const struct learn_seen *seen, FILE *out)
{
    uint8_t d[32], session[16];
    uint16_t id = 0;
    unsigned keys = 0, sessions = 0;

    for (; store_next(OBJECT_ENC_KEY, keys == 0, &id) == ERR_OK; keys++) {
        if (read_key(m, OBJECT_ENC_KEY, id, d) != 0) {
            return -1;
        }
        learn_tell(out, "enc", "d_enc", keys, d, sizeof d);
        for (unsigned i = 0; i < seen->envelopes; i++) {
            const struct learn_envelope *e = &seen->envelope[i];
            if (sm2_decrypt(d, e->c1, e->c3, e->c2, sizeof e->c2, &key_rng, session) == ERR_OK) {
                learn_tell(out, "session", "session", sessions++, session, sizeof session);
            }
        }
    }
    return keys > 0 && sessions > 0 && sessions == seen->envelopes
               ? 0
               : fail("no encryption key, or a session key that it does not open");
}

static int learn_pins(FILE *out)
{
    uint8_t key[PIN_KEY];
    size_t len = 0;
    uint16_t id = 0;
    unsigned pins = 0;

    for (; store_next(OBJECT_PIN, pins == 0, &id) == ERR_OK; pins++) {
        if (store_get(OBJECT_PIN, id, key, sizeof key, &len) != ERR_OK || len != sizeof key) {
            return fail("a PIN's record has another form");
        }
        learn_tell(out, "pin", "pin", id, key, sizeof key);
    }
    return pins > 0 ? 0 : fail("no PIN");
}

static int learn_wrapping(struct board *board, FILE *out)
{
    static struct log l;
    uint8_t root[STORE_ROOT_KEY], key[SEAL_KEY];

    l.flash = identity_chain_store_part(&board->hal.flash);
    l.sectors = l.flash.size / HAL_FLASH_SECTOR - SUPER_COPIES;
    if (identity_root_key(&board->hal.otp, root) != ERR_OK || super_load(&l, root, key) != ERR_OK) {
        return fail("the root key does not open the superblock");
    }
    learn_tell(out, "root", "root", 0, root, sizeof root);
    learn_tell(out, "store", "store", 0, key, sizeof key);
    return 0;
}

int learn(struct board *board, const struct learn_seen *seen, FILE *out, struct learn_key *first)
{
    struct math m = {0};
    int rc = math_begin(&m);

    if (rc == 0) {
        rc = learn_signing(&m, seen, out, first);
    }
    if (rc == 0) {
        rc = learn_encryption(&m, seen, out);
    }
    math_end(&m);
    if (rc == 0) {
        rc = learn_rsa(seen, out);
    }
    if (rc == 0) {
        rc = learn_pins(out);
    }
    return rc == 0 ? learn_wrapping(board, out) : rc;
}
