/* SPDX-License-Identifier: Apache-2.0 */
/* What session keys in the vault do (GM/T 0016 7.6.19 to .26, .31 to .35), and hashing there. Data
 * longer than one command travels in parts. */
#include "token/token.h"

#include "util/wipe.h"

#define BLOCK  16u
#define IV_MAX 32u
#define PART   8192u /* plain or cipher bytes per command, whole blocks */

static void start(struct command *c, uint8_t ins, uint16_t app, uint16_t container, uint16_t key)
{
    container_command(c, ins, 0, 0, app, container);
    put16(&c->data, key);
}

/* algorithm 4 . IV length 2 . IV . padding 4 . feedback bits 4 (0: a whole block) */
static int init(hufu_token *token, struct command *c, uint32_t alg, const uint8_t *iv,
                size_t iv_len, bool pkcs5_padding)
{
    if (iv_len > IV_MAX || (iv == NULL && iv_len != 0)) {
        return HUFU_ERR_PARAM;
    }
    put32(&c->data, alg);
    put16(&c->data, (uint32_t)iv_len);
    put(&c->data, iv, iv_len);
    put32(&c->data, pkcs5_padding ? 1 : 0);
    put32(&c->data, 0);
    return token_command(token, c, NULL, 0, NULL, NULL);
}

int hufu_encrypt_init(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                      uint32_t alg, const uint8_t *iv, size_t iv_len, bool pkcs5_padding)
{
    struct command c;
    start(&c, HUFU_INS_ENCRYPT_INIT, app, container, key);
    return init(token, &c, alg, iv, iv_len, pkcs5_padding);
}

int hufu_decrypt_init(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                      uint32_t alg, const uint8_t *iv, size_t iv_len, bool pkcs5_padding)
{
    struct command c;
    start(&c, HUFU_INS_DECRYPT_INIT, app, container, key);
    return init(token, &c, alg, iv, iv_len, pkcs5_padding);
}

