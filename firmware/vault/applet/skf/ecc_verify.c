/* SPDX-License-Identifier: Apache-2.0 */
/* 76 ECCVerify, P1 = 2: bits 4 . X . Y . data length 4 . e 32 . r . s. */
#include "applet/skf/skf.h"
#include "crypto/sm2.h"

enum { P1_DIGEST = 2 };

int skf_ecc_verify(struct call *call)
{
    struct reader *r = &call->in;
    if (call->command->p1 != P1_DIGEST) {
        return WIRE_P1P2;
    }
    uint32_t bits = reader_u32(r);
    const uint8_t *pub = reader_take(r, SM2_POINT);
    uint32_t len = reader_u32(r);
    const uint8_t *e = reader_take(r, 32);
    const uint8_t *sig = reader_take(r, SM2_SIGNATURE);
    if (reader_end(r) != ERR_OK) {
        return ERR_LENGTH;
    }
    return bits == SKF_SM2_BITS && len == 32 ? sm2_verify(pub, e, sig) : ERR_DATA;
}
