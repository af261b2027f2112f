/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A token that was never met, but whose manufacturer is known: it attests its own identity key, and
 * the certificates above that key lead to a root in the folder of pins (docs/channel.md). Asked in
 * the channel, whose identity is what the statement must speak of.
 */
#include "token/token.h"

#include "hufu/attest.h"
#include "pki/attest.h"
#include "pki/pki.h"
#include <errno.h>
#include <limits.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Beside the pins: certificates of manufacturers, and their lists of revoked ones. */
#define ROOTS "roots.pem"
#define LISTS "revoked.pem"

static bool speaks_of(const struct pki_attestation *a, const struct channel *c)
{
    uint8_t xy[CHANNEL_POINT];
    return a->algorithm == HUFU_IDENTITY_SM2 && a->kind == HUFU_ATTEST_IDENTITY &&
           strcmp(a->token, c->serial) == 0 && pki_ec_xy(a->key, xy) == PKI_OK &&
           memcmp(xy, c->identity, CHANNEL_POINT) == 0;
}

/* The certificates that are believed, and what is said against those below them; NULL: nothing. */
struct makers {
    STACK_OF(X509) *roots;
    STACK_OF(X509_CRL) *crls;
};

static int of_fault(enum pki_attest_fault fault)
{
    return fault == ATTEST_GOOD      ? HUFU_OK
           : fault == ATTEST_REVOKED ? HUFU_ERR_REVOKED
           : fault == ATTEST_LIST    ? HUFU_ERR_REVOCATION
                                     : HUFU_ERR_NOT_FOUND;
}

static int judge(const uint8_t *statement, size_t len, const uint8_t *chain, size_t chain_len,
                 const uint8_t *challenge, const struct channel *c, const struct makers *makers)
{
    const struct pki_attest_rules rules = {.challenge = challenge};
    struct pki_attestation a;
    uint8_t *der = NULL;
    size_t der_len = 0;
    if (pki_attest_evidence(statement, len, chain, chain_len, &der, &der_len) != PKI_OK) {
        return HUFU_ERR_NOT_FOUND;
    }
    enum pki_attest_fault fault = pki_attest_parse(der, der_len, &a);
    free(der);
    if (fault != ATTEST_GOOD) {
        return HUFU_ERR_NOT_FOUND;
    }
    /* Statements about others, or old ones, say nothing, neither for this token nor against it. */
    const bool its = pki_attest_judge(&a, &rules) == ATTEST_GOOD && speaks_of(&a, c);
    fault = pki_attest_verify(&a, makers->roots, makers->crls, time(NULL));
    pki_attest_free(&a);
    return its ? of_fault(fault) : HUFU_ERR_NOT_FOUND;
}

static int ask(hufu_token *token, const struct makers *makers)
{
    uint8_t challenge[HUFU_ATTEST_CHALLENGE], chain[HUFU_IDENTITY_CHAIN_MAX];
    uint8_t statement[HUFU_ATTEST_EVIDENCE_MAX];
    size_t chain_len = sizeof chain, len = sizeof statement;
    const struct hufu_attest_request request = {
        .kind = HUFU_ATTEST_IDENTITY, .algorithm = HUFU_IDENTITY_SM2, .challenge = challenge};
    /* What it answers is for no one else: another token's statement must not do. */
    const struct channel asked = token->channel;
    int error = hufu_identity_certificate_read(token, HUFU_IDENTITY_SM2, chain, &chain_len);
    if (error == HUFU_OK) {
        error = RAND_bytes(challenge, sizeof challenge) == 1 ? HUFU_OK : HUFU_ERR_INTERNAL;
    }
    if (error == HUFU_OK) {
        error = hufu_attest(token, &request, statement, &len);
    }
    /* No certificates, or a firmware that knows nothing of them: a token as any other. */
    if (error == HUFU_ERR_NO_CERT || error == HUFU_ERR_UNSUPPORTED) {
        return HUFU_ERR_NOT_FOUND;
    }
    if (error != HUFU_OK) {
        return error;
    }
    return judge(statement, len, chain, chain_len, challenge, &asked, makers);
}

/* HUFU_OK: it is there; HUFU_ERR_NOT_FOUND; HUFU_ERR_TRUST_STORE. */
static int find(const char *name, char path[PATH_MAX])
{
    const int error = trust_file_path(name, false, path);
    if (error != HUFU_OK || access(path, F_OK) == 0) {
        return error;
    }
    return errno == ENOENT || errno == ENOTDIR ? HUFU_ERR_NOT_FOUND : HUFU_ERR_TRUST_STORE;
}

