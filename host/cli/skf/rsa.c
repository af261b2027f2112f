/* SPDX-License-Identifier: Apache-2.0 */
/* RSA pairs of containers: SHA-256 with PKCS#1 v1.5, as OpenSSL judges it. */
#include "cli/skf/noun.h"

#include "hufu/apdu.h"
#include "util/hex.h"
#include "util/i18n.h"
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

static EVP_PKEY *key_of(const struct hufu_rsa_public *pub)
{
    EVP_PKEY *key = NULL;
    BIGNUM *n = BN_bin2bn(pub->n, (int)(pub->bits / 8), NULL), *e = BN_new();
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    OSSL_PARAM *params = NULL;
    if (n != NULL && e != NULL && build != NULL && ctx != NULL && BN_set_word(e, pub->e) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1 &&
        (params = OSSL_PARAM_BLD_to_param(build)) != NULL && EVP_PKEY_fromdata_init(ctx) == 1) {
        (void)EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params);
    }
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(ctx);
    BN_free(n);
    BN_free(e);
    return key;
}

int skf_rsa_generate(struct skf_call *call, unsigned long bits, EVP_PKEY **key)
{
    struct hufu_rsa_public pub;
    int error =
        hufu_generate_rsa(call->s.token, call->s.app, call->s.container, (uint32_t)bits, &pub);
    *key = error == HUFU_OK ? key_of(&pub) : NULL;
    return error == HUFU_OK && *key == NULL ? HUFU_ERR_INTERNAL : error;
}

int skf_rsa_public(struct skf_call *call, bool sign, EVP_PKEY **key)
{
    struct hufu_rsa_public pub;
    int error = hufu_rsa_public_key(call->s.token, call->s.app, call->s.container, sign, &pub);
    *key = error == HUFU_OK ? key_of(&pub) : NULL;
    return error == HUFU_OK && *key == NULL ? HUFU_ERR_INTERNAL : error;
}

int skf_rsa_sign(struct skf_call *call, const uint8_t hash[32], uint8_t sig[SKF_RSA_SIGNATURE_MAX],
                 size_t *sig_len)
{
    /* DigestInfo of SHA-256 (RFC 8017 9.2) */
    static const uint8_t info[] = {0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                   0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
    uint8_t data[sizeof info + 32];
    memcpy(data, info, sizeof info);
    memcpy(data + sizeof info, hash, 32);
    return hufu_rsa_sign(call->s.token, call->s.app, call->s.container, data, sizeof data, sig,
                         sig_len);
}

bool skf_rsa_verify(EVP_PKEY *key, const uint8_t hash[32], const uint8_t *sig, size_t sig_len)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    bool good = ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 &&
                EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
                EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) == 1 &&
                EVP_PKEY_verify(ctx, sig, sig_len, hash, 32) == 1;
    EVP_PKEY_CTX_free(ctx);
    return good;
}

static int public_of(const EVP_PKEY *key, struct hufu_rsa_public *pub)
{
    BIGNUM *n = NULL, *e = NULL;
    const int bits = EVP_PKEY_get_bits(key);
    int error = HUFU_ERR_UNSUPPORTED;
    memset(pub, 0, sizeof *pub);
    if ((bits == 2048 || bits == 3072 || bits == 4096) &&
        EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) == 1 &&
        EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) == 1 && BN_num_bits(e) <= 32 &&
        BN_bn2binpad(n, pub->n, bits / 8) == bits / 8) {
        pub->bits = (uint32_t)bits;
        pub->e = (uint32_t)BN_get_word(e);
        error = HUFU_OK;
    }
    BN_free(n);
    BN_free(e);
    return error;
}

int skf_rsa_make_session_key(struct skf_call *call, uint32_t alg, const EVP_PKEY *to,
                             uint8_t block[HUFU_RSA_MAX], size_t *len, uint16_t *key)
{
    struct hufu_rsa_public pub;
    int error = public_of(to, &pub);
    *len = pub.bits / 8;
    return error != HUFU_OK ? error
                            : hufu_rsa_export_session_key(call->s.token, call->s.app,
                                                          call->s.container, alg, &pub, block, key);
}

int skf_rsa_import(struct skf_call *call, const char *cipher, const char *wrapped, const char *iv,
                   unsigned long bits)
{
    struct hufu_rsa_envelope envelope = {.sym_alg = iv != NULL ? SGD_SM4_CBC_ID : SGD_SM4_ECB_ID,
                                         .bits = (uint32_t)bits};
    uint8_t *block = NULL, *content = NULL;
    if (iv != NULL && !hex_decode(iv, envelope.iv, sizeof envelope.iv)) {
        return cli_fail_usage(call->command, _("--iv is 32 hexadecimal digits"));
    }
    int code = skf_read(wrapped, &block, &envelope.wrapped_len);
    if (code == CLI_GOOD) {
        code = skf_read(cipher, &content, &envelope.cipher_len);
    }
    if (code == CLI_GOOD) {
        code = cli_login(call->cli, &call->s, HUFU_PIN_USER);
    }
    if (code == CLI_GOOD) {
        envelope.wrapped = block;
        envelope.cipher = content;
        const int error =
            hufu_import_rsa_pair(call->s.token, call->s.app, call->s.container, &envelope);
        code = error == HUFU_OK
                   ? cli_done(call->cli, "imported", cipher, _("%s: now in container %s"), cipher,
                              call->cli->container)
               : error == HUFU_ERR_REFUSED
                   ? cli_fail(CLI_INVALID, _("%s: the token cannot open it"), cipher)
                   : cli_fail_token(error, cipher);
    }
    free(block);
    free(content);
    return code;
}
