/* SPDX-License-Identifier: Apache-2.0 */
/* 14 UPDATE_FINISH: all of it is there. P1 1: and the token starts anew once the answer is out. */
#include "applet/admin/admin.h"
#include "update/update.h"
#include "vault.h"

int admin_update_finish(struct call *call)
{
    const int err = update_finish();
    if (err == ERR_VERIFY) {
        call->tries_left = ADMIN_WHY_DIGEST;
        return WIRE_IMAGE;
    }
    if (err == ERR_OK && call->command->p1 == ADMIN_FINISH_RESTART) {
        vault_restart_soon();
    }
    return err;
}
