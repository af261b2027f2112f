/* SPDX-License-Identifier: Apache-2.0 */
/* 2A PANEL_TEST: a worker looks at the panel and presses its button; in the factory alone. */
#include "applet/admin/admin.h"
#include "device.h"
#include "panel/panel.h"

int admin_panel_test(struct call *call)
{
    static const struct panel_question question = {.what = "PANEL TEST: OK?",
                                                   .what_tall = "面板测试 OK?"};
    (void)call;
    if (device_lifecycle() != LIFECYCLE_FACTORY) {
        return ERR_STATE;
    }
    return panel_confirm(&question) == SECURE_TRUE ? ERR_OK : WIRE_NOT_CONFIRMED;
}
