/* SPDX-License-Identifier: Apache-2.0 */
/* 48 DeleteContainer: App . name; destroys all its keys (GM/T 0016 7.5.3). */
#include "applet/skf/container.h"
#include "applet/skf/skf.h"

int skf_delete_container(struct call *call)
{
    const uint8_t *name;
    size_t len;
    uint16_t id = 0;
    int err = skf_rest_name(call, CONTAINER_NAME_MAX, &name, &len);
    if (err == ERR_OK) {
        err = container_find(call->app, name, len, &id);
    }
    return err == ERR_OK ? container_delete(id) : err;
}
