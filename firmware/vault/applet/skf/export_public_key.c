/* SPDX-License-Identifier: Apache-2.0 */
/* 88 ExportPublicKey: P1 1 sign, 0 encrypt -> bits 4 . X 32 . Y 32. Free to read. */
#include "applet/skf/skf.h"
#include "key/key.h"

int skf_export_public_key(struct call *call)
{
    uint8_t pub[SM2_POINT];
    int err =
        key_public(call->container, call->command->p1 == 1 ? OBJECT_SIGN_KEY : OBJECT_ENC_KEY, pub);
    if (err == ERR_OK) {
        writer_u32(&call->out, SKF_SM2_BITS);
        writer_bytes(&call->out, pub, sizeof pub);
    }
    return err == ERR_NOT_FOUND ? WIRE_NO_KEY_PAIR : err;
}
