/* SPDX-License-Identifier: Apache-2.0 */
/* What several commands do alike. */
#include "applet/skf/application.h"
#include "applet/skf/container.h"
#include "applet/skf/file.h"
#include "applet/skf/skf.h"
#include "crypto/sm4.h"
#include "device.h"
#include "key/certificate.h"
#include "key/key.h"
#include "key/rsa_key.h"
#include "key/session_key.h"
#include "pin/pin.h"
#include "pin/proof.h"
#include "pin/rule.h"
#include "pin/tries.h"
#include "pin/unlock.h"
#include "store/store.h"
#include <string.h>

uint16_t skf_pin_of(const struct call *call)
{
    return call->command->p2 == SKF_PIN_ADMIN ? PIN_ADMIN(call->app) : PIN_USER(call->app);
}

int skf_rest_name(struct call *call, size_t max, const uint8_t **name, size_t *len)
{
    *len = call->in.left;
    *name = reader_take(&call->in, *len);
    return name_check(*name, *len, max);
}

int skf_named_file(struct call *call, struct reader *named, uint16_t *id, struct file *file)
{
    size_t len = named->left;
    const uint8_t *name = reader_take(named, len);
    int err = name_check(name, len, FILE_NAME_MAX);
    return err == ERR_OK ? file_find(call->app, name, len, id, file) : err;
}

int skf_rest_file(struct call *call, uint16_t *id, struct file *file)
{
    return skf_named_file(call, &call->in, id, file);
}

int skf_prove_mac(struct call *call, uint16_t pin, uint8_t key[16])
{
    if (call->challenge_fresh != SECURE_TRUE) {
        return ERR_CHALLENGE;
    }
    const struct proof_mac proof = {call->command, call->challenge};
    return pin_prove(pin, proof_mac, &proof, key, &call->tries_left, &call->proof);
}

int skf_open_new_pin(const uint8_t key[16], uint16_t pin, const uint8_t *cipher,
                     uint8_t derived[16])
{
    uint8_t field[PIN_FIELD];
    struct sm4 sm4;
    sm4_set_key(&sm4, key);
    sm4_decrypt_block(&sm4, cipher, field);
    sm4_wipe(&sm4);
    int err = pin_rule_check(pin, field);
    if (err == ERR_OK) {
        err = pin_rule_new_key(pin, field, derived);
    }
    secret_wipe(field, sizeof field);
    return err;
}

static secure_bool same_key(const uint8_t key[PIN_KEY], const void *arg)
{
    return secret_equal(key, arg, PIN_KEY);
}

int skf_prove_pin(struct call *call, uint16_t pin, const uint8_t *field)
{
    uint8_t derived[PIN_KEY];
    int err = pin_field_check(field);
    if (err == ERR_OK) {
        err = pin_field_key(field, derived);
    }
    if (err == ERR_OK) {
        err = pin_prove(pin, same_key, derived, NULL, &call->tries_left, &call->proof);
    }
    secret_wipe(derived, sizeof derived);
    return err;
}

int skf_unlock_subject(const struct call *call, struct application *app,
                       struct unlock_subject *subject)
{
    int err = application_get(call->app, app);
    if (err == ERR_OK) {
        *subject = (struct unlock_subject){.serial = device_serial(),
                                           .app = call->app,
                                           .name = app->name,
                                           .name_len = app->name_len,
                                           .type = call->command->p2,
                                           .pin = skf_pin_of(call)};
    }
    return err;
}

int skf_commit_proven(const struct call *call, uint16_t by)
{
    if (call->proof.first != SECURE_TRUE || call->proof.second != SECURE_TRUE) {
        return ERR_DENIED;
    }
    return pin_proven(&call->proof, by) == SECURE_TRUE ? store_commit() : ERR_DENIED;
}

int skf_replace_pin(const struct call *call, uint16_t by, uint16_t pin, const uint8_t key[16])
{
    struct tries t;
    int err = pin_proven(&call->proof, by) == SECURE_TRUE ? tries_get(pin, &t) : ERR_DENIED;
    if (err == ERR_OK) {
        err = store_begin();
    }
    if (err == ERR_OK) {
        err = pin_put(pin, key, t.max);
    }
    return err == ERR_OK ? skf_commit_proven(call, by) : err;
}

struct key_use skf_key_use(const struct call *call, enum object_type type, enum key_purpose purpose,
                           const uint8_t *digest)
{
    return (struct key_use){.session = call->session,
                            .container = call->container,
                            .pin = PIN_USER(call->app),
                            .type = type,
                            .purpose = purpose,
                            .digest = digest,
                            .granted = SECURE_FALSE};
}

int skf_nothing_depends(uint16_t container, enum object_type sign)
{
    static const uint8_t types[] = {OBJECT_ENC_KEY,     OBJECT_SIGN_CERT, OBJECT_ENC_CERT,
                                    OBJECT_RSA_ENC_KEY, OBJECT_SIGN_KEY,  OBJECT_RSA_SIGN_KEY};
    for (unsigned i = 0; i < sizeof types; i++) {
        int err =
            types[i] == sign ? ERR_NOT_FOUND : container_has(container, (enum object_type)types[i]);
        if (err != ERR_NOT_FOUND) {
            return err == ERR_OK ? WIRE_CONDITIONS : err;
        }
    }
    return ERR_OK;
}

struct session_key *skf_session_key(struct call *call)
{
    uint16_t id = reader_u16(&call->in);
    return session_key_find(session_index(call->session), call->container, id);
}

/* The container's pairs are of one kind: the certificate is for its RSA pair if it has one. */
static int check_rsa_certificate(const struct rsa_key_public *own, const uint8_t *der, size_t len)
{
    struct rsa_public certified;
    int err = certificate_rsa_key(der, len, &certified);
    if (err != ERR_OK) {
        return err;
    }
    return certified.bits == own->bits && certified.e == own->e &&
                   memcmp(certified.n, own->n, own->bits / 8u) == 0
               ? ERR_OK
               : WIRE_MISMATCH;
}

int skf_check_certificate(uint16_t container, bool sign, const uint8_t *der, size_t len)
{
    struct rsa_key_public rsa;
    uint8_t certified[SM2_POINT], own[SM2_POINT];
    int err = rsa_key_public(container, sign ? OBJECT_RSA_SIGN_KEY : OBJECT_RSA_ENC_KEY, &rsa);
    if (err != ERR_NOT_FOUND) {
        return err == ERR_OK ? check_rsa_certificate(&rsa, der, len) : err;
    }
    err = certificate_public_key(der, len, certified);
    if (err == ERR_OK) {
        err = key_public(container, sign ? OBJECT_SIGN_KEY : OBJECT_ENC_KEY, own);
        err = err == ERR_NOT_FOUND ? WIRE_NO_KEY_PAIR : err;
    }
    if (err == ERR_OK && memcmp(certified, own, SM2_POINT) != 0) {
        err = WIRE_MISMATCH;
    }
    return err;
}
