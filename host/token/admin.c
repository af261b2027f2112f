/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands of the admin applet. SELECT ends the applet state of this session, so the SKF applet is
 * selected again before anyone else may send a command, and logins are gone afterwards.
 */
#include "token/token.h"

#define FLAG_DEVELOPMENT 0x01u
#define FLAG_PROVISIONED 0x04u
#define RAW_PART         4096u /* samples in one command */

int token_admin(hufu_token *token, struct command *c, uint8_t *answer, size_t cap, size_t *len,
                unsigned *tries)
{
    int error = hufu_begin(token);
    if (error != HUFU_OK) {
        return error;
    }
    error = token_select(token, HUFU_AID_ADMIN);
    if (error == HUFU_OK) {
        error = token_command(token, c, answer, cap, len, tries);
        /* This session ended with all others, or is about to; a new one has no applet. */
        if (error == HUFU_OK &&
            (c->ins == HUFU_INS_ADMIN_RESET || c->ins == HUFU_INS_ADMIN_LEAVE_FACTORY ||
             (c->ins == HUFU_INS_ADMIN_UPDATE_FINISH && c->p1 != 0))) {
            channel_drop(token);
        } else {
            int back = token_select(token, HUFU_AID_SKF);
            error = error == HUFU_OK ? back : error;
        }
    }
    hufu_end(token);
    return error;
}

int hufu_get_info(hufu_token *token, struct hufu_info *info)
{
    if (token == NULL || info == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    uint8_t status[HUFU_APDU_MAX_DATA];
    size_t len = 0;
    int error = hufu_begin(token);
    if (error != HUFU_OK) {
        return error;
    }
    *info = (struct hufu_info){0};
    command_start(&c, HUFU_INS_ADMIN_STATUS, 0, 0);
    c.answer = true;
    error = token_admin(token, &c, status, sizeof status, &len, NULL);
    struct reader r = {.at = status, .left = len};
    uint8_t lifecycle = take8(&r), failed = take8(&r), flags = take8(&r), cause = take8(&r);
    uint32_t meters[6];
    for (size_t i = 0; i < sizeof meters / sizeof meters[0]; i++) {
        meters[i] = take32(&r);
    }
    if (error == HUFU_OK && (r.bad || lifecycle > HUFU_FACTORY)) {
        error = HUFU_ERR_PROTOCOL;
    }
    if (error == HUFU_OK) {
        error = hufu_dev_info(token, info);
        /* In the error state only the status is served: that much is worth showing. */
        if (error == HUFU_ERR_SELFTEST && failed != 0) {
            error = HUFU_OK;
        }
    }
    hufu_end(token);
    if (error == HUFU_OK) {
        info->lifecycle = lifecycle;
        info->error_state = failed != 0;
        info->error = failed == 0                      ? HUFU_OK
                      : cause == HUFU_STATUS_INTEGRITY ? HUFU_ERR_INTEGRITY
                                                       : HUFU_ERR_SELFTEST;
        info->development = (flags & FLAG_DEVELOPMENT) != 0;
        info->provisioned = (flags & FLAG_PROVISIONED) != 0;
        info->boots = meters[0];
        info->flash_programs = meters[1];
        info->flash_erases = meters[2];
        info->stack_vault = meters[3];
        info->stack_command = meters[4];
        info->stack_link = meters[5];
    }
    return error;
}

int hufu_selftest(hufu_token *token)
{
    if (token == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    command_start(&c, HUFU_INS_ADMIN_SELFTEST, 0, 0);
    return token_admin(token, &c, NULL, 0, NULL, NULL);
}

int hufu_raw_noise(hufu_token *token, uint8_t *out, size_t len)
{
    if (token == NULL || out == NULL || len % HUFU_RAW_NOISE_BLOCK != 0) {
        return HUFU_ERR_PARAM;
    }
    int error = HUFU_OK;
    for (size_t done = 0, got = 0; done < len && error == HUFU_OK; done += got) {
        struct command c;
        const size_t part = len - done < RAW_PART ? len - done : RAW_PART;
        command_start(&c, HUFU_INS_ADMIN_RAW_NOISE, 0, 0);
        c.answer = true;
        c.le = (uint16_t)part;
        error = status_device(token_admin(token, &c, out + done, part, &got, NULL));
        error = error == HUFU_OK && got != part ? HUFU_ERR_PROTOCOL : error;
    }
    return error;
}

int hufu_allow_bare(hufu_token *token, bool allowed)
{
    if (token == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    command_start(&c, HUFU_INS_ADMIN_POLICY, allowed ? 1 : 0, 0);
    return status_device(token_admin(token, &c, NULL, 0, NULL, NULL));
}

int hufu_reset(hufu_token *token, const uint8_t device_key[16])
{
    if (token == NULL || device_key == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    int error = hufu_begin(token);
    if (error != HUFU_OK) {
        return error;
    }
    error = hufu_device_auth(token, device_key);
    if (error == HUFU_OK) {
        command_start(&c, HUFU_INS_ADMIN_RESET, 0, 0);
        error = status_device(token_admin(token, &c, NULL, 0, NULL, NULL));
    }
    hufu_end(token);
    return error;
}
