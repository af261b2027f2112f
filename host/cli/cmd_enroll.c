/* SPDX-License-Identifier: Apache-2.0 */
/* hufu enroll: from an empty container to two certificates in the token. */
#include "cli/certificate_text.h"
#include "cli/documents.h"
#include "enroll/enroll.h"
#include "pki/pki.h"
#include "util/i18n.h"
#include "util/secret.h"
#include "util/wipe.h"
#include <errno.h>
#include <limits.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct options {
    const char *est_url, *tls_ca, *root_sm3, *applicant, *code_file, *subject, *state, *out_dir;
    const char *request_file, *response, *trust, *attestation;
    bool request_only;
};

static int parse(int argc, char **argv, struct options *o)
{
    const struct cli_option table[] = {
        {.name = "est-url", .value = &o->est_url},
        {.name = "tls-ca", .value = &o->tls_ca},
        {.name = "root-sm3", .value = &o->root_sm3},
        {.name = "applicant", .value = &o->applicant},
        {.name = "code-file", .value = &o->code_file},
        {.name = "subject", .value = &o->subject},
        {.name = "state", .value = &o->state},
        {.name = "out-dir", .value = &o->out_dir},
        {.name = "request-only", .flag = &o->request_only},
        {.name = "output", .value = &o->request_file, .letter = 'o'},
        {.name = "response", .value = &o->response},
        {.name = "trust", .value = &o->trust},
        {.name = "attestation", .value = &o->attestation},
        {0},
    };
    int code = cli_options(table, &argc, argv);
    if (code != CLI_GOOD) {
        return code;
    }
    if (argc > 0) {
        return cli_fail_usage(argv[0], _("unexpected word \"%s\""), argv[1]);
    }
    const char *missing = NULL;
    if (o->request_only) {
        missing = o->request_file == NULL ? _("--request-only needs -o FILE") : NULL;
    } else if (o->response != NULL) {
        missing = o->trust == NULL ? _("--response needs --trust PEM") : NULL;
    } else if (o->est_url == NULL || o->applicant == NULL) {
        missing = _("--est-url and --applicant are needed");
    }
    return missing == NULL ? CLI_GOOD : cli_fail_usage(argv[0], "%s", missing);
}

/* --- what the user sees ------------------------------------------------------------------- */

static const char *const step_text[] = {
    [ENROLL_KEY] = N_("signing key pair in the token"),
    [ENROLL_TRUST] = N_("CA certificates fetched; root fingerprint confirmed"),
    [ENROLL_SIGN] = N_("signing certificate checked against key, subject and profile"),
    [ENROLL_ENCRYPT] = N_("encryption pair and certificate received, still wrapped"),
    [ENROLL_INSTALL] = N_("pair opened inside the token; both certificates installed"),
    [ENROLL_DONE] = N_("enrolled"),
};
static const char *const step_name[] = {
    [ENROLL_KEY] = "key",         [ENROLL_TRUST] = "trust",     [ENROLL_SIGN] = "sign",
    [ENROLL_ENCRYPT] = "encrypt", [ENROLL_INSTALL] = "install", [ENROLL_DONE] = "done",
};

static void show_event(void *ctx, enum enroll_step step, const char *detail)
{
    const struct cli *cli = ctx;
    if (cli->json) {
        printf("{\"event\":\"%s\"", step_name[step]);
        if (detail != NULL) {
            printf(",\"detail\":");
            cli_json_string(detail);
        }
        printf("}\n");
    } else {
        printf("  %d/%d %s\n", (int)step + 1, (int)ENROLL_DONE + 1, _(step_text[step]));
    }
    fflush(stdout);
}

static bool confirm_root(void *ctx, const char *hex, const char *name)
{
    char answer[16];
    (void)ctx;
    if (!isatty(STDIN_FILENO)) {
        return false;
    }
    fprintf(stderr,
            _("CA root: %s\nSM3 fingerprint: %s\nIs this the fingerprint you were given? "
              "[yes/no] "),
            name, hex);
    return fgets(answer, sizeof answer, stdin) != NULL && strcmp(answer, "yes\n") == 0;
}

