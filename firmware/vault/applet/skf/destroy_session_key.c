/* SPDX-License-Identifier: Apache-2.0 */
/* C4 DestroySessionKey: App . Cont . Key. */
#include "applet/skf/skf.h"
#include "key/session_key.h"

int skf_destroy_session_key(struct call *call)
{
    struct session_key *key = skf_session_key(call);
    if (key == NULL) {
        return WIRE_SESSION_KEY;
    }
    session_key_destroy(key);
    return ERR_OK;
}