/* All parts by `update`; with `last` not 0 the final part, which may be empty, by that. */
static int run(hufu_token *token, uint8_t update, uint8_t last, uint16_t app, uint16_t container,
               uint16_t key, const uint8_t *in, size_t in_len, uint8_t *out, size_t *out_len)
{
    if ((in == NULL && in_len != 0) || out == NULL || out_len == NULL) {
        return HUFU_ERR_PARAM;
    }
    size_t written = 0, done = 0;
    bool more = in_len != 0 || last != 0;
    while (more) {
        struct command c;
        size_t part = in_len - done < PART ? in_len - done : PART, got;
        more = in_len - done > part;
        start(&c, more || last == 0 ? update : last, app, container, key);
        c.answer = true;
        if (part != 0) {
            put(&c.data, in + done, part);
        }
        /* The token may hold back one block, or pad; never more than came in and one block. */
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

int hufu_encrypt_update(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                        const uint8_t *in, size_t in_len, uint8_t *out, size_t *out_len)
{
    return run(token, HUFU_INS_ENCRYPT_UPDATE, 0, app, container, key, in, in_len, out, out_len);
}

int hufu_decrypt_update(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                        const uint8_t *in, size_t in_len, uint8_t *out, size_t *out_len)
{
    return run(token, HUFU_INS_DECRYPT_UPDATE, 0, app, container, key, in, in_len, out, out_len);
}

int hufu_encrypt_final(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                       uint8_t *out, size_t *out_len)
{
    return run(token, 0, HUFU_INS_ENCRYPT_FINAL, app, container, key, NULL, 0, out, out_len);
}

int hufu_decrypt_final(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                       uint8_t *out, size_t *out_len)
{
    return run(token, 0, HUFU_INS_DECRYPT_FINAL, app, container, key, NULL, 0, out, out_len);
}

int hufu_encrypt(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                 const uint8_t *in, size_t in_len, uint8_t *out, size_t *out_len)
{
    return run(token, HUFU_INS_ENCRYPT_UPDATE, HUFU_INS_ENCRYPT, app, container, key, in, in_len,
               out, out_len);
}

int hufu_decrypt(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                 const uint8_t *in, size_t in_len, uint8_t *out, size_t *out_len)
{
    return run(token, HUFU_INS_DECRYPT_UPDATE, HUFU_INS_DECRYPT, app, container, key, in, in_len,
               out, out_len);
}

/* --- MAC ------------------------------------------------------------------------------------ */

int hufu_mac_init(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                  const uint8_t *iv)
{
    struct command c;
    start(&c, HUFU_INS_MAC_INIT, app, container, key);
    return init(token, &c, SGD_SM4_MAC_ID, iv, iv == NULL ? 0 : BLOCK, false);
}

/* Data behind the head that the command has, in parts; nothing is answered. */
static int feed(hufu_token *token, const struct command *head, const uint8_t *in, size_t in_len)
{
    if (in == NULL && in_len != 0) {
        return HUFU_ERR_PARAM;
    }
    for (size_t done = 0; done < in_len;) {
        struct command c;
        size_t part = in_len - done < PART ? in_len - done : PART;
        command_start(&c, head->ins, 0, 0);
        put(&c.data, head->bytes, head->data.len);
        put(&c.data, in + done, part);
        int error = token_command(token, &c, NULL, 0, NULL, NULL);
        if (error != HUFU_OK) {
            return error;
        }
        done += part;
    }
    return HUFU_OK;
}

int hufu_mac_update(hufu_token *token, uint16_t app, uint16_t container, uint16_t key,
                    const uint8_t *in, size_t in_len)
{
    struct command head;
    start(&head, HUFU_INS_MAC_UPDATE, app, container, key);
    return feed(token, &head, in, in_len);
}

int hufu_mac(hufu_token *token, uint16_t app, uint16_t container, uint16_t key, const uint8_t *in,
             size_t in_len, uint8_t mac[16])
{
    if ((in == NULL && in_len != 0) || mac == NULL) {
        return HUFU_ERR_PARAM;
    }
    size_t first = in_len == 0 ? 0 : (in_len - 1) / PART * PART, len;
    int error = hufu_mac_update(token, app, container, key, in, first);
    if (error != HUFU_OK) {
        return error;
    }
    struct command c;
    start(&c, HUFU_INS_MAC, app, container, key);
    c.answer = true;
    if (in_len != 0) {
        put(&c.data, in + first, in_len - first);
    }
    error = token_command(token, &c, mac, BLOCK, &len, NULL);
    return error == HUFU_OK && len != BLOCK ? HUFU_ERR_PROTOCOL : error;
}

int hufu_destroy_session_key(hufu_token *token, uint16_t app, uint16_t container, uint16_t key)
{
    struct command c;
    start(&c, HUFU_INS_DESTROY_SESSION_KEY, app, container, key);
    return token_command(token, &c, NULL, 0, NULL, NULL);
}

/* --- hashes --------------------------------------------------------------------------------- */

int hufu_digest_init(hufu_token *token, uint32_t alg, const uint8_t *pub, const uint8_t *id,
                     size_t id_len)
{
    struct command c;
    const uint8_t kind = alg == SGD_SM3_ID      ? 1
                         : alg == SGD_SHA1_ID   ? 2
                         : alg == SGD_SHA256_ID ? 3
                                                : 0;
    if (kind == 0) {
        return HUFU_ERR_UNSUPPORTED;
    }
    command_start(&c, HUFU_INS_DIGEST_INIT, 0, kind);
    if (pub != NULL) {
        if (id == NULL || id_len == 0 || id_len > HUFU_ID_MAX) {
            return HUFU_ERR_PARAM;
        }
        put_pair(&c.data, pub);
        put32(&c.data, (uint32_t)id_len);
        put(&c.data, id, id_len);
    }
    return token_command(token, &c, NULL, 0, NULL, NULL);
}

int hufu_digest_update(hufu_token *token, const uint8_t *in, size_t in_len)
{
    struct command head;
    command_start(&head, HUFU_INS_DIGEST_UPDATE, 0, 0);
    return feed(token, &head, in, in_len);
}

int hufu_digest_final(hufu_token *token, uint8_t hash[32], size_t *len)
{
    struct command c;
    uint8_t answer[32];
    size_t got;
    if (hash == NULL || len == NULL) {
        return HUFU_ERR_PARAM;
    }
    command_start(&c, HUFU_INS_DIGEST_FINAL, 0, 0);
    c.answer = true;
    int error = token_command(token, &c, answer, sizeof answer, &got, NULL);
    if (error == HUFU_OK && got != 32 && got != 20) {
        error = HUFU_ERR_PROTOCOL;
    }
    if (error == HUFU_OK) {
        memcpy(hash, answer, got);
        *len = got;
    }
    return error;
}
