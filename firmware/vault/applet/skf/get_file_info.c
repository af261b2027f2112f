/* SPDX-License-Identifier: Apache-2.0 */
/* 36 GetFileInfo, P1 P2 = App: name -> size 4 . read rights 4 . write rights 4. */
#include "applet/skf/file.h"
#include "applet/skf/skf.h"

int skf_get_file_info(struct call *call)
{
    struct file file;
    uint16_t id = 0;
    int err = skf_rest_file(call, &id, &file);
    if (err == ERR_OK) {
        writer_u32(&call->out, file.size);
        writer_u32(&call->out, file.read_rights);
        writer_u32(&call->out, file.write_rights);
    }
    return err;
}
