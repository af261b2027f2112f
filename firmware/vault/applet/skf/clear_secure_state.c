/* SPDX-License-Identifier: Apache-2.0 */
/* 1C ClearSecureState: logs out of one application; the session keys opened there go with it. */
#include "applet/skf/container.h"
#include "applet/skf/skf.h"
#include "key/session_key.h"
#include "store/store.h"

int skf_clear_secure_state(struct call *call)
{
    bool first = true;
    uint16_t id = 0;
    int err;
    session_revoke(call->session, PIN_ADMIN(call->app));
    session_revoke(call->session, PIN_USER(call->app));
    while ((err = store_next(OBJECT_CONTAINER, first, &id)) == ERR_OK) {
        first = false;
        if (container_belongs(id, call->app) == ERR_OK) {
            session_key_wipe_owned(session_index(call->session), id);
            context_wipe_container(session_index(call->session), id);
        }
    }
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}
