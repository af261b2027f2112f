/* SPDX-License-Identifier: Apache-2.0 */
/* 4A GetContainerInfo: type 1 . signing bits 4 . encryption bits 4 . certificates present 1, 1. */
#include "applet/skf/container.h"
#include "applet/skf/skf.h"
#include "key/rsa_key.h"

enum { TYPE_EMPTY = 0, TYPE_RSA = 1, TYPE_ECC = 2 };

static int present(uint16_t id, enum object_type type, bool *yes)
{
    int err = container_has(id, type);
    *yes = err == ERR_OK;
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

int skf_get_container_info(struct call *call)
{
    static const uint8_t types[4] = {OBJECT_SIGN_KEY, OBJECT_ENC_KEY, OBJECT_SIGN_CERT,
                                     OBJECT_ENC_CERT};
    const uint8_t *name;
    size_t len;
    uint16_t id = 0;
    bool has[4] = {false};
    int err = skf_rest_name(call, CONTAINER_NAME_MAX, &name, &len);
    if (err == ERR_OK) {
        err = container_find(call->app, name, len, &id);
    }
    for (unsigned i = 0; err == ERR_OK && i < 4; i++) {
        err = present(id, (enum object_type)types[i], &has[i]);
    }
    uint32_t sign = has[0] ? SKF_SM2_BITS : 0, enc = has[1] ? SKF_SM2_BITS : 0;
    bool rsa = false;
    if (err == ERR_OK && !has[0] && !has[1]) {
        err = rsa_key_bits(id, OBJECT_RSA_SIGN_KEY, &sign);
        err = err == ERR_OK ? rsa_key_bits(id, OBJECT_RSA_ENC_KEY, &enc) : err;
        rsa = sign != 0 || enc != 0;
    }
    if (err == ERR_OK) {
        writer_u8(&call->out, rsa ? TYPE_RSA : sign != 0 || enc != 0 ? TYPE_ECC : TYPE_EMPTY);
        writer_u32(&call->out, sign);
        writer_u32(&call->out, enc);
        writer_u8(&call->out, has[2]);
        writer_u8(&call->out, has[3]);
    }
    return err;
}
