/* SPDX-License-Identifier: Apache-2.0 */
/* 26 OpenApplication: rights 4 . containers 1 . certificates 1 . files 2 . App 2. The id names the
 * application as long as it exists; processes that share a session open and close it independently.
 */
#include "applet/skf/application.h"
#include "applet/skf/skf.h"

int skf_open_application(struct call *call)
{
    struct application app;
    const uint8_t *name;
    size_t len;
    uint16_t id = 0;
    int err = skf_rest_name(call, APP_NAME_MAX, &name, &len);
    if (err == ERR_OK) {
        err = application_find(name, len, &id, &app);
    }
    if (err == ERR_OK) {
        writer_u32(&call->out, app.create_file_rights);
        writer_u8(&call->out, app.max_containers);
        writer_u8(&call->out, app.max_certificates);
        writer_u16(&call->out, app.max_files);
        writer_u16(&call->out, id);
    }
    return err;
}
