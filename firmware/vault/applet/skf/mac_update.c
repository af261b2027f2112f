/* SPDX-License-Identifier: Apache-2.0 */
/* C0 MacUpdate: App . Cont . Key . data. */
#include "applet/skf/skf.h"
#include "key/session_key.h"

int skf_mac_update(struct call *call)
{
    struct session_key *key = skf_session_key(call);
    if (key == NULL) {
        return WIRE_SESSION_KEY;
    }
    struct context *c = context_find(CONTEXT_MAC, session_index(call->session), call->container,
                                     session_key_id(key));
    if (c == NULL) {
        return ERR_STATE;
    }
    session_key_mac_update(key, &c->of.mac, call->in.at, call->in.left);
    return ERR_OK;
}
