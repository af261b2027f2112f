/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 20 ATTEST: P1 kind, P2 algorithm: [App . Cont] . challenge 32 -> Attestation (hufu/attest.h).
 * App . Cont stand there unless the identity key itself is asked for. Free: what it tells may be
 * read without a login, too, and the verifier's challenge says whom it was told.
 */
#include "applet/access.h"
#include "applet/admin/admin.h"
#include "attest/statement.h"

int admin_attest(struct call *call)
{
    struct attestation a = {.algorithm = (enum identity_algorithm)call->command->p2,
                            .kind = call->command->p1};
    int err =
        a.kind == HUFU_ATTEST_IDENTITY ? ERR_OK : access_check(call, NEED_APP | NEED_CONTAINER);
    if (err == ERR_OK) {
        a.container = call->container;
        a.challenge = reader_take(&call->in, HUFU_ATTEST_CHALLENGE);
        err = reader_end(&call->in);
    }
    return err == ERR_OK ? attestation_make(&a, &call->out) : err;
}
