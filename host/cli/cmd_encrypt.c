/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/documents.h"

#include "util/i18n.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static int check_recipients(STACK_OF(X509) *to, const char *path, STACK_OF(X509) *roots)
{
    for (int i = 0; i < sk_X509_num(to); i++) {
        X509 *cert = sk_X509_value(to, i);
        const char *why;
        if (pki_check_profile(cert, PKI_USAGE_ENCRYPT, &why) != PKI_OK) {
            return cli_fail(CLI_INVALID, "%s: %s", path, why);
        }
        if (X509_cmp_current_time(X509_get0_notAfter(cert)) < 0 ||
            X509_cmp_current_time(X509_get0_notBefore(cert)) > 0) {
            return cli_fail(CLI_INVALID, "%s: %s", path, pki_strerror(PKI_ERR_EXPIRED));
        }
        int error = roots != NULL ? pki_verify_chain(cert, NULL, roots, time(NULL), NULL) : PKI_OK;
        if (error != PKI_OK) {
            return cli_fail(CLI_INVALID, "%s: %s", path, pki_strerror(error));
        }
    }
    return CLI_GOOD;
}

static int encrypt(FILE *content, STACK_OF(X509) *to, enum document_form form, const char *path,
                   const char *output)
{
    char *temporary;
    FILE *spool = document_spool(content);
    if (spool == NULL) {
        return documents_fail(path, PKI_ERR_IO, 0);
    }
    int fd = pki_temporary_file(output, 0644, &temporary);
    if (fd < 0) {
        int code = documents_fail(output, PKI_ERR_IO, 0);
        if (spool != content) {
            fclose(spool);
        }
        return code;
    }
    FILE *out = fdopen(dup(fd), "wb");
    errno = 0;
    int error =
        out != NULL ? document_encrypt(spool, to, form, out, documents_progress()) : PKI_ERR_IO;
    documents_progress_end();
    if (out != NULL && fclose(out) != 0 && error == PKI_OK) {
        error = PKI_ERR_IO;
    }
    error = pki_finish_file(error, fd, temporary, output);
    int code = error == PKI_OK ? CLI_GOOD : documents_fail(output, error, 0);
    if (spool != content) {
        fclose(spool);
    }
    return code;
}

static int run(struct cli *cli, int argc, char **argv)
{
    const char *output = NULL, *form_name = NULL, *to = NULL, *trust = NULL;
    const struct cli_option options[] = {{.name = "output", .value = &output, .letter = 'o'},
                                         {.name = "form", .value = &form_name},
                                         {.name = "to", .value = &to},
                                         {.name = "trust", .value = &trust},
                                         {0}};
    enum document_form form = DOCUMENT_GM;
    STACK_OF(X509) *recipients = NULL, *roots = NULL;
    FILE *content = NULL;
    int error, code = cli_options(options, &argc, argv);
    if (code == CLI_GOOD && (argc != 1 || to == NULL || output == NULL)) {
        code = cli_fail_usage(argv[0], _("--to CERT, one FILE and -o OUT are needed"));
    }
    if (code == CLI_GOOD) {
        code = documents_form(argv[0], form_name, &form);
    }
    errno = 0;
    if (code == CLI_GOOD && (recipients = pki_load_certs(to, &error)) == NULL) {
        code = documents_fail(to, error, 0);
    }
    if (code == CLI_GOOD && trust != NULL && (roots = pki_load_certs(trust, &error)) == NULL) {
        code = documents_fail(trust, error, 0);
    }
    if (code == CLI_GOOD) {
        code = check_recipients(recipients, to, roots);
    }
    if (code == CLI_GOOD) {
        code = documents_open(argv[1], &content);
    }
    if (code == CLI_GOOD) {
        code = documents_distinct(content, output);
    }
    if (code == CLI_GOOD) {
        code = encrypt(content, recipients, form, argv[1], output);
    }
    if (code == CLI_GOOD && cli->json) {
        printf("{\"output\":");
        cli_json_string(output);
        printf(",\"recipients\":%d}\n", sk_X509_num(recipients));
    } else if (code == CLI_GOOD) {
        printf(_("%s: written, encrypted for %d certificate(s)\n"), output,
               sk_X509_num(recipients));
    }
    documents_close(content);
    sk_X509_pop_free(recipients, X509_free);
    sk_X509_pop_free(roots, X509_free);
    return code;
}

const struct cli_command cmd_encrypt = {
    .name = "encrypt",
    .summary = N_("encrypts a file for certificates"),
    .help =
        N_("usage: hufu encrypt --to CERT FILE -o OUT [--form gm|cms] [--trust PEM]\n\n"
           "Encrypts a file of any size with a fresh SM4 key for the encryption certificate in\n"
           "CERT; a file with several certificates makes several recipients. With --trust each\n"
           "certificate must lead to one of those roots. No token is needed. Encryption hides\n"
           "a file and does not protect it against change: sign it as well.\n\n"
           "Examples:\n"
           "  hufu encrypt --to enc.crt letter.txt -o letter.enc\n"
           "  hufu encrypt --to team.pem --form cms letter.txt -o letter.enc\n"),
    .run = run,
};
