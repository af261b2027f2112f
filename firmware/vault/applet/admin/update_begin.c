/* SPDX-License-Identifier: Apache-2.0 */
/* 10 UPDATE_BEGIN: an image's header; the answer is the offset of the first byte wanted. */
#include "applet/admin/admin.h"
#include "update/update.h"

int admin_update_begin(struct call *call)
{
    uint32_t next = 0;
    const uint8_t *header = reader_take(&call->in, HUFU_IMAGE_HEADER_SIZE);
    int err = reader_end(&call->in);
    if (err == ERR_OK) {
        err = update_begin(header, &next, &call->tries_left);
    }
    if (err == ERR_VERIFY) {
        return WIRE_IMAGE;
    }
    if (err == ERR_OK) {
        writer_u32(&call->out, next);
    }
    return err;
}
