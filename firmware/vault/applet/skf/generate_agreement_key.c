/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 84 GenerateAgreementDataAndKey, the responder: App . Cont . algorithm 4 . sponsor's bits 4 . X .
 * Y . sponsor's temporary bits 4 . X . Y . sponsor's ID length 4 . ID . own ID length 4 . ID
 * -> temporary bits 4 . X . Y . Key.
 */
#include "applet/skf/agreement.h"
#include "applet/skf/cipher.h"
#include "applet/skf/skf.h"
#include "wipe.h"

struct request {
    uint32_t alg;
    const uint8_t *pub, *r_pub, *id, *own_id;
    size_t id_len, own_len;
};

static int parse(struct reader *r, struct request *q)
{
    q->alg = reader_u32(r);
    q->pub = agreement_point(r);
    q->r_pub = agreement_point(r);
    int err = agreement_id(r, &q->id, &q->id_len);
    if (err == ERR_OK) {
        err = agreement_id(r, &q->own_id, &q->own_len);
    }
    if (err == ERR_OK) {
        err = reader_end(r);
    }
    if (err == ERR_OK && !cipher_algorithm(q->alg)) {
        err = WIRE_SYMMETRIC;
    }
    return err == ERR_OK && (q->pub == NULL || q->r_pub == NULL) ? ERR_DATA : err;
}

int skf_generate_agreement_key(struct call *call)
{
    struct request q;
    struct agreement half;
    uint8_t r_pub[SM2_POINT];
    int err = parse(&call->in, &q);
    if (err == ERR_OK) {
        err = agreement_begin(call, q.own_id, q.own_len, &half, r_pub);
    }
    if (err == ERR_OK) {
        writer_u32(&call->out, SKF_SM2_BITS);
        writer_bytes(&call->out, r_pub, sizeof r_pub);
        err = agreement_finish(call, &half, false, q.pub, q.r_pub, q.id, q.id_len);
    }
    secret_wipe(&half, sizeof half);
    return err;
}
