/* SPDX-License-Identifier: Apache-2.0 */
/* 06 RESET: new store key and erase. P1 says on whose authority; P1 = 2 destroys the token. */
#include "applet/access.h"
#include "applet/admin/admin.h"
#include "device.h"
#include "panel/panel.h"

/* Decided twice, as every authority is: panel_confirm looks twice, and so do we at what it says. */
static int confirm(void)
{
    static const struct panel_question question = {.what = "ERASE ALL?",
                                                   .what_tall = "全部擦除 ERASE?"};
    const volatile secure_bool verdict = panel_confirm(&question);
    if (verdict != SECURE_TRUE) {
        return ERR_DENIED;
    }
    return verdict == SECURE_TRUE ? ERR_OK : ERR_DENIED;
}

int admin_reset(struct call *call)
{
    uint8_t p1 = call->command->p1;
    int err = p1 == ADMIN_RESET_PANEL ? confirm() : access_right(call->session, PIN_DEVICE);
    if (err != ERR_OK) {
        return err;
    }
    if (p1 != ADMIN_RESET_PANEL && session_has(call->session, PIN_DEVICE) != SECURE_TRUE) {
        return ERR_DENIED;
    }
    if (p1 == ADMIN_RESET_DESTROY) {
        return device_destroy(AUTHORITY_DEVICE);
    }
    return device_reset(p1 == ADMIN_RESET_PANEL ? AUTHORITY_PANEL : AUTHORITY_DEVICE);
}
