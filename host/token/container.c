/* SPDX-License-Identifier: Apache-2.0 */
/* Containers (GM/T 0016 7.5). */
#include "token/token.h"

void container_command(struct command *c, uint8_t ins, uint8_t p1, uint8_t p2, uint16_t app,
                       uint16_t container)
{
    command_start(c, ins, p1, p2);
    put16(&c->data, app);
    put16(&c->data, container);
}

/* CreateContainer and OpenContainer: App . name -> Cont. */
static int named(hufu_token *token, uint8_t ins, uint16_t app, const char *name,
                 uint16_t *container)
{
    struct command c;
    command_start(&c, ins, 0, 0);
    put16(&c.data, app);
    int error = put_name(&c, name, HUFU_NAME_MAX);
    return error == HUFU_OK ? token_id(token, &c, container) : error;
}

int hufu_container_create(hufu_token *token, uint16_t app, const char *name, uint16_t *container)
{
    return named(token, HUFU_INS_CREATE_CONTAINER, app, name, container);
}

int hufu_container_open(hufu_token *token, uint16_t app, const char *name, uint16_t *container)
{
    return named(token, HUFU_INS_OPEN_CONTAINER, app, name, container);
}

int hufu_container_close(hufu_token *token, uint16_t app, uint16_t container)
{
    struct command c;
    container_command(&c, HUFU_INS_CLOSE_CONTAINER, 0, 0, app, container);
    return token_command(token, &c, NULL, 0, NULL, NULL);
}

int hufu_container_delete(hufu_token *token, uint16_t app, const char *name)
{
    struct command c;
    command_start(&c, HUFU_INS_DELETE_CONTAINER, 0, 0);
    put16(&c.data, app);
    int error = put_name(&c, name, HUFU_NAME_MAX);
    return error == HUFU_OK ? token_command(token, &c, NULL, 0, NULL, NULL) : error;
}

int hufu_container_list(hufu_token *token, uint16_t app, char *names, size_t *len)
{
    if (token == NULL || len == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    command_start(&c, HUFU_INS_ENUM_CONTAINER, 0, 0);
    put16(&c.data, app);
    return token_names(token, &c, names, len);
}

int hufu_container_info(hufu_token *token, uint16_t app, const char *name,
                        struct hufu_container_info *info)
{
    if (info == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    uint8_t answer[11];
    size_t len;
    command_start(&c, HUFU_INS_GET_CONTAINER_INFO, 0, 0);
    c.answer = true;
    put16(&c.data, app);
    int error = put_name(&c, name, HUFU_NAME_MAX);
    if (error == HUFU_OK) {
        error = token_command(token, &c, answer, sizeof answer, &len, NULL);
    }
    if (error != HUFU_OK) {
        return error;
    }
    struct reader r = {.at = answer, .left = len};
    struct hufu_container_info got;
    got.type = take8(&r);
    got.sign_bits = take32(&r);
    got.enc_bits = take32(&r);
    got.sign_cert = take8(&r) != 0;
    got.enc_cert = take8(&r) != 0;
    if (!all_read(&r)) {
        return HUFU_ERR_PROTOCOL;
    }
    *info = got;
    return HUFU_OK;
}
