/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 76 ECCVerify. P1 = 2: bits 4 . X . Y . data length 4 . e 32 . r . s;
 * P1 = 1: bits 4 . X . Y . ID length 4 . ID . data length 4 . message . r . s.
 */
#include "applet/skf/skf.h"
#include "crypto/sm2.h"
#include <string.h>

enum { P1_MESSAGE = 1, P1_DIGEST = 2, P2_SM3 = 1 };

int skf_ecc_verify(struct call *call)
{
    uint8_t e[32] = {0};
    struct reader *r = &call->in;
    const uint8_t *id = NULL;
    size_t id_len = 0;
    const bool whole = call->command->p1 == P1_MESSAGE;
    int err = ERR_OK;
    if (!whole && call->command->p1 != P1_DIGEST) {
        return WIRE_P1P2;
    }
    if (whole && call->command->p2 > P2_SM3) {
        return WIRE_DIGEST;
    }
    uint32_t bits = reader_u32(r);
    const uint8_t *pub = reader_take(r, SM2_POINT);
    if (whole) {
        err = skf_message_id(r, &id, &id_len);
    }
    uint32_t len = reader_u32(r);
    const uint8_t *data = reader_take(r, len);
    const uint8_t *sig = reader_take(r, SM2_SIGNATURE);
    if (reader_end(r) != ERR_OK) {
        return ERR_LENGTH;
    }
    if (err == ERR_OK && (bits != SKF_SM2_BITS || (!whole && len != sizeof e))) {
        err = ERR_DATA;
    }
    if (err == ERR_OK && whole) {
        err = skf_message_digest(pub, id, id_len, data, len, e);
    } else if (err == ERR_OK) {
        memcpy(e, data, sizeof e);
    }
    return err == ERR_OK ? sm2_verify(pub, e, sig) : err;
}
