/* SPDX-License-Identifier: Apache-2.0 */
/* Device information, label, random numbers, device authentication (GM/T 0016 7.1, 7.2). */
#include "token/token.h"

#include "util/wipe.h"

#define P2_SM4       2u   /* algorithm of the device key */
#define DEV_INFO_LEN 288u /* GetDevInfo's answer */
#define RESERVED     54u
#define RANDOM_MAX   1024u /* per command */

int hufu_dev_info(hufu_token *token, struct hufu_info *info)
{
    if (token == NULL || info == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    uint8_t data[DEV_INFO_LEN];
    size_t len;
    *info = (struct hufu_info){0};
    command_start(&c, HUFU_INS_GET_DEV_INFO, 0, 0);
    c.answer = true;
    int error = token_command(token, &c, data, sizeof data, &len, NULL);
    if (error != HUFU_OK) {
        return error;
    }
    struct reader r = {.at = data, .left = len};
    take_bytes(&r, info->structure_version, 2);
    take(&r, 2); /* version of the specification */
    take_text(&r, info->manufacturer, 64);
    take_text(&r, info->issuer, 64);
    take_text(&r, info->label, 32);
    take_text(&r, info->serial, 32);
    take_bytes(&r, info->hardware_version, 2);
    take_bytes(&r, info->firmware_version, 2);
    info->alg_sym = take32(&r);
    info->alg_asym = take32(&r);
    info->alg_hash = take32(&r);
    info->dev_auth_alg = take32(&r);
    info->total_space = take32(&r);
    info->free_space = take32(&r);
    info->max_apdu = take16(&r);
    info->user_auth = take16(&r);
    info->device_type = take16(&r);
    info->max_containers = take8(&r);
    info->max_certificates = take8(&r);
    info->max_files = take16(&r);
    take(&r, RESERVED);
    if (!all_read(&r)) {
        *info = (struct hufu_info){0};
        return HUFU_ERR_PROTOCOL;
    }
    return HUFU_OK;
}

int hufu_set_label(hufu_token *token, const char *label)
{
    /* GM/T 0016-2012 7.1.8: shorter than 32 bytes. */
    if (token == NULL || label == NULL || strnlen(label, 32) == 32) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    command_start(&c, HUFU_INS_SET_LABEL, 0, 0);
    put(&c.data, label, strlen(label));
    return token_command(token, &c, NULL, 0, NULL, NULL);
}

int hufu_random(hufu_token *token, uint8_t *out, size_t len)
{
    if (token == NULL || (out == NULL && len != 0)) {
        return HUFU_ERR_PARAM;
    }
    for (size_t done = 0; done < len;) {
        struct command c;
        size_t part = len - done < RANDOM_MAX ? len - done : RANDOM_MAX, got;
        command_start(&c, HUFU_INS_GEN_RANDOM, 0, 0);
        c.answer = true;
        c.le = (uint16_t)part;
        int error = token_command(token, &c, out + done, part, &got, NULL);
        if (error == HUFU_OK && got != part) {
            error = HUFU_ERR_PROTOCOL;
        }
        if (error != HUFU_OK) {
            util_wipe(out, len);
            return error;
        }
        done += part;
    }
    return HUFU_OK;
}

int hufu_device_auth_block(hufu_token *token, const uint8_t block[16])
{
    if (token == NULL || block == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    command_start(&c, HUFU_INS_DEV_AUTH, 0, P2_SM4);
    put(&c.data, block, SECURE_BLOCK);
    return status_device(token_command(token, &c, NULL, 0, NULL, NULL));
}

int hufu_device_auth(hufu_token *token, const uint8_t device_key[16])
{
    if (token == NULL || device_key == NULL) {
        return HUFU_ERR_PARAM;
    }
    uint8_t block[SECURE_BLOCK];
    int error = hufu_begin(token);
    if (error != HUFU_OK) {
        return error;
    }
    error = secure_challenge(token, block);
    if (error == HUFU_OK) {
        error = secure_encrypt(device_key, block, block);
    }
    if (error == HUFU_OK) {
        error = hufu_device_auth_block(token, block);
    }
    hufu_end(token);
    util_wipe(block, sizeof block);
    return error;
}

int hufu_change_device_key(hufu_token *token, const uint8_t old_key[16], const uint8_t new_key[16])
{
    if (token == NULL || old_key == NULL || new_key == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    uint8_t challenge[SECURE_BLOCK], wrapped[SECURE_BLOCK];
    int error = hufu_begin(token);
    if (error != HUFU_OK) {
        return error;
    }
    error = secure_challenge(token, challenge);
    if (error == HUFU_OK) {
        error = secure_encrypt(old_key, new_key, wrapped);
    }
    if (error == HUFU_OK) {
        command_start(&c, HUFU_INS_CHANGE_DEV_AUTH_KEY, 0, P2_SM4);
        put(&c.data, wrapped, sizeof wrapped);
        error = secure_mac(&c, old_key, challenge);
    }
    if (error == HUFU_OK) {
        error = token_command(token, &c, NULL, 0, NULL, NULL);
    }
    hufu_end(token);
    util_wipe(wrapped, sizeof wrapped);
    return status_device(error);
}
