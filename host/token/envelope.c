/* SPDX-License-Identifier: Apache-2.0 */
/* Enveloped encryption pairs: the host frames them, the vault opens them. */
#include "token/token.h"

#define SM4_KEY 16u

static bool lengths_fit(const struct hufu_envelope *e)
{
    if (e->sym_alg == HUFU_ENVELOPE_DIRECT) {
        return e->c2_len == sizeof e->c2 && e->cipher_len == 0;
    }
    return (e->sym_alg == SGD_SM4_ECB_ID || e->sym_alg == SGD_SM4_CBC_ID) && e->c2_len == SM4_KEY &&
           e->cipher_len != 0 && e->cipher_len <= sizeof e->cipher;
}

int put_envelope(struct writer *w, const struct hufu_envelope *e)
{
    bool cbc = e->sym_alg == SGD_SM4_CBC_ID;
    if (!lengths_fit(e)) {
        return HUFU_ERR_PARAM;
    }
    put32(w, SGD_SM2_1_ID);
    put32(w, e->sym_alg);
    put32(w, SM2_BITS);
    put(w, e->c1, sizeof e->c1);
    put(w, e->c3, sizeof e->c3);
    put32(w, (uint32_t)e->c2_len);
    put(w, e->c2, e->c2_len);
    put32(w, SM2_BITS);
    put(w, e->pub, sizeof e->pub);
    /* The cipher's length is that of the cipher alone: it tells the content kinds apart. */
    put32(w, (uint32_t)e->cipher_len);
    if (cbc) {
        put(w, e->iv, sizeof e->iv);
    }
    put(w, e->cipher, e->cipher_len);
    return w->bad ? HUFU_ERR_PARAM : HUFU_OK;
}

int hufu_import_pair(hufu_token *token, uint16_t app, uint16_t container,
                     const struct hufu_envelope *envelope)
{
    if (envelope == NULL) {
        return HUFU_ERR_PARAM;
    }
    struct command c;
    container_command(&c, HUFU_INS_IMPORT_ECC_KEY_PAIR, 0, 0, app, container);
    int error = put_envelope(&c.data, envelope);
    return error == HUFU_OK ? token_command(token, &c, NULL, 0, NULL, NULL) : error;
}

int hufu_install_dual(hufu_token *token, uint16_t app, uint16_t container,
                      const struct hufu_envelope *envelope, const uint8_t *sign_cert,
                      size_t sign_cert_len, const uint8_t *enc_cert, size_t enc_cert_len)
{
    if (envelope == NULL || sign_cert == NULL || enc_cert == NULL || sign_cert_len == 0 ||
        sign_cert_len > HUFU_CERT_MAX || enc_cert_len == 0 || enc_cert_len > HUFU_CERT_MAX) {
        return HUFU_ERR_PARAM;
    }
    uint8_t framed[640];
    struct writer w = {.at = framed, .cap = sizeof framed};
    int error = put_envelope(&w, envelope);
    if (error != HUFU_OK) {
        return error;
    }
    struct command c;
    container_command(&c, HUFU_INS_INSTALL_DUAL, 0, 0, app, container);
    put16(&c.data, (uint32_t)w.len);
    put(&c.data, framed, w.len);
    put16(&c.data, (uint32_t)sign_cert_len);
    put(&c.data, sign_cert, sign_cert_len);
    put16(&c.data, (uint32_t)enc_cert_len);
    put(&c.data, enc_cert, enc_cert_len);
    return token_command(token, &c, NULL, 0, NULL, NULL);
}
