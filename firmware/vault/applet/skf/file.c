/* SPDX-License-Identifier: Apache-2.0 */
#include "applet/skf/file.h"
#include "apdu/status.h"
#include "applet/access.h"
#include "applet/skf/application.h"
#include "store/store.h"
#include <string.h>

enum { RECORD = 1 + 2 + 1 + FILE_NAME_MAX + 4 + 4 + 4, RECORD_VERSION = 1 };
enum { PART_BITS = 5 }; /* FILE_SIZE_MAX / FILE_PART parts at most */

static uint16_t part_id(uint16_t file, unsigned part)
{
    return (uint16_t)((file << PART_BITS) | part);
}

static unsigned parts_of(uint32_t size)
{
    return (unsigned)((size + FILE_PART - 1) / FILE_PART);
}

/* How much of part `part` is in use. */
static size_t part_len(uint32_t size, unsigned part)
{
    uint32_t left = size - part * FILE_PART;
    return left < FILE_PART ? left : FILE_PART;
}

bool file_rights_good(uint32_t rights)
{
    return rights == RIGHT_ANYONE || (rights & ~(uint32_t)(RIGHT_ADMIN | RIGHT_USER)) == 0;
}

int file_right(const struct session *session, uint16_t app, uint32_t rights)
{
    if ((rights & RIGHT_ANYONE) == RIGHT_ANYONE) {
        return ERR_OK;
    }
    if ((rights & RIGHT_USER) != 0 && access_right(session, PIN_USER(app)) == ERR_OK) {
        return ERR_OK;
    }
    return (rights & RIGHT_ADMIN) != 0 ? access_right(session, PIN_ADMIN(app)) : ERR_DENIED;
}

static int put(uint16_t id, const struct file *file)
{
    uint8_t record[RECORD];
    struct writer w;
    writer_init(&w, record, sizeof record);
    writer_u8(&w, RECORD_VERSION);
    writer_u16(&w, file->app);
    writer_u8(&w, file->name_len);
    writer_bytes(&w, file->name, FILE_NAME_MAX);
    writer_u32(&w, file->size);
    writer_u32(&w, file->read_rights);
    writer_u32(&w, file->write_rights);
    return store_put_one(OBJECT_FILE, id, record, w.len);
}

static int get(uint16_t id, struct file *file)
{
    uint8_t record[RECORD];
    struct reader r;
    size_t len = 0;
    int err = store_get(OBJECT_FILE, id, record, sizeof record, &len);
    if (err != ERR_OK) {
        return err == ERR_NO_SPACE ? ERR_INTEGRITY : err;
    }
    reader_init(&r, record, len);
    uint8_t version = reader_u8(&r);
    file->app = reader_u16(&r);
    file->name_len = reader_u8(&r);
    reader_copy(&r, file->name, FILE_NAME_MAX);
    file->size = reader_u32(&r);
    file->read_rights = reader_u32(&r);
    file->write_rights = reader_u32(&r);
    if (reader_end(&r) != ERR_OK || version != RECORD_VERSION || file->name_len > FILE_NAME_MAX ||
        file->size < 1 || file->size > FILE_SIZE_MAX) {
        return ERR_INTEGRITY;
    }
    return ERR_OK;
}

/* The next file of app after *id. ERR_OK; ERR_NOT_FOUND. */
static int next(uint16_t app, bool first, uint16_t *id, struct file *file)
{
    const uint16_t lowest = OBJECT_FIRST(app, FILES_PER_APP);
    *id = first ? (uint16_t)(lowest - 1u) : *id;
    int err = store_next(OBJECT_FILE, false, id);
    if (err == ERR_OK && *id >= lowest + FILES_PER_APP) {
        err = ERR_NOT_FOUND;
    }
    if (err == ERR_OK) {
        err = get(*id, file);
    }
    return err == ERR_OK && file->app != app ? ERR_INTEGRITY : err;
}

int file_find(uint16_t app, const uint8_t *name, size_t len, uint16_t *id, struct file *file)
{
    bool first = true;
    uint16_t i = 0;
    int err;
    while ((err = next(app, first, &i, file)) == ERR_OK) {
        first = false;
        if (file->name_len == len && memcmp(file->name, name, len) == 0) {
            *id = i;
            return ERR_OK;
        }
    }
    return err == ERR_NOT_FOUND ? WIRE_FILE_NAME : err;
}

