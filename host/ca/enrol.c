/* SPDX-License-Identifier: Apache-2.0 */
#include "enrol.h"
#include "applicant.h"
#include "attestation.h"
#include "audit.h"
#include "code.h"
#include "issue.h"
#include "kmc.h"
#include "pki/pki.h"
#include "profile.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What one request is about, gathered step by step. */
struct enrolment {
    struct ca *ca;
    const struct enrol_request *request;
    struct enrol_answer *answer;
    int64_t now;
    struct code_record code;
    struct applicant applicant;
    X509_REQ *csr;
    uint8_t key[64];
};

void enrol_answer_clear(struct enrol_answer *answer)
{
    free(answer->cert);
    free(answer->envelope);
    memset(answer, 0, sizeof *answer);
}

static int refuse(struct enrolment *e, int error, const char *why)
{
    e->answer->why = why;
    return error;
}

static int parse(struct enrolment *e)
{
    const uint8_t *at = e->request->der;
    e->csr = d2i_X509_REQ(NULL, &at, (long)e->request->len);
    if (!e->csr || at != e->request->der + e->request->len)
        return refuse(e, CA_ERR_FORMAT, "the body is not a PKCS#10 request");
    EVP_PKEY *key = X509_REQ_get0_pubkey(e->csr);
    EVP_PKEY *checked = NULL;
    if (key && pki_sm2_xy(key, e->key) == PKI_OK)
        checked = pki_sm2_public(e->key); /* validates the point */
    EVP_PKEY_free(checked);
    if (!checked)
        return refuse(e, CA_ERR_FORMAT, "the key is not a point of the SM2 curve");
    if (pki_req_verify(e->csr) != PKI_OK)
        return refuse(e, CA_ERR_FORMAT,
                      "the request's signature does not verify with id " PKI_SM2_ID);
    return CA_OK;
}

/* An empty subject claims nothing; any other must be the record's own. */
static int check_subject(struct enrolment *e)
{
    X509_NAME *asked = X509_REQ_get_subject_name(e->csr);
    if (X509_NAME_entry_count(asked) == 0)
        return CA_OK;
    X509_NAME *recorded = applicant_subject(&e->applicant);
    bool same = recorded && X509_NAME_cmp(asked, recorded) == 0;
    X509_NAME_free(recorded);
    return same ? CA_OK : refuse(e, CA_ERR_REFUSED, "the subject differs from the application");
}

static int check_key(struct enrolment *e)
{
    if (e->code.bound)
        return memcmp(e->code.key, e->key, sizeof e->key) == 0
                   ? CA_OK
                   : refuse(e, CA_ERR_REFUSED, "this code belongs to another key");
    int error = storage_certificate_foreign(e->ca->db, e->key, e->applicant.id);
    if (error == CA_OK)
        return refuse(e, CA_ERR_REFUSED,
                      "this key is certified for another use or holder, or was revoked");
    return error == CA_ERR_ABSENT ? CA_OK : error;
}

/* A refusal that concerns the code is kept in the log, in the transaction that counted the try. */
static int log_refusal(struct enrolment *e, int error, const char *reason)
{
    char detail[AUDIT_TEXT_MAX];
    bool good = applicant_id_good(e->request->applicant);
    snprintf(detail, sizeof detail, "%s; from %s", reason, e->request->from);
    int later = audit_record(e->ca->db, "est", "enrolment refused",
                             good ? e->request->applicant : "?", detail);
    if (later == CA_OK)
        later = audit_commit(e->ca);
    return later == CA_OK ? error : later;
}

/* Everything that both requests have in common, up to a verified request from the right key. */
static int admit(struct enrolment *e)
{
    const char *reason = NULL;
    int error = storage_begin(e->ca->db);
    if (error == CA_OK)
        error =
            code_check(e->ca, e->request->applicant, e->request->code, e->now, &e->code, &reason);
    if (error == CA_ERR_AUTH) {
        e->answer->why = "applicant or code not accepted";
        return log_refusal(e, error, reason);
    }
    if (error == CA_OK)
        error = storage_applicant_get(e->ca->db, e->code.applicant, &e->applicant);
    if (error == CA_OK)
        error = parse(e);
    if (error == CA_OK)
        error = check_subject(e);
    if (error == CA_OK)
        error = check_key(e);
    if (error == CA_ERR_REFUSED)
        return log_refusal(e, error, e->answer->why);
    return error;
}

