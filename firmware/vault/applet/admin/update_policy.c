/* SPDX-License-Identifier: Apache-2.0 */
/* 18 UPDATE_POLICY: the issuer's switch. P1 = 1: an update needs UPDATE_AUTHORISE beside its
 * signatures, 0: it does not. */
#include "applet/admin/admin.h"
#include "update/update.h"

int admin_update_policy(struct call *call)
{
    return update_policy_set(call->command->p1 == ADMIN_UPDATE_NEEDS_WORD);
}
