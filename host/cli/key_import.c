/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What belongs together is installed together: with both certificates at hand (from the CA's
 * answer, or one given and one in the container) pair and certificates are one transaction of the
 * token. A form that does not say how its SM2 cipher is ordered is tried in both orders.
 */
#include "cli/key_import.h"
#include "cli/documents.h"
#include "pki/envelope.h"
#include "pki/pki.h"
#include "util/i18n.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct delivery {
    struct pki_envelope envelope;
    X509 *sign, *enc; /* owned; NULL: none at hand */
};

static int refused(const char *path, const struct pki_envelope *envelope, int error,
                   const char *why)
{
    const char *form = _(pki_envelope_form_name(envelope->form));
    if (error == PKI_ERR_PROFILE) {
        return cli_fail(CLI_INVALID, "%s: %s: %s", path, form, _(why));
    }
    if (error == PKI_ERR_PARSE && envelope->form != PKI_ENVELOPE_NONE) {
        return cli_fail(CLI_INVALID, _("%s: %s, but it is damaged or cut off"), path, form);
    }
    return error == PKI_ERR_PARSE ? cli_fail(CLI_INVALID, "%s: %s", path, form)
                                  : documents_fail(path, error, 0);
}

/* The first of certs that is for this key. */
static X509 *for_key(STACK_OF(X509) *certs, const uint8_t xy[64])
{
    for (int i = 0; i < sk_X509_num(certs); i++) {
        X509 *cert = sk_X509_value(certs, i);
        uint8_t its[64];
        if (pki_sm2_xy(X509_get0_pubkey(cert), its) == PKI_OK && memcmp(its, xy, 64) == 0) {
            X509_up_ref(cert);
            return cert;
        }
    }
    return NULL;
}

/* The certificates that a CSRResponse carries beside the key. */
static int take_answer(const char *path, const uint8_t *data, size_t len, const uint8_t mine[64],
                       struct delivery *d)
{
    struct pki_csr_response answer;
    int error = pki_csr_response_parse(data, len, &answer);
    if (error != PKI_OK) {
        return documents_fail(path, error, 0);
    }
    X509_free(d->sign);
    X509 *enc = for_key(answer.enc_certs, d->envelope.framing[0].pub);
    d->sign = for_key(answer.sign_certs, mine);
    if (enc != NULL) {
        X509_free(d->enc);
        d->enc = enc;
    }
    pki_csr_response_free(&answer);
    return d->sign != NULL
               ? CLI_GOOD
               : cli_fail(CLI_INVALID, _("%s: the answer is for another key than the container's"),
                          path);
}

/* What the container and --cert hold. */
static int take_certificates(struct cli_session *s, const char *cert_path, struct delivery *d)
{
    uint8_t der[HUFU_CERT_MAX];
    size_t len = sizeof der;
    int error = hufu_export_cert(s->token, s->app, s->container, true, der, &len);
    if (error == HUFU_OK) {
        d->sign = pki_parse_cert(der, len);
    } else if (error != HUFU_ERR_NO_CERT) {
        return cli_fail_token(error, NULL);
    }
    if (cert_path != NULL) {
        errno = 0;
        d->enc = pki_load_cert(cert_path, &error);
        return d->enc != NULL ? CLI_GOOD : documents_fail(cert_path, error, 0);
    }
    return CLI_GOOD;
}

static int read_message(struct cli_session *s, const char *path, const char *cert_path,
                        struct delivery *d)
{
    uint8_t *data, mine[64], certified[64];
    size_t len;
    const char *why;
    errno = 0;
    int error = pki_read_file(path, &data, &len, PKI_ENVELOPE_MAX);
    if (error != PKI_OK) {
        return documents_fail(path, error, 0);
    }
    error = hufu_public_key(s->token, s->app, s->container, true, mine);
    int code = error == HUFU_OK ? take_certificates(s, cert_path, d) : cli_fail_token(error, NULL);
    if (code == CLI_GOOD && d->enc != NULL &&
        pki_sm2_xy(X509_get0_pubkey(d->enc), certified) != PKI_OK) {
        code = documents_fail(cert_path, PKI_ERR_KEY, 0);
    }
    if (code == CLI_GOOD) {
        const struct pki_envelope_hint hint = {d->enc != NULL ? certified : NULL, d->sign};
        error = pki_envelope_read(data, len, &hint, &d->envelope, &why);
        code = error == PKI_OK ? CLI_GOOD : refused(path, &d->envelope, error, why);
    }
    if (code == CLI_GOOD && d->enc != NULL &&
        memcmp(certified, d->envelope.framing[0].pub, sizeof certified) != 0) {
        code = cli_fail(CLI_INVALID, _("%s: the certificate is for another key than the one in %s"),
                        cert_path, path);
    }
    if (code == CLI_GOOD && d->envelope.form == PKI_ENVELOPE_CSR_RESPONSE) {
        code = take_answer(path, data, len, mine, d);
    }
    free(data);
    return code;
}

static int install(struct cli_session *s, const struct delivery *d,
                   const struct hufu_envelope *framing)
{
    uint8_t *sign = NULL, *enc = NULL;
    int sign_len = d->sign != NULL ? i2d_X509(d->sign, &sign) : 0;
    int enc_len = d->enc != NULL ? i2d_X509(d->enc, &enc) : 0;
    int error;
    if (sign_len < 0 || enc_len < 0) {
        error = HUFU_ERR_MEMORY;
    } else if (sign_len > 0 && enc_len > 0) {
        error = hufu_install_dual(s->token, s->app, s->container, framing, sign, (size_t)sign_len,
                                  enc, (size_t)enc_len);
    } else {
        error = hufu_import_pair(s->token, s->app, s->container, framing);
        if (error == HUFU_OK && enc_len > 0) {
            error = hufu_import_cert(s->token, s->app, s->container, false, enc, (size_t)enc_len);
        }
    }
    OPENSSL_free(sign);
    OPENSSL_free(enc);
    return error;
}

int key_import(struct cli *cli, struct cli_session *s, const char *path, const char *cert_path)
{
    struct delivery d = {.sign = NULL};
    int code = read_message(s, path, cert_path, &d);
    if (code == CLI_GOOD) {
        code = cli_login(cli, s, HUFU_PIN_USER);
    }
    if (code == CLI_GOOD) {
        int error = HUFU_ERR_REFUSED;
        for (unsigned i = 0; i < d.envelope.count && error == HUFU_ERR_REFUSED; i++) {
            error = install(s, &d, &d.envelope.framing[i]);
            /* In a container whose mode is `once` the PIN was good for one opening. */
            if (i > 0 && error == HUFU_ERR_NOT_LOGGED_IN &&
                (code = cli_login(cli, s, HUFU_PIN_USER)) == CLI_GOOD) {
                error = install(s, &d, &d.envelope.framing[i]);
            }
        }
        if (code != CLI_GOOD) {
            /* its line is printed */
        } else if (error == HUFU_ERR_REFUSED) {
            code = cli_fail(CLI_INVALID,
                            _("%s: the token cannot open it: it is enveloped for another key than "
                              "that of container %s, or damaged"),
                            path, cli->container);
        } else {
            code = error == HUFU_OK ? CLI_GOOD : cli_fail_token(error, path);
        }
    }
    if (code == CLI_GOOD) {
        code = cli_done(cli, "imported", path, _("%s (%s): now in container %s"), path,
                        _(pki_envelope_form_name(d.envelope.form)), cli->container);
    }
    X509_free(d.sign);
    X509_free(d.enc);
    return code;
}
