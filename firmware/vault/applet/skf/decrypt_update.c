/* SPDX-License-Identifier: Apache-2.0 */
/* B0 DecryptUpdate: App . Cont . Key . data -> what is surely not the last block. */
#include "applet/skf/skf.h"
#include "key/session_key.h"

int skf_decrypt_update(struct call *call)
{
    struct session_key *key = skf_session_key(call);
    return key != NULL ? session_key_decrypt_update(key, call->in.at, call->in.left, &call->out)
                       : WIRE_SESSION_KEY;
}
