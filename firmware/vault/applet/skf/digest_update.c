/* SPDX-License-Identifier: Apache-2.0 */
/* B8 DigestUpdate: data. */
#include "applet/skf/skf.h"
#include "key/context.h"

int skf_digest_update(struct call *call)
{
    struct context *c = context_find(CONTEXT_DIGEST, session_index(call->session), 0, 0);
    return c != NULL ? digest_update(&c->of.digest, call->in.at, call->in.left) : ERR_STATE;
}
