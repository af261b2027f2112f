/* SPDX-License-Identifier: Apache-2.0 */
/* 3A WriteFile: App . offset 2 . name length 2 . name . data length 2 . data. All of it or nothing.
 */
#include "applet/skf/file.h"
#include "applet/skf/skf.h"
#include "wipe.h"

int skf_write_file(struct call *call)
{
    struct file file;
    struct reader *r = &call->in;
    uint16_t id = 0;
    uint32_t offset = reader_u16(r);
    struct reader named = reader_sub(r, reader_u16(r));
    size_t len = reader_u16(r);
    const uint8_t *data = reader_take(r, len);
    int err = reader_end(r);
    if (err == ERR_OK) {
        err = skf_named_file(call, &named, &id, &file);
    }
    if (err == ERR_OK) {
        err = file_right(call->session, call->app, file.write_rights);
    }
    if (err == ERR_OK && (offset > file.size || len > file.size - offset)) {
        err = WIRE_OFFSET;
    }
    if (err == ERR_OK && data != NULL) {
        /* The command has no answer: its buffer is free. */
        err = file_write(id, &file, offset, data, len, call->out.start);
        secret_wipe(call->out.start, FILE_PART);
    }
    return err;
}
