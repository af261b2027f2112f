/* SPDX-License-Identifier: Apache-2.0 */
/* B6 Digest: data -> hash: one Update and Final. Doubtful choice D1: no length before the hash. */
#include "applet/skf/skf.h"
#include "key/context.h"

int skf_digest(struct call *call)
{
    uint8_t hash[DIGEST_MAX];
    size_t len = 0;
    struct context *c = context_find(CONTEXT_DIGEST, session_index(call->session), 0, 0);
    if (c == NULL) {
        return ERR_STATE;
    }
    int err = digest_update(&c->of.digest, call->in.at, call->in.left);
    if (err == ERR_OK) {
        err = digest_final(&c->of.digest, hash, &len);
    }
    context_wipe(c);
    if (err == ERR_OK) {
        writer_bytes(&call->out, hash, len);
    }
    return err;
}
