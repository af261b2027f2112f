/* SPDX-License-Identifier: Apache-2.0 */
/* SM2 key pairs (GM/T 0016 7.6): made, named, used; the private half never comes here. */
#include "token/token.h"

#define SM2_BITS   256u
#define P1_DIGEST  2u /* the data is e */
#define P2_SM3     1u
#define P1_SIGN    1u
#define P1_ENCRYPT 0u

static void put_ids(struct command *c, uint16_t app, uint16_t container)
{
    put16(&c->data, app);
    put16(&c->data, container);
}

/* bits 4 . two 32-byte numbers: a public key, or a signature. */
static int pair_answer(hufu_token *token, struct command *c, uint8_t out[64])
{
    uint8_t answer[68];
    size_t len;
    c->answer = true;
    int error = token_command(token, c, answer, sizeof answer, &len, NULL);
    if (error != HUFU_OK) {
        return error;
    }
    struct reader r = {.at = answer, .left = len};
    uint32_t bits = take32(&r);
    const uint8_t *pair = take(&r, 64);
    if (!all_read(&r) || bits != SM2_BITS) {
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
    size_t len;
    command_start(&c, HUFU_INS_GEN_ECC_KEY_PAIR, 0, 0);
    c.answer = true;
    put_ids(&c, app, container);
    put32(&c.data, SM2_BITS);
    int error = token_command(token, &c, answer, sizeof answer, &len, NULL);
    if (error == HUFU_OK && len != sizeof answer) {
        error = HUFU_ERR_PROTOCOL;
    }
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
    command_start(&c, HUFU_INS_EXPORT_PUBLIC_KEY, sign ? P1_SIGN : P1_ENCRYPT, 0);
    put_ids(&c, app, container);
    return pair_answer(token, &c, pub);
}

int hufu_sign_digest(hufu_token *token, uint16_t app, uint16_t container, const uint8_t e[32],
                     uint8_t sig[64])
{
    if (e == NULL || sig == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    command_start(&c, HUFU_INS_ECC_SIGN_DATA, P1_DIGEST, P2_SM3);
    put_ids(&c, app, container);
    put(&c.data, e, 32);
    return pair_answer(token, &c, sig);
}
