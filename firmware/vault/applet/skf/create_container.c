/* SPDX-License-Identifier: Apache-2.0 */
/* 40 CreateContainer: App . name -> Cont. */
#include "applet/skf/application.h"
#include "applet/skf/container.h"
#include "applet/skf/skf.h"
#include "store/store.h"
#include <string.h>

/* The application's own limit; 0 means that of the token. */
static int check_limit(uint16_t app)
{
    struct application a;
    unsigned count = 0;
    int err = application_get(app, &a);
    if (err == ERR_OK) {
        err = container_count(app, &count);
    }
    if (err == ERR_OK && a.max_containers != 0 && count >= a.max_containers) {
        err = WIRE_CONTAINER_LIMIT;
    }
    return err;
}

int skf_create_container(struct call *call)
{
    struct container c = {.app = call->app};
    const uint8_t *name;
    size_t len;
    uint16_t id = 0;
    int err = skf_rest_name(call, CONTAINER_NAME_MAX, &name, &len);
    if (err == ERR_OK) {
        err = container_find(call->app, name, len, &id);
        err = err == ERR_OK ? WIRE_CONTAINER_EXISTS : err == WIRE_CONTAINER_NAME ? ERR_OK : err;
    }
    if (err == ERR_OK) {
        err = check_limit(call->app);
    }
    if (err == ERR_OK) {
        err = container_new_id(call->app, &id);
    }
    if (err == ERR_OK) {
        err = store_begin();
    }
    if (err == ERR_OK) {
        c.name_len = (uint8_t)len;
        memcpy(c.name, name, len);
        err = container_put(id, &c);
    }
    if (err == ERR_OK) {
        err = store_commit();
    }
    if (err == ERR_OK) {
        writer_u16(&call->out, id);
    }
    return err;
}
