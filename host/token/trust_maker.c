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

static bool speaks_of(const struct pki_attestation *a, const struct channel *c)
{
    uint8_t xy[CHANNEL_POINT];
    return a->algorithm == HUFU_IDENTITY_SM2 && a->kind == HUFU_ATTEST_IDENTITY &&
           strcmp(a->token, c->serial) == 0 && pki_ec_xy(a->key, xy) == PKI_OK &&
           memcmp(xy, c->identity, CHANNEL_POINT) == 0;
}

static bool judge(const uint8_t *statement, size_t len, const uint8_t *chain, size_t chain_len,
                  const uint8_t *challenge, const struct channel *c, STACK_OF(X509) *roots)
{
    const struct pki_attest_rules rules = {.challenge = challenge};
    struct pki_attestation a;
    uint8_t *der = NULL;
    size_t der_len = 0;
    if (pki_attest_evidence(statement, len, chain, chain_len, &der, &der_len) != PKI_OK) {
        return false;
    }
    bool good = pki_attest_parse(der, der_len, &a) == ATTEST_GOOD;
    free(der);
    if (good) {
        good = pki_attest_verify(&a, roots, NULL, time(NULL)) == ATTEST_GOOD &&
               pki_attest_judge(&a, &rules) == ATTEST_GOOD && speaks_of(&a, c);
        pki_attest_free(&a);
    }
    return good;
}

static int ask(hufu_token *token, STACK_OF(X509) *roots)
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
    return judge(statement, len, chain, chain_len, challenge, &asked, roots) ? HUFU_OK
                                                                             : HUFU_ERR_NOT_FOUND;
}

int trust_certified(hufu_token *token)
{
    char path[PATH_MAX];
    int error = trust_roots_path(false, path), cause;
    if (error != HUFU_OK) {
        return error;
    }
    if (access(path, F_OK) != 0) {
        return errno == ENOENT || errno == ENOTDIR ? HUFU_ERR_NOT_FOUND : HUFU_ERR_TRUST_STORE;
    }
    STACK_OF(X509) *roots = pki_load_certs(path, &cause);
    if (roots == NULL) {
        return HUFU_ERR_TRUST_STORE;
    }
    error = ask(token, roots);
    sk_X509_pop_free(roots, X509_free);
    return error;
}

/* --- for hufu trust ----------------------------------------------------------------------- */

static int write_roots(const char *path, STACK_OF(X509) *roots)
{
    BIO *text = BIO_new(BIO_s_mem());
    char *bytes;
    int error = text != NULL ? HUFU_OK : HUFU_ERR_MEMORY;
    for (int i = 0; error == HUFU_OK && i < sk_X509_num(roots); i++) {
        error = PEM_write_bio_X509(text, sk_X509_value(roots, i)) == 1 ? HUFU_OK : HUFU_ERR_MEMORY;
    }
    if (error == HUFU_OK) {
        const long len = BIO_get_mem_data(text, &bytes);
        error = pki_write_file(path, bytes, (size_t)len, 0644) == PKI_OK ? HUFU_OK
                                                                         : HUFU_ERR_TRUST_STORE;
    }
    BIO_free(text);
    return error;
}

int hufu_trust_roots(const char *file)
{
    char path[PATH_MAX];
    int cause, error = trust_roots_path(file != NULL, path);
    if (error == HUFU_OK && file == NULL) {
        return unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR ? HUFU_OK
                                                                        : HUFU_ERR_TRUST_STORE;
    }
    STACK_OF(X509) *roots = error == HUFU_OK ? pki_load_certs(file, &cause) : NULL;
    if (error == HUFU_OK) {
        error = sk_X509_num(roots) < 1 ? HUFU_ERR_PARAM : write_roots(path, roots);
    }
    sk_X509_pop_free(roots, X509_free);
    return error;
}

int hufu_trust_roots_file(char *path, size_t room)
{
    char at[PATH_MAX];
    int error = path == NULL ? HUFU_ERR_PARAM : trust_roots_path(false, at);
    if (error == HUFU_OK && access(at, F_OK) != 0) {
        error = HUFU_ERR_NOT_FOUND;
    }
    if (error == HUFU_OK && (size_t)snprintf(path, room, "%s", at) >= room) {
        error = HUFU_ERR_BUFFER;
    }
    return error;
}
