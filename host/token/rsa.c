/* SPDX-License-Identifier: Apache-2.0 */
/* RSA key pairs of containers (GM/T 0016 7.6.3 to 7.6.7): the private half never comes here. */
#include "token/token.h"

#define P1_DIGEST   2u
#define P2_AS_IT_IS 0u /* the data is signed as it is, a DigestInfo usually */
#define P1_SIGN     1u
#define P1_ENCRYPT  0u

#define E_BYTES 4u

static bool bits_good(uint32_t bits)
{
    return bits == 2048 || bits == 3072 || bits == 4096;
}

static void put_public(struct writer *w, const struct hufu_rsa_public *pub)
{
    put32(w, pub->bits);
    put(w, pub->n, pub->bits / 8);
    put32(w, pub->e);
}

int hufu_generate_rsa(hufu_token *token, uint16_t app, uint16_t container, uint32_t bits,
                      struct hufu_rsa_public *pub)
{
    if (pub == NULL || !bits_good(bits)) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    uint8_t answer[HUFU_RSA_MAX + E_BYTES];
    size_t len;
    container_command(&c, HUFU_INS_GEN_RSA_KEY_PAIR, 0, 0, app, container);
    c.answer = true;
    put16(&c.data, bits);
    int error = token_command(token, &c, answer, sizeof answer, &len, NULL);
    if (error != HUFU_OK) {
        return error;
    }
    struct reader r = {.at = answer, .left = len};
    struct hufu_rsa_public made = {.bits = bits};
    take_bytes(&r, made.n, bits / 8);
    made.e = take32(&r);
    if (!all_read(&r)) {
        return HUFU_ERR_PROTOCOL;
    }
    *pub = made;
    return HUFU_OK;
}

int hufu_rsa_public_key(hufu_token *token, uint16_t app, uint16_t container, bool sign,
                        struct hufu_rsa_public *pub)
{
    if (pub == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    uint8_t answer[2 + E_BYTES + HUFU_RSA_MAX];
    size_t len;
    container_command(&c, HUFU_INS_EXPORT_PUBLIC_KEY, sign ? P1_SIGN : P1_ENCRYPT, 0, app,
                      container);
    c.answer = true;
    int error = token_command(token, &c, answer, sizeof answer, &len, NULL);
    if (error == HUFU_OK && len == PAIR_ANSWER) {
        error = HUFU_ERR_NO_KEY;
    }
    if (error != HUFU_OK) {
        return error;
    }
    struct reader r = {.at = answer, .left = len};
    struct hufu_rsa_public got = {.bits = take16(&r)};
    got.e = take32(&r);
    if (!bits_good(got.bits)) {
        return HUFU_ERR_PROTOCOL;
    }
    take_bytes(&r, got.n, got.bits / 8);
    if (!all_read(&r)) {
        return HUFU_ERR_PROTOCOL;
    }
    *pub = got;
    return HUFU_OK;
}

int hufu_rsa_sign(hufu_token *token, uint16_t app, uint16_t container, const uint8_t *data,
                  size_t len, uint8_t sig[HUFU_RSA_MAX], size_t *sig_len)
{
    if ((data == NULL && len != 0) || len > HUFU_RSA_MAX || sig == NULL || sig_len == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    container_command(&c, HUFU_INS_RSA_SIGN_DATA, P1_DIGEST, P2_AS_IT_IS, app, container);
    c.answer = true;
    put(&c.data, data, len);
    return token_command(token, &c, sig, HUFU_RSA_MAX, sig_len, NULL);
}

int hufu_import_rsa_pair(hufu_token *token, uint16_t app, uint16_t container,
                         const struct hufu_rsa_envelope *envelope)
{
    if (envelope == NULL || envelope->wrapped == NULL || envelope->cipher == NULL ||
        envelope->wrapped_len == 0 || envelope->wrapped_len > HUFU_RSA_MAX ||
        envelope->cipher_len == 0 || envelope->cipher_len > HUFU_RSA_CONTENT_MAX) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    container_command(&c, HUFU_INS_IMPORT_RSA_KEY_PAIR, 0, 0, app, container);
    put32(&c.data, envelope->sym_alg);
    put32(&c.data, (uint32_t)envelope->wrapped_len);
    put(&c.data, envelope->wrapped, envelope->wrapped_len);
    put32(&c.data, envelope->bits);
    put32(&c.data, (uint32_t)envelope->cipher_len);
    if (envelope->sym_alg == SGD_SM4_CBC_ID) {
        put(&c.data, envelope->iv, sizeof envelope->iv);
    }
    put(&c.data, envelope->cipher, envelope->cipher_len);
    return token_command(token, &c, NULL, 0, NULL, NULL);
}

int hufu_rsa_import_session_key(hufu_token *token, uint16_t app, uint16_t container, uint32_t alg,
                                const uint8_t *wrapped, size_t len, uint16_t *key)
{
    if (wrapped == NULL || len == 0 || len > HUFU_RSA_MAX || key == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    container_command(&c, HUFU_INS_IMPORT_SESSION_KEY, 0, 0, app, container);
    put32(&c.data, alg);
    put32(&c.data, (uint32_t)len);
    put(&c.data, wrapped, len);
    return token_id(token, &c, key);
}

int hufu_rsa_export_session_key(hufu_token *token, uint16_t app, uint16_t container, uint32_t alg,
                                const struct hufu_rsa_public *pub, uint8_t wrapped[HUFU_RSA_MAX],
                                uint16_t *key)
{
    if (pub == NULL || !bits_good(pub->bits) || wrapped == NULL || key == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    uint8_t answer[HUFU_RSA_MAX + 2];
    size_t len;
    container_command(&c, HUFU_INS_RSA_EXPORT_SESSION_KEY, 0, 0, app, container);
    c.answer = true;
    put32(&c.data, alg);
    put_public(&c.data, pub);
    int error = token_command(token, &c, answer, sizeof answer, &len, NULL);
    if (error != HUFU_OK) {
        return error;
    }
    struct reader r = {.at = answer, .left = len};
    const uint8_t *block = take(&r, pub->bits / 8);
    uint16_t id = take16(&r);
    if (!all_read(&r)) {
        return HUFU_ERR_PROTOCOL;
    }
    memcpy(wrapped, block, pub->bits / 8);
    *key = id;
    return HUFU_OK;
}

int hufu_rsa_verify(hufu_token *token, const struct hufu_rsa_public *pub, const uint8_t *data,
                    size_t len, const uint8_t *sig)
{
    if (pub == NULL || !bits_good(pub->bits) || (data == NULL && len != 0) || len > HUFU_RSA_MAX ||
        sig == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    command_start(&c, HUFU_INS_RSA_VERIFY, P1_DIGEST, P2_AS_IT_IS);
    put_public(&c.data, pub);
    put32(&c.data, (uint32_t)len);
    put(&c.data, data, len);
    put(&c.data, sig, pub->bits / 8);
    return token_command(token, &c, NULL, 0, NULL, NULL);
}
