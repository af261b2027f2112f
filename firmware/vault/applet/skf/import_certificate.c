/* SPDX-License-Identifier: Apache-2.0 */
/* 4C ImportCertificate: App . Cont . type 1 (1 sign, 0 encrypt) . length 4 . certificate. One for
 * another key is refused. */
#include "applet/skf/skf.h"
#include "store/store.h"

int skf_import_certificate(struct call *call)
{
    struct reader *r = &call->in;
    uint8_t sign = reader_u8(r);
    uint32_t len = reader_u32(r);
    const uint8_t *der = reader_take(r, len);
    int err = reader_end(r);
    if (err == ERR_OK && (der == NULL || sign > 1 || len > CERTIFICATE_MAX)) {
        err = ERR_DATA;
    }
    if (err == ERR_OK) {
        err = skf_check_certificate(call->container, sign != 0, der, len);
    }
    if (err == ERR_OK) {
        err = store_put_one(sign ? OBJECT_SIGN_CERT : OBJECT_ENC_CERT, call->container, der, len);
    }
    return err;
}
