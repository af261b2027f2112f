/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Session keys. They live in the token, and no longer than one run of this program: so each verb
 * makes or opens its key, uses it and drops it. What lasts is the key enveloped for an SM2 key, an
 * SM2Cipher of GM/T 0009 in DER, as `openssl pkeyutl` takes and gives it.
 */
#include "cli/skf/noun.h"

#include "hufu/apdu.h"
#include "pki/forms.h"
#include "pki/pki.h"
#include "util/hex.h"
#include "util/i18n.h"
#include "util/json.h"
#include "util/wipe.h"
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK   16u
#define KEY_LEN 16u

struct choice {
    struct skf_cipher_options cipher;
    const char *key, *to, *wrapped, *out;
};

/* --- a file through a key --------------------------------------------------------------------- */

int skf_cipher_parse(const struct skf_call *call, const struct skf_cipher_options *options,
                     struct skf_cipher *cipher)
{
    static const struct {
        const char *name;
        uint32_t alg;
        bool blocks;
    } algs[] = {{"sm4-cbc", SGD_SM4_CBC_ID, true},
                {"sm4-ecb", SGD_SM4_ECB_ID, true},
                {"sm4-cfb", SGD_SM4_CFB_ID, false},
                {"sm4-ofb", SGD_SM4_OFB_ID, false},
                {"sm4-ctr", SGD_SM4_CTR_ID, false}};
    const char *padding = options->padding;
    size_t i = 0;
    while (options->alg != NULL && i < sizeof algs / sizeof algs[0] &&
           strcmp(options->alg, algs[i].name) != 0) {
        i++;
    }
    if (i == sizeof algs / sizeof algs[0]) {
        return cli_fail_usage(call->command,
                              _("--alg is one of sm4-cbc, sm4-ecb, sm4-cfb, sm4-ofb, sm4-ctr"));
    }
    *cipher = (struct skf_cipher){
        .alg = algs[i].alg, .needs_iv = algs[i].alg != SGD_SM4_ECB_ID, .padding = algs[i].blocks};
    if (padding != NULL && strcmp(padding, "none") != 0 &&
        (strcmp(padding, "pkcs5") != 0 || !algs[i].blocks)) {
        return cli_fail_usage(call->command,
                              _("--padding is none, or pkcs5 with sm4-cbc, sm4-ecb"));
    }
    cipher->padding = cipher->padding && (padding == NULL || strcmp(padding, "pkcs5") == 0);
    cipher->iv_given = options->iv != NULL;
    if (cipher->iv_given && (!cipher->needs_iv || !hex_decode(options->iv, cipher->iv, BLOCK))) {
        return cli_fail_usage(call->command,
                              _("--iv is 32 hexadecimal digits, and not for sm4-ecb"));
    }
    return CLI_GOOD;
}

static void report(const struct cli *cli, const char *out, const struct skf_cipher *cipher,
                   bool show_iv)
{
    char iv[2 * BLOCK + 1];
    hex_encode(cipher->iv, BLOCK, iv);
    if (cli->json) {
        struct json j;
        json_start(&j, stdout);
        json_object(&j, NULL);
        json_text(&j, "output", out);
        json_text(&j, "iv", cipher->needs_iv ? iv : NULL);
        json_end(&j);
        return;
    }
    printf(_("%s: written\n"), out);
    if (show_iv) {
        printf("iv: %s\n", iv);
    }
}

static int apply(struct skf_call *call, uint16_t key, bool encrypt, struct skf_cipher *c,
                 const uint8_t *in, size_t len, uint8_t *out, size_t *out_len)
{
    const struct cli_session *s = &call->s;
    const size_t iv_len = c->needs_iv ? BLOCK : 0;
    int error = HUFU_OK;
    if (encrypt && c->needs_iv && !c->iv_given) {
        error = hufu_random(s->token, c->iv, BLOCK);
    }
    if (error == HUFU_OK) {
        error = (encrypt ? hufu_encrypt_init : hufu_decrypt_init)(
            s->token, s->app, s->container, key, c->alg, c->iv, iv_len, c->padding);
    }
    if (error == HUFU_OK) {
        error = (encrypt ? hufu_encrypt : hufu_decrypt)(s->token, s->app, s->container, key, in,
                                                        len, out, out_len);
    }
    return error;
}

