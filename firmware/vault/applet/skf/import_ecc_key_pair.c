/* SPDX-License-Identifier: Apache-2.0 */
/* 72 ImportECCKeyPair (2012 form): App . Cont . envelope. A certificate of an earlier encryption
 * pair goes when the pair is another one. */
#include "applet/skf/skf.h"
#include "key/envelope.h"
#include "store/store.h"
#include <string.h>

static int drop_stale_certificate(uint16_t container, const uint8_t *pub)
{
    uint8_t old[SM2_POINT];
    int err = key_public(container, OBJECT_ENC_KEY, old);
    if (err == ERR_OK && memcmp(old, pub, SM2_POINT) != 0) {
        err = store_delete(OBJECT_ENC_CERT, container);
    }
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

int skf_import_ecc_key_pair(struct call *call)
{
    struct envelope envelope;
    uint8_t d[SM2_SCALAR];
    const uint16_t pin = PIN_USER(call->app);
    int err = envelope_parse(&call->in, &envelope);
    if (err != ERR_OK) {
        return err;
    }
    struct key_use use = skf_key_use(call, OBJECT_SIGN_KEY, KEY_TO_OPEN_PAIR, NULL);
    err = envelope_open(&use, &envelope, d);
    if (err == ERR_OK) {
        err = store_begin();
        if (err == ERR_OK) {
            err = drop_stale_certificate(call->container, envelope.pub);
        }
        if (err == ERR_OK) {
            err = key_put_encryption(call->container, pin, d, envelope.pub);
        }
        err = envelope_keep(call->container, err);
    }
    secret_wipe(d, sizeof d);
    return err;
}
