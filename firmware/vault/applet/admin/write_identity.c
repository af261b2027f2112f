/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 24 WRITE_IDENTITY: P2 algorithm: certificates, the identity's own first. Device authentication:
 * at the factory that is the transport key, which everybody knows and which a provisioned token no
 * longer has; from then on only the issuer replaces what stands there. Since a chain must certify
 * this token's own key, the worst a stranger at a factory-fresh token could do is deny service.
 */
#include "applet/admin/admin.h"
#include "attest/identity_chain.h"

int admin_write_identity(struct call *call)
{
    const size_t len = call->in.left;
    return identity_chain_write((enum identity_algorithm)call->command->p2,
                                reader_take(&call->in, len), len);
}
