/* SPDX-License-Identifier: Apache-2.0 */
/* 56 ImportRSAKeyPair: App . Cont . envelope (key/rsa_envelope.h). A certificate of an earlier
 * encryption pair goes when the pair is another one. */
#include "applet/skf/skf.h"
#include "key/envelope.h"
#include "key/rsa_envelope.h"
#include "store/store.h"
#include <string.h>

static int drop_stale_certificate(uint16_t container, const struct rsa_key *key)
{
    struct rsa_key_public now, old;
    int err = rsa_key_public_of(key, &now);
    if (err == ERR_OK) {
        err = rsa_key_public(container, OBJECT_RSA_ENC_KEY, &old);
    }
    if (err == ERR_OK &&
        (old.bits != now.bits || old.e != now.e || memcmp(old.n, now.n, now.bits / 8u) != 0)) {
        err = store_delete(OBJECT_ENC_CERT, container);
    }
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static int keep(uint16_t container, struct rsa_key *key)
{
    int err = store_begin();
    if (err == ERR_OK) {
        err = drop_stale_certificate(container, key);
    }
    if (err == ERR_OK) {
        err = rsa_key_put(container, OBJECT_RSA_ENC_KEY, key);
    }
    return envelope_keep(container, err);
}

int skf_import_rsa_key_pair(struct call *call)
{
    struct rsa_envelope envelope;
    struct rsa_key key;
    int err = rsa_envelope_parse(&call->in, &envelope);
    if (err != ERR_OK) {
        return err;
    }
    /* The answer is empty, so its buffer is free for the decrypted content, which is wiped. */
    struct writer scratch = call->out;
    uint8_t *plain = writer_reserve(&scratch, envelope.cipher_len);
    if (plain == NULL) {
        return ERR_INTERNAL;
    }
    struct key_use use = skf_key_use(call, OBJECT_RSA_SIGN_KEY, KEY_TO_OPEN_PAIR, NULL);
    err = rsa_envelope_open(&use, &envelope, plain, &key);
    if (err == ERR_OK) {
        err = keep(call->container, &key);
    }
    secret_wipe(&key, sizeof key);
    return err;
}
