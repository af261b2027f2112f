/* SPDX-License-Identifier: Apache-2.0 */
/* The key pairs of a container, and public keys of others. */
#include "cli/skf/noun.h"

#include "cli/documents.h"
#include "cli/key_import.h"
#include "pki/forms.h"
#include "pki/pki.h"
#include "util/i18n.h"
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#define E_LEN 32u

struct choice {
    const char *out, *id, *key, *rsa, *wrapped, *iv;
    bool encryption, der, digest, in_token;
};

/* --- public keys ------------------------------------------------------------------------------ */

/* Takes key over. */
static int give_public(const struct cli *cli, const struct choice *c, EVP_PKEY *key)
{
    char *text;
    BIO *memory = BIO_new(BIO_s_mem());
    int code;
    if (key == NULL || memory == NULL ||
        (c->der ? i2d_PUBKEY_bio(memory, key) : PEM_write_bio_PUBKEY(memory, key)) != 1) {
        code = cli_fail_token(HUFU_ERR_INTERNAL, NULL);
    } else if (c->der) {
        size_t len = (size_t)BIO_get_mem_data(memory, &text);
        code = skf_give(cli, c->out, "public_key", (const uint8_t *)text, len);
    } else {
        BIO_write(memory, "", 1);
        BIO_get_mem_data(memory, &text);
        code = skf_give_text(cli, c->out, "public_key", text);
    }
    BIO_free(memory);
    EVP_PKEY_free(key);
    return code;
}

static int generate_sm2(struct skf_call *call, EVP_PKEY **key)
{
    uint8_t xy[64];
    int error = hufu_generate_sm2(call->s.token, call->s.app, call->s.container, xy);
    *key = error == HUFU_OK ? pki_sm2_public(xy) : NULL;
    return error;
}

static int generate(struct skf_call *call, const void *choice)
{
    const struct choice *c = choice;
    EVP_PKEY *key;
    unsigned long bits;
    int code = skf_number(call, "rsa", c->rsa, 4096, 0, &bits);
    if (code == CLI_GOOD) {
        code = cli_login(call->cli, &call->s, HUFU_PIN_USER);
    }
    if (code != CLI_GOOD) {
        return code;
    }
    int error = bits != 0 ? skf_rsa_generate(call, bits, &key) : generate_sm2(call, &key);
    if (error == HUFU_ERR_STATE) {
        return cli_fail(CLI_TOKEN,
                        _("container %s holds a certificate, an encryption pair or a key of the "
                          "other kind: its signing key stays; hufu skf container delete destroys "
                          "all of it"),
                        call->cli->container);
    }
    return error == HUFU_OK ? give_public(call->cli, c, key)
                            : cli_fail_token(error, call->cli->container);
}

/* The container's own, of either kind. */
static int own_public(struct skf_call *call, bool sign, EVP_PKEY **key)
{
    uint8_t xy[64];
    int error = hufu_public_key(call->s.token, call->s.app, call->s.container, sign, xy);
    *key = error == HUFU_OK ? pki_sm2_public(xy) : NULL;
    if (error != HUFU_OK && skf_rsa_public(call, sign, key) == HUFU_OK) {
        error = HUFU_OK;
    }
    if (error == HUFU_OK && *key == NULL) {
        error = HUFU_ERR_PROTOCOL;
    }
    return error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, call->cli->container);
}

static int public_key(struct skf_call *call, const void *choice)
{
    const struct choice *c = choice;
    EVP_PKEY *key;
    int code = own_public(call, !c->encryption, &key);
    return code == CLI_GOOD ? give_public(call->cli, c, key) : code;
}

/* --- signatures ------------------------------------------------------------------------------- */

/* What is signed of a file: its contents with --digest; else e = SM3(Z || contents), with an RSA
 * key the SHA-256 of them. */
static int e_of(const char *path, const struct choice *c, EVP_PKEY *key, uint8_t e[EVP_MAX_MD_SIZE])
{
    uint8_t z[32];
    unsigned len;
    if (c->digest) {
        uint8_t *data;
        size_t have;
        int code = skf_read(path, &data, &have);
        if (code == CLI_GOOD && have != E_LEN) {
            code = cli_fail(CLI_INVALID, _("%s: a digest has 32 bytes"), path);
        } else if (code == CLI_GOOD) {
            memcpy(e, data, E_LEN);
        }
        free(data);
        return code;
    }
    if (EVP_PKEY_is_a(key, "RSA")) {
        return skf_digest_file(path, EVP_sha256(), NULL, e, &len);
    }
    const char *id = c->id == NULL ? PKI_SM2_ID : c->id;
    int error = pki_sm2_z_id(key, id, strlen(id), z);
    return error == PKI_OK ? skf_digest_file(path, EVP_sm3(), z, e, &len)
                           : cli_fail(CLI_INVALID, "--id: %s", pki_strerror(error));
}

/* The key that --key names, else the container's own signing key. */
static int verifier(struct skf_call *call, const struct choice *c, EVP_PKEY **key)
{
    *key = NULL;
    if (c->key != NULL) {
        return skf_read_any_public(c->key, key);
    }
    int code = cli_open(call->cli, &call->s, true);
    return code == CLI_GOOD ? own_public(call, true, key) : code;
}