int skf_cipher_file(struct skf_call *call, uint16_t key, bool encrypt, struct skf_cipher *cipher,
                    const char *path, const char *out)
{
    uint8_t *data;
    size_t len, got = 0;
    int code = skf_read(path, &data, &len);
    if (code != CLI_GOOD) {
        return code;
    }
    uint8_t *result = malloc(len + 2 * BLOCK);
    int error = result == NULL ? HUFU_ERR_MEMORY
                               : apply(call, key, encrypt, cipher, data, len, result, &got);
    if (error == HUFU_ERR_REFUSED) {
        code = encrypt ? cli_fail(CLI_INVALID, _("%s: not whole blocks, and no padding"), path)
                       : cli_fail(CLI_INVALID, _("%s: not encrypted with this key and IV"), path);
    } else if (error != HUFU_OK) {
        code = cli_fail_token(error, path);
    } else if (pki_write_file(out, result, got, 0600) != PKI_OK) {
        code = cli_fail(CLI_INVALID, "%s: %s", out, pki_strerror(PKI_ERR_IO));
    } else if (!cipher->quiet) {
        report(call->cli, out, cipher, encrypt && cipher->needs_iv && !cipher->iv_given);
    }
    util_wipe(data, len);
    free(data);
    if (result != NULL) {
        util_wipe(result, len + 2 * BLOCK);
    }
    free(result);
    return code;
}

/* --- keys ------------------------------------------------------------------------------------- */

/* Takes the key out of the token again when its envelope could not be written. */
static int written(struct skf_call *call, const char *wrapped, int error, uint16_t key)
{
    if (error == PKI_OK) {
        return CLI_GOOD;
    }
    (void)hufu_destroy_session_key(call->s.token, call->s.app, call->s.container, key);
    return cli_fail(CLI_INVALID, "%s: %s", wrapped, pki_strerror(error));
}

static int make_rsa_key(struct skf_call *call, uint32_t alg, const EVP_PKEY *public, const char *to,
                        const char *wrapped, uint16_t *key)
{
    uint8_t block[HUFU_RSA_MAX];
    size_t len;
    const int error = skf_rsa_make_session_key(call, alg, public, block, &len, key);
    return error != HUFU_OK
               ? cli_fail_token(error, to)
               : written(call, wrapped, pki_write_file(wrapped, block, len, 0644), *key);
}

/* A fresh key, its envelope for the public key `to` written to the file `wrapped`. */
static int make_key(struct skf_call *call, uint32_t alg, const char *to, const char *wrapped,
                    uint16_t *key)
{
    const struct cli_session *s = &call->s;
    uint8_t xy[64], c1[64], c3[32], c2[KEY_LEN], *der;
    EVP_PKEY *public;
    int code = skf_read_any_public(to, &public);
    if (code != CLI_GOOD) {
        return code;
    }
    if (EVP_PKEY_is_a(public, "RSA")) {
        code = make_rsa_key(call, alg, public, to, wrapped, key);
        EVP_PKEY_free(public);
        return code;
    }
    int error = pki_sm2_xy(public, xy);
    EVP_PKEY_free(public);
    if (error == PKI_OK) {
        error = hufu_export_session_key(s->token, s->app, s->container, alg, xy, c1, c3, c2, key);
    }
    if (error != HUFU_OK) {
        return cli_fail_token(error, to);
    }
    size_t len = pki_sm2_cipher_der(c1, c3, c2, sizeof c2, &der);
    error = len == 0 ? PKI_ERR_MEMORY : pki_write_file(wrapped, der, len, 0644);
    OPENSSL_free(der);
    return written(call, wrapped, error, *key);
}

