/* SPDX-License-Identifier: Apache-2.0 */
/* hufu attest: the token's word on one of its keys, and whether somebody else's is worth anything.
 */
#include "cli/attest_report.h"
#include "cli/documents.h"
#include "pki/pki.h"
#include "util/hex.h"
#include "util/i18n.h"
#include <errno.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (64u * 1024u)

struct options {
    const char *kind, *challenge, *algorithm, *output;
    const char *verify, *root, *crl, *key;
    bool holder; /* --signing-key: what a CA asks of a key */
};

static int parse(int *argc, char **argv, struct options *o)
{
    const struct cli_option table[] = {
        {.name = "kind", .value = &o->kind},
        {.name = "challenge", .value = &o->challenge},
        {.name = "algorithm", .value = &o->algorithm},
        {.name = "output", .value = &o->output, .letter = 'o'},
        {.name = "verify", .value = &o->verify},
        {.name = "root", .value = &o->root},
        {.name = "crl", .value = &o->crl},
        {.name = "key", .value = &o->key},
        {.name = "signing-key", .flag = &o->holder},
        {0},
    };
    int code = cli_options(table, argc, argv);
    if (code != CLI_GOOD) {
        return code;
    }
    if (*argc > 0) {
        return cli_fail_usage(argv[0], _("unexpected word \"%s\""), argv[1]);
    }
    if (o->verify != NULL && o->root == NULL) {
        return cli_fail_usage(argv[0], _("--verify needs --root CERT"));
    }
    if (o->verify != NULL ? o->kind != NULL || o->algorithm != NULL || o->output != NULL
                          : o->root != NULL || o->crl != NULL || o->key != NULL || o->holder) {
        return cli_fail_usage(argv[0], _("options of making and of --verify do not mix"));
    }
    return CLI_GOOD;
}

/* [out] challenge: as given, or random. */
static int read_challenge(const struct options *o, uint8_t challenge[HUFU_ATTEST_CHALLENGE])
{
    if (o->challenge != NULL && !hex_decode(o->challenge, challenge, HUFU_ATTEST_CHALLENGE)) {
        return cli_fail_usage("attest", _("--challenge takes 64 hexadecimal digits"));
    }
    if (o->challenge == NULL && o->verify == NULL &&
        RAND_bytes(challenge, HUFU_ATTEST_CHALLENGE) != 1) {
        return cli_fail(CLI_UNKNOWN, _("no random numbers on this machine"));
    }
    return CLI_GOOD;
}

/* --- making --------------------------------------------------------------------------------- */

static int one_of(const char *word, const char *const names[], unsigned count, unsigned *out)
{
    for (unsigned i = 0; word != NULL && i < count; i++) {
        if (strcmp(names[i], word) == 0) {
            *out = i;
            return CLI_GOOD;
        }
    }
    return word == NULL ? CLI_GOOD : CLI_USAGE;
}

static int read_request(const struct options *o, struct hufu_attest_request *request)
{
    static const char *const kinds[] = {[HUFU_ATTEST_IDENTITY] = "identity",
                                        [HUFU_ATTEST_SIGNING] = "sign",
                                        [HUFU_ATTEST_ENCRYPTION] = "encrypt"};
    static const char *const algorithms[] = {
        [HUFU_IDENTITY_SM2] = "sm2", [HUFU_IDENTITY_P256] = "p256"};
    request->kind = HUFU_ATTEST_SIGNING;
    request->algorithm = HUFU_IDENTITY_SM2;
    if (one_of(o->kind, kinds, 3, &request->kind) != CLI_GOOD) {
        return cli_fail_usage("attest", _("--kind is sign, encrypt or identity"));
    }
    return one_of(o->algorithm, algorithms, 2, &request->algorithm) == CLI_GOOD
               ? CLI_GOOD
               : cli_fail_usage("attest", _("--algorithm is sm2 or p256"));
}

