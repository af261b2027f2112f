/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 30 CreateFile, P1 P2 = App: name 48 . size 4 . read rights 4 . write rights 4. Needs the create
 * right that the application was made with. Doubtful choice F1: another host has a name field of 40
 * bytes; the length tells.
 */
#include "applet/skf/application.h"
#include "applet/skf/file.h"
#include "applet/skf/skf.h"
#include "wipe.h"
#include <string.h>

enum { NUMBERS = 12 };

static int parse(struct reader *r, struct file *file)
{
    uint8_t rest = 0;
    size_t width = r->left - NUMBERS; /* the table's shortest form is longer */
    const uint8_t *name = reader_take(r, width);
    file->size = reader_u32(r);
    file->read_rights = reader_u32(r);
    file->write_rights = reader_u32(r);
    if (reader_end(r) != ERR_OK || name == NULL || (width != 40 && width != 48)) {
        return ERR_LENGTH;
    }
    while (file->name_len < FILE_NAME_MAX && name[file->name_len] != 0) {
        file->name[file->name_len] = name[file->name_len];
        file->name_len++;
    }
    for (size_t i = file->name_len; i < width; i++) {
        rest |= name[i];
    }
    if (rest != 0 || file->size < 1 || file->size > FILE_SIZE_MAX ||
        !file_rights_good(file->read_rights) || !file_rights_good(file->write_rights)) {
        return ERR_DATA;
    }
    return name_check(file->name, file->name_len, FILE_NAME_MAX);
}

/* The application's own limit; 0 means that of the token. */
static int check_limit(const struct call *call, const struct application *app)
{
    unsigned count = 0;
    unsigned most =
        app->max_files != 0 && app->max_files < FILES_PER_APP ? app->max_files : FILES_PER_APP;
    int err = file_count(call->app, &count);
    return err == ERR_OK && count >= most ? ERR_NO_SPACE : err;
}

int skf_create_file(struct call *call)
{
    struct application app;
    struct file file, other;
    uint16_t id = 0;
    memset(&file, 0, sizeof file);
    file.app = call->app;
    int err = application_get(call->app, &app);
    if (err == ERR_OK) {
        err = file_right(call->session, call->app, app.create_file_rights);
    }
    if (err == ERR_OK) {
        err = parse(&call->in, &file);
    }
    if (err == ERR_OK) {
        err = file_find(call->app, file.name, file.name_len, &id, &other);
        err = err == ERR_OK ? WIRE_FILE_EXISTS : err == WIRE_FILE_NAME ? ERR_OK : err;
    }
    if (err == ERR_OK) {
        err = check_limit(call, &app);
    }
    /* The command has no answer: its buffer is free. */
    return err == ERR_OK ? file_create(&file, call->out.start) : err;
}
