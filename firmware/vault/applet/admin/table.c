/* SPDX-License-Identifier: Apache-2.0 */
#include "applet/admin/admin.h"
#include "hufu/apdu.h"

static const struct route routes[] = {
    {HUFU_INS_ADMIN_STATUS, HUFU_CLA_SKF, 0, 0, 0, 0, SERVED_IN_ERROR | SERVED_DESTROYED,
     admin_status},
    {HUFU_INS_ADMIN_SELFTEST, HUFU_CLA_SKF, 0, 0, 0, 0, SERVED_IN_ERROR, admin_selftest},
    {HUFU_INS_ADMIN_RESET, HUFU_CLA_SKF, ADMIN_RESET_DESTROY, 0, 0, 0, NEED_NOTHING, admin_reset},
    {HUFU_INS_ADMIN_POLICY, HUFU_CLA_SKF, ADMIN_POLICY_BARE, 0, 0, 0, NEED_DEVICE, admin_policy},
};

const struct applet applet_admin = {(const uint8_t *)HUFU_AID_ADMIN, routes,
                                    sizeof routes / sizeof routes[0]};
