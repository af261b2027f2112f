/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/trust_roots.h"
#include "cli/certificate_text.h"

#include "pki/pki.h"
#include "util/i18n.h"
#include "util/json.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What is kept here. NULL: none. */
struct makers {
    STACK_OF(X509) *roots;
    STACK_OF(X509_CRL) *lists;
};

static void makers_free(struct makers *m)
{
    sk_X509_pop_free(m->roots, X509_free);
    sk_X509_CRL_pop_free(m->lists, X509_CRL_free);
}

static int makers_read(struct makers *m)
{
    char path[PATH_MAX];
    int cause, error = hufu_trust_roots_file(path, sizeof path);
    if (error == HUFU_OK) {
        m->roots = pki_load_certs(path, &cause);
        error = m->roots != NULL ? HUFU_OK : HUFU_ERR_TRUST_STORE;
    }
    if (error == HUFU_OK || error == HUFU_ERR_NOT_FOUND) {
        error = hufu_trust_crls_file(path, sizeof path);
    }
    if (error == HUFU_OK) {
        m->lists = pki_load_crls(path, &cause);
        error = m->lists != NULL ? HUFU_OK : HUFU_ERR_TRUST_STORE;
    }
    return error == HUFU_ERR_NOT_FOUND ? HUFU_OK : error;
}

/* A list as it would be judged for a token today. */
struct list {
    char *issuer, from[32], until[32];
    int revoked;
    const char *fault; /* NULL: it does */
};

static struct list list_read(X509_CRL *crl, const STACK_OF(X509) *roots)
{
    struct list l = {.issuer = pki_name_text(X509_CRL_get_issuer(crl)),
                     .revoked = sk_X509_REVOKED_num(X509_CRL_get_REVOKED(crl))};
    STACK_OF(X509_CRL) *one = sk_X509_CRL_new_null();
    int error = one != NULL && sk_X509_CRL_push(one, crl) > 0 ? PKI_OK : PKI_ERR_MEMORY;
    error = error == PKI_OK ? pki_check_lists(one, roots, time(NULL)) : error;
    sk_X509_CRL_free(one);
    certificate_time(X509_CRL_get0_lastUpdate(crl), l.from);
    certificate_time(X509_CRL_get0_nextUpdate(crl), l.until);
    l.revoked = l.revoked > 0 ? l.revoked : 0; /* a list may have none */
    l.fault = error != PKI_OK ? pki_lists_text(error) : NULL;
    return l;
}

static void show_json(const struct makers *m)
{
    struct json j;
    json_start(&j, stdout);
    json_object(&j, NULL);
    json_array(&j, "roots");
    for (int i = 0; i < sk_X509_num(m->roots); i++) {
        char *name = pki_name_text(X509_get_subject_name(sk_X509_value(m->roots, i)));
        json_text(&j, NULL, name == NULL ? "" : name);
        free(name);
    }
    json_end(&j);
    json_array(&j, "lists");
    for (int i = 0; i < sk_X509_CRL_num(m->lists); i++) {
        const struct list l = list_read(sk_X509_CRL_value(m->lists, i), m->roots);
        json_object(&j, NULL);
        json_text(&j, "issuer", l.issuer);
        json_number(&j, "revoked", l.revoked);
        json_text(&j, "this_update", l.from);
        json_text(&j, "next_update", l.until);
        json_text(&j, "fault", l.fault);
        json_end(&j);
        free(l.issuer);
    }
    json_end(&j);
    json_end(&j);
}

static void show_text(const struct makers *m)
{
    if (m->roots == NULL) {
        puts(_("no manufacturer is known here"));
    }
    for (int i = 0; i < sk_X509_num(m->roots); i++) {
        certificate_text(stdout, NULL, sk_X509_value(m->roots, i));
    }
    for (int i = 0; i < sk_X509_CRL_num(m->lists); i++) {
        const struct list l = list_read(sk_X509_CRL_value(m->lists, i), m->roots);
        printf(_("list of %s: %d revoked, %s to %s\n"), l.issuer != NULL ? l.issuer : "?",
               l.revoked, l.from, l.until);
        if (l.fault != NULL) {
            printf("  %s\n", l.fault);
        }
        free(l.issuer);
    }
}

static int show(const struct cli *cli)
{
    struct makers makers = {NULL, NULL};
    const int error = makers_read(&makers);
    if (error == HUFU_OK) {
        (cli->json ? show_json : show_text)(&makers);
    }
    makers_free(&makers);
    return error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, NULL);
}

static const char *or_none(const char *file)
{
    return strcmp(file, "none") == 0 ? NULL : file;
}

int trust_roots(const struct cli *cli, const char *roots, const char *lists)
{
    int error = roots == NULL ? HUFU_OK : hufu_trust_roots(or_none(roots));
    if (error == HUFU_ERR_PARAM) {
        return cli_fail(CLI_INVALID, _("%s: no certificate in it"), roots);
    }
    if (error == HUFU_OK && lists != NULL) {
        error = hufu_trust_crls(or_none(lists));
        if (error == HUFU_ERR_PARAM) {
            return cli_fail(CLI_INVALID, "%s: %s", lists, pki_lists_text(PKI_ERR_PARSE));
        }
        if (error == HUFU_ERR_REVOCATION) {
            return cli_fail(CLI_INVALID, "%s: %s", lists, hufu_strerror(error));
        }
    }
    return error == HUFU_OK ? show(cli) : cli_fail_token(error, NULL);
}
