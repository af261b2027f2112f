/* SPDX-License-Identifier: Apache-2.0 */
/* 82 GenerateAgreementData: App . Cont . algorithm 4 . ID length 4 . ID -> bits 4 . temporary X . Y
 * . agreement handle 4. */
#include "applet/skf/agreement.h"
#include "applet/skf/cipher.h"
#include "applet/skf/skf.h"
#include "wipe.h"

int skf_generate_agreement_data(struct call *call)
{
    struct agreement half;
    uint8_t r_pub[SM2_POINT];
    const uint8_t *id;
    size_t len;
    uint32_t alg = reader_u32(&call->in);
    int err = agreement_id(&call->in, &id, &len);
    if (err == ERR_OK) {
        err = reader_end(&call->in);
    }
    if (err == ERR_OK && !cipher_algorithm(alg)) {
        err = WIRE_SYMMETRIC;
    }
    if (err == ERR_OK) {
        err = agreement_begin(call, id, len, &half, r_pub);
    }
    if (err == ERR_OK) {
        uint32_t handle = context_handle();
        struct context *c =
            context_new(CONTEXT_AGREEMENT, session_index(call->session), call->container, handle);
        if (c != NULL) {
            c->of.agreement = half;
            writer_u32(&call->out, SKF_SM2_BITS);
            writer_bytes(&call->out, r_pub, sizeof r_pub);
            writer_u32(&call->out, handle);
        }
        err = c != NULL ? ERR_OK : ERR_NO_SPACE;
    }
    secret_wipe(&half, sizeof half);
    return err;
}
