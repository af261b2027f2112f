/* SPDX-License-Identifier: Apache-2.0 */
/* 86 GenerateKey, the initiator: App . Cont . agreement handle 4 . responder's bits 4 . X . Y
 * . temporary bits 4 . X . Y . ID length 4 . ID -> Key. An agreement is good for one key. */
#include "applet/skf/agreement.h"
#include "applet/skf/skf.h"

int skf_generate_key(struct call *call)
{
    struct reader *r = &call->in;
    const uint8_t *id;
    size_t len;
    uint32_t handle = reader_u32(r);
    const uint8_t *pub = agreement_point(r);
    const uint8_t *r_pub = agreement_point(r);
    int err = agreement_id(r, &id, &len);
    if (err == ERR_OK) {
        err = reader_end(r);
    }
    if (err == ERR_OK && (pub == NULL || r_pub == NULL)) {
        err = ERR_DATA;
    }
    if (err != ERR_OK) {
        return err;
    }
    struct context *c =
        context_find(CONTEXT_AGREEMENT, session_index(call->session), call->container, handle);
    if (c == NULL) {
        return WIRE_AGREEMENT;
    }
    err = agreement_finish(call, &c->of.agreement, true, pub, r_pub, id, len);
    context_wipe(c);
    return err;
}
