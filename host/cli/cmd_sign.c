/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/documents.h"

#include "util/i18n.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int token_sign(void *ctx, const uint8_t e[32], uint8_t rs[64])
{
    struct cli_session *s = ctx;
    return hufu_sign_digest(s->token, s->app, s->container, e, rs);
}

static int sign_content(struct cli *cli, FILE *content, struct document_sign *how, const char *path,
                        const char *output)
{
    struct cli_session s;
    uint8_t *der = NULL;
    size_t len = 0;
    int detail = 0, code = cli_open(cli, &s, true);
    if (code != CLI_GOOD) {
        return code;
    }
    const struct pki_signer signer = {token_sign, &s};
    const char *why;
    code = documents_cert(cli, &s, true, &how->cert);
    if (code == CLI_GOOD && pki_check_profile(how->cert, PKI_USAGE_SIGN, &why) != PKI_OK) {
        code = cli_fail(CLI_INVALID, "%s: %s", cli->container, why);
    }
    if (code == CLI_GOOD) {
        code = cli_login(cli, &s, HUFU_PIN_USER);
    }
    if (code == CLI_GOOD) {
        how->signer = &signer;
        how->time = time(NULL);
        how->progress = documents_progress();
        errno = 0;
        int error = document_sign(content, how, &der, &len, &detail);
        documents_progress_end();
        code = error == PKI_OK ? CLI_GOOD : documents_fail(path, error, detail);
    }
    how->signer = NULL; /* it ends with this function */
    cli_close(&s);
    if (code == CLI_GOOD) {
        errno = 0;
        int error = pki_write_file(output, der, len, 0644);
        code = error == PKI_OK ? CLI_GOOD : documents_fail(output, error, 0);
    }
    free(der);
    X509_free(how->cert);
    return code;
}

static int report(struct cli *cli, const char *output, enum document_form form)
{
    if (cli->json) {
        printf("{\"signature\":");
        cli_json_string(output);
        printf(",\"form\":\"%s\"}\n", form == DOCUMENT_GM ? "gm" : "cms");
    } else {
        printf(_("%s: written\n"), output);
    }
    return CLI_GOOD;
}

static int run(struct cli *cli, int argc, char **argv)
{
    const char *output = NULL, *form = NULL, *chain = NULL;
    const struct cli_option options[] = {{.name = "output", .value = &output, .letter = 'o'},
                                         {.name = "form", .value = &form},
                                         {.name = "chain", .value = &chain},
                                         {0}};
    struct document_sign how = {0};
    FILE *content = NULL;
    char *name = NULL;
    int code = cli_options(options, &argc, argv);
    if (code == CLI_GOOD && argc != 1) {
        code = cli_fail_usage(argv[0], _("one FILE is signed at a time"));
    }
    if (code == CLI_GOOD) {
        code = documents_form(argv[0], form, &how.form);
    }
    if (code == CLI_GOOD && output == NULL && strcmp(argv[1], "-") == 0) {
        code = cli_fail_usage(argv[0], _("standard input has no name: -o FILE is needed"));
    }
    if (code == CLI_GOOD && chain != NULL) {
        int error;
        how.others = pki_load_certs(chain, &error);
        code = how.others != NULL ? CLI_GOOD : documents_fail(chain, error, 0);
    }
    if (code == CLI_GOOD) {
        code = documents_open(argv[1], &content);
    }
    if (code == CLI_GOOD && output == NULL) {
        size_t room = strlen(argv[1]) + 5;
        name = malloc(room);
        if (name == NULL) {
            code = cli_fail_token(HUFU_ERR_MEMORY, NULL);
        } else {
            snprintf(name, room, "%s%s", argv[1], how.form == DOCUMENT_GM ? ".p7s" : ".cms");
            output = name;
        }
    }
    if (code == CLI_GOOD) {
        code = documents_distinct(content, output);
    }
    if (code == CLI_GOOD) {
        code = sign_content(cli, content, &how, argv[1], output);
    }
    if (code == CLI_GOOD) {
        code = report(cli, output, how.form);
    }
    documents_close(content);
    sk_X509_pop_free(how.others, X509_free);
    free(name);
    return code;
}

const struct cli_command cmd_sign = {
    .name = "sign",
    .summary = N_("signs a file with the token"),
    .help =
        N_("usage: hufu sign FILE [-o FILE.p7s] [--form gm|cms] [--chain PEM]\n\n"
           "Writes a detached signature beside the file, of any size: FILE.p7s in the national\n"
           "form (GM/T 0010), FILE.cms in the form of RFC 5652. The signing certificate of the\n"
           "container goes into it, with --chain further ones. Needs the user PIN.\n\n"
           "Examples:\n"
           "  hufu sign contract.pdf\n"
           "  hufu sign contract.pdf --form cms\n"
           "  hufu sign - -o data.p7s < data\n"),
    .run = run,
};
