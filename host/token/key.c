/* SPDX-License-Identifier: Apache-2.0 */
/* SM2 key pairs (GM/T 0016 7.6): made, named, used; the private half never comes here. */
#include "token/token.h"

#define P1_MESSAGE 1u /* the data is a message, with its id before it */
#define P1_DIGEST  2u /* the data is e */
#define P2_SM3     1u
#define P1_SIGN    1u
#define P1_ENCRYPT 0u

void put_pair(struct writer *w, const uint8_t pair[64])
{
    put32(w, SM2_BITS);
    put(w, pair, 64);
}

void take_pair(struct reader *r, uint8_t pair[64])
{
    uint32_t bits = take32(r);
    take_bytes(r, pair, 64);
    r->bad |= bits != SM2_BITS;
}

/* bits 4 . two 32-byte numbers: a public key, or a signature. */
static int pair_answer(hufu_token *token, struct command *c, uint8_t out[64])
{
    uint8_t answer[PAIR_ANSWER], pair[64];
    size_t len;
    c->answer = true;
    int error = token_command(token, c, answer, sizeof answer, &len, NULL);
    if (error != HUFU_OK) {
        return error;
    }
    struct reader r = {.at = answer, .left = len};
    take_pair(&r, pair);
    if (!all_read(&r)) {
        return HUFU_ERR_PROTOCOL;
    }
    memcpy(out, pair, 64);
    return HUFU_OK;
}

int hufu_generate_sm2(hufu_token *token, uint16_t app, uint16_t container, uint8_t pub[64])
{
    if (pub == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    uint8_t answer[64];
    container_command(&c, HUFU_INS_GEN_ECC_KEY_PAIR, 0, 0, app, container);
    put32(&c.data, SM2_BITS);
    int error = token_answer(token, &c, answer, sizeof answer);
    if (error == HUFU_OK) {
        memcpy(pub, answer, sizeof answer);
    }
    return error;
}

int hufu_public_key(hufu_token *token, uint16_t app, uint16_t container, bool sign, uint8_t pub[64])
{
    if (pub == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    uint8_t answer[2 + 4 + HUFU_RSA_MAX], pair[64];
    size_t len;
    container_command(&c, HUFU_INS_EXPORT_PUBLIC_KEY, sign ? P1_SIGN : P1_ENCRYPT, 0, app,
                      container);
    c.answer = true;
    int error = token_command(token, &c, answer, sizeof answer, &len, NULL);
    if (error == HUFU_OK && (len == 6 + 256 || len == 6 + 384 || len == 6 + 512)) {
        error = HUFU_ERR_NO_KEY; /* it is an RSA pair: host/token/rsa.c */
    }
    if (error != HUFU_OK) {
        return error;
    }
    struct reader r = {.at = answer, .left = len};
    take_pair(&r, pair);
    if (!all_read(&r)) {
        return HUFU_ERR_PROTOCOL;
    }
    memcpy(pub, pair, 64);
    return HUFU_OK;
}

int hufu_sign_digest(hufu_token *token, uint16_t app, uint16_t container, const uint8_t e[32],
                     uint8_t sig[64])
{
    if (e == NULL || sig == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    container_command(&c, HUFU_INS_ECC_SIGN_DATA, P1_DIGEST, P2_SM3, app, container);
    put(&c.data, e, 32);
    return pair_answer(token, &c, sig);
}

static bool message_good(const uint8_t *id, size_t id_len, const uint8_t *message, size_t len)
{
    return id != NULL && id_len >= 1 && id_len <= HUFU_ID_MAX && (message != NULL || len == 0) &&
           len <= HUFU_MESSAGE_MAX;
}

int hufu_sign_message(hufu_token *token, uint16_t app, uint16_t container, const uint8_t *id,
                      size_t id_len, const uint8_t *message, size_t len, uint8_t sig[64])
{
    if (!message_good(id, id_len, message, len) || sig == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    container_command(&c, HUFU_INS_ECC_SIGN_DATA, P1_MESSAGE, P2_SM3, app, container);
    put32(&c.data, (uint32_t)id_len);
    put(&c.data, id, id_len);
    put(&c.data, message, len);
    return pair_answer(token, &c, sig);
}

int hufu_verify_digest(hufu_token *token, const uint8_t pub[64], const uint8_t e[32],
                       const uint8_t sig[64])
{
    if (pub == NULL || e == NULL || sig == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    command_start(&c, HUFU_INS_ECC_VERIFY, P1_DIGEST, P2_SM3);
    put_pair(&c.data, pub);
    put32(&c.data, 32);
    put(&c.data, e, 32);
    put(&c.data, sig, 64);
    return token_command(token, &c, NULL, 0, NULL, NULL);
}

int hufu_verify_message(hufu_token *token, const uint8_t pub[64], const uint8_t *id, size_t id_len,
                        const uint8_t *message, size_t len, const uint8_t sig[64])
{
    if (pub == NULL || !message_good(id, id_len, message, len) || sig == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    command_start(&c, HUFU_INS_ECC_VERIFY, P1_MESSAGE, P2_SM3);
    put_pair(&c.data, pub);
    put32(&c.data, (uint32_t)id_len);
    put(&c.data, id, id_len);
    put32(&c.data, (uint32_t)len);
    put(&c.data, message, len);
    put(&c.data, sig, 64);
    return token_command(token, &c, NULL, 0, NULL, NULL);
}

int hufu_encrypt_for(hufu_token *token, const uint8_t pub[64], const uint8_t *in, size_t len,
                     uint8_t c1[64], uint8_t c3[32], uint8_t *c2)
{
    if (pub == NULL || in == NULL || len == 0 || len > HUFU_MESSAGE_MAX || c1 == NULL ||
        c3 == NULL || c2 == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    uint8_t answer[4 + 64 + 32 + 4 + HUFU_MESSAGE_MAX], point[64];
    size_t got;
    command_start(&c, HUFU_INS_EXT_ECC_ENCRYPT, 0, 0);
    c.answer = true;
    put_pair(&c.data, pub);
    put32(&c.data, (uint32_t)len);
    put(&c.data, in, len);
    int error = token_command(token, &c, answer, sizeof answer, &got, NULL);
    if (error != HUFU_OK) {
        return error;
    }
    struct reader r = {.at = answer, .left = got};
    take_pair(&r, point);
    const uint8_t *hash = take(&r, 32);
    uint32_t cipher_len = take32(&r);
    const uint8_t *cipher = take(&r, cipher_len);
    if (!all_read(&r) || cipher_len != len) {
        return HUFU_ERR_PROTOCOL;
    }
    memcpy(c1, point, 64);
    memcpy(c3, hash, 32);
    memcpy(c2, cipher, len);
    return HUFU_OK;
}
