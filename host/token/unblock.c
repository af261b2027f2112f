/* SPDX-License-Identifier: Apache-2.0 */
/* Remote unlock (docs/unblock.md): the token asks, the unlock authority answers. */
#include "token/token.h"

#include "hufu/unblock.h"

enum { SET = 0, ENABLE = 1, REMOVE = 2 };

int hufu_set_unlock_authority(hufu_token *token, const uint8_t pub[64])
{
    if (token == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    command_start(&c, HUFU_INS_ADMIN_UNLOCK_AUTHORITY, pub != NULL ? SET : REMOVE, 0);
    if (pub != NULL) {
        put(&c.data, pub, 64);
    }
    return status_device(token_admin(token, &c, NULL, 0, NULL, NULL));
}

int hufu_enable_unblock(hufu_token *token, uint16_t app, unsigned pin)
{
    if (token == NULL || pin > HUFU_PIN_USER) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    command_start(&c, HUFU_INS_ADMIN_UNLOCK_AUTHORITY, ENABLE, (uint8_t)pin);
    put16(&c.data, app);
    return status_device(token_admin(token, &c, NULL, 0, NULL, NULL));
}

/* What the two commands' refusals mean here. */
static int meaning(int error)
{
    switch (error) {
    case HUFU_ERR_NO_KEY:
        return HUFU_ERR_NO_AUTHORITY;
    case HUFU_ERR_STATE:
        return HUFU_ERR_NO_REQUEST;
    case HUFU_ERR_PIN_WRONG:
        return HUFU_ERR_UNBLOCK_REFUSED;
    case HUFU_ERR_PIN_LOCKED:
        return HUFU_ERR_UNBLOCK_LOCKED;
    default:
        return error;
    }
}

int hufu_unblock_request(hufu_token *token, uint16_t app, unsigned pin, uint8_t request[96])
{
    if (token == NULL || request == NULL || pin > HUFU_PIN_USER) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    uint8_t answer[HUFU_UNBLOCK_REQUEST];
    command_start(&c, HUFU_INS_UNLOCK_REQUEST, 0, (uint8_t)pin);
    put16(&c.data, app);
    int error = meaning(token_answer(token, &c, answer, sizeof answer));
    if (error == HUFU_OK) {
        memcpy(request, answer, sizeof answer);
    }
    return error;
}

int hufu_unblock_respond(hufu_token *token, uint16_t app, unsigned pin, const uint8_t sig[64],
                         const char *new_pin, unsigned *failures_left)
{
    if (token == NULL || sig == NULL || pin > HUFU_PIN_USER) {
        return HUFU_ERR_PARAM;
    }
    int error = secure_pin_form(new_pin);
    if (error != HUFU_OK) {
        return error;
    }
    struct command c;
    command_start(&c, HUFU_INS_UNLOCK_RESPOND, 0, (uint8_t)pin);
    put16(&c.data, app);
    put(&c.data, sig, 64);
    put_padded(&c.data, new_pin, HUFU_PIN_MAX);
    return meaning(token_command(token, &c, NULL, 0, NULL, failures_left));
}
