/* SPDX-License-Identifier: Apache-2.0 */
/* 5E RSAVerify, P1 and P2 as applet/skf/rsa.h says: bits 4 . modulus . exponent 4 . data length 4
 * . data . signature. */
#include "applet/skf/rsa.h"
#include "applet/skf/skf.h"

int skf_rsa_verify(struct call *call)
{
    struct reader *r = &call->in;
    struct rsa_public pub;
    uint8_t info[RSA_DIGEST_INFO_MAX];
    const uint8_t *data = NULL;
    size_t len = 0;
    int err = skf_read_rsa_public(r, &pub);
    if (err != ERR_OK) {
        return err;
    }
    const uint32_t in_len = reader_u32(r);
    const uint8_t *in = reader_take(r, in_len);
    const uint8_t *sig = reader_take(r, pub.bits / 8u);
    if (reader_end(r) != ERR_OK) {
        return ERR_LENGTH;
    }
    err = skf_rsa_signed(call->command->p1, call->command->p2, in, in_len, info, &data, &len);
    if (err == ERR_OK) {
        err = rsa_verify(&pub, data, len, sig);
    }
    return err == ERR_PARAM ? ERR_LENGTH : err;
}
