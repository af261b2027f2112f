/* SPDX-License-Identifier: Apache-2.0 */
/* BE Mac: App . Cont . Key . data -> MAC 16: one Update and Final. No padding: whole blocks, one at
 * least (6A8D). */
#include "applet/skf/skf.h"
#include "key/session_key.h"

int skf_mac(struct call *call)
{
    const struct reader start = call->in;
    int err = skf_mac_update(call);
    if (err != ERR_OK) {
        return err;
    }
    call->in = start;
    struct context *c = context_find(CONTEXT_MAC, session_index(call->session), call->container,
                                     reader_u16(&call->in));
    if (c == NULL) {
        return ERR_INTERNAL;
    }
    if (c->of.mac.begun != 0 && c->of.mac.held == 0) {
        writer_bytes(&call->out, c->of.mac.chain, SM4_BLOCK);
    } else {
        err = ERR_CRYPTO;
    }
    context_wipe(c);
    return err;
}
