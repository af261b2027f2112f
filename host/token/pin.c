/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PINs (GM/T 0016 7.2). In the channel they travel as they are and the token compares them; bare,
 * in the forms of docs/gmt0017.md (P1, P2, M1).
 */
#include "token/token.h"

#include "util/wipe.h"

int hufu_pin_info(hufu_token *token, uint16_t app, unsigned pin, struct hufu_pin_info *info)
{
    if (info == NULL || pin > HUFU_PIN_USER) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    uint8_t answer[3];
    size_t len;
    command_start(&c, HUFU_INS_GET_PIN_INFO, 0, (uint8_t)pin);
    c.answer = true;
    put16(&c.data, app);
    int error = token_command(token, &c, answer, sizeof answer, &len, NULL);
    if (error != HUFU_OK) {
        return error;
    }
    struct reader r = {.at = answer, .left = len};
    struct hufu_pin_info got;
    got.max_tries = take8(&r);
    got.tries_left = take8(&r);
    got.is_default = take8(&r) != 0;
    if (!all_read(&r) || got.tries_left > got.max_tries) {
        return HUFU_ERR_PROTOCOL;
    }
    *info = got;
    return HUFU_OK;
}

/* Inside the channel: App . PIN, and for a change the new PIN. */
static int send_pins(hufu_token *token, uint8_t ins, uint16_t app, unsigned pin, const char *value,
                     const char *new_value, unsigned *tries_left)
{
    struct command c;
    int error = secure_pin_form(value);
    if (error == HUFU_OK && new_value != NULL) {
        error = secure_pin_form(new_value);
    }
    if (error != HUFU_OK) {
        return error;
    }
    command_start(&c, ins, 0, (uint8_t)pin);
    put16(&c.data, app);
    put_padded(&c.data, value, HUFU_PIN_MAX);
    if (new_value != NULL) {
        put_padded(&c.data, new_value, HUFU_PIN_MAX);
    }
    return token_command(token, &c, NULL, 0, NULL, tries_left);
}

int hufu_pin_verify(hufu_token *token, uint16_t app, unsigned pin, const char *value,
                    unsigned *tries_left)
{
    if (token == NULL || pin > HUFU_PIN_USER) {
        return HUFU_ERR_PARAM;
    }
    if (!token->bare) {
        return send_pins(token, HUFU_INS_PIN_VERIFY, app, pin, value, NULL, tries_left);
    }
    struct command c;
    uint8_t key[SECURE_KEY], block[SECURE_BLOCK];
    int error = secure_pin_key(value, key);
    if (error != HUFU_OK) {
        return error;
    }
    error = hufu_begin(token);
    if (error == HUFU_OK) {
        error = secure_challenge(token, block);
        if (error == HUFU_OK) {
            error = secure_encrypt(key, block, block);
        }
        if (error == HUFU_OK) {
            command_start(&c, HUFU_INS_VERIFY_PIN, 0, (uint8_t)pin);
            put16(&c.data, app);
            put(&c.data, block, sizeof block);
            error = token_command(token, &c, NULL, 0, NULL, tries_left);
        }
        hufu_end(token);
    }
    util_wipe(key, sizeof key);
    util_wipe(block, sizeof block);
    return error;
}

/* ChangePIN and UnblockPIN differ in their instruction and in whose key protects the new PIN. */
static int replace_pin(hufu_token *token, uint8_t ins, uint16_t app, unsigned pin,
                       const char *authority, const char *new_pin, unsigned *tries_left)
{
    struct command c;
    uint8_t key[SECURE_KEY], challenge[SECURE_BLOCK], block[SECURE_BLOCK] = {0};
    int error = secure_pin_form(new_pin);
    if (error == HUFU_OK) {
        error = secure_pin_key(authority, key);
    }
    if (error != HUFU_OK) {
        return error;
    }
    error = hufu_begin(token);
    if (error != HUFU_OK) {
        util_wipe(key, sizeof key);
        return error;
    }
    memcpy(block, new_pin, strlen(new_pin));
    error = secure_challenge(token, challenge);
    if (error == HUFU_OK) {
        error = secure_encrypt(key, block, block);
    }
    if (error == HUFU_OK) {
        command_start(&c, ins, 0, (uint8_t)pin);
        put16(&c.data, app);
        put(&c.data, block, sizeof block);
        error = secure_mac(&c, key, challenge);
    }
    if (error == HUFU_OK) {
        error = token_command(token, &c, NULL, 0, NULL, tries_left);
    }
    hufu_end(token);
    util_wipe(key, sizeof key);
    util_wipe(block, sizeof block);
    return error;
}

int hufu_pin_change(hufu_token *token, uint16_t app, unsigned pin, const char *old_value,
                    const char *new_value, unsigned *tries_left)
{
    if (token == NULL || pin > HUFU_PIN_USER) {
        return HUFU_ERR_PARAM;
    }
    if (!token->bare) {
        return send_pins(token, HUFU_INS_PIN_CHANGE, app, pin, old_value, new_value, tries_left);
    }
    return replace_pin(token, HUFU_INS_CHANGE_PIN, app, pin, old_value, new_value, tries_left);
}

int hufu_pin_unblock(hufu_token *token, uint16_t app, const char *admin_pin,
                     const char *new_user_pin, unsigned *tries_left)
{
    if (token == NULL) {
        return HUFU_ERR_PARAM;
    }
    if (!token->bare) {
        return send_pins(token, HUFU_INS_PIN_UNBLOCK, app, 0, admin_pin, new_user_pin, tries_left);
    }
    return replace_pin(token, HUFU_INS_UNBLOCK_PIN, app, 0, admin_pin, new_user_pin, tries_left);
}

int hufu_logout(hufu_token *token, uint16_t app)
{
    struct command c;
    command_start(&c, HUFU_INS_CLEAR_SECURE_STATE, 0, 0);
    put16(&c.data, app);
    return token_command(token, &c, NULL, 0, NULL, NULL);
}