static int explain(int rc, const struct enroll_failure *f)
{
    static const enum cli_exit code[] = {
        [-ENROLL_ERR_PARAM] = CLI_USAGE,      [-ENROLL_ERR_TOKEN] = CLI_TOKEN,
        [-ENROLL_ERR_OCCUPIED] = CLI_INVALID, [-ENROLL_ERR_STATE] = CLI_INVALID,
        [-ENROLL_ERR_NETWORK] = CLI_NETWORK,  [-ENROLL_ERR_TLS] = CLI_NETWORK,
        [-ENROLL_ERR_REFUSED] = CLI_INVALID,  [-ENROLL_ERR_ANSWER] = CLI_NETWORK,
        [-ENROLL_ERR_TRUST] = CLI_INVALID,    [-ENROLL_ERR_CHECK] = CLI_INVALID,
    };
    return rc == ENROLL_OK ? CLI_GOOD : cli_fail(code[-rc], "%s", f->text);
}

/* --- files -------------------------------------------------------------------------------- */

static int write_pem_request(const char *path, const struct enroll_result *r)
{
    X509_REQ *req = pki_parse_req(r->request, r->request_len);
    BIO *mem = BIO_new(BIO_s_mem());
    char *text = NULL;
    long n = 0;
    if (req != NULL && mem != NULL && PEM_write_bio_X509_REQ(mem, req) == 1) {
        n = BIO_get_mem_data(mem, &text);
    }
    int rc = n > 0 ? pki_write_file(path, text, (size_t)n, 0644) : PKI_ERR_PARSE;
    BIO_free(mem);
    X509_REQ_free(req);
    return rc == PKI_OK ? CLI_GOOD : documents_fail(path, rc, 0);
}

static int write_pem_certs(const char *path, X509 *one, STACK_OF(X509) *many)
{
    BIO *mem = BIO_new(BIO_s_mem());
    char *text = NULL;
    if (mem != NULL && one != NULL) {
        (void)PEM_write_bio_X509(mem, one);
    }
    for (int i = 0; mem != NULL && i < sk_X509_num(many); i++) {
        (void)PEM_write_bio_X509(mem, sk_X509_value(many, i));
    }
    long n = mem != NULL ? BIO_get_mem_data(mem, &text) : 0;
    int rc = n > 0 ? pki_write_file(path, text, (size_t)n, 0644) : PKI_ERR_PARSE;
    BIO_free(mem);
    return rc == PKI_OK ? CLI_GOOD : documents_fail(path, rc, 0);
}

static int write_artefacts(const char *dir, const struct enroll_result *r)
{
    char path[PATH_MAX];
    int rc = CLI_GOOD;
    (void)mkdir(dir, 0755);
    if (r->request != NULL && snprintf(path, sizeof path, "%s/request.csr", dir) > 0) {
        rc = write_pem_request(path, r);
    }
    if (rc == CLI_GOOD && snprintf(path, sizeof path, "%s/sign.crt", dir) > 0) {
        rc = write_pem_certs(path, r->sign_cert, NULL);
    }
    if (rc == CLI_GOOD && snprintf(path, sizeof path, "%s/enc.crt", dir) > 0) {
        rc = write_pem_certs(path, r->enc_cert, NULL);
    }
    if (rc == CLI_GOOD && r->chain != NULL &&
        snprintf(path, sizeof path, "%s/ca-chain.pem", dir) > 0) {
        rc = write_pem_certs(path, NULL, r->chain);
    }
    return rc;
}

/* Whether a file can be written at path, which is not touched: better known before the token is. */
static int check_writable(const char *path)
{
    char *temporary;
    errno = 0;
    int fd = pki_temporary_file(path, 0600, &temporary);
    if (fd < 0) {
        return documents_fail(path, PKI_ERR_IO, 0);
    }
    (void)pki_finish_file(PKI_ERR_IO, fd, temporary, path); /* it is not wanted */
    return CLI_GOOD;
}

static int check_outputs(const struct options *o)
{
    char path[PATH_MAX];
    int code = o->request_only ? check_writable(o->request_file) : CLI_GOOD;
    if (code == CLI_GOOD && o->out_dir != NULL) {
        (void)mkdir(o->out_dir, 0755);
        (void)snprintf(path, sizeof path, "%s/sign.crt", o->out_dir);
        code = check_writable(path);
    }
    return code;
}

