/* SPDX-License-Identifier: Apache-2.0 */
/* 38 ReadFile: App . offset 2 . name length 2 . name; Le = size -> as much of it as the file and
 * one answer hold. */
#include "applet/skf/file.h"
#include "applet/skf/skf.h"
#include "hufu/apdu.h"
#include "wipe.h"

int skf_read_file(struct call *call)
{
    struct file file;
    uint16_t id = 0;
    uint32_t offset = reader_u16(&call->in);
    struct reader named = reader_sub(&call->in, reader_u16(&call->in));
    int err = reader_end(&call->in);
    if (err == ERR_OK) {
        err = skf_named_file(call, &named, &id, &file);
    }
    if (err == ERR_OK) {
        err = file_right(call->session, call->app, file.read_rights);
    }
    if (err == ERR_OK && offset > file.size) {
        err = WIRE_OFFSET;
    }
    if (err == ERR_OK) {
        size_t len = file.size - offset;
        len = call->command->ne < len ? call->command->ne : len;
        len = len < HUFU_APDU_MAX_DATA - FILE_PART ? len : HUFU_APDU_MAX_DATA - FILE_PART;
        /* The parts are opened behind the answer's end, and overwritten. */
        err = file_read(id, &file, offset, call->out.start, len);
        secret_wipe(call->out.start + len, FILE_PART);
        call->out.len = err == ERR_OK ? len : 0;
    }
    return err;
}
