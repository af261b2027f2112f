/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/certificate_text.h"
#include "cli/documents.h"

#include "pki/pki.h"
#include "util/i18n.h"
#include "util/json.h"
#include <errno.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* CLI_GOOD with *cert NULL: the container holds none of this kind. */
static int fetch(struct cli_session *s, bool sign, X509 **cert)
{
    uint8_t der[HUFU_CERT_MAX];
    size_t len = sizeof der;
    *cert = NULL;
    int error = hufu_export_cert(s->token, s->app, s->container, sign, der, &len);
    if (error == HUFU_ERR_NO_CERT) {
        return CLI_GOOD;
    }
    if (error != HUFU_OK) {
        return cli_fail_token(error, NULL);
    }
    *cert = pki_parse_cert(der, len);
    return *cert != NULL ? CLI_GOOD
                         : cli_fail(CLI_TOKEN, _("what the token holds is not a certificate"));
}

static const char *kind_name(bool sign)
{
    return sign ? N_("signing") : N_("encryption");
}

static void print_one(struct json *j, bool as_json, const char *container, bool sign, X509 *cert)
{
    char *subject = pki_name_text(X509_get_subject_name(cert));
    char *issuer = pki_name_text(X509_get_issuer_name(cert)), *serial = pki_serial_text(cert);
    char from[32], until[32];
    certificate_time(X509_get0_notBefore(cert), from);
    certificate_time(X509_get0_notAfter(cert), until);
    if (as_json) {
        json_object(j, NULL);
        json_text(j, "container", container);
        json_text(j, "kind", kind_name(sign));
        json_text(j, "subject", subject);
        json_text(j, "issuer", issuer);
        json_text(j, "serial", serial);
        json_text(j, "not_before", from);
        json_text(j, "not_after", until);
        json_end(j);
    } else {
        printf(_("%s, %s certificate: %s; serial %s, by %s, %s to %s\n"), container,
               _(kind_name(sign)), subject, serial, issuer, from, until);
    }
    free(subject);
    free(issuer);
    free(serial);
}

/* --- subcommands of cert ------------------------------------------------------------------ */

struct choice {
    bool encryption, der;
    const char *out;
};

static int list_container(struct cli_session *s, struct json *j, bool as_json, const char *name)
{
    int code = CLI_GOOD;
    int error = hufu_container_open(s->token, s->app, name, &s->container);
    if (error != HUFU_OK) {
        return cli_fail_token(error, name);
    }
    for (int sign = 1; sign >= 0 && code == CLI_GOOD; sign--) {
        X509 *cert;
        code = fetch(s, sign == 1, &cert);
        if (code == CLI_GOOD && cert != NULL) {
            print_one(j, as_json, name, sign == 1, cert);
        }
        X509_free(cert);
    }
    hufu_container_close(s->token, s->app, s->container);
    return code;
}

static int list(struct cli *cli, struct cli_session *s)
{
    char names[4096];
    size_t len = sizeof names;
    int error = hufu_container_list(s->token, s->app, names, &len), code = CLI_GOOD;
    if (error != HUFU_OK) {
        return cli_fail_token(error, cli->app);
    }
    struct json j;
    json_start(&j, stdout);
    if (cli->json) {
        json_array(&j, NULL);
    }
    for (const char *name = names; *name != '\0' && code == CLI_GOOD; name += strlen(name) + 1) {
        code = list_container(s, &j, cli->json, name);
    }
    if (cli->json) {
        json_end(&j);
    }
    return code;
}

/* The one certificate asked for. */
static int pick(struct cli *cli, struct cli_session *s, const struct choice *choice, X509 **cert)
{
    int code = fetch(s, !choice->encryption, cert);
    return code == CLI_GOOD && *cert == NULL ? cli_fail_token(HUFU_ERR_NO_CERT, cli->container)
                                             : code;
}

static int show(struct cli *cli, struct cli_session *s, const struct choice *choice)
{
    X509 *cert;
    int code = pick(cli, s, choice, &cert);
    if (code == CLI_GOOD && cli->json) {
        struct json j;
        json_start(&j, stdout);
        print_one(&j, true, cli->container, !choice->encryption, cert);
    } else if (code == CLI_GOOD &&
               X509_print_ex_fp(stdout, cert,
                                XN_FLAG_ONELINE & ~(unsigned long)ASN1_STRFLGS_ESC_MSB, 0) != 1) {
        code = cli_fail(CLI_TOKEN, _("the certificate cannot be shown"));
    }
    X509_free(cert);
    return code;
}

/* The file itself, or with --json its text as {"pem": "..."}. */
static void print_file(const struct cli *cli, const char *data, size_t len)
{
    if (!cli->json) {
        fwrite(data, 1, len, stdout);
        return;
    }
    char *text = strndup(data, len);
    cli_done(cli, "pem", text, "%s", "");
    free(text);
}

