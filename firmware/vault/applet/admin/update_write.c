/* SPDX-License-Identifier: Apache-2.0 */
/* 12 UPDATE_WRITE: offset 4 . the bytes there, 4096 of them or what is left of the image. */
#include "applet/admin/admin.h"
#include "update/update.h"

int admin_update_write(struct call *call)
{
    const uint32_t offset = reader_u32(&call->in);
    const size_t len = call->in.left;
    const uint8_t *bytes = reader_take(&call->in, len);
    const int err = reader_end(&call->in);
    return err == ERR_OK ? update_write(offset, bytes, len) : err;
}
