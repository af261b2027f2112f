/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 74 ECCSignData -> bits 4 . r 32 . s 32.
 * P1 = 2: App . Cont . e 32;  P1 = 1: App . Cont . ID length 4 . ID . message, hashed here.
 */
#include "applet/skf/skf.h"
#include "key/key.h"
#include "panel/panel.h"
#include <string.h>

enum { P1_MESSAGE = 1, P1_DIGEST = 2 };

static int digest_of_message(struct call *call, uint8_t e[32])
{
    uint8_t pub[SM2_POINT];
    const uint8_t *id;
    size_t len;
    int err = skf_message_id(&call->in, &id, &len);
    if (err == ERR_OK) {
        err = key_public(call->container, OBJECT_SIGN_KEY, pub);
    }
    return err == ERR_OK ? skf_message_digest(pub, id, len, call->in.at, call->in.left, e) : err;
}

static int digest(struct call *call, uint8_t e[32])
{
    if (call->command->p1 == P1_MESSAGE) {
        return digest_of_message(call, e);
    }
    if (call->command->p1 != P1_DIGEST) {
        return WIRE_P1P2;
    }
    const uint8_t *given = reader_take(&call->in, 32);
    if (reader_end(&call->in) != ERR_OK) {
        return ERR_LENGTH;
    }
    memcpy(e, given, 32);
    return ERR_OK;
}

int skf_ecc_sign_data(struct call *call)
{
    uint8_t sig[SM2_SIGNATURE], e[32];
    int err = digest(call, e);
    if (err == ERR_OK) {
        struct key_use use = skf_key_use(call, OBJECT_SIGN_KEY, KEY_TO_SIGN, e);
        err = key_authorise(&use);
        if (err == ERR_OK) {
            panel_show(PANEL_SIGNING);
            err = key_sign(&use, e, sig);
            panel_show(PANEL_READY);
        }
        err = err == ERR_PARAM || err == ERR_CRYPTO ? WIRE_SIGN : err;
    }
    if (err == ERR_OK) {
        writer_u32(&call->out, SKF_SM2_BITS);
        writer_bytes(&call->out, sig, sizeof sig);
    }
    return err == ERR_NOT_FOUND ? WIRE_NO_KEY_PAIR : err;
}
