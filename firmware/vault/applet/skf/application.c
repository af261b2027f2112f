/* SPDX-License-Identifier: Apache-2.0 */
#include "applet/skf/application.h"
#include "apdu/reader.h"
#include "apdu/status.h"
#include "applet/skf/container.h"
#include "applet/skf/file.h"
#include "pin/pin.h"
#include "session.h"
#include "store/store.h"
#include <string.h>

enum { RECORD = 1 + 1 + APP_NAME_MAX + 4 + 1 + 1 + 2, RECORD_VERSION = 1 };

int name_check(const uint8_t *name, size_t len, size_t max)
{
    if (name == NULL || len < 1 || len > max || name[0] == ' ' || name[len - 1] == ' ') {
        return ERR_DATA;
    }
    for (size_t i = 0; i < len; i++) {
        if (name[i] < 0x20 || name[i] == 0x7F) {
            return ERR_DATA;
        }
    }
    return ERR_OK;
}

int application_put(uint16_t id, const struct application *app)
{
    uint8_t record[RECORD];
    struct writer w;
    writer_init(&w, record, sizeof record);
    writer_u8(&w, RECORD_VERSION);
    writer_u8(&w, app->name_len);
    writer_bytes(&w, app->name, APP_NAME_MAX);
    writer_u32(&w, app->create_file_rights);
    writer_u8(&w, app->max_containers);
    writer_u8(&w, app->max_certificates);
    writer_u16(&w, app->max_files);
    return store_put(OBJECT_APP, id, record, w.len);
}

int application_get(uint16_t id, struct application *app)
{
    uint8_t record[RECORD];
    struct reader r;
    size_t len = 0;
    int err = store_get(OBJECT_APP, id, record, sizeof record, &len);
    if (err == ERR_NOT_FOUND) {
        return WIRE_APP_ID;
    }
    if (err != ERR_OK) {
        return err == ERR_NO_SPACE ? ERR_INTEGRITY : err;
    }
    reader_init(&r, record, len);
    uint8_t version = reader_u8(&r);
    app->name_len = reader_u8(&r);
    reader_copy(&r, app->name, APP_NAME_MAX);
    app->create_file_rights = reader_u32(&r);
    app->max_containers = reader_u8(&r);
    app->max_certificates = reader_u8(&r);
    app->max_files = reader_u16(&r);
    if (reader_end(&r) != ERR_OK || version != RECORD_VERSION || app->name_len > APP_NAME_MAX) {
        return ERR_INTEGRITY;
    }
    return ERR_OK;
}

int application_exists(uint16_t id)
{
    struct application app;
    return application_get(id, &app);
}

int application_find(const uint8_t *name, size_t len, uint16_t *id, struct application *app)
{
    struct application candidate;
    bool first = true;
    uint16_t i = 0;
    int err;
    while ((err = store_next(OBJECT_APP, first, &i)) == ERR_OK) {
        first = false;
        err = application_get(i, &candidate);
        if (err != ERR_OK) {
            return err;
        }
        if (candidate.name_len == len && memcmp(candidate.name, name, len) == 0) {
            *id = i;
            if (app != NULL) {
                *app = candidate;
            }
            return ERR_OK;
        }
    }
    return err == ERR_NOT_FOUND ? WIRE_APP_NAME : err;
}

int application_list(struct writer *out)
{
    struct application app;
    bool first = true;
    uint16_t id = 0;
    int err;
    while ((err = store_next(OBJECT_APP, first, &id)) == ERR_OK) {
        first = false;
        err = application_get(id, &app);
        if (err != ERR_OK) {
            return err;
        }
        writer_bytes(out, app.name, app.name_len);
        writer_u8(out, 0);
    }
    writer_u8(out, 0);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

int application_new_id(uint16_t *id)
{
    *id = store_free_id(OBJECT_APP, 1);
    return *id >= 1 && *id <= APP_MAX ? ERR_OK : ERR_NO_SPACE;
}

int application_delete(uint16_t id)
{
    int err = store_begin();
    if (err == ERR_OK) {
        err = store_delete(OBJECT_APP, id);
    }
    if (err == ERR_OK) {
        err = pin_delete(PIN_ADMIN(id));
    }
    if (err == ERR_OK) {
        err = pin_delete(PIN_USER(id));
    }
    if (err == ERR_OK) {
        err = store_commit();
    }
    if (err != ERR_OK) {
        store_rollback();
        return err;
    }
    sessions_revoke(PIN_ADMIN(id), NULL);
    sessions_revoke(PIN_USER(id), NULL);
    return application_sweep();
}

int application_sweep(void)
{
    int err = ERR_OK;
    for (uint16_t app = 1; err == ERR_OK && app <= APP_MAX; app++) {
        err = application_exists(app);
        if (err == WIRE_APP_ID) {
            err = container_delete_all(app);
            err = err == ERR_OK ? file_delete_all(app) : err;
        }
    }
    return err == ERR_OK ? file_sweep() : err;
}
