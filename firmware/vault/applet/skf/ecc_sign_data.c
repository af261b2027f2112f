/* SPDX-License-Identifier: Apache-2.0 */
/* 74 ECCSignData, P1 = 2: App . Cont . e 32 -> bits 4 . r 32 . s 32. */
#include "applet/skf/skf.h"
#include "key/key.h"
#include "panel/panel.h"

enum { P1_DIGEST = 2 };

int skf_ecc_sign_data(struct call *call)
{
    uint8_t sig[SM2_SIGNATURE];
    if (call->command->p1 != P1_DIGEST) {
        return WIRE_P1P2;
    }
    const uint8_t *e = reader_take(&call->in, 32);
    struct key_use use = skf_key_use(call, OBJECT_SIGN_KEY, KEY_TO_SIGN, e);
    int err = key_authorise(&use);
    if (err == ERR_OK) {
        panel_show(PANEL_SIGNING);
        err = key_sign(&use, e, sig);
        panel_show(PANEL_READY);
    }
    if (err == ERR_OK) {
        writer_u32(&call->out, SKF_SM2_BITS);
        writer_bytes(&call->out, sig, sizeof sig);
    } else if (err == ERR_NOT_FOUND) {
        err = WIRE_NO_KEY_PAIR;
    } else if (err == ERR_PARAM || err == ERR_CRYPTO) {
        err = WIRE_SIGN;
    }
    return err;
}
