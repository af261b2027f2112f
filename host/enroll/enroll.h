/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Enrolment on the host: from an empty container to a signing certificate, an encryption pair and
 * its certificate, all in the token.
 *
 * A state machine that any process can resume: what is known is written (without secrets) and
 * fsynced before each network step, so a power cut, a lost connection or a pulled token costs
 * nothing but running it again with the same code. The signing key is made once; a resumed
 * enrolment finds it in the token by its public key and never makes a second one.
 *
 *   KEY -> TRUST -> SIGN -> ENCRYPT -> INSTALL -> DONE
 *
 * Sources: RFC 7030 4.1, 4.2, 4.4; GM/T 0092-2020; GM/T 0009-2012 (SM2EnvelopedKey); docs/est.md.
 */
#ifndef HUFU_ENROLL_H
#define HUFU_ENROLL_H

#include "hufu/hufu.h"
#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>

enum enroll_step {
    ENROLL_KEY,     /* the signing pair is made (or found) in the vault, the request signed */
    ENROLL_TRUST,   /* the CA's certificates are fetched, the root's fingerprint confirmed */
    ENROLL_SIGN,    /* the signing certificate is fetched and checked */
    ENROLL_ENCRYPT, /* the enveloped pair and the encryption certificate are fetched and checked */
    ENROLL_INSTALL, /* pair and both certificates go into the token in one transaction */
    ENROLL_DONE
};

enum enroll_error {
    ENROLL_OK = 0,
    ENROLL_ERR_PARAM = -1,
    ENROLL_ERR_TOKEN = -2,    /* see enroll_failure.token_error */
    ENROLL_ERR_OCCUPIED = -3, /* the container already holds certificates */
    ENROLL_ERR_STATE = -4,    /* the state folder cannot be read or written */
    ENROLL_ERR_NETWORK = -5,  /* no answer, or it broke off: run again to resume */
    ENROLL_ERR_TLS = -6,      /* the server is not the one that was expected */
    ENROLL_ERR_REFUSED = -7,  /* the CA refused; its line is in enroll_failure.text */
    ENROLL_ERR_ANSWER = -8,   /* the CA's answer is malformed */
    ENROLL_ERR_TRUST = -9,    /* the root's fingerprint was not confirmed */
    ENROLL_ERR_CHECK = -10 /* a certificate or envelope is not for this key, subject or profile */
};

/* What the token shows the CA of its key (docs/attestation.md). */
enum enroll_attestation {
    ENROLL_ATTEST_OPTIONAL = 0, /* what the CA asks for, if the token has an identity certificate */
    ENROLL_ATTEST_REQUIRED,     /* a CA that asks for nothing is refused */
    ENROLL_ATTEST_OFF           /* nothing, whatever the CA asks */
};

/* Why it stopped, in the user's language; token_error is a hufu_error or 0. */
struct enroll_failure {
    int token_error;
    long http_status; /* the CA's, with ENROLL_ERR_REFUSED; else 0 */
    char text[256];
};

struct enroll_params {
    /* The token: open, application and container chosen, the user's PIN verified. */
    hufu_token *token;
    uint16_t app, container;
    const char *container_name;
    const char *app_name;
    const char *serial; /* the token's, names the state */

    const char *state_dir; /* created 0700 if missing */
    const char *subject;   /* "C=CN, O=.., CN=.."; NULL or "": as the CA recorded */

    /* Online (RFC 7030). */
    const char *est_url;   /* https://host:port */
    const char *tls_ca;    /* PEM file that verifies the server; NULL: the system's roots */
    const char *applicant; /* HTTP Basic user */
    const char *code;      /* HTTP Basic password; never stored, never logged */
    enum enroll_attestation attestation;
    const char *root_sm3; /* expected fingerprint, 64 hex digits, or NULL: confirm() is asked */
    bool (*confirm)(void *ctx, const char *fingerprint_hex, const char *root_name);

    /* Verifies the PIN once more, for keys whose every use asks for it (hufu_set_key_mode); a
     * hufu_error. NULL: such keys cannot be enrolled. */
    int (*login)(void *login_ctx);
    void *login_ctx;
    /* After each step. */
    void (*event)(void *ctx, enum enroll_step step, const char *detail);
    void *ctx;
};

struct enroll_result {
    X509 *sign_cert, *enc_cert;
    STACK_OF(X509) *chain; /* CA certificates, root included */
    uint8_t *request;      /* DER PKCS#10 */
    size_t request_len;
};
void enroll_result_free(struct enroll_result *r);

/* The whole road over EST, resuming where an earlier run stopped. ENROLL_OK or an enroll_error. */
int enroll_run(const struct enroll_params *params, struct enroll_result *result,
               struct enroll_failure *failure);

/* Only makes (or finds) the key and signs the request: for a CA reached some other way. */
int enroll_request(const struct enroll_params *params, struct enroll_result *result,
                   struct enroll_failure *failure);

/*
 * Takes a GM/T 0092 CSRResponse (DER, PEM or base64) for the key in the container.
 * [in] roots: trusted CA certificates.
 */
int enroll_response(const struct enroll_params *params, const uint8_t *response, size_t len,
                    STACK_OF(X509) *roots, struct enroll_result *result,
                    struct enroll_failure *failure);

#endif
