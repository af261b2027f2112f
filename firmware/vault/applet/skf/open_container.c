/* SPDX-License-Identifier: Apache-2.0 */
/* 42 OpenContainer: App . name -> Cont. */
#include "applet/skf/container.h"
#include "applet/skf/skf.h"

int skf_open_container(struct call *call)
{
    const uint8_t *name;
    size_t len;
    uint16_t id = 0;
    int err = skf_rest_name(call, CONTAINER_NAME_MAX, &name, &len);
    if (err == ERR_OK) {
        err = container_find(call->app, name, len, &id);
    }
    if (err == ERR_OK) {
        writer_u16(&call->out, id);
    }
    return err;
}
