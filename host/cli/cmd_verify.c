/* SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700 /* strptime */
#define _DEFAULT_SOURCE
#include "cli/documents.h"

#include "cli/verify_report.h"
#include "util/i18n.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TRUST_FILE "chain.pem" /* host/enroll keeps it in its state folder */

struct options {
    const char *trust, *at, *attributes, *signature;
    STACK_OF(X509) *roots;
    time_t when;
};

/* UTC: "2026-01-31", "2026-01-31T12:00", "2026-01-31T12:00:00", each also with Z at the end. */
static bool parse_time(const char *text, time_t *when)
{
    static const char *const forms[] = {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct tm tm = {0};
        const char *end = strptime(text, forms[i], &tm);
        if (end != NULL && (*end == '\0' || (end[0] == 'Z' && end[1] == '\0'))) {
            *when = timegm(&tm);
            return true;
        }
    }
    return false;
}

static int load_trust(struct options *o)
{
    char path[PATH_MAX];
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int error;
    if (o->trust == NULL) {
        /* The chain whose root was confirmed by its fingerprint at enrolment. */
        int n = state != NULL && state[0] == '/'
                    ? snprintf(path, sizeof path, "%s/hufu/" TRUST_FILE, state)
                    : snprintf(path, sizeof path, "%s/.local/state/hufu/" TRUST_FILE,
                               home != NULL ? home : "");
        if (n <= 0 || (size_t)n >= sizeof path || access(path, R_OK) != 0) {
            return cli_fail(CLI_USAGE,
                            _("no root is trusted yet: name a file of roots with --trust PEM"));
        }
        o->roots = pki_load_certs(path, &error);
        return o->roots != NULL ? CLI_GOOD : documents_fail(path, error, 0);
    }
    errno = 0;
    o->roots = pki_load_certs(o->trust, &error);
    return o->roots != NULL ? CLI_GOOD : documents_fail(o->trust, error, 0);
}

/* The signature beside the file, when none is named. NULL: none, so the file is the message. */
static char *beside(const char *path)
{
    static const char *const suffixes[] = {".p7s", ".cms"};
    size_t room = strlen(path) + 5;
    char *name = malloc(room);
    for (size_t i = 0; name != NULL && i < 2; i++) {
        snprintf(name, room, "%s%s", path, suffixes[i]);
        if (access(name, F_OK) == 0) {
            return name;
        }
    }
    free(name);
    return NULL;
}

static int save(const char *path, const uint8_t *data, size_t len)
{
    errno = 0;
    int error = path != NULL ? pki_write_file(path, data, len, 0644) : PKI_OK;
    return error == PKI_OK ? CLI_GOOD : documents_fail(path, error, 0);
}

/* For a stranger to judge: what was signed, and the signature. */
static int save_parts(const struct options *o, const struct document_signatures *s)
{
    if (o->attributes == NULL && o->signature == NULL) {
        return CLI_GOOD;
    }
    if (s->count != 1 || (o->attributes != NULL && s->signer[0].attributes == NULL)) {
        return cli_fail(CLI_INVALID,
                        _("there is not one signature with signed attributes to save"));
    }
    int code = save(o->attributes, s->signer[0].attributes, s->signer[0].attributes_len);
    return code == CLI_GOOD ? save(o->signature, s->signer[0].signature, s->signer[0].signature_len)
                            : code;
}

static int judge_all(struct cli *cli, const struct options *o, const char *path,
                     struct document_signatures *s)
{
    int verdict = PKI_OK;
    struct document_trust trust = {.roots = o->roots,
                                   .untrusted = s->certs,
                                   .at = o->at != NULL ? o->when : time(NULL),
                                   .asserted = o->at != NULL};
    struct verify_report report;
    verify_report_start(&report, cli->json, path, s, &trust);
    for (size_t i = 0; i < s->count; i++) {
        struct document_judgement j;
        struct document_signer *signer = &s->signer[i];
        int one = signer->status;
        if (signer->cert != NULL && document_judge(signer->cert, &trust, &j) != PKI_OK &&
            one == PKI_OK) {
            one = j.verdict;
        }
        verify_report_signer(&report, signer, signer->cert != NULL ? &j : NULL, one);
        if (signer->cert != NULL) {
            document_judgement_free(&j);
        }
        /* What is refused outweighs what is not known. */
        if (verdict == PKI_OK || (verdict == PKI_ERR_UNKNOWN && one != PKI_OK)) {
            verdict = one;
        }
    }
    verify_report_end(&report, verdict);
    if (verdict == PKI_ERR_UNKNOWN) {
        return cli_fail(CLI_UNKNOWN,
                        _("%s: revocation cannot be determined: no usable OCSP answer or CRL; try "
                          "again when the authority's service can be reached"),
                        path);
    }
    return verdict == PKI_OK
               ? CLI_GOOD
               : cli_fail(CLI_INVALID, _("%s: refused: %s"), path, document_strerror(verdict));
}