int file_list(uint16_t app, struct writer *out)
{
    struct file file;
    bool first = true;
    uint16_t id = 0;
    int err;
    while ((err = next(app, first, &id, &file)) == ERR_OK) {
        first = false;
        writer_bytes(out, file.name, file.name_len);
        writer_u8(out, 0);
    }
    writer_u8(out, 0);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

int file_count(uint16_t app, unsigned *count)
{
    struct file file;
    bool first = true;
    uint16_t id = 0;
    int err;
    *count = 0;
    while ((err = next(app, first, &id, &file)) == ERR_OK) {
        first = false;
        *count += 1;
    }
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static int delete_parts(uint16_t id)
{
    int err = ERR_OK;
    for (unsigned part = 0; err == ERR_OK && part < (1u << PART_BITS); part++) {
        size_t len = 0;
        err = store_get(OBJECT_FILE_DATA, part_id(id, part), NULL, 0, &len);
        if (err == ERR_NOT_FOUND) {
            err = ERR_OK;
            continue;
        }
        err = store_begin();
        if (err == ERR_OK) {
            err = store_delete(OBJECT_FILE_DATA, part_id(id, part));
        }
        if (err == ERR_OK) {
            err = store_commit();
        }
        if (err != ERR_OK) {
            store_rollback();
        }
    }
    return err;
}

uint32_t file_space(const struct store_stats *stats)
{
    const uint32_t part = store_cost(FILE_PART), least = store_cost(1);
    uint32_t bytes = stats->free, objects = stats->objects_free, space = 0;
    while (objects >= 2 && bytes >= store_cost(RECORD) + least) {
        uint32_t parts = FILE_SIZE_MAX / FILE_PART;
        bytes -= store_cost(RECORD);
        objects--;
        parts = parts < objects ? parts : objects;
        parts = parts < bytes / part ? parts : bytes / part;
        space += parts * FILE_PART;
        bytes -= parts * part;
        objects -= parts;
        if (parts < FILE_SIZE_MAX / FILE_PART) { /* the last file ends in what is left */
            return space + (objects != 0 && bytes >= least ? bytes - store_cost(0) : 0);
        }
    }
    return space;
}

int file_create(const struct file *file, uint8_t *scratch)
{
    const uint16_t lowest = OBJECT_FIRST(file->app, FILES_PER_APP);
    struct store_stats stats;
    uint16_t id = store_free_id(OBJECT_FILE, lowest);
    store_stats(&stats);
    /* Refused before anything is written: a file that does not fit shall cost no erase. */
    if (id < lowest || id >= lowest + FILES_PER_APP || file->size > file_space(&stats)) {
        return ERR_NO_SPACE;
    }
    int err = delete_parts(id);
    memset(scratch, 0, FILE_PART);
    for (unsigned part = 0; err == ERR_OK && part < parts_of(file->size); part++) {
        err =
            store_put_one(OBJECT_FILE_DATA, part_id(id, part), scratch, part_len(file->size, part));
    }
    if (err == ERR_OK) {
        err = put(id, file);
    }
    if (err == ERR_NO_SPACE) {
        int undone = delete_parts(id);
        err = undone == ERR_OK ? ERR_NO_SPACE : undone;
    }
    return err;
}

int file_delete(uint16_t id)
{
    int err = store_begin();
    if (err == ERR_OK) {
        err = store_delete(OBJECT_FILE, id);
    }
    if (err == ERR_OK) {
        err = store_commit();
    }
    if (err != ERR_OK) {
        store_rollback();
        return err;
    }
    return delete_parts(id);
}

int file_delete_all(uint16_t app)
{
    const uint16_t lowest = OBJECT_FIRST(app, FILES_PER_APP);
    uint16_t id = (uint16_t)(lowest - 1u);
    int err;
    while ((err = store_next(OBJECT_FILE, false, &id)) == ERR_OK && id < lowest + FILES_PER_APP) {
        err = file_delete(id);
        if (err != ERR_OK) {
            return err;
        }
    }
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

int file_sweep(void)
{
    bool first = true;
    uint16_t id = 0, known = 0; /* the file last seen to be there: its parts follow one another */
    int err;
    while ((err = store_next(OBJECT_FILE_DATA, first, &id)) == ERR_OK) {
        const uint16_t file = (uint16_t)(id >> PART_BITS);
        size_t len = 0;
        first = false;
        if (file == known) {
            continue;
        }
        err = store_get(OBJECT_FILE, file, NULL, 0, &len);
        if (err == ERR_NOT_FOUND) {
            err = delete_parts(file);
        } else if (err == ERR_NO_SPACE) {
            known = file;
            err = ERR_OK;
        }
        if (err != ERR_OK) {
            return err;
        }
    }
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* A part whole. A file without one of its parts was not made by this code. */
static int get_part(uint16_t id, const struct file *file, unsigned part, uint8_t *out)
{
    size_t len = 0, due = part_len(file->size, part);
    int err = store_get(OBJECT_FILE_DATA, part_id(id, part), out, FILE_PART, &len);
    if (err == ERR_NOT_FOUND || err == ERR_NO_SPACE || (err == ERR_OK && len != due)) {
        err = ERR_INTEGRITY;
    }
    return err;
}

int file_read(uint16_t id, const struct file *file, uint32_t offset, uint8_t *out, size_t len)
{
    int err = ERR_OK;
    while (err == ERR_OK && len != 0) {
        uint32_t skip = offset % FILE_PART;
        size_t n = FILE_PART - skip < len ? FILE_PART - skip : len;
        err = get_part(id, file, offset / FILE_PART, out);
        memmove(out, out + skip, n);
        out += n;
        offset += (uint32_t)n;
        len -= n;
    }
    return err;
}

int file_write(uint16_t id, const struct file *file, uint32_t offset, const uint8_t *in, size_t len,
               uint8_t *scratch)
{
    int err = store_begin();
    while (err == ERR_OK && len != 0) {
        unsigned part = offset / FILE_PART;
        uint32_t skip = offset % FILE_PART;
        size_t n = FILE_PART - skip < len ? FILE_PART - skip : len;
        err = get_part(id, file, part, scratch);
        if (err == ERR_OK) {
            memcpy(scratch + skip, in, n);
            err =
                store_put(OBJECT_FILE_DATA, part_id(id, part), scratch, part_len(file->size, part));
        }
        in += n;
        offset += (uint32_t)n;
        len -= n;
    }
    return err == ERR_OK ? store_commit() : err;
}
