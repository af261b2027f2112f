/* SPDX-License-Identifier: Apache-2.0 */
/* 24 DeleteApplication: by name; its PINs, containers and keys go with it. */
#include "applet/skf/application.h"
#include "applet/skf/skf.h"

int skf_delete_application(struct call *call)
{
    const uint8_t *name;
    size_t len;
    uint16_t id = 0;
    int err = skf_rest_name(call, APP_NAME_MAX, &name, &len);
    if (err == ERR_OK) {
        err = application_find(name, len, &id, NULL);
    }
    return err == ERR_OK ? application_delete(id) : err;
}