static int export(struct cli *cli, struct cli_session *s, const struct choice *choice)
{
    X509 *cert;
    int code = pick(cli, s, choice, &cert);
    if (code != CLI_GOOD) {
        return code;
    }
    BIO *memory = BIO_new(BIO_s_mem());
    char *data;
    int written = memory == NULL ? 0
                  : choice->der  ? i2d_X509_bio(memory, cert)
                                 : PEM_write_bio_X509(memory, cert);
    long len = written == 1 ? BIO_get_mem_data(memory, &data) : 0;
    if (len <= 0) {
        code = cli_fail_token(HUFU_ERR_MEMORY, NULL);
    } else if (choice->out == NULL) {
        print_file(cli, data, (size_t)len);
    } else {
        errno = 0;
        int error = pki_write_file(choice->out, data, (size_t)len, 0644);
        code = error == PKI_OK ? CLI_GOOD : documents_fail(choice->out, error, 0);
        if (code == CLI_GOOD && cli->json) {
            cli_done(cli, "output", choice->out, "%s", "");
        }
    }
    BIO_free(memory);
    X509_free(cert);
    return code;
}

/* The certificate must be for the key in the container: a wrong one would make every signature
 * made with it unverifiable. */
static int check_key(struct cli_session *s, X509 *cert, bool sign, const char *path)
{
    uint8_t mine[64], its[64];
    int error = hufu_public_key(s->token, s->app, s->container, sign, mine);
    if (error != HUFU_OK) {
        return cli_fail_token(error, NULL);
    }
    error = pki_sm2_xy(X509_get0_pubkey(cert), its);
    if (error != PKI_OK || memcmp(mine, its, sizeof mine) != 0) {
        return cli_fail(CLI_INVALID,
                        _("%s: the certificate is for another key than the container's"), path);
    }
    return CLI_GOOD;
}

static int import(struct cli *cli, struct cli_session *s, const struct choice *choice,
                  const char *path)
{
    int error;
    errno = 0;
    X509 *cert = pki_load_cert(path, &error);
    if (cert == NULL) {
        return documents_fail(path, error, 0);
    }
    uint8_t *der = NULL;
    int len = i2d_X509(cert, &der), code = check_key(s, cert, !choice->encryption, path);
    if (code == CLI_GOOD && (len <= 0 || len > (int)HUFU_CERT_MAX)) {
        code = cli_fail(CLI_INVALID, _("%s: the certificate is longer than the token takes"), path);
    }
    if (code == CLI_GOOD) {
        code = cli_login(cli, s, HUFU_PIN_USER);
    }
    if (code == CLI_GOOD) {
        error =
            hufu_import_cert(s->token, s->app, s->container, !choice->encryption, der, (size_t)len);
        code = error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, path);
    }
    if (code == CLI_GOOD) {
        code = cli_done(cli, "imported", path, _("%s: now in container %s"), path, cli->container);
    }
    OPENSSL_free(der);
    X509_free(cert);
    return code;
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct choice choice = {0};
    const struct cli_option options[] = {{.name = "encryption", .flag = &choice.encryption},
                                         {.name = "der", .flag = &choice.der},
                                         {.name = "output", .value = &choice.out, .letter = 'o'},
                                         {0}};
    struct cli_session s;
    int code = cli_options(options, &argc, argv);
    if (code != CLI_GOOD) {
        return code;
    }
    const char *what = argc > 0 ? argv[1] : "";
    bool is_list = strcmp(what, "list") == 0, is_import = strcmp(what, "import") == 0;
    bool is_show = strcmp(what, "show") == 0, is_export = strcmp(what, "export") == 0;
    if (!(is_list || is_import || is_show || is_export) || argc != (is_import ? 2 : 1)) {
        return cli_fail_usage(argv[0], _("one of list, show, export, or import FILE"));
    }
    if (is_export && choice.der && choice.out == NULL && cli->json) {
        return cli_fail_usage(argv[0], _("--json has no place for DER: add -o FILE"));
    }
    code = cli_open(cli, &s, !is_list);
    if (code == CLI_GOOD) {
        code = is_list     ? list(cli, &s)
               : is_show   ? show(cli, &s, &choice)
               : is_export ? export(cli, &s, &choice)
                           : import(cli, &s, &choice, argv[2]);
        cli_close(&s);
    }
    return code;
}

const struct cli_command cmd_cert = {
    .name = "cert",
    .summary = N_("the certificates on the token"),
    .help = N_("usage: hufu cert list [--json]\n"
               "       hufu cert show [--encryption] [--json]\n"
               "       hufu cert export [--encryption] [--der] [-o FILE]\n"
               "       hufu cert import FILE [--encryption]\n\n"
               "A container holds a signing certificate and, with --encryption, an encryption\n"
               "certificate. import takes PEM or DER, checks that the certificate is for the\n"
               "container's key, and needs the user PIN.\n\n"
               "Examples:\n"
               "  hufu cert list\n"
               "  hufu cert show --encryption\n"
               "  hufu cert export -o sign.crt\n"
               "  hufu cert import sign.crt\n"),
    .run = run,
};
