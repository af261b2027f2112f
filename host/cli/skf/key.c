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
    const char *out, *id, *key;
    bool encryption, der, digest, in_token;
};

/* --- public keys ------------------------------------------------------------------------------ */

static int give_public(const struct cli *cli, const struct choice *c, const uint8_t xy[64])
{
    char *text;
    EVP_PKEY *key = pki_sm2_public(xy);
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

static int generate(struct skf_call *call, const void *choice)
{
    uint8_t xy[64];
    int code = cli_login(call->cli, &call->s, HUFU_PIN_USER);
    if (code != CLI_GOOD) {
        return code;
    }
    int error = hufu_generate_sm2(call->s.token, call->s.app, call->s.container, xy);
    if (error == HUFU_ERR_STATE) {
        return cli_fail(CLI_TOKEN,
                        _("container %s holds a certificate or an encryption pair: its signing key "
                          "stays; hufu skf container delete destroys all of it"),
                        call->cli->container);
    }
    return error == HUFU_OK ? give_public(call->cli, choice, xy)
                            : cli_fail_token(error, call->cli->container);
}

static int own_public(struct skf_call *call, bool sign, uint8_t xy[64])
{
    int error = hufu_public_key(call->s.token, call->s.app, call->s.container, sign, xy);
    return error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, call->cli->container);
}

static int public_key(struct skf_call *call, const void *choice)
{
    const struct choice *c = choice;
    uint8_t xy[64];
    int code = own_public(call, !c->encryption, xy);
    return code == CLI_GOOD ? give_public(call->cli, c, xy) : code;
}

/* --- signatures ------------------------------------------------------------------------------- */

/* e of a file: its contents with --digest, else SM3(Z || contents). */
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
    const char *id = c->id == NULL ? PKI_SM2_ID : c->id;
    int error = pki_sm2_z_id(key, id, strlen(id), z);
    return error == PKI_OK ? skf_digest_file(path, EVP_sm3(), z, e, &len)
                           : cli_fail(CLI_INVALID, "--id: %s", pki_strerror(error));
}

/* The key that --key names, else the container's own signing key. */
static int verifier(struct skf_call *call, const struct choice *c, EVP_PKEY **key)
{
    uint8_t xy[64];
    *key = NULL;
    if (c->key != NULL) {
        return skf_read_public(c->key, key);
    }
    int code = cli_open(call->cli, &call->s, true);
    if (code == CLI_GOOD) {
        code = own_public(call, true, xy);
    }
    if (code == CLI_GOOD && (*key = pki_sm2_public(xy)) == NULL) {
        code = cli_fail_token(HUFU_ERR_PROTOCOL, NULL);
    }
    return code;
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

static int sign_on_host(struct skf_call *call, const struct choice *c, EVP_PKEY *key,
                        uint8_t rs[64])
{
    uint8_t e[EVP_MAX_MD_SIZE];
    int code = e_of(call->operands[0], c, key, e);
    if (code == CLI_GOOD) {
        code = cli_login(call->cli, &call->s, HUFU_PIN_USER);
    }
    if (code == CLI_GOOD) {
        int error = hufu_sign_digest(call->s.token, call->s.app, call->s.container, e, rs);
        code = error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, call->operands[0]);
    }
    return code;
}

static int sign(struct skf_call *call, const void *choice)
{
    const struct choice *c = choice;
    uint8_t rs[64], der[72];
    size_t der_len;
    EVP_PKEY *key = NULL;
    int code = c->key != NULL || (c->in_token && c->digest)
                   ? cli_fail_usage(call->command, _("sign takes no --key, nor --in-token with "
                                                     "--digest"))
                   : verifier(call, c, &key);
    if (code == CLI_GOOD) {
        code = c->in_token ? sign_in_token(call, c, rs) : sign_on_host(call, c, key, rs);
    }
    EVP_PKEY_free(key);
    if (code == CLI_GOOD && pki_sig_to_der(rs, der, &der_len) != PKI_OK) {
        code = cli_fail_token(HUFU_ERR_PROTOCOL, call->operands[0]);
    }
    return code == CLI_GOOD ? skf_give(call->cli, c->out, "signature", der, der_len) : code;
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
        int error = pki_sm2_verify_digest(key, e, sig, sig_len);
        code = error == PKI_OK
                   ? cli_done(call->cli, "verdict", "good", "%s", _("the signature is good"))
                   : cli_fail(CLI_INVALID, "%s: %s", call->operands[1], pki_strerror(error));
    }
    EVP_PKEY_free(key);
    free(sig);
    return code;
}

/* --- encryption for anybody's key --------------------------------------------------------------
 */

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
    (void)choice;
    return key_import(call->cli, &call->s, call->operands[0], NULL);
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct choice c = {0};
    const struct cli_option options[] = {{.name = "output", .value = &c.out, .letter = 'o'},
                                         {.name = "id", .value = &c.id},
                                         {.name = "key", .value = &c.key},
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
        "usage: hufu skf key generate [--der] [-o FILE]\n"
        "       hufu skf key public [--encryption] [--der] [-o FILE]\n"
        "       hufu skf key sign FILE [--id TEXT [--in-token] | --digest] [-o SIGNATURE]\n"
        "       hufu skf key verify FILE SIGNATURE [--key PUBLIC] [--id TEXT | --digest]\n"
        "       hufu skf key encrypt FILE --key PUBLIC [-o CIPHER]\n"
        "       hufu skf key import ENVELOPE\n\n"
        "generate makes the signing pair of --container inside the token and prints its public\n"
        "key. A signature is made over SM3 of Z, which holds the key and the id\n"
        "(1234567812345678 by default), and of FILE; with --digest FILE is that hash, 32 bytes,\n"
        "with --in-token the token hashes, at most 8192 bytes.\n"
        "Its form is DER, as OpenSSL takes it; verify uses the key in PUBLIC (a certificate or\n"
        "public key) or the container's. encrypt makes an SM2Cipher (DER) of 1 to 8192 bytes for\n"
        "the key in PUBLIC. import takes an encryption pair enveloped for the\n"
        "signing key (the forms of hufu key --help), which the token opens inside.\n"
        "generate, sign and import need the user PIN.\n"
        "SKF_GenECCKeyPair, SKF_ExportPublicKey, SKF_ECCSignData, SKF_ECCVerify,\n"
        "SKF_ExtECCEncrypt, SKF_ImportECCKeyPair.\n\n"
        "Examples:\n"
        "  hufu skf key generate --container tax -o tax.pub\n"
        "  hufu skf key sign letter.txt -o letter.sig\n"
        "  hufu skf key verify letter.txt letter.sig --key sign.crt\n"),
    .run = run,
};