/* --state, else $XDG_STATE_HOME/hufu, else ~/.local/state/hufu. */
static int state_dir(const struct options *o, char *out, size_t cap)
{
    const char *xdg = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    int n;
    if (o->state != NULL) {
        n = snprintf(out, cap, "%s", o->state);
    } else if (xdg != NULL && xdg[0] == '/') {
        n = snprintf(out, cap, "%s/hufu", xdg);
    } else if (home != NULL && home[0] == '/') {
        n = snprintf(out, cap, "%s/.local/state/hufu", home);
    } else {
        return cli_fail(CLI_USAGE, _("no place for the state: give --state DIR"));
    }
    return n > 0 && (size_t)n < cap ? CLI_GOOD : cli_fail(CLI_USAGE, _("--state is too long"));
}

/* --- the three roads ---------------------------------------------------------------------- */

static int run_response(const struct options *o, const struct enroll_params *p,
                        struct enroll_result *r)
{
    struct enroll_failure failure;
    uint8_t *data = NULL;
    size_t len = 0;
    int error = 0;
    errno = 0;
    error = pki_read_file(o->response, &data, &len, 256u * 1024u);
    if (error != PKI_OK) {
        return documents_fail(o->response, error, 0);
    }
    errno = 0;
    STACK_OF(X509) *roots = pki_load_certs(o->trust, &error);
    int rc = roots == NULL ? documents_fail(o->trust, error, 0)
                           : explain(enroll_response(p, data, len, roots, r, &failure), &failure);
    sk_X509_pop_free(roots, X509_free);
    free(data);
    return rc;
}

/* --code-file, else HUFU_CODE, else a prompt. The caller wipes code. */
static int read_code(const struct options *o, char *code, size_t cap)
{
    const enum secret_result got =
        secret_from(o->code_file, "HUFU_CODE", _("Enrolment code: "), code, cap);
    return got == SECRET_OK
               ? CLI_GOOD
               : cli_fail(CLI_USAGE, _("no enrolment code (--code-file, HUFU_CODE): %s"),
                          secret_text(got));
}

static int run_online(const struct options *o, struct enroll_params *p, struct enroll_result *r)
{
    struct enroll_failure failure;
    char code[128];
    int rc = read_code(o, code, sizeof code);
    if (rc == CLI_GOOD) {
        p->code = code;
        rc = explain(enroll_run(p, r, &failure), &failure);
        p->code = NULL;
    }
    util_wipe(code, sizeof code);
    return rc;
}

/* A container named for this enrolment is made when it is not there yet; a response can only be for
 * a key that is. */
static int open_container(const struct cli *cli, struct cli_session *s, bool make)
{
    int error = hufu_container_open(s->token, s->app, cli->container, &s->container);
    if (error == HUFU_ERR_NOT_FOUND && make) {
        error = hufu_container_create(s->token, s->app, cli->container, &s->container);
    }
    s->container_open = error == HUFU_OK;
    return error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, cli->container);
}

/* Who gives the PIN once more, and where. */
struct holder {
    struct cli *cli;
    struct cli_session *s;
};

static int login_again(void *ctx)
{
    const struct holder *holder = ctx;
    return cli_login(holder->cli, holder->s, HUFU_PIN_USER) == CLI_GOOD ? HUFU_OK
                                                                        : HUFU_ERR_NOT_LOGGED_IN;
}

