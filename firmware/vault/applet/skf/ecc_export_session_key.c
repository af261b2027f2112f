/* SPDX-License-Identifier: Apache-2.0 */
/* 78 ECCExportSessionKey: App . Cont . bits 4 . X . Y . algorithm 4 -> bits 4 . C1.X . C1.Y . C3
 * . C2 length 4 . C2 . Key. A fresh key for the receiver, and for this session. */
#include "applet/skf/cipher.h"
#include "applet/skf/skf.h"
#include "crypto/sm2.h"
#include "key/key.h"
#include "random/random.h"
#include "wipe.h"

int skf_ecc_export_session_key(struct call *call)
{
    uint8_t key[SM4_KEY], c1[SM2_POINT], c2[SM4_KEY], c3[32];
    struct reader *r = &call->in;
    uint32_t bits = reader_u32(r);
    const uint8_t *pub = reader_take(r, SM2_POINT);
    uint32_t alg = reader_u32(r);
    if (reader_end(r) != ERR_OK) {
        return ERR_LENGTH;
    }
    if (bits != SKF_SM2_BITS) {
        return ERR_DATA;
    }
    if (!cipher_algorithm(alg)) {
        return WIRE_SYMMETRIC;
    }
    int err = random_key_bytes(key, sizeof key);
    if (err == ERR_OK) {
        err = sm2_encrypt(pub, key, sizeof key, &key_rng, c1, c3, c2);
    }
    if (err == ERR_OK) {
        writer_u32(&call->out, SKF_SM2_BITS);
        writer_bytes(&call->out, c1, sizeof c1);
        writer_bytes(&call->out, c3, sizeof c3);
        writer_u32(&call->out, sizeof c2);
        writer_bytes(&call->out, c2, sizeof c2);
        err = cipher_new_key(call, key);
    }
    secret_wipe(key, sizeof key);
    return err;
}
