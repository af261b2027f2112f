/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware updates through the admin applet (docs/update.md). */
#include "token/token.h"
#include "util/i18n.h"

#define HEADER 4096u
#define BLOCK  4096u

enum { FLAG_OURS = 1, FLAG_TRIAL = 2, FLAG_AUTHORISE = 4 };

int hufu_firmware_info(hufu_token *token, struct hufu_firmware_info *info)
{
    struct command c;
    uint8_t answer[HUFU_UPDATE_INFO];
    size_t len = 0;
    if (token == NULL || info == NULL) {
        return HUFU_ERR_PARAM;
    }
    *info = (struct hufu_firmware_info){0};
    command_start(&c, HUFU_INS_ADMIN_UPDATE_INFO, 0, 0);
    c.plain = true;
    c.answer = true;
    const int error = token_admin(token, &c, answer, sizeof answer, &len, NULL);
    if (error != HUFU_OK) {
        return error;
    }
    struct reader r = {.at = answer, .left = len};
    const uint8_t flags = take8(&r);
    info->updatable = (flags & FLAG_OURS) != 0;
    info->trial = (flags & FLAG_TRIAL) != 0;
    info->authorise = (flags & FLAG_AUTHORISE) != 0;
    info->slot = take8(&r);
    (void)take8(&r);
    info->revoked = take8(&r);
    info->version = take32(&r);
    info->rollback = take32(&r);
    info->store_format = (uint16_t)take16(&r);
    info->test_roots = take16(&r) != 0;
    info->wanted = take32(&r);
    info->total = take32(&r);
    for (size_t i = 0; i < sizeof info->board - 1u; i++) {
        info->board[i] = (char)take8(&r);
    }
    for (size_t i = 0; i < sizeof info->digest; i++) {
        info->digest[i] = take8(&r);
    }
    if (r.bad || r.left != 0) {
        *info = (struct hufu_firmware_info){0};
        return HUFU_ERR_PROTOCOL;
    }
    return HUFU_OK;
}

int hufu_firmware_begin(hufu_token *token, const uint8_t header[HEADER], uint32_t *wanted,
                        unsigned *reason)
{
    struct command c;
    uint8_t answer[4];
    size_t len = 0;
    if (token == NULL || header == NULL || wanted == NULL) {
        return HUFU_ERR_PARAM;
    }
    *wanted = 0;
    command_start(&c, HUFU_INS_ADMIN_UPDATE_BEGIN, 0, 0);
    c.plain = true;
    put(&c.data, header, HEADER);
    c.answer = true;
    const int error = token_admin(token, &c, answer, sizeof answer, &len, reason);
    if (error == HUFU_OK) {
        struct reader r = {.at = answer, .left = len};
        *wanted = take32(&r);
        return r.bad || r.left != 0 ? HUFU_ERR_PROTOCOL : HUFU_OK;
    }
    return error;
}

int hufu_firmware_write(hufu_token *token, uint32_t offset, const uint8_t *data, size_t len)
{
    struct command c;
    if (token == NULL || data == NULL || len == 0 || len > BLOCK) {
        return HUFU_ERR_PARAM;
    }
    command_start(&c, HUFU_INS_ADMIN_UPDATE_WRITE, 0, 0);
    c.plain = true;
    put32(&c.data, offset);
    put(&c.data, data, len);
    return token_admin(token, &c, NULL, 0, NULL, NULL);
}

int hufu_firmware_finish(hufu_token *token, bool restart, unsigned *reason)
{
    struct command c;
    if (token == NULL) {
        return HUFU_ERR_PARAM;
    }
    command_start(&c, HUFU_INS_ADMIN_UPDATE_FINISH, restart ? 1 : 0, 0);
    c.plain = true;
    return token_admin(token, &c, NULL, 0, NULL, reason);
}

int hufu_firmware_policy(hufu_token *token, bool authorise)
{
    struct command c;
    if (token == NULL) {
        return HUFU_ERR_PARAM;
    }
    command_start(&c, HUFU_INS_ADMIN_UPDATE_POLICY, authorise ? 1 : 0, 0);
    return status_device(token_admin(token, &c, NULL, 0, NULL, NULL));
}

int hufu_firmware_authorise(hufu_token *token, uint16_t app, const uint8_t digest[32])
{
    struct command c;
    if (token == NULL || digest == NULL) {
        return HUFU_ERR_PARAM;
    }
    command_start(&c, HUFU_INS_ADMIN_UPDATE_AUTHORISE, 0, 0);
    put16(&c.data, app);
    put(&c.data, digest, 32);
    return token_admin(token, &c, NULL, 0, NULL, NULL);
}

const char *hufu_image_reason(unsigned reason)
{
    static const char *const text[] = {
        [HUFU_IMAGE_MALFORMED] = N_("it is no firmware image, or a damaged one"),
        [HUFU_IMAGE_OTHER_BOARD] = N_("it is for another board"),
        [HUFU_IMAGE_OTHER_PLACE] = N_("it is laid out for another board"),
        [HUFU_IMAGE_ROLLBACK] = N_("its rollback counter is below the token's"),
        [HUFU_IMAGE_STORE] = N_("it cannot read what this token has stored"),
        [HUFU_IMAGE_KEY] = N_("it is signed by a key this token does not know, or no longer takes"),
        [HUFU_IMAGE_SIGNATURE] = N_("its signatures do not hold for this token"),
        [HUFU_IMAGE_CONTENT] = N_("what arrived is not what was signed"),
        [HUFU_IMAGE_OLDER] = N_("it is older than the firmware that runs"),
    };
    if (reason == 0 || reason >= sizeof text / sizeof text[0]) {
        return _("for a reason this program does not know");
    }
    return _(text[reason]);
}