static int attestation(const char *word, enum enroll_attestation *out)
{
    static const char *const words[] = {[ENROLL_ATTEST_OPTIONAL] = "optional",
                                        [ENROLL_ATTEST_REQUIRED] = "required",
                                        [ENROLL_ATTEST_OFF] = "off"};
    *out = ENROLL_ATTEST_OPTIONAL;
    for (unsigned i = 0; word != NULL && i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(word, words[i]) == 0) {
            *out = (enum enroll_attestation)i;
            return CLI_GOOD;
        }
    }
    return word == NULL ? CLI_GOOD
                        : cli_fail_usage("enroll", _("--attestation is required, optional or off"));
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct options o = {0};
    struct cli_session s;
    struct hufu_info info;
    struct enroll_result r = {0};
    struct enroll_failure failure;
    char dir[PATH_MAX];
    enum enroll_attestation attest = ENROLL_ATTEST_OPTIONAL;
    int rc = parse(argc, argv, &o);
    rc = rc == CLI_GOOD ? attestation(o.attestation, &attest) : rc;
    rc = rc == CLI_GOOD ? state_dir(&o, dir, sizeof dir) : rc;
    rc = rc == CLI_GOOD ? check_outputs(&o) : rc;
    if (rc != CLI_GOOD) {
        return rc;
    }
    rc = cli_open(cli, &s, false);
    if (rc != CLI_GOOD) {
        return rc;
    }
    int error = hufu_dev_info(s.token, &info);
    rc = error == HUFU_OK ? cli_login(cli, &s, HUFU_PIN_USER) : cli_fail_token(error, NULL);
    rc = rc == CLI_GOOD ? open_container(cli, &s, o.response == NULL) : rc;
    if (rc == CLI_GOOD) {
        struct holder holder = {cli, &s};
        struct enroll_params p = {.token = s.token,
                                  .app = s.app,
                                  .container = s.container,
                                  .container_name = cli->container,
                                  .app_name = cli->app,
                                  .serial = info.serial,
                                  .state_dir = dir,
                                  .subject = o.subject,
                                  .est_url = o.est_url,
                                  .tls_ca = o.tls_ca,
                                  .applicant = o.applicant,
                                  .root_sm3 = o.root_sm3,
                                  .attestation = attest,
                                  .login = login_again,
                                  .login_ctx = &holder,
                                  .confirm = confirm_root,
                                  .event = show_event,
                                  .ctx = cli};
        if (o.request_only) {
            rc = explain(enroll_request(&p, &r, &failure), &failure);
            rc = rc == CLI_GOOD ? write_pem_request(o.request_file, &r) : rc;
        } else {
            rc = o.response != NULL ? run_response(&o, &p, &r) : run_online(&o, &p, &r);
            if (rc == CLI_GOOD && !cli->json) {
                certificate_text(stdout, _("signing certificate"), r.sign_cert);
                certificate_text(stdout, _("encryption certificate"), r.enc_cert);
            }
            rc = rc == CLI_GOOD && o.out_dir != NULL ? write_artefacts(o.out_dir, &r) : rc;
        }
    }
    enroll_result_free(&r);
    cli_close(&s);
    return rc;
}

const struct cli_command cmd_enroll = {
    .name = "enroll",
    .summary = N_("have the token's key certified and take the encryption pair"),
    .help = N_(
        "usage: hufu enroll --est-url URL --applicant ID [--tls-ca FILE] [--root-sm3 HEX]\n"
        "                   [--code-file FILE] [--subject NAME] [--state DIR] [--out-dir DIR]\n"
        "                   [--attestation required|optional|off]\n"
        "       hufu enroll --request-only -o FILE [--subject NAME]\n"
        "       hufu enroll --response FILE --trust PEM\n"
        "\n"
        "Makes the signing key pair inside the token, has it certified, takes the encryption pair\n"
        "that the CA wrapped for the token, and installs both certificates. Interrupted at any\n"
        "point, it is run again with the same words and goes on where it stopped.\n"
        "\n"
        "  --est-url URL      https://host:port of the CA's EST service (RFC 7030)\n"
        "  --tls-ca FILE      PEM that verifies the server, unless it is publicly trusted\n"
        "  --root-sm3 HEX     SM3 fingerprint of the CA's root, as given with the code;\n"
        "                     without it you are shown the fingerprint and asked\n"
        "  --applicant ID     your id at the CA\n"
        "  --code-file FILE   the enrolment code; else HUFU_CODE, else a prompt\n"
        "  --subject NAME     \"C=CN, O=Example, CN=Name\"; default: as the CA recorded\n"
        "  --state DIR        what must survive a power cut (default $XDG_STATE_HOME/hufu)\n"
        "  --out-dir DIR      also write request.csr sign.crt enc.crt ca-chain.pem there\n"
        "  --attestation HOW  optional: the token shows that the key was made inside it if the CA\n"
        "                     asks; required: the CA has to ask; off: nothing is shown\n"
        "  --request-only     only make the key and write the request (PEM) to -o FILE\n"
        "  --response FILE    take a CSRResponse of GM/T 0092 from another CA\n"
        "  --trust PEM        CA certificates that judge --response\n"
        "\n"
        "example: hufu enroll --est-url https://localhost:8443 --tls-ca tls-root.pem \\\n"
        "             --root-sm3 $(cat root.sm3) --applicant alice\n"),
    .run = run,
};
