/* SPDX-License-Identifier: Apache-2.0 */
/* 1A UPDATE_AUTHORISE: App . SM3 digest 32 of an image's signed bytes. Whoever proved the admin PIN
 * of that application in this session allows this one image, once; a reset forgets it. */
#include "applet/access.h"
#include "applet/admin/admin.h"
#include "update/update.h"

int admin_update_authorise(struct call *call)
{
    const uint8_t *digest = reader_take(&call->in, HUFU_IMAGE_DIGEST);
    int err = reader_end(&call->in);
    if (err == ERR_OK) {
        err = access_right(call->session, PIN_ADMIN(call->app));
    }
    if (err == ERR_OK) {
        err = ERR_DENIED;
        if (session_has(call->session, PIN_ADMIN(call->app)) == SECURE_TRUE) {
            update_authorise(digest);
            err = ERR_OK;
        }
    }
    return err;
}
