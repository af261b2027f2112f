/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/documents.h"

#include "hufu/apdu.h"
#include "util/i18n.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct token_key {
    struct cli_session *s;
    uint16_t key;
    bool open;
};

static void drop(struct token_key *k)
{
    if (k->open) {
        hufu_destroy_session_key(k->s->token, k->s->app, k->s->container, k->key);
    }
    k->open = false;
}

static int token_unwrap(void *ctx, const uint8_t c1[64], const uint8_t c3[32], const uint8_t *c2,
                        size_t c2_len, const uint8_t iv[16])
{
    struct token_key *k = ctx;
    struct cli_session *s = k->s;
    int error = hufu_import_session_key(s->token, s->app, s->container, SGD_SM4_CBC_ID, c1, c3, c2,
                                        c2_len, &k->key);
    /* The token says no more than "refused" for a ciphertext that does not fit its key. */
    if (error == HUFU_ERR_REFUSED || error == HUFU_ERR_VERIFY) {
        return DOCUMENT_ERR_DECRYPT;
    }
    k->open = error == HUFU_OK;
    return error == HUFU_OK ? hufu_decrypt_init(s->token, s->app, s->container, k->key,
                                                SGD_SM4_CBC_ID, iv, 16, false)
                            : error;
}

static int token_update(void *ctx, const uint8_t *in, size_t len, uint8_t *out, size_t *out_len)
{
    struct token_key *k = ctx;
    *out_len = len + 16;
    return hufu_decrypt_update(k->s->token, k->s->app, k->s->container, k->key, in, len, out,
                               out_len);
}

static int token_final(void *ctx, uint8_t *out, size_t *out_len)
{
    struct token_key *k = ctx;
    *out_len = 16;
    return hufu_decrypt_final(k->s->token, k->s->app, k->s->container, k->key, out, out_len);
}

static int decrypt_to(FILE *message, X509 *cert, struct cli_session *s, FILE *out, int *detail)
{
    struct token_key key = {.s = s};
    const struct document_decryptor decryptor = {&key, token_unwrap, token_update, token_final};
    /* A session key lives in the token between commands: nobody may step in between. */
    *detail = hufu_begin(s->token);
    if (*detail != HUFU_OK) {
        return DOCUMENT_ERR_DEVICE;
    }
    int error = document_decrypt(message, cert, &decryptor, out, documents_progress(), detail);
    documents_progress_end();
    drop(&key);
    hufu_end(s->token);
    return error;
}

static int decrypt(struct cli *cli, FILE *message, const char *path, const char *output)
{
    struct cli_session s;
    X509 *cert = NULL;
    char *temporary = NULL;
    int detail = 0, code = cli_open(cli, &s, true);
    if (code != CLI_GOOD) {
        return code;
    }
    code = documents_cert(cli, &s, false, &cert);
    int fd = -1;
    if (code == CLI_GOOD && (fd = pki_temporary_file(output, 0600, &temporary)) < 0) {
        code = documents_fail(output, PKI_ERR_IO, 0);
    }
    if (code == CLI_GOOD) {
        code = cli_login(cli, &s, HUFU_PIN_USER);
    }
    if (code == CLI_GOOD) {
        FILE *out = fdopen(dup(fd), "wb");
        errno = 0;
        int error = out != NULL ? decrypt_to(message, cert, &s, out, &detail) : PKI_ERR_IO;
        if (out != NULL && fclose(out) != 0 && error == PKI_OK) {
            error = PKI_ERR_IO;
        }
        code = error == PKI_OK ? CLI_GOOD : documents_fail(path, error, detail);
    }
    cli_close(&s);
    X509_free(cert);
    const int error = code == CLI_GOOD ? PKI_OK : PKI_ERR_IO;
    if (pki_finish_file(error, fd, temporary, output) != PKI_OK && code == CLI_GOOD) {
        code = documents_fail(output, PKI_ERR_IO, 0);
    }
    return code;
}

static int run(struct cli *cli, int argc, char **argv)
{
    const char *output = NULL;
    const struct cli_option options[] = {{.name = "output", .value = &output, .letter = 'o'}, {0}};
    FILE *message = NULL;
    int code = cli_options(options, &argc, argv);
    if (code == CLI_GOOD && (argc != 1 || output == NULL)) {
        code = cli_fail_usage(argv[0], _("one FILE and -o OUT are needed"));
    }
    if (code == CLI_GOOD) {
        code = documents_open(argv[1], &message);
    }
    if (code == CLI_GOOD) {
        code = documents_distinct(message, output);
    }
    if (code == CLI_GOOD) {
        code = decrypt(cli, message, argv[1], output);
    }
    if (code == CLI_GOOD && cli->json) {
        printf("{\"output\":");
        cli_json_string(output);
        printf("}\n");
    } else if (code == CLI_GOOD) {
        printf(_("%s: written\n"), output);
    }
    documents_close(message);
    return code;
}

const struct cli_command cmd_decrypt = {
    .name = "decrypt",
    .summary = N_("decrypts a file with the token"),
    .help =
        N_("usage: hufu decrypt FILE -o OUT\n\n"
           "Opens what was encrypted for the container's encryption certificate, in the national\n"
           "form or that of RFC 5652, DER, BER or PEM. OUT appears only when everything was\n"
           "right; a message that does not fit changes nothing. Needs the user PIN.\n\n"
           "Examples:\n"
           "  hufu decrypt letter.enc -o letter.txt\n"),
    .run = run,
};
