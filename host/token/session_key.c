/* SPDX-License-Identifier: Apache-2.0 */
/* Session keys that were wrapped for the container's encryption key; they stay in the vault. */
#include "token/token.h"

#include "util/wipe.h"

#define SM2_BITS 256u
#define BLOCK    16u
#define PART     8192u /* plain or cipher bytes per command */

static void start(struct command *c, uint8_t ins, uint16_t app, uint16_t container, uint16_t key)
{
    command_start(c, ins, 0, 0);
    put16(&c->data, app);
    put16(&c->data, container);
    put16(&c->data, key);
}

int hufu_import_session_key(hufu_token *token, uint16_t app, uint16_t container, uint32_t alg,
                            const uint8_t c1[64], const uint8_t c3[32], const uint8_t *c2,
                            size_t c2_len, uint16_t *key)
{
    if (c1 == NULL || c3 == NULL || c2 == NULL || c2_len == 0 || c2_len > 64 || key == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    uint8_t answer[2];
    size_t len;
    command_start(&c, HUFU_INS_IMPORT_SESSION_KEY, 0, 0);
    c.answer = true;
    put16(&c.data, app);
    put16(&c.data, container);
    put32(&c.data, alg);
    put32(&c.data, (uint32_t)(4 + 64 + 32 + 4 + c2_len));
    put32(&c.data, SM2_BITS);
    put(&c.data, c1, 64);
    put(&c.data, c3, 32);
    put32(&c.data, (uint32_t)c2_len);
    put(&c.data, c2, c2_len);
    int error = token_command(token, &c, answer, sizeof answer, &len, NULL);
    if (error != HUFU_OK) {
        return error;
    }
    struct reader r = {.at = answer, .left = len};
    uint16_t id = take16(&r);
    if (!all_read(&r)) {
        return HUFU_ERR_PROTOCOL;
    }
    *key = id;
    return HUFU_OK;
}

int hufu_decrypt_init(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                      uint32_t alg, const uint8_t *iv, size_t iv_len, bool pkcs5_padding)
{
    if (iv_len > 32 || (iv == NULL && iv_len != 0)) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    start(&c, HUFU_INS_DECRYPT_INIT, app, container, key);
    put32(&c.data, alg);
    put16(&c.data, (uint32_t)iv_len);
    put(&c.data, iv, iv_len);
    put32(&c.data, pkcs5_padding ? 1 : 0);
    put32(&c.data, 0); /* feedback bits: only for OFB and CFB */
    return token_command(token, &c, NULL, 0, NULL, NULL);
}

int hufu_decrypt_update(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                        const uint8_t *in, size_t in_len, uint8_t *out, size_t *out_len)
{
    if ((in == NULL && in_len != 0) || out == NULL || out_len == NULL) {
        return HUFU_ERR_PARAM;
    }
    size_t written = 0;
    for (size_t done = 0; done < in_len;) {
        struct command c;
        size_t part = in_len - done < PART ? in_len - done : PART, got;
        start(&c, HUFU_INS_DECRYPT_UPDATE, app, container, key);
        c.answer = true;
        put(&c.data, in + done, part);
        /* The token may hold back one block, never give more than came in and was held. */
        int error = token_command(token, &c, out + written, in_len + BLOCK - written, &got, NULL);
        if (error != HUFU_OK) {
            util_wipe(out, written);
            return error;
        }
        written += got;
        done += part;
    }
    *out_len = written;
    return HUFU_OK;
}

int hufu_decrypt_final(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                       uint8_t *out, size_t *out_len)
{
    if (out == NULL || out_len == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    start(&c, HUFU_INS_DECRYPT_FINAL, app, container, key);
    c.answer = true;
    return token_command(token, &c, out, BLOCK, out_len, NULL);
}

int hufu_destroy_session_key(hufu_token *token, uint16_t app, uint16_t container, uint16_t key)
{
    struct command c;
    start(&c, HUFU_INS_DESTROY_SESSION_KEY, app, container, key);
    return token_command(token, &c, NULL, 0, NULL, NULL);
}
