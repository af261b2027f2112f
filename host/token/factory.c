/* SPDX-License-Identifier: Apache-2.0 */
/* A manufacturer's commands (docs/provisioning.md), and the transport PIN that ends them. */
#include "token/token.h"

#include "util/wipe.h"

/* A blank token has no root key and so no channel; nothing secret is in this command. */
static int provision(hufu_token *token, const char *serial, const char *maker, bool plan,
                     uint8_t *answer, size_t cap, size_t *len)
{
    struct command c;
    if (token == NULL || serial == NULL || maker == NULL || strlen(serial) != HUFU_SERIAL_DIGITS ||
        maker[0] == '\0' || strlen(maker) > HUFU_MAKER_MAX) {
        return HUFU_ERR_PARAM;
    }
    command_start(&c, HUFU_INS_ADMIN_PROVISION, plan ? 1 : 0, 0);
    c.answer = plan;
    put(&c.data, serial, HUFU_SERIAL_DIGITS);
    put(&c.data, maker, strlen(maker));
    const bool bare = token->bare;
    token->bare = true;
    int error = token_admin(token, &c, answer, cap, len, NULL);
    token->bare = bare;
    return error;
}

int hufu_factory_plan(hufu_token *token, const char *serial, const char *maker,
                      struct hufu_factory_row *rows)
{
    uint8_t answer[4 * HUFU_FACTORY_ROWS];
    size_t len = 0;
    if (rows == NULL) {
        return HUFU_ERR_PARAM;
    }
    int error = provision(token, serial, maker, true, answer, sizeof answer, &len);
    if (error == HUFU_OK && len != sizeof answer) {
        error = HUFU_ERR_PROTOCOL;
    }
    struct reader r = {.at = answer, .left = sizeof answer};
    for (unsigned i = 0; error == HUFU_OK && i < HUFU_FACTORY_ROWS; i++) {
        rows[i].row = take8(&r);
        rows[i].what = take8(&r);
        rows[i].standing = take16(&r);
    }
    return error;
}

int hufu_factory_provision(hufu_token *token, const char *serial, const char *maker)
{
    return provision(token, serial, maker, false, NULL, 0, NULL);
}

int hufu_factory_panel(hufu_token *token)
{
    struct command c;
    if (token == NULL) {
        return HUFU_ERR_PARAM;
    }
    command_start(&c, HUFU_INS_ADMIN_PANEL_TEST, 0, 0);
    return token_admin(token, &c, NULL, 0, NULL, NULL);
}

/* A PIN in its field. */
static int put_pin(struct command *c, const char *pin)
{
    int error = secure_pin_form(pin);
    if (error == HUFU_OK) {
        put_padded(&c->data, pin, HUFU_PIN_MAX);
    }
    return error;
}

int hufu_factory_leave(hufu_token *token, const uint8_t device_key[16], const char *transport_pin)
{
    struct command c;
    if (token == NULL || device_key == NULL) {
        return HUFU_ERR_PARAM;
    }
    command_start(&c, HUFU_INS_ADMIN_LEAVE_FACTORY, 0, 0);
    put(&c.data, device_key, 16);
    int error = put_pin(&c, transport_pin);
    if (error == HUFU_OK) {
        error = token_admin(token, &c, NULL, 0, NULL, NULL);
    }
    util_wipe(c.bytes, c.data.len);
    return error;
}

int hufu_transport_pin(hufu_token *token, const char *transport_pin, unsigned *tries_left)
{
    struct command c;
    if (token == NULL) {
        return HUFU_ERR_PARAM;
    }
    command_start(&c, HUFU_INS_ADMIN_TRANSPORT_PIN, 0, 0);
    int error = put_pin(&c, transport_pin);
    return error == HUFU_OK ? token_admin(token, &c, NULL, 0, NULL, tries_left) : error;
}
