/* SPDX-License-Identifier: Apache-2.0 */
/* 0A UNLOCK_AUTHORITY: who may allow a PIN to be replaced (pin/unlock.h). P1 0: its public key X .
 * Y; 1: App, P2 PIN type, five failures again; 2: nobody. */
#include "applet/admin/admin.h"
#include "applet/skf/application.h"
#include "applet/skf/skf.h"
#include "pin/unlock.h"

static int enable(struct call *call)
{
    call->app = reader_u16(&call->in);
    int err = reader_end(&call->in);
    if (err == ERR_OK) {
        err = application_exists(call->app);
    }
    return err == ERR_OK ? unlock_enable(skf_pin_of(call)) : err;
}

int admin_unlock_authority(struct call *call)
{
    const uint8_t p1 = call->command->p1;
    if (p1 == ADMIN_UNLOCK_ENABLE) {
        return enable(call);
    }
    if (call->command->p2 != 0) {
        return WIRE_P1P2;
    }
    const uint8_t *pub = p1 == ADMIN_UNLOCK_SET ? reader_take(&call->in, SM2_POINT) : NULL;
    int err = reader_end(&call->in);
    if (err == ERR_OK) {
        err = p1 == ADMIN_UNLOCK_SET ? unlock_authority_put(pub) : unlock_authority_remove();
    }
    return err;
}
