/* SPDX-License-Identifier: Apache-2.0 */
/* 88 ExportPublicKey: P1 1 sign, 0 encrypt -> bits 4 . X 32 . Y 32, or for RSA bits 2 . exponent 4
 * . modulus. Free to read. */
#include "applet/skf/skf.h"
#include "key/key.h"
#include "key/rsa_key.h"

int skf_export_public_key(struct call *call)
{
    const bool sign = call->command->p1 == 1;
    uint8_t pub[SM2_POINT];
    struct rsa_key_public rsa;
    int err = key_public(call->container, sign ? OBJECT_SIGN_KEY : OBJECT_ENC_KEY, pub);
    if (err == ERR_OK) {
        writer_u32(&call->out, SKF_SM2_BITS);
        writer_bytes(&call->out, pub, sizeof pub);
        return ERR_OK;
    }
    if (err == ERR_NOT_FOUND) {
        err =
            rsa_key_public(call->container, sign ? OBJECT_RSA_SIGN_KEY : OBJECT_RSA_ENC_KEY, &rsa);
    }
    if (err == ERR_OK) {
        writer_u16(&call->out, (uint16_t)rsa.bits);
        writer_u32(&call->out, rsa.e);
        writer_bytes(&call->out, rsa.n, rsa.bits / 8u);
    }
    return err == ERR_NOT_FOUND ? WIRE_NO_KEY_PAIR : err;
}