static int verify(struct cli *cli, const struct options *o, const char *path, FILE *content,
                  const char *message_path)
{
    uint8_t *message;
    size_t len;
    errno = 0;
    int error = pki_read_file(message_path, &message, &len, DOCUMENT_MAX_MESSAGE);
    if (error != PKI_OK) {
        return documents_fail(message_path, error, 0);
    }
    struct document_signatures s;
    errno = 0;
    error = document_verify(message, len, content, documents_progress(), &s);
    documents_progress_end();
    int code = s.count > 0 ? judge_all(cli, o, path, &s)
                           : documents_fail(error == PKI_ERR_IO ? path : message_path, error, 0);
    if (code == CLI_GOOD) {
        code = save_parts(o, &s);
    }
    document_signatures_free(&s);
    free(message);
    return code;
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct options o = {0};
    const struct cli_option options[] = {{.name = "trust", .value = &o.trust},
                                         {.name = "at", .value = &o.at},
                                         {.name = "save-attributes", .value = &o.attributes},
                                         {.name = "save-signature", .value = &o.signature},
                                         {0}};
    FILE *content = NULL;
    char *found = NULL;
    int code = cli_options(options, &argc, argv);
    if (code == CLI_GOOD && (argc < 1 || argc > 2)) {
        code = cli_fail_usage(argv[0], _("a FILE is needed, and perhaps its signature"));
    }
    if (code == CLI_GOOD && o.at != NULL && (!parse_time(o.at, &o.when) || o.when > time(NULL))) {
        code = cli_fail_usage(argv[0], _("--at %s: a time in the past, as 2026-01-31T12:00:00Z"),
                              o.at);
    }
    if (code == CLI_GOOD) {
        code = load_trust(&o);
    }
    const char *message = NULL;
    if (code == CLI_GOOD) {
        found = argc == 1 ? beside(argv[1]) : NULL;
        message = argc == 2 ? argv[2] : found != NULL ? found : argv[1];
        if (message != argv[1]) {
            code = documents_open(argv[1], &content);
        }
    }
    if (code == CLI_GOOD) {
        code = verify(cli, &o, argv[1], content, message);
    }
    documents_close(content);
    sk_X509_pop_free(o.roots, X509_free);
    free(found);
    return code;
}

const struct cli_command cmd_verify = {
    .name = "verify",
    .summary = N_("says who signed a file, and whether it holds"),
    .help = N_(
        "usage: hufu verify FILE [SIG] [--trust PEM] [--at TIME]\n"
        "                   [--save-attributes OUT] [--save-signature OUT]\n\n"
        "Checks a signature in the national form or that of RFC 5652, detached (SIG, else FILE.p7s "
        "or\n"
        "FILE.cms) or with its content inside, and the signer's certificate: path to a root in "
        "PEM\n"
        "(else the root confirmed at enrolment), validity, key usage, revocation by OCSP and CRL.\n"
        "Every signature of a revoked certificate is refused, since its time is the signer's own\n"
        "claim; --at TIME (UTC) is yours: that the signature existed then. Revocation that cannot "
        "be\n"
        "asked for gives exit code 5.\n"
        "--save-attributes and --save-signature write what was signed and the signature, for\n"
        "another program to judge.\n\n"
        "Examples:\n"
        "  hufu verify contract.pdf --trust ca-chain.pem\n"
        "  hufu verify contract.pdf contract.pdf.cms --at 2026-01-31T12:00:00Z\n"
        "  hufu verify c.pdf --save-attributes a.der --save-signature s.der\n"
        "  openssl dgst -sm3 -verify sign.pub -signature s.der \\\n"
        "      -sigopt distid:1234567812345678 a.der\n"),
    .run = run,
};