/* The key in an envelope for the container's encryption key. */
static int open_key(struct skf_call *call, uint32_t alg, const char *path, uint16_t *key)
{
    const struct cli_session *s = &call->s;
    uint8_t *data, *der = NULL, c1[64], c3[32];
    size_t len, der_len;
    PKI_SM2_CIPHER *form = NULL;
    int code = skf_read(path, &data, &len);
    if (code != CLI_GOOD) {
        return code;
    }
    /* No SM2Cipher of a 16-byte key is as long as an RSA block. */
    if (len == 256 || len == 384 || len == 512) {
        const int error =
            hufu_rsa_import_session_key(s->token, s->app, s->container, alg, data, len, key);
        free(data);
        return error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, path);
    }
    if (pki_to_der(data, len, &der, &der_len) == PKI_OK) {
        const uint8_t *at = der;
        form = d2i_PKI_SM2_CIPHER(NULL, &at, (long)der_len);
    }
    free(data);
    if (form == NULL || pki_sm2_cipher_get(form, c1, c3) != PKI_OK ||
        ASN1_STRING_length(form->cipher) != KEY_LEN) {
        code = cli_fail(CLI_INVALID, _("%s: not an SM2Cipher of a 16-byte key"), path);
    } else {
        int error = hufu_import_session_key(s->token, s->app, s->container, alg, c1, c3,
                                            ASN1_STRING_get0_data(form->cipher), KEY_LEN, key);
        code = error == HUFU_OK ? CLI_GOOD
               : error == HUFU_ERR_REFUSED
                   ? cli_fail(CLI_INVALID,
                              _("%s: not enveloped for the encryption key of container %s"), path,
                              call->cli->container)
                   : cli_fail_token(error, path);
    }
    PKI_SM2_CIPHER_free(form);
    free(der);
    return code;
}

static int key_of(struct skf_call *call, const struct choice *c, uint32_t alg, uint16_t *key)
{
    bool made = c->to != NULL && c->wrapped != NULL && c->key == NULL;
    if (!made && (c->key == NULL || c->to != NULL || c->wrapped != NULL)) {
        return cli_fail_usage(
            call->command, _("--key ENVELOPE, or --to PUBLIC and --wrapped ENVELOPE are needed"));
    }
    int code = cli_login(call->cli, &call->s, HUFU_PIN_USER);
    return code != CLI_GOOD ? code
           : made           ? make_key(call, alg, c->to, c->wrapped, key)
                            : open_key(call, alg, c->key, key);
}

static void drop(struct skf_call *call, uint16_t key)
{
    (void)hufu_destroy_session_key(call->s.token, call->s.app, call->s.container, key);
}

/* --- verbs ------------------------------------------------------------------------------------ */

static int export_key(struct skf_call *call, const void *choice)
{
    const struct choice *c = choice;
    uint16_t key = 0;
    if (c->to == NULL || c->out == NULL) {
        return cli_fail_usage(call->command, _("--to PUBLIC and -o ENVELOPE are needed"));
    }
    int code = cli_login(call->cli, &call->s, HUFU_PIN_USER);
    if (code == CLI_GOOD) {
        code = make_key(call, SGD_SM4_CBC_ID, c->to, c->out, &key);
    }
    if (code != CLI_GOOD) {
        return code;
    }
    drop(call, key);
    return cli_done(call->cli, "output", c->out, _("%s: written"), c->out);
}

static int import_key(struct skf_call *call, const void *choice)
{
    uint16_t key = 0;
    const char *path = call->operands[0];
    (void)choice;
    int code = cli_login(call->cli, &call->s, HUFU_PIN_USER);
    if (code == CLI_GOOD) {
        code = open_key(call, SGD_SM4_CBC_ID, path, &key);
    }
    if (code != CLI_GOOD) {
        return code;
    }
    drop(call, key);
    return cli_done(call->cli, "imported", path, _("%s: the token opens it"), path);
}

static int cipher(struct skf_call *call, const struct choice *c, bool encrypt)
{
    struct skf_cipher cipher;
    uint16_t key = 0;
    int code = skf_cipher_parse(call, &c->cipher, &cipher);
    if (code == CLI_GOOD && c->out == NULL) {
        code = cli_fail_usage(call->command, _("-o OUT is needed"));
    }
    if (code == CLI_GOOD && !encrypt && cipher.needs_iv && !cipher.iv_given) {
        code = cli_fail_usage(call->command, _("--iv is needed to decrypt"));
    }
    if (code == CLI_GOOD) {
        code = key_of(call, c, cipher.alg, &key);
    }
    if (code == CLI_GOOD) {
        code = skf_cipher_file(call, key, encrypt, &cipher, call->operands[0], c->out);
        drop(call, key);
    }
    return code;
}

static int encrypt(struct skf_call *call, const void *choice)
{
    return cipher(call, choice, true);
}

static int decrypt(struct skf_call *call, const void *choice)
{
    return cipher(call, choice, false);
}

