/* SPDX-License-Identifier: Apache-2.0 */
#include "applet/skf/container.h"
#include "apdu/reader.h"
#include "apdu/status.h"
#include "key/mode.h"
#include "key/session_key.h"
#include "store/store.h"
#include <string.h>

enum { RECORD = 1 + 2 + 1 + CONTAINER_NAME_MAX, RECORD_VERSION = 1 };

int container_put(uint16_t id, const struct container *c)
{
    uint8_t record[RECORD];
    struct writer w;
    writer_init(&w, record, sizeof record);
    writer_u8(&w, RECORD_VERSION);
    writer_u16(&w, c->app);
    writer_u8(&w, c->name_len);
    writer_bytes(&w, c->name, c->name_len);
    return store_put(OBJECT_CONTAINER, id, record, w.len);
}

int container_get(uint16_t id, struct container *c)
{
    uint8_t record[RECORD];
    struct reader r;
    size_t len = 0;
    int err = store_get(OBJECT_CONTAINER, id, record, sizeof record, &len);
    if (err == ERR_NOT_FOUND) {
        return WIRE_CONTAINER_ID;
    }
    if (err != ERR_OK) {
        return err == ERR_NO_SPACE ? ERR_INTEGRITY : err;
    }
    reader_init(&r, record, len);
    uint8_t version = reader_u8(&r);
    c->app = reader_u16(&r);
    c->name_len = reader_u8(&r);
    if (version != RECORD_VERSION || c->name_len > CONTAINER_NAME_MAX) {
        return ERR_INTEGRITY;
    }
    reader_copy(&r, c->name, c->name_len);
    return reader_end(&r) == ERR_OK ? ERR_OK : ERR_INTEGRITY;
}

int container_belongs(uint16_t id, uint16_t app)
{
    struct container c;
    int err = container_get(id, &c);
    return err == ERR_OK && c.app != app ? WIRE_CONTAINER_ID : err;
}

/* The next container of app after *id. ERR_OK; ERR_NOT_FOUND. */
static int next(uint16_t app, bool first, uint16_t *id, struct container *c)
{
    const uint16_t lowest = OBJECT_FIRST(app, CONTAINERS_PER_APP);
    *id = first ? (uint16_t)(lowest - 1u) : *id;
    int err = store_next(OBJECT_CONTAINER, false, id);
    if (err == ERR_OK && *id >= lowest + CONTAINERS_PER_APP) {
        err = ERR_NOT_FOUND;
    }
    if (err == ERR_OK) {
        err = container_get(*id, c);
    }
    return err == ERR_OK && c->app != app ? ERR_INTEGRITY : err;
}

int container_find(uint16_t app, const uint8_t *name, size_t len, uint16_t *id)
{
    struct container c;
    bool first = true;
    uint16_t i = 0;
    int err;
    while ((err = next(app, first, &i, &c)) == ERR_OK) {
        first = false;
        if (c.name_len == len && memcmp(c.name, name, len) == 0) {
            *id = i;
            return ERR_OK;
        }
    }
    return err == ERR_NOT_FOUND ? WIRE_CONTAINER_NAME : err;
}

int container_list(uint16_t app, struct writer *out)
{
    struct container c;
    bool first = true;
    uint16_t id = 0;
    int err;
    while ((err = next(app, first, &id, &c)) == ERR_OK) {
        first = false;
        writer_bytes(out, c.name, c.name_len);
        writer_u8(out, 0);
    }
    writer_u8(out, 0);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

int container_count(uint16_t app, unsigned *count)
{
    struct container c;
    bool first = true;
    uint16_t id = 0;
    int err;
    *count = 0;
    while ((err = next(app, first, &id, &c)) == ERR_OK) {
        first = false;
        *count += 1;
    }
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

int container_new_id(uint16_t app, uint16_t *id)
{
    const uint16_t lowest = OBJECT_FIRST(app, CONTAINERS_PER_APP);
    *id = store_free_id(OBJECT_CONTAINER, lowest);
    return *id >= lowest && *id < lowest + CONTAINERS_PER_APP ? ERR_OK : WIRE_CONTAINER_LIMIT;
}

int container_delete_all(uint16_t app)
{
    const uint16_t lowest = OBJECT_FIRST(app, CONTAINERS_PER_APP);
    uint16_t id = (uint16_t)(lowest - 1u);
    int err;
    while ((err = store_next(OBJECT_CONTAINER, false, &id)) == ERR_OK &&
           id < lowest + CONTAINERS_PER_APP) {
        err = container_delete(id);
        if (err != ERR_OK) {
            return err;
        }
    }
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

int container_has(uint16_t id, enum object_type type)
{
    size_t len = 0;
    int err = store_get((uint8_t)type, id, NULL, 0, &len);
    return err == ERR_NO_SPACE ? ERR_OK : err;
}

static int delete_if_there(uint8_t type, uint16_t id)
{
    int err = store_delete(type, id);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

int container_delete(uint16_t id)
{
    static const uint8_t types[] = {OBJECT_SIGN_KEY,     OBJECT_ENC_KEY,     OBJECT_SIGN_CERT,
                                    OBJECT_RSA_SIGN_KEY, OBJECT_RSA_ENC_KEY, OBJECT_ENC_CERT};
    int err = store_begin();
    for (unsigned i = 0; err == ERR_OK && i < sizeof types; i++) {
        err = delete_if_there(types[i], id);
    }
    if (err == ERR_OK) {
        err = delete_if_there(OBJECT_TRIES, (uint16_t)(TRIES_ENVELOPE | id));
    }
    if (err == ERR_OK) {
        err = key_mode_delete(id);
    }
    if (err == ERR_OK) {
        err = store_delete(OBJECT_CONTAINER, id);
    }
    if (err == ERR_OK) {
        err = store_commit();
    }
    if (err != ERR_OK) {
        store_rollback();
        return err;
    }
    session_key_wipe_container(id);
    context_wipe_container(CONTEXT_ANY_SESSION, id);
    return ERR_OK;
}
