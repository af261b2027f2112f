/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates in a container (GM/T 0016 7.5.8, 7.5.9): DER as it comes. */
#include "token/token.h"

int hufu_import_cert(hufu_token *token, uint16_t app, uint16_t container, bool sign,
                     const uint8_t *der, size_t len)
{
    if (der == NULL || len == 0 || len > HUFU_CERT_MAX) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    container_command(&c, HUFU_INS_IMPORT_CERTIFICATE, 0, 0, app, container);
    put8(&c.data, sign ? 1 : 0);
    put32(&c.data, (uint32_t)len);
    put(&c.data, der, len);
    return token_command(token, &c, NULL, 0, NULL, NULL);
}

int hufu_export_cert(hufu_token *token, uint16_t app, uint16_t container, bool sign, uint8_t *der,
                     size_t *len)
{
    if (len == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    uint8_t answer[4 + HUFU_CERT_MAX];
    size_t got;
    container_command(&c, HUFU_INS_EXPORT_CERTIFICATE, sign ? 1 : 0, 0, app, container);
    c.answer = true;
    int error = token_command(token, &c, answer, sizeof answer, &got, NULL);
    if (error != HUFU_OK) {
        return error;
    }
    struct reader r = {.at = answer, .left = got};
    uint32_t cert_len = take32(&r);
    const uint8_t *cert = take(&r, cert_len);
    if (!all_read(&r) || cert_len == 0) {
        return HUFU_ERR_PROTOCOL;
    }
    size_t room = *len;
    *len = cert_len;
    if (der == NULL) {
        return HUFU_OK;
    }
    if (room < cert_len) {
        return HUFU_ERR_BUFFER;
    }
    memcpy(der, cert, cert_len);
    return HUFU_OK;
}
