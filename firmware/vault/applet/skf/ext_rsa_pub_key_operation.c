/* SPDX-License-Identifier: Apache-2.0 */
/* 60 ExtRSAPubKeyOperation: bits 4 . modulus . exponent 4 . input -> input^exponent mod modulus. */
#include "applet/skf/rsa.h"
#include "applet/skf/skf.h"

int skf_ext_rsa_pub_key_operation(struct call *call)
{
    struct reader *r = &call->in;
    struct rsa_public pub;
    int err = skf_read_rsa_public(r, &pub);
    if (err != ERR_OK) {
        return err;
    }
    const uint8_t *in = reader_take(r, pub.bits / 8u);
    if (reader_end(r) != ERR_OK) {
        return ERR_LENGTH;
    }
    uint8_t *out = writer_reserve(&call->out, pub.bits / 8u);
    if (out == NULL) {
        return ERR_INTERNAL;
    }
    return rsa_raw_public(&pub, in, out) == ERR_OK ? ERR_OK : ERR_DATA;
}
