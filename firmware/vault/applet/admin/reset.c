/* SPDX-License-Identifier: Apache-2.0 */
/* 06 RESET: new store key and erase. P1 says on whose authority; P1 = 2 destroys the token. */
#include "applet/access.h"
#include "applet/admin/admin.h"
#include "device.h"
#include "panel/panel.h"

enum { CONFIRM_MS = 30000 };

/* ERR_OK: OK was pressed in time. A press from before the question does not count. */
static int confirm(void)
{
    const struct hal *hal = device_hal();
    int err = ERR_DENIED;
    (void)hal->panel.pressed(hal->panel.ctx);
    panel_show(PANEL_CONFIRM_RESET);
    const uint32_t start = hal->time.now_ms(hal->time.ctx);
    while (hal->time.now_ms(hal->time.ctx) - start < CONFIRM_MS) {
        uint32_t pressed = hal->panel.pressed(hal->panel.ctx);
        if (pressed != 0) {
            err = pressed == HAL_BUTTON_OK ? ERR_OK : ERR_DENIED;
            break;
        }
    }
    panel_show(PANEL_READY);
    return err;
}

int admin_reset(struct call *call)
{
    uint8_t p1 = call->command->p1;
    int err = p1 == ADMIN_RESET_PANEL ? confirm() : access_right(call->session, PIN_DEVICE);
    if (err != ERR_OK) {
        return err;
    }
    if (p1 == ADMIN_RESET_DESTROY) {
        return device_destroy(AUTHORITY_DEVICE);
    }
    return device_reset(p1 == ADMIN_RESET_PANEL ? AUTHORITY_PANEL : AUTHORITY_DEVICE);
}
