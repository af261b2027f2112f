/* SPDX-License-Identifier: Apache-2.0 */
/* Attestation and the certificates of the identity keys (docs/attestation.md). */
#include "token/token.h"

#include "hufu/attest.h"

/* Runs c, whose answer may not fit: [in/out] *len as everywhere in hufu.h. */
static int fetch(hufu_token *token, struct command *c, uint8_t *out, size_t *len)
{
    uint8_t answer[HUFU_ATTEST_EVIDENCE_MAX];
    size_t got = 0;
    c->answer = true;
    int error = token_admin(token, c, answer, sizeof answer, &got, NULL);
    if (error == HUFU_OK && (got == 0 || out == NULL || got > *len)) {
        error = got == 0 ? HUFU_ERR_PROTOCOL : HUFU_ERR_BUFFER;
        *len = got;
    }
    if (error == HUFU_OK) {
        memcpy(out, answer, got);
        *len = got;
    }
    return error;
}

int hufu_attest(hufu_token *token, const struct hufu_attest_request *request, uint8_t *der,
                size_t *len)
{
    if (token == NULL || request == NULL || len == NULL || request->challenge == NULL ||
        request->algorithm > HUFU_IDENTITY_P256 || request->kind > HUFU_ATTEST_ENCRYPTION) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    command_start(&c, HUFU_INS_ADMIN_ATTEST, (uint8_t)request->kind, (uint8_t)request->algorithm);
    if (request->kind != HUFU_ATTEST_IDENTITY) {
        put16(&c.data, request->app);
        put16(&c.data, request->container);
    }
    put(&c.data, request->challenge, HUFU_ATTEST_CHALLENGE);
    return fetch(token, &c, der, len);
}

int hufu_identity_certificate_read(hufu_token *token, unsigned algorithm, uint8_t *chain,
                                   size_t *len)
{
    if (token == NULL || len == NULL || algorithm > HUFU_IDENTITY_P256) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    command_start(&c, HUFU_INS_ADMIN_READ_IDENTITY, 0, (uint8_t)algorithm);
    return fetch(token, &c, chain, len);
}

int hufu_identity_certificate_write(hufu_token *token, unsigned algorithm, const uint8_t *chain,
                                    size_t len)
{
    if (token == NULL || chain == NULL || algorithm > HUFU_IDENTITY_P256 || len == 0 ||
        len > HUFU_IDENTITY_CHAIN_MAX) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    command_start(&c, HUFU_INS_ADMIN_WRITE_IDENTITY, 0, (uint8_t)algorithm);
    put(&c.data, chain, len);
    return status_device(token_admin(token, &c, NULL, 0, NULL, NULL));
}
