/* SPDX-License-Identifier: Apache-2.0 */
/* 4E ExportCertificate: P1 1 sign, 0 encrypt; length 4 . certificate. Free to read. */
#include "applet/skf/skf.h"
#include "store/store.h"

int skf_export_certificate(struct call *call)
{
    const uint8_t type = call->command->p1 == 1 ? OBJECT_SIGN_CERT : OBJECT_ENC_CERT;
    size_t len = 0;
    int err = store_get(type, call->container, NULL, 0, &len);
    if (err == ERR_NOT_FOUND) {
        return WIRE_NO_CERTIFICATE;
    }
    if (err != ERR_NO_SPACE) {
        return err == ERR_OK ? ERR_INTEGRITY : err;
    }
    writer_u32(&call->out, (uint32_t)len);
    uint8_t *room = writer_reserve(&call->out, len);
    return room != NULL ? store_get(type, call->container, room, len, &len) : ERR_INTERNAL;
}