/* [out] *der: AttestationEvidence, malloc. */
static int ask(struct cli_session *s, struct hufu_attest_request *request, uint8_t **der,
               size_t *der_len)
{
    uint8_t statement[HUFU_ATTEST_MAX], chain[HUFU_IDENTITY_CHAIN_MAX];
    size_t len = sizeof statement, chain_len = sizeof chain;
    request->app = s->app;
    request->container = s->container;
    int error = hufu_attest(s->token, request, statement, &len);
    if (error == HUFU_OK) {
        error = hufu_identity_certificate_read(s->token, request->algorithm, chain, &chain_len);
    }
    if (error == HUFU_ERR_NO_CERT) {
        fputs(_("hufu: note: its manufacturer gave this token no identity certificate\n"), stderr);
        chain_len = 0;
        error = HUFU_OK;
    }
    if (error != HUFU_OK) {
        return cli_fail_token(error, NULL);
    }
    return pki_attest_evidence(statement, len, chain, chain_len, der, der_len) == PKI_OK
               ? CLI_GOOD
               : cli_fail(CLI_TOKEN, _("what the token attests is malformed"));
}

static int write_pem(const char *path, const uint8_t *der, size_t len)
{
    BIO *mem = BIO_new(BIO_s_mem());
    char *text = NULL;
    long n = 0;
    if (mem != NULL && PEM_write_bio(mem, PKI_ATTEST_PEM, "", der, (long)len) > 0) {
        n = BIO_get_mem_data(mem, &text);
    }
    errno = 0;
    int error = n > 0 ? pki_write_file(path, text, (size_t)n, 0644) : PKI_ERR_MEMORY;
    BIO_free(mem);
    return error == PKI_OK ? CLI_GOOD : documents_fail(path, error, 0);
}

static int make(struct cli *cli, const struct options *o)
{
    uint8_t challenge[HUFU_ATTEST_CHALLENGE], *der = NULL;
    struct hufu_attest_request request = {.challenge = challenge};
    struct pki_attestation a;
    struct cli_session s;
    size_t len = 0;
    int code = read_request(o, &request);
    code = code == CLI_GOOD ? read_challenge(o, challenge) : code;
    if (code == CLI_GOOD) {
        code = request.kind == HUFU_ATTEST_IDENTITY ? cli_open_token(cli, &s)
                                                    : cli_open(cli, &s, true);
    }
    if (code != CLI_GOOD) {
        return code;
    }
    code = ask(&s, &request, &der, &len);
    cli_close(&s);
    if (code == CLI_GOOD && pki_attest_parse(der, len, &a) != ATTEST_GOOD) {
        code = cli_fail(CLI_TOKEN, _("what the token attests is malformed"));
    } else if (code == CLI_GOOD) {
        code = o->output != NULL ? write_pem(o->output, der, len) : CLI_GOOD;
        if (code == CLI_GOOD) {
            attest_report(cli, &a, false, ATTEST_GOOD, o->output);
        }
        pki_attest_free(&a);
    }
    free(der);
    return code;
}

/* --- verifying ------------------------------------------------------------------------------ */

/* The public key of a certificate or of a request. */
static int read_key(const char *path, EVP_PKEY **key)
{
    uint8_t *data = NULL;
    size_t len = 0;
    errno = 0;
    int error = pki_read_file(path, &data, &len, FILE_MAX);
    if (error != PKI_OK) {
        return documents_fail(path, error, 0);
    }
    X509 *cert = pki_parse_cert(data, len);
    X509_REQ *req = cert == NULL ? pki_parse_req(data, len) : NULL;
    *key = cert != NULL ? X509_get_pubkey(cert) : req != NULL ? X509_REQ_get_pubkey(req) : NULL;
    X509_REQ_free(req);
    X509_free(cert);
    free(data);
    return *key != NULL ? CLI_GOOD
                        : cli_fail(CLI_INVALID, _("%s: neither a certificate nor a request"), path);
}

static int load(const char *path, struct pki_attestation *a)
{
    uint8_t *data = NULL;
    size_t len = 0;
    errno = 0;
    int error = pki_read_file(path, &data, &len, FILE_MAX);
    if (error != PKI_OK) {
        return documents_fail(path, error, 0);
    }
    const enum pki_attest_fault fault = pki_attest_read(data, len, a);
    free(data);
    return fault == ATTEST_GOOD ? CLI_GOOD
                                : cli_fail(CLI_INVALID, "%s: %s", path, _(pki_attest_text(fault)));
}