/* The message goes to the token, which makes Z and e itself. */
static int sign_in_token(struct skf_call *call, const struct choice *c, uint8_t rs[64])
{
    const char *id = c->id == NULL ? PKI_SM2_ID : c->id, *path = call->operands[0];
    uint8_t *data;
    size_t len;
    int code = skf_read(path, &data, &len);
    if (code == CLI_GOOD && len > HUFU_MESSAGE_MAX) {
        code = cli_fail(CLI_INVALID, _("%s: the token hashes at most %u bytes itself"), path,
                        HUFU_MESSAGE_MAX);
    }
    if (code == CLI_GOOD) {
        code = cli_login(call->cli, &call->s, HUFU_PIN_USER);
    }
    if (code == CLI_GOOD) {
        int error = hufu_sign_message(call->s.token, call->s.app, call->s.container,
                                      (const uint8_t *)id, strlen(id), data, len, rs);
        code = error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, path);
    }
    free(data);
    return code;
}

/* [out] sig: DER of r and s, or the number of RSA. */
static int sign_on_host(struct skf_call *call, const struct choice *c, EVP_PKEY *key, uint8_t *sig,
                        size_t *sig_len)
{
    uint8_t e[EVP_MAX_MD_SIZE], rs[64];
    int code = e_of(call->operands[0], c, key, e);
    if (code == CLI_GOOD) {
        code = cli_login(call->cli, &call->s, HUFU_PIN_USER);
    }
    if (code != CLI_GOOD) {
        return code;
    }
    int error;
    if (EVP_PKEY_is_a(key, "RSA")) {
        error = skf_rsa_sign(call, e, sig, sig_len);
    } else {
        error = hufu_sign_digest(call->s.token, call->s.app, call->s.container, e, rs);
        if (error == HUFU_OK && pki_sig_to_der(rs, sig, sig_len) != PKI_OK) {
            error = HUFU_ERR_PROTOCOL;
        }
    }
    return error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, call->operands[0]);
}

static int sign(struct skf_call *call, const void *choice)
{
    const struct choice *c = choice;
    uint8_t rs[64], sig[SKF_RSA_SIGNATURE_MAX];
    size_t sig_len = 0;
    EVP_PKEY *key = NULL;
    int code = c->key != NULL || (c->in_token && c->digest)
                   ? cli_fail_usage(call->command, _("sign takes no --key, nor --in-token with "
                                                     "--digest"))
                   : verifier(call, c, &key);
    if (code == CLI_GOOD && c->in_token) {
        code = sign_in_token(call, c, rs);
        if (code == CLI_GOOD && pki_sig_to_der(rs, sig, &sig_len) != PKI_OK) {
            code = cli_fail_token(HUFU_ERR_PROTOCOL, call->operands[0]);
        }
    } else if (code == CLI_GOOD) {
        code = sign_on_host(call, c, key, sig, &sig_len);
    }
    EVP_PKEY_free(key);
    return code == CLI_GOOD ? skf_give(call->cli, c->out, "signature", sig, sig_len) : code;
}

static int verify(struct skf_call *call, const void *choice)
{
    const struct choice *c = choice;
    uint8_t e[EVP_MAX_MD_SIZE], *sig = NULL;
    size_t sig_len;
    EVP_PKEY *key = NULL;
    int code = skf_read(call->operands[1], &sig, &sig_len);
    if (code == CLI_GOOD) {
        code = verifier(call, c, &key);
    }
    if (code == CLI_GOOD) {
        code = e_of(call->operands[0], c, key, e);
    }
    if (code == CLI_GOOD) {
        int error = !EVP_PKEY_is_a(key, "RSA") ? pki_sm2_verify_digest(key, e, sig, sig_len)
                    : skf_rsa_verify(key, e, sig, sig_len) ? PKI_OK
                                                           : PKI_ERR_SIGNATURE;
        code = error == PKI_OK
                   ? cli_done(call->cli, "verdict", "good", "%s", _("the signature is good"))
                   : cli_fail(CLI_INVALID, "%s: %s", call->operands[1], pki_strerror(error));
    }
    EVP_PKEY_free(key);
    free(sig);
    return code;
}

/* --- encryption for anybody's key --------------------------------------------------------- */

static int encrypt(struct skf_call *call, const void *choice)
{
    const struct choice *c = choice;
    const char *path = call->operands[0];
    uint8_t *data = NULL, *der = NULL, xy[64], c1[64], c3[32];
    static uint8_t c2[HUFU_MESSAGE_MAX];
    size_t len, der_len;
    EVP_PKEY *key = NULL;
    if (c->key == NULL) {
        return cli_fail_usage(call->command, _("--key PUBLIC is needed"));
    }
    int code = skf_read_public(c->key, &key);
    if (code == CLI_GOOD) {
        code = skf_read(path, &data, &len);
    }
    if (code == CLI_GOOD && (len == 0 || len > sizeof c2)) {
        code =
            cli_fail(CLI_INVALID, _("%s: SM2 encrypts 1 to %u bytes here"), path, HUFU_MESSAGE_MAX);
    }
    if (code == CLI_GOOD) {
        int error = pki_sm2_xy(key, xy) != PKI_OK
                        ? HUFU_ERR_REFUSED
                        : hufu_encrypt_for(call->s.token, xy, data, len, c1, c3, c2);
        code = error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, path);
    }
    if (code == CLI_GOOD) {
        der_len = pki_sm2_cipher_der(c1, c3, c2, len, &der);
        code = der_len > 0 ? skf_give(call->cli, c->out, "cipher", der, der_len)
                           : cli_fail_token(HUFU_ERR_MEMORY, NULL);
    }
    OPENSSL_free(der);
    free(data);
    EVP_PKEY_free(key);
    return code;
}

