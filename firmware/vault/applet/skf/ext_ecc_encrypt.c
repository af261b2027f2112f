/* SPDX-License-Identifier: Apache-2.0 */
/* 7A ExtECCEncrypt: bits 4 . X . Y . length 4 . plaintext -> bits 4 . C1.X . C1.Y . C3 . length 4
 * . C2. */
#include "applet/skf/skf.h"
#include "crypto/sm2.h"
#include "key/key.h"
#include <string.h>

int skf_ext_ecc_encrypt(struct call *call)
{
    uint8_t c1[SM2_POINT], c3[32];
    struct reader *r = &call->in;
    uint32_t bits = reader_u32(r);
    const uint8_t *pub = reader_take(r, SM2_POINT);
    uint32_t len = reader_u32(r);
    const uint8_t *plain = reader_take(r, len);
    if (reader_end(r) != ERR_OK) {
        return ERR_LENGTH;
    }
    if (bits != SKF_SM2_BITS || plain == NULL) {
        return ERR_DATA;
    }
    if (sm2_check_point(pub) != ERR_OK) {
        return ERR_POINT;
    }
    writer_u32(&call->out, SKF_SM2_BITS);
    uint8_t *head = writer_reserve(&call->out, SM2_POINT + 32);
    writer_u32(&call->out, len);
    uint8_t *c2 = writer_reserve(&call->out, len);
    if (head == NULL || c2 == NULL) {
        return ERR_LENGTH; /* the answer would not fit */
    }
    int err = sm2_encrypt(pub, plain, len, &key_rng, c1, c3, c2);
    memcpy(head, c1, SM2_POINT);
    memcpy(head + SM2_POINT, c3, 32);
    return err == ERR_OK || err == ERR_ENTROPY ? err : WIRE_ENCRYPT;
}
