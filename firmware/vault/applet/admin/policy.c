/* SPDX-License-Identifier: Apache-2.0 */
/* 08 POLICY: the issuer's switch. P1 = 1: bare forms of PIN commands are served, 0: they are not.
 */
#include "applet/admin/admin.h"
#include "issuer.h"

int admin_policy(struct call *call)
{
    return issuer_allow_bare(call->command->p1 == ADMIN_POLICY_BARE);
}
