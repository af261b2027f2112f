/* SPDX-License-Identifier: Apache-2.0 */
/* Where session keys come from (GM/T 0016 7.6.12, .14 to .16, .18); they stay in the vault. */
#include "token/token.h"

#include <stddef.h>

#define C2_MAX 64u

int hufu_import_session_key(hufu_token *token, uint16_t app, uint16_t container, uint32_t alg,
                            const uint8_t c1[64], const uint8_t c3[32], const uint8_t *c2,
                            size_t c2_len, uint16_t *key)
{
    if (c1 == NULL || c3 == NULL || c2 == NULL || c2_len == 0 || c2_len > C2_MAX || key == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    container_command(&c, HUFU_INS_IMPORT_SESSION_KEY, 0, 0, app, container);
    put32(&c.data, alg);
    put32(&c.data, (uint32_t)(4 + 64 + 32 + 4 + c2_len));
    put_pair(&c.data, c1);
    put(&c.data, c3, 32);
    put32(&c.data, (uint32_t)c2_len);
    put(&c.data, c2, c2_len);
    return token_id(token, &c, key);
}

int hufu_export_session_key(hufu_token *token, uint16_t app, uint16_t container, uint32_t alg,
                            const uint8_t pub[64], uint8_t c1[64], uint8_t c3[32], uint8_t c2[16],
                            uint16_t *key)
{
    if (pub == NULL || c1 == NULL || c3 == NULL || c2 == NULL || key == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    uint8_t answer[4 + 64 + 32 + 4 + 16 + 2], point[64];
    size_t len;
    container_command(&c, HUFU_INS_ECC_EXPORT_SESSION_KEY, 0, 0, app, container);
    c.answer = true;
    put_pair(&c.data, pub);
    put32(&c.data, alg);
    int error = token_command(token, &c, answer, sizeof answer, &len, NULL);
    if (error != HUFU_OK) {
        return error;
    }
    struct reader r = {.at = answer, .left = len};
    take_pair(&r, point);
    const uint8_t *hash = take(&r, 32);
    uint32_t cipher_len = take32(&r);
    const uint8_t *cipher = take(&r, 16);
    uint16_t id = take16(&r);
    if (!all_read(&r) || cipher_len != 16) {
        return HUFU_ERR_PROTOCOL;
    }
    memcpy(c1, point, 64);
    memcpy(c3, hash, 32);
    memcpy(c2, cipher, 16);
    *key = id;
    return HUFU_OK;
}

int hufu_set_session_key(hufu_token *token, uint16_t app, uint16_t container, uint32_t alg,
                         const uint8_t value[16], uint16_t *key)
{
    if (value == NULL || key == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    container_command(&c, HUFU_INS_SET_SYMM_KEY, 0, 0, app, container);
    put32(&c.data, alg);
    put16(&c.data, 16);
    put(&c.data, value, 16);
    return token_id(token, &c, key);
}

/* length 4 . ID */
static void put_id(struct writer *w, const uint8_t *id, size_t len)
{
    put32(w, (uint32_t)len);
    put(w, id, len);
}

static bool party_good(const struct hufu_party *party)
{
    return party != NULL && party->pub != NULL && party->temporary != NULL && party->id != NULL &&
           party->id_len <= HUFU_ID_MAX;
}

/* bits 4 . temporary X . Y . an id of id_len bytes. */
static int temporary_answer(hufu_token *token, struct command *c, size_t id_len,
                            uint8_t temporary[64], uint32_t *id)
{
    uint8_t answer[4 + 64 + 4], point[64];
    size_t len;
    c->answer = true;
    int error = token_command(token, c, answer, 4 + 64 + id_len, &len, NULL);
    if (error != HUFU_OK) {
        return error;
    }
    struct reader r = {.at = answer, .left = len};
    take_pair(&r, point);
    uint32_t got = id_len == 4 ? take32(&r) : take16(&r);
    if (!all_read(&r)) {
        return HUFU_ERR_PROTOCOL;
    }
    memcpy(temporary, point, 64);
    *id = got;
    return HUFU_OK;
}

int hufu_agreement_begin(hufu_token *token, uint16_t app, uint16_t container, uint32_t alg,
                         const uint8_t *id, size_t id_len, uint8_t temporary[64],
                         uint32_t *agreement)
{
    if (id == NULL || id_len > HUFU_ID_MAX || temporary == NULL || agreement == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    container_command(&c, HUFU_INS_GENERATE_AGREEMENT_DATA, 0, 0, app, container);
    put32(&c.data, alg);
    put_id(&c.data, id, id_len);
    return temporary_answer(token, &c, 4, temporary, agreement);
}

int hufu_agreement_respond(hufu_token *token, uint16_t app, uint16_t container, uint32_t alg,
                           const struct hufu_party *initiator, const uint8_t *id, size_t id_len,
                           uint8_t temporary[64], uint16_t *key)
{
    if (!party_good(initiator) || id == NULL || id_len > HUFU_ID_MAX || temporary == NULL ||
        key == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    uint32_t got = 0;
    container_command(&c, HUFU_INS_GENERATE_AGREEMENT_KEY, 0, 0, app, container);
    put32(&c.data, alg);
    put_pair(&c.data, initiator->pub);
    put_pair(&c.data, initiator->temporary);
    put_id(&c.data, initiator->id, initiator->id_len);
    put_id(&c.data, id, id_len);
    int error = temporary_answer(token, &c, 2, temporary, &got);
    if (error == HUFU_OK) {
        *key = (uint16_t)got;
    }
    return error;
}

int hufu_agreement_finish(hufu_token *token, uint16_t app, uint16_t container, uint32_t agreement,
                          const struct hufu_party *responder, uint16_t *key)
{
    if (!party_good(responder) || key == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    container_command(&c, HUFU_INS_GENERATE_KEY, 0, 0, app, container);
    put32(&c.data, agreement);
    put_pair(&c.data, responder->pub);
    put_pair(&c.data, responder->temporary);
    put_id(&c.data, responder->id, responder->id_len);
    return token_id(token, &c, key);
}