int trust_certified(hufu_token *token)
{
    char path[PATH_MAX];
    struct makers makers = {NULL, NULL};
    int cause, error = find(ROOTS, path);
    if (error != HUFU_OK) {
        return error;
    }
    makers.roots = pki_load_certs(path, &cause);
    error = makers.roots == NULL ? HUFU_ERR_TRUST_STORE : find(LISTS, path);
    if (error == HUFU_OK) {
        makers.crls = pki_load_crls(path, &cause);
        error = makers.crls == NULL ? HUFU_ERR_TRUST_STORE : HUFU_OK;
    } else if (error == HUFU_ERR_NOT_FOUND) {
        error = HUFU_OK;
    }
    if (error == HUFU_OK) {
        token->asking = true;
        error = ask(token, &makers);
        token->asking = false;
    }
    sk_X509_pop_free(makers.roots, X509_free);
    sk_X509_CRL_pop_free(makers.crls, X509_CRL_free);
    return error;
}

int trust_not_revoked(hufu_token *token)
{
    char path[PATH_MAX];
    int error = find(LISTS, path);
    if (error == HUFU_OK) {
        error = trust_certified(token);
    }
    return error == HUFU_ERR_NOT_FOUND ? HUFU_OK : error;
}

/* --- for hufu trust ----------------------------------------------------------------------- */

/* Writes what was gathered, and frees it. [in] error of the gathering. */
static int write_text(const char *path, BIO *text, int error)
{
    char *bytes = NULL;
    if (error == HUFU_OK) {
        const long len = BIO_get_mem_data(text, &bytes);
        error = pki_write_file(path, bytes, (size_t)len, 0644) == PKI_OK ? HUFU_OK
                                                                         : HUFU_ERR_TRUST_STORE;
    }
    BIO_free(text);
    return error;
}

static int write_roots(const char *path, STACK_OF(X509) *roots)
{
    BIO *text = BIO_new(BIO_s_mem());
    int error = text != NULL ? HUFU_OK : HUFU_ERR_MEMORY;
    for (int i = 0; error == HUFU_OK && i < sk_X509_num(roots); i++) {
        error = PEM_write_bio_X509(text, sk_X509_value(roots, i)) == 1 ? HUFU_OK : HUFU_ERR_MEMORY;
    }
    return write_text(path, text, error);
}

static int remove_file(const char *name)
{
    char path[PATH_MAX];
    const int error = trust_file_path(name, false, path);
    return error != HUFU_OK || unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR
               ? error
               : HUFU_ERR_TRUST_STORE;
}

int hufu_trust_roots(const char *file)
{
    char path[PATH_MAX];
    int cause;
    if (file == NULL) {
        const int error = remove_file(LISTS); /* which say nothing without them */
        return error == HUFU_OK ? remove_file(ROOTS) : error;
    }
    int error = trust_file_path(ROOTS, true, path);
    STACK_OF(X509) *roots = error == HUFU_OK ? pki_load_certs(file, &cause) : NULL;
    if (error == HUFU_OK) {
        error = sk_X509_num(roots) < 1 ? HUFU_ERR_PARAM : write_roots(path, roots);
    }
    sk_X509_pop_free(roots, X509_free);
    return error;
}

static int write_lists(const char *path, const STACK_OF(X509_CRL) *crls)
{
    BIO *text = BIO_new(BIO_s_mem());
    int error = text != NULL ? HUFU_OK : HUFU_ERR_MEMORY;
    for (int i = 0; error == HUFU_OK && i < sk_X509_CRL_num(crls); i++) {
        error = PEM_write_bio_X509_CRL(text, sk_X509_CRL_value(crls, i)) == 1 ? HUFU_OK
                                                                              : HUFU_ERR_MEMORY;
    }
    return write_text(path, text, error);
}

int hufu_trust_crls(const char *file)
{
    char path[PATH_MAX];
    STACK_OF(X509) *roots = NULL;
    int cause;
    if (file == NULL) {
        return remove_file(LISTS);
    }
    STACK_OF(X509_CRL) *crls = pki_load_crls(file, &cause);
    int error = crls == NULL ? HUFU_ERR_PARAM : find(ROOTS, path);
    if (error == HUFU_OK) {
        roots = pki_load_certs(path, &cause);
        error = roots == NULL ? HUFU_ERR_TRUST_STORE : HUFU_OK;
    }
    error = error == HUFU_ERR_NOT_FOUND ? HUFU_OK : error;
    if (error == HUFU_OK && pki_check_lists(crls, roots, time(NULL)) != PKI_OK) {
        error = HUFU_ERR_REVOCATION;
    }
    if (error == HUFU_OK) {
        error = trust_file_path(LISTS, true, path);
    }
    if (error == HUFU_OK) {
        error = write_lists(path, crls);
    }
    sk_X509_pop_free(roots, X509_free);
    sk_X509_CRL_pop_free(crls, X509_CRL_free);
    return error;
}

static int give_path(const char *name, char *path, size_t room)
{
    char at[PATH_MAX];
    int error = path == NULL ? HUFU_ERR_PARAM : find(name, at);
    if (error == HUFU_OK && (size_t)snprintf(path, room, "%s", at) >= room) {
        error = HUFU_ERR_BUFFER;
    }
    return error;
}

int hufu_trust_roots_file(char *path, size_t room)
{
    return give_path(ROOTS, path, room);
}

int hufu_trust_crls_file(char *path, size_t room)
{
    return give_path(LISTS, path, room);
}