/* The certificate delivered before, unless it was revoked since. */
static int deliver_again(struct enrolment *e, const char *serial)
{
    struct certificate_record record;
    int error = storage_certificate_get(e->ca->db, serial, &record);
    if (error != CA_OK)
        return error;
    if (record.revoked) {
        certificate_record_clear(&record);
        return refuse(e, CA_ERR_REFUSED, "the certificate was revoked; ask for a new code");
    }
    e->answer->cert = record.der;
    e->answer->cert_len = record.der_len;
    return CA_OK;
}

static int keep_cert(struct enrolment *e, X509 *cert)
{
    uint8_t *der = NULL;
    int len = i2d_X509(cert, &der);
    if (len <= 0)
        return CA_ERR_CRYPTO;
    e->answer->cert = malloc((size_t)len);
    e->answer->cert_len = (size_t)len;
    if (e->answer->cert)
        memcpy(e->answer->cert, der, (size_t)len);
    OPENSSL_free(der);
    return e->answer->cert ? CA_OK : CA_ERR_MEMORY;
}

/* Notes the delivery with the code and in the log, and commits. */
static int delivered(struct enrolment *e, const char *act, const char *serial)
{
    if (e->code.sign_serial[0] && e->code.enc_serial[0] && !e->code.spent)
        e->code.spent = e->now;
    int error = storage_code_update(e->ca->db, &e->code);
    if (error == CA_OK)
        error = audit_record(e->ca->db, "est", act, e->applicant.id, serial);
    return error == CA_OK ? audit_commit(e->ca) : error;
}

/* What the token showed stands beside the certificate and in the log. */
static int keep_attestation(struct enrolment *e, struct attestation_record *shown)
{
    char text[ATTESTATION_TEXT];
    if (!shown->der)
        return CA_OK;
    memcpy(shown->serial, e->code.sign_serial, sizeof shown->serial);
    int error = storage_attestation_add(e->ca->db, shown);
    attestation_text(shown, text);
    return error == CA_OK
               ? audit_record(e->ca->db, "est", "attestation accepted", e->applicant.id, text)
               : error;
}

static int issue_signing(struct enrolment *e, struct attestation_record *shown)
{
    X509 *cert = NULL;
    STACK_OF(X509_EXTENSION) *wanted = X509_REQ_get_extensions(e->csr);
    int error = issue_certificate(e->ca, &e->applicant, e->code.id, CERTIFICATE_SIGN,
                                  X509_REQ_get0_pubkey(e->csr), wanted, &cert);
    sk_X509_EXTENSION_pop_free(wanted, X509_EXTENSION_free);
    if (error == CA_ERR_REFUSED)
        return refuse(e, error, "an extension differs from what the certificate will carry");
    if (error == CA_OK)
        error = profile_serial_text(X509_get0_serialNumber(cert), e->code.sign_serial);
    if (error == CA_OK)
        error = keep_cert(e, cert);
    X509_free(cert);
    if (error == CA_OK)
        error = keep_attestation(e, shown);
    if (error != CA_OK)
        return error;
    e->code.bound = true;
    memcpy(e->code.key, e->key, sizeof e->key);
    return delivered(e, "issue signing certificate", e->code.sign_serial);
}

/* Nothing of the code is touched before the token has shown what is asked of it. */
static int sign_new(struct enrolment *e)
{
    struct attestation_record shown;
    const char *why = NULL;
    int error = attestation_check(e->ca->db, e->applicant.id, e->csr, e->now, &shown, &why);
    if (error == CA_ERR_REFUSED) {
        e->answer->why = why;
        return log_refusal(e, error, why); /* the challenge is spent by it */
    }
    if (error == CA_OK)
        error = issue_signing(e, &shown);
    attestation_record_clear(&shown);
    return error;
}