/* --- an encryption pair from outside ---------------------------------------------------------- */

static int import(struct skf_call *call, const void *choice)
{
    const struct choice *c = choice;
    unsigned long bits;
    if (c->wrapped == NULL) {
        return key_import(call->cli, &call->s, call->operands[0], NULL);
    }
    const int code = skf_number(call, "rsa", c->rsa, 4096, 2048, &bits);
    return code != CLI_GOOD ? code
                            : skf_rsa_import(call, call->operands[0], c->wrapped, c->iv, bits);
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct choice c = {0};
    const struct cli_option options[] = {{.name = "output", .value = &c.out, .letter = 'o'},
                                         {.name = "id", .value = &c.id},
                                         {.name = "key", .value = &c.key},
                                         {.name = "rsa", .value = &c.rsa},
                                         {.name = "wrapped", .value = &c.wrapped},
                                         {.name = "iv", .value = &c.iv},
                                         {.name = "encryption", .flag = &c.encryption},
                                         {.name = "der", .flag = &c.der},
                                         {.name = "digest", .flag = &c.digest},
                                         {.name = "in-token", .flag = &c.in_token},
                                         {0}};
    static const struct skf_verb verbs[] = {
        {.name = "generate", .needs = SKF_CONTAINER, .run = generate},
        {.name = "public", .needs = SKF_CONTAINER, .run = public_key},
        {.name = "sign", .least = 1, .most = 1, .needs = SKF_NOTHING, .run = sign},
        {.name = "verify", .least = 2, .most = 2, .needs = SKF_NOTHING, .run = verify},
        {.name = "encrypt", .least = 1, .most = 1, .needs = SKF_TOKEN, .run = encrypt},
        {.name = "import", .least = 1, .most = 1, .needs = SKF_CONTAINER, .run = import},
        {0}};
    return skf_run(cli, argc, argv, verbs, options, &c);
}

const struct cli_command skf_key = {
    .name = "skf key",
    .summary = N_("key pairs of a container"),
    .help = N_(
        "usage: hufu skf key generate [--rsa BITS] [--der] [-o FILE]\n"
        "       hufu skf key public [--encryption] [--der] [-o FILE]\n"
        "       hufu skf key sign FILE [--id TEXT [--in-token] | --digest] [-o SIGNATURE]\n"
        "       hufu skf key verify FILE SIGNATURE [--key PUBLIC] [--id TEXT | --digest]\n"
        "       hufu skf key encrypt FILE --key PUBLIC [-o CIPHER]\n"
        "       hufu skf key import ENVELOPE\n"
        "       hufu skf key import CIPHER --wrapped BLOCK [--iv HEX] [--rsa BITS]\n\n"
        "generate makes the signing pair of --container inside the token and prints its public\n"
        "key; RSA has 2048, 3072 or 4096 bits and takes seconds to minutes. A signature is made "
        "over SM3 of Z, which holds the key and the id\n"
        "(1234567812345678 by default), and of FILE; with --digest FILE is that hash, 32 bytes,\n"
        "with --in-token the token hashes, at most 8192 bytes. RSA signs SHA-256 (PKCS#1 v1.5).\n"
        "Its form is DER, as OpenSSL takes it; verify uses the key in PUBLIC (a certificate or\n"
        "public key) or the container's. encrypt makes an SM2Cipher (DER) of 1 to 8192 bytes for\n"
        "the key in PUBLIC. import takes an encryption pair enveloped for the\n"
        "signing key (the forms of hufu key --help), which the token opens inside;\n"
        "with --wrapped an RSA pair: RSAPrivateKey under SM4 (CBC with --iv, else ECB), whose key\n"
        "is in BLOCK, PKCS#1 for the container's RSA signing key.\n"
        "generate, sign and import need the user PIN.\n"
        "SKF_GenECCKeyPair, SKF_ExportPublicKey, SKF_ECCSignData, SKF_ECCVerify,\n"
        "SKF_ExtECCEncrypt, SKF_ImportECCKeyPair, SKF_GenRSAKeyPair, SKF_RSASignData,\n"
        "SKF_RSAVerify, SKF_ImportRSAKeyPair.\n\n"
        "Examples:\n"
        "  hufu skf key generate --container tax -o tax.pub\n"
        "  hufu skf key sign letter.txt -o letter.sig\n"
        "  hufu skf key verify letter.txt letter.sig --key sign.crt\n"),
    .run = run,
};
