/* SPDX-License-Identifier: Apache-2.0 */
/* Applications (GM/T 0016 7.3). */
#include "token/token.h"

#define MAX_TRIES 10u /* GM/T 0027-2014 9.2 b */
/* What a new application may hold: as much as the token itself allows. */
#define CONTAINERS   0u
#define CERTIFICATES 0u
#define FILES        0u

static bool tries_good(uint8_t tries)
{
    return tries >= 1 && tries <= MAX_TRIES;
}

int hufu_app_create(hufu_token *token, const struct hufu_app_params *params)
{
    if (token == NULL || params == NULL || params->name == NULL || params->name[0] == '\0' ||
        strlen(params->name) > APP_NAME_MAX || !tries_good(params->admin_tries) ||
        !tries_good(params->user_tries)) {
        return HUFU_ERR_PARAM;
    }
    int error = secure_pin_form(params->admin_pin);
    if (error == HUFU_OK) {
        error = secure_pin_form(params->user_pin);
    }
    if (error != HUFU_OK) {
        return error;
    }
    struct command c;
    command_start(&c, HUFU_INS_CREATE_APPLICATION, 0, 0);
    put_padded(&c.data, params->name, APP_NAME_MAX);
    put_padded(&c.data, params->admin_pin, HUFU_PIN_MAX);
    put32(&c.data, params->admin_tries);
    put_padded(&c.data, params->user_pin, HUFU_PIN_MAX);
    put32(&c.data, params->user_tries);
    put32(&c.data, params->create_file_rights);
    put8(&c.data, CONTAINERS);
    put8(&c.data, CERTIFICATES);
    put16(&c.data, FILES);
    return status_device(token_command(token, &c, NULL, 0, NULL, NULL));
}

int hufu_app_delete(hufu_token *token, const char *name)
{
    struct command c;
    command_start(&c, HUFU_INS_DELETE_APPLICATION, 0, 0);
    int error = put_name(&c, name, APP_NAME_MAX);
    return error == HUFU_OK ? status_device(token_command(token, &c, NULL, 0, NULL, NULL)) : error;
}

int hufu_app_list(hufu_token *token, char *names, size_t *len)
{
    if (token == NULL || len == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    command_start(&c, HUFU_INS_ENUM_APPLICATION, 0, 0);
    return token_names(token, &c, names, len);
}

int hufu_app_open(hufu_token *token, const char *name, uint16_t *app)
{
    if (app == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    command_start(&c, HUFU_INS_OPEN_APPLICATION, 0, 0);
    int error = put_name(&c, name, APP_NAME_MAX);
    if (error != HUFU_OK) {
        return error;
    }
    /* rights 4, most containers 1, certificates 1, files 2, id 2 */
    uint8_t answer[10];
    size_t len;
    c.answer = true;
    c.le = sizeof answer;
    error = token_command(token, &c, answer, sizeof answer, &len, NULL);
    if (error != HUFU_OK) {
        return error;
    }
    struct reader r = {.at = answer, .left = len};
    take(&r, 8);
    uint16_t id = take16(&r);
    if (!all_read(&r)) {
        return HUFU_ERR_PROTOCOL;
    }
    *app = id;
    return HUFU_OK;
}

int hufu_app_close(hufu_token *token, uint16_t app)
{
    struct command c;
    command_start(&c, HUFU_INS_CLOSE_APPLICATION, 0, 0);
    put16(&c.data, app);
    return token_command(token, &c, NULL, 0, NULL, NULL);
}
