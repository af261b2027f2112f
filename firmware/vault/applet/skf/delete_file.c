/* SPDX-License-Identifier: Apache-2.0 */
/* 32 DeleteFile, P1 P2 = App: name. Needs the create right, as CreateFile does. */
#include "applet/skf/application.h"
#include "applet/skf/file.h"
#include "applet/skf/skf.h"

int skf_delete_file(struct call *call)
{
    struct application app;
    struct file file;
    uint16_t id = 0;
    int err = application_get(call->app, &app);
    if (err == ERR_OK) {
        err = file_right(call->session, call->app, app.create_file_rights);
    }
    if (err == ERR_OK) {
        err = skf_rest_file(call, &id, &file);
    }
    return err == ERR_OK ? file_delete(id) : err;
}
