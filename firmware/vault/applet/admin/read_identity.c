/* SPDX-License-Identifier: Apache-2.0 */
/* 22 READ_IDENTITY: P2 algorithm -> the certificates above that identity key, its own first. */
#include "applet/admin/admin.h"
#include "attest/identity_chain.h"

int admin_read_identity(struct call *call)
{
    return identity_chain_read((enum identity_algorithm)call->command->p2, &call->out);
}