static int encrypt_new(struct enrolment *e)
{
    X509 *cert = NULL;
    EVP_PKEY *pair = NULL;
    struct escrow_record escrow = {.id = 0};
    int error = kmc_make(X509_REQ_get0_pubkey(e->csr), &pair, &e->answer->envelope,
                         &e->answer->envelope_len);
    if (error == CA_OK)
        error = issue_certificate(e->ca, &e->applicant, e->code.id, CERTIFICATE_ENCRYPT, pair, NULL,
                                  &cert);
    if (error == CA_OK)
        error = profile_serial_text(X509_get0_serialNumber(cert), escrow.serial);
    if (error == CA_OK)
        error = storage_escrow_next(e->ca->db, &escrow.id);
    if (error == CA_OK)
        error = kmc_seal(e->ca, pair, &escrow);
    if (error == CA_OK)
        error = storage_escrow_add(e->ca->db, &escrow);
    if (error == CA_OK)
        error = storage_envelope_add(e->ca->db, escrow.serial, e->answer->envelope,
                                     e->answer->envelope_len);
    if (error == CA_OK)
        error = keep_cert(e, cert);
    X509_free(cert);
    EVP_PKEY_free(pair); /* libcrypto clears the private half */
    if (error != CA_OK)
        return error;
    memcpy(e->code.enc_serial, escrow.serial, sizeof escrow.serial);
    return delivered(e, "issue encryption certificate", escrow.serial);
}

static void finish(struct enrolment *e, int error)
{
    storage_rollback(e->ca->db); /* after a commit: nothing */
    X509_REQ_free(e->csr);
    if (error != CA_OK) {
        const char *why = e->answer->why;
        enrol_answer_clear(e->answer);
        e->answer->why = why;
    }
}

static int give_challenge(struct enrolment *e, uint8_t challenge[32])
{
    const char *reason = NULL;
    int error =
        code_check(e->ca, e->request->applicant, e->request->code, e->now, &e->code, &reason);
    if (error == CA_ERR_AUTH) {
        e->answer->why = "applicant or code not accepted";
        return log_refusal(e, error, reason);
    }
    if (error == CA_OK)
        error = attestation_challenge(e->ca->db, e->code.applicant, e->now, challenge);
    if (error == CA_OK)
        error = audit_record(e->ca->db, "est", "attestation challenge", e->code.applicant, "");
    return error == CA_OK ? audit_commit(e->ca) : error;
}

int enrol_challenge(struct ca *ca, const struct enrol_request *request, uint8_t challenge[32],
                    bool *asked, const char **why)
{
    struct enrol_answer answer = {.why = NULL};
    struct enrolment e = {
        .ca = ca, .request = request, .answer = &answer, .now = (int64_t)time(NULL)};
    struct attestation_settings settings;
    int error = storage_begin(ca->db);
    if (error == CA_OK)
        error = attestation_settings(ca->db, &settings);
    *asked = error == CA_OK && settings.policy != ATTESTATION_OFF;
    if (*asked) {
        answer.why = "applicant and code are asked for by HTTP Basic";
        error = request->applicant ? give_challenge(&e, challenge) : CA_ERR_AUTH;
    }
    *why = answer.why;
    finish(&e, error);
    return error;
}

int enrol_signing(struct ca *ca, const struct enrol_request *request, struct enrol_answer *answer)
{
    struct enrolment e = {
        .ca = ca, .request = request, .answer = answer, .now = (int64_t)time(NULL)};
    memset(answer, 0, sizeof *answer);
    int error = admit(&e);
    if (error == CA_OK)
        error = e.code.sign_serial[0] ? deliver_again(&e, e.code.sign_serial) : sign_new(&e);
    finish(&e, error);
    return error;
}

int enrol_encryption(struct ca *ca, const struct enrol_request *request,
                     struct enrol_answer *answer)
{
    struct enrolment e = {
        .ca = ca, .request = request, .answer = answer, .now = (int64_t)time(NULL)};
    memset(answer, 0, sizeof *answer);
    int error = admit(&e);
    if (error == CA_OK && !e.code.sign_serial[0])
        error = refuse(&e, CA_ERR_REFUSED, "fetch the signing certificate first");
    if (error == CA_OK) { /* a revoked signing certificate gets no envelope */
        error = deliver_again(&e, e.code.sign_serial);
        free(answer->cert);
        answer->cert = NULL;
    }
    if (error == CA_OK && e.code.enc_serial[0]) {
        error = deliver_again(&e, e.code.enc_serial);
        if (error == CA_OK)
            error = storage_envelope_get(ca->db, e.code.enc_serial, &answer->envelope,
                                         &answer->envelope_len);
    } else if (error == CA_OK) {
        error = encrypt_new(&e);
    }
    finish(&e, error);
    return error;
}
