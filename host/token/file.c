/* SPDX-License-Identifier: Apache-2.0 */
/* Files of an application (GM/T 0016 7.4). A range longer than one command travels in parts, each
 * whole or not at all. */
#include "token/token.h"

#define PART 4096u

static void start(struct command *c, uint8_t ins, uint16_t app)
{
    command_start(c, ins, (uint8_t)(app >> 8), (uint8_t)app);
}

int hufu_file_create(hufu_token *token, uint16_t app, const char *name,
                     const struct hufu_file_info *info)
{
    struct command c;
    if (name == NULL || info == NULL || name[0] == '\0' || strlen(name) > HUFU_FILE_NAME_MAX) {
        return HUFU_ERR_PARAM;
    }
    start(&c, HUFU_INS_CREATE_FILE, app);
    put_padded(&c.data, name, APP_NAME_MAX); /* the field is as wide as an application's */
    put32(&c.data, info->size);
    put32(&c.data, info->read_rights);
    put32(&c.data, info->write_rights);
    return token_command(token, &c, NULL, 0, NULL, NULL);
}

int hufu_file_delete(hufu_token *token, uint16_t app, const char *name)
{
    struct command c;
    start(&c, HUFU_INS_DELETE_FILE, app);
    int error = put_name(&c, name, HUFU_FILE_NAME_MAX);
    return error == HUFU_OK ? token_command(token, &c, NULL, 0, NULL, NULL) : error;
}

int hufu_file_list(hufu_token *token, uint16_t app, char *names, size_t *len)
{
    struct command c;
    if (token == NULL || len == NULL) {
        return HUFU_ERR_PARAM;
    }
    start(&c, HUFU_INS_ENUM_FILES, app);
    return token_names(token, &c, names, len);
}

int hufu_file_info(hufu_token *token, uint16_t app, const char *name, struct hufu_file_info *info)
{
    struct command c;
    uint8_t answer[12];
    size_t len;
    if (info == NULL) {
        return HUFU_ERR_PARAM;
    }
    start(&c, HUFU_INS_GET_FILE_INFO, app);
    c.answer = true;
    int error = put_name(&c, name, HUFU_FILE_NAME_MAX);
    if (error == HUFU_OK) {
        error = token_command(token, &c, answer, sizeof answer, &len, NULL);
    }
    if (error != HUFU_OK) {
        return error;
    }
    struct reader r = {.at = answer, .left = len};
    struct hufu_file_info got;
    got.size = take32(&r);
    got.read_rights = take32(&r);
    got.write_rights = take32(&r);
    if (!all_read(&r)) {
        return HUFU_ERR_PROTOCOL;
    }
    *info = got;
    return HUFU_OK;
}

/* App . offset 2 . name length 2 . name. */
static int start_range(struct command *c, uint8_t ins, uint16_t app, const char *name,
                       uint32_t offset)
{
    if (name == NULL || offset > UINT16_MAX) {
        return HUFU_ERR_PARAM;
    }
    command_start(c, ins, 0, 0);
    put16(&c->data, app);
    put16(&c->data, offset);
    put16(&c->data, (uint32_t)strnlen(name, HUFU_FILE_NAME_MAX + 1u));
    return put_name(c, name, HUFU_FILE_NAME_MAX);
}

int hufu_file_read(hufu_token *token, uint16_t app, const char *name, uint32_t offset, uint8_t *out,
                   size_t *len)
{
    if (out == NULL || len == NULL) {
        return HUFU_ERR_PARAM;
    }
    size_t wanted = *len, have = 0;
    bool more = true;
    while (have < wanted && more) {
        struct command c;
        size_t part = wanted - have < PART ? wanted - have : PART, got = 0;
        if (have != 0 && offset + have > UINT16_MAX) {
            break; /* no file goes on beyond that */
        }
        int error = start_range(&c, HUFU_INS_READ_FILE, app, name, (uint32_t)(offset + have));
        c.answer = true;
        c.le = (uint16_t)part;
        if (error == HUFU_OK) {
            error = token_command(token, &c, out + have, part, &got, NULL);
        }
        if (error != HUFU_OK) {
            return error;
        }
        have += got;
        more = got == part; /* less: that was the file's end */
    }
    *len = have;
    return HUFU_OK;
}

int hufu_file_write(hufu_token *token, uint16_t app, const char *name, uint32_t offset,
                    const uint8_t *data, size_t len)
{
    if (data == NULL && len != 0) {
        return HUFU_ERR_PARAM;
    }
    /* One command writes whole or not at all. Of several none may be the first to pass the end. */
    if (len > PART) {
        struct hufu_file_info info;
        int error = hufu_file_info(token, app, name, &info);
        if (error == HUFU_OK && (offset > info.size || len > info.size - offset)) {
            error = HUFU_ERR_PARAM;
        }
        if (error != HUFU_OK) {
            return error;
        }
    }
    size_t done = 0;
    do {
        struct command c;
        size_t part = len - done < PART ? len - done : PART;
        int error = start_range(&c, HUFU_INS_WRITE_FILE, app, name, (uint32_t)(offset + done));
        if (error == HUFU_OK) {
            put16(&c.data, (uint32_t)part);
            put(&c.data, data + done, part);
            error = token_command(token, &c, NULL, 0, NULL, NULL);
        }
        if (error != HUFU_OK) {
            return error;
        }
        done += part;
    } while (done < len);
    return HUFU_OK;
}
