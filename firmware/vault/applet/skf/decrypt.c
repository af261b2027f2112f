/* SPDX-License-Identifier: Apache-2.0 */
/* AE Decrypt: App . Cont . Key . data -> data: one Update and Final. */
#include "applet/skf/skf.h"
#include "key/session_key.h"

int skf_decrypt(struct call *call)
{
    struct session_key *key = skf_session_key(call);
    if (key == NULL) {
        return WIRE_SESSION_KEY;
    }
    int err = session_key_decrypt_update(key, call->in.at, call->in.left, &call->out);
    return err == ERR_OK ? session_key_decrypt_final(key, &call->out) : err;
}
