/* SPDX-License-Identifier: Apache-2.0 */
/* 58 RSASignData, P1 and P2 as applet/skf/rsa.h says: App . Cont . data -> signature. */
#include "applet/skf/rsa.h"
#include "applet/skf/skf.h"
#include "panel/panel.h"

/* A digest stands last in everything that is signed in earnest: what the holder is shown. */
enum { SHOWN = 32 };

int skf_rsa_sign_data(struct call *call)
{
    uint8_t info[RSA_DIGEST_INFO_MAX], sig[RSA_BYTES_MAX];
    const uint8_t *data = NULL;
    size_t len = 0, sig_len = 0;
    int err = skf_rsa_signed(call->command->p1, call->command->p2, call->in.at, call->in.left, info,
                             &data, &len);
    if (err == ERR_OK) {
        struct key_use use = skf_key_use(call, OBJECT_RSA_SIGN_KEY, KEY_TO_SIGN,
                                         len >= SHOWN ? data + len - SHOWN : NULL);
        err = key_authorise(&use);
        if (err == ERR_OK) {
            panel_show(PANEL_SIGNING);
            err = rsa_key_sign(&use, data, len, sig, &sig_len);
            panel_show(PANEL_READY);
        }
        err = err == ERR_PARAM ? ERR_LENGTH : err == ERR_CRYPTO ? WIRE_SIGN : err;
    }
    if (err == ERR_OK) {
        writer_bytes(&call->out, sig, sig_len);
    }
    return err == ERR_NOT_FOUND ? WIRE_NO_KEY_PAIR : err;
}