static int judge(struct cli *cli, const struct options *o, const struct pki_attestation *a,
                 STACK_OF(X509) *roots, const STACK_OF(X509_CRL) *crls, EVP_PKEY *key)
{
    uint8_t challenge[HUFU_ATTEST_CHALLENGE];
    const struct pki_attest_rules rules = {
        .challenge = o->challenge != NULL ? challenge : NULL, .key = key, .signing_key = o->holder};
    int code = read_challenge(o, challenge);
    if (code != CLI_GOOD) {
        return code;
    }
    enum pki_attest_fault fault = pki_attest_verify(a, roots, crls, time(NULL));
    fault = fault == ATTEST_GOOD ? pki_attest_judge(a, &rules) : fault;
    attest_report(cli, a, true, fault, NULL);
    return fault == ATTEST_GOOD
               ? CLI_GOOD
               : cli_fail(CLI_INVALID, "%s: %s", o->verify, _(pki_attest_text(fault)));
}

static int verify(struct cli *cli, const struct options *o)
{
    struct pki_attestation a;
    STACK_OF(X509_CRL) *crls = NULL;
    EVP_PKEY *key = NULL;
    int error = 0;
    int code = load(o->verify, &a);
    if (code != CLI_GOOD) {
        return code;
    }
    errno = 0;
    STACK_OF(X509) *roots = pki_load_certs(o->root, &error);
    code = roots != NULL ? CLI_GOOD : documents_fail(o->root, error, 0);
    if (code == CLI_GOOD && o->crl != NULL) {
        errno = 0;
        crls = pki_load_crls(o->crl, &error);
        error = crls != NULL ? pki_check_lists(crls, roots, time(NULL)) : error;
        code = error == PKI_OK ? CLI_GOOD
               : error == PKI_ERR_IO
                   ? documents_fail(o->crl, error, 0)
                   : cli_fail(CLI_INVALID, "%s: %s", o->crl, pki_lists_text(error));
    }
    if (code == CLI_GOOD && o->key != NULL) {
        code = read_key(o->key, &key);
    }
    if (code == CLI_GOOD) {
        code = judge(cli, o, &a, roots, crls, key);
    }
    EVP_PKEY_free(key);
    sk_X509_CRL_pop_free(crls, X509_CRL_free);
    sk_X509_pop_free(roots, X509_free);
    pki_attest_free(&a);
    return code;
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct options o = {0};
    int code = parse(&argc, argv, &o);
    if (code != CLI_GOOD) {
        return code;
    }
    return o.verify != NULL ? verify(cli, &o) : make(cli, &o);
}

const struct cli_command cmd_attest = {
    .name = "attest",
    .summary = N_("have the token say where a key was made, or judge what one said"),
    .help = N_(
        "usage: hufu attest [--kind sign|encrypt|identity] [--algorithm sm2|p256]\n"
        "                   [--challenge HEX] [-o FILE]\n"
        "       hufu attest --verify FILE --root CERT [--crl FILE] [--challenge HEX]\n"
        "                   [--key CERT|CSR] [--signing-key]\n\n"
        "The token states, signed by its identity key: which key it is, that it was made inside\n"
        "or came in enveloped, what it may do, the firmware, and whether this is a development\n"
        "token. Its manufacturer's certificates go with the statement.\n\n"
        "  --kind KIND        the container's signing (default) or encryption key, or the\n"
        "                     identity key itself\n"
        "  --algorithm WHICH  identity key that signs: sm2 (default) or p256\n"
        "  --challenge HEX    32 bytes of whoever wants to know it now; default: random\n"
        "  -o FILE            statement and certificates (PEM)\n"
        "  --verify FILE      judge such a file: exit 0 good, 1 refused with the reason\n"
        "  --root CERT        the manufacturer's root certificates (PEM or DER)\n"
        "  --crl FILE         its lists of revoked certificates (PEM, DER, or a folder of them)\n"
        "  --key CERT|CSR     it must speak of the key of this certificate or request\n"
        "  --signing-key      and be what a CA asks for: made inside, to sign, token in use\n\n"
        "Examples:\n"
        "  hufu attest -o key.attestation\n"
        "  hufu attest --verify key.attestation --root device-roots.pem --key sign.crt\n"),
    .run = run,
};