static int mac(struct skf_call *call, const void *choice)
{
    const struct choice *c = choice;
    struct skf_cipher parsed;
    uint8_t *data, value[BLOCK];
    size_t len;
    uint16_t key = 0;
    int code = skf_cipher_parse(call, &c->cipher, &parsed);
    if (code == CLI_GOOD) {
        code = skf_read(call->operands[0], &data, &len);
    }
    if (code != CLI_GOOD) {
        return code;
    }
    const struct cli_session *s = &call->s;
    code = key_of(call, c, SGD_SM4_CBC_ID, &key);
    if (code == CLI_GOOD) {
        int error = hufu_mac_init(s->token, s->app, s->container, key, parsed.iv);
        if (error == HUFU_OK) {
            error = hufu_mac(s->token, s->app, s->container, key, data, len, value);
        }
        drop(call, key);
        code = error == HUFU_OK            ? skf_give(call->cli, c->out, "mac", value, sizeof value)
               : error == HUFU_ERR_REFUSED ? cli_fail(CLI_INVALID,
                                                      _("%s: a MAC is over whole blocks of 16 "
                                                        "bytes, one at least"),
                                                      call->operands[0])
                                           : cli_fail_token(error, call->operands[0]);
    }
    free(data);
    return code;
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct choice c = {0};
    const struct cli_option options[] = {{.name = "alg", .value = &c.cipher.alg},
                                         {.name = "iv", .value = &c.cipher.iv},
                                         {.name = "padding", .value = &c.cipher.padding},
                                         {.name = "key", .value = &c.key},
                                         {.name = "to", .value = &c.to},
                                         {.name = "wrapped", .value = &c.wrapped},
                                         {.name = "output", .value = &c.out, .letter = 'o'},
                                         {0}};
    static const struct skf_verb verbs[] = {
        {.name = "export", .needs = SKF_CONTAINER, .run = export_key},
        {.name = "import", .least = 1, .most = 1, .needs = SKF_CONTAINER, .run = import_key},
        {.name = "encrypt", .least = 1, .most = 1, .needs = SKF_CONTAINER, .run = encrypt},
        {.name = "decrypt", .least = 1, .most = 1, .needs = SKF_CONTAINER, .run = decrypt},
        {.name = "mac", .least = 1, .most = 1, .needs = SKF_CONTAINER, .run = mac},
        {0}};
    return skf_run(cli, argc, argv, verbs, options, &c);
}

const struct cli_command skf_session = {
    .name = "skf session",
    .summary = N_("session keys"),
    .help = N_(
        "usage: hufu skf session export --to PUBLIC -o ENVELOPE\n"
        "       hufu skf session import ENVELOPE\n"
        "       hufu skf session encrypt FILE -o OUT KEY [--alg ALG] [--iv HEX] [--padding P]\n"
        "       hufu skf session decrypt FILE -o OUT KEY --iv HEX [--alg ALG] [--padding P]\n"
        "       hufu skf session mac FILE KEY [--iv HEX] [-o OUT]\n\n"
        "A session key is an SM4 key inside the token, which leaves it only enveloped for an SM2\n"
        "key (SM2Cipher in DER) or an RSA key (a PKCS#1 block; a wrong one is not told, it opens\n"
        "as a key that nobody knows). KEY is --key ENVELOPE, opened with the encryption key of\n"
        "--container; or --to PUBLIC --wrapped ENVELOPE, a fresh key whose envelope for PUBLIC\n"
        "is written. ALG: sm4-cbc (default), sm4-ecb, sm4-cfb, sm4-ofb, sm4-ctr. P: pkcs5\n"
        "(default of cbc and ecb) or none. Without --iv encrypt takes a random one and prints\n"
        "it. mac is the CBC-MAC over whole blocks, with an IV of zeros unless given.\n"
        "All need the user PIN.\n"
        "SKF_ECCExportSessionKey, SKF_RSAExportSessionKey, SKF_ImportSessionKey, SKF_EncryptInit, "
        "SKF_Encrypt,\n"
        "SKF_DecryptInit, SKF_Decrypt, SKF_MacInit, SKF_Mac.\n\n"
        "Examples:\n"
        "  hufu skf session encrypt letter --to enc.crt --wrapped letter.key -o letter.enc\n"
        "  hufu skf session decrypt letter.enc --key letter.key --iv HEX -o letter\n"),
    .run = run,
};
