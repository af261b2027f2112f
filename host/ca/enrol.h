/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of enrolment, apart from how requests arrive: who may, with which key, how often.
 * The first request accepted binds the code to its public key; the same key gets the same answer
 * again, until an hour after both were delivered; any other key is refused and logged.
 */
#ifndef HUFU_CA_ENROL_H
#define HUFU_CA_ENROL_H

#include "ca.h"

struct enrol_request {
    const char *applicant, *code;
    const uint8_t *der; /* PKCS#10 */
    size_t len;
    const char *from; /* the caller's address, for the log */
};

struct enrol_answer {
    uint8_t *cert; /* DER */
    size_t cert_len;
    uint8_t *envelope; /* enrol_encryption: DER SM2EnvelopedKey */
    size_t envelope_len;
    const char *why; /* one static line when refused; English, it goes over the wire */
};
void enrol_answer_clear(struct enrol_answer *answer);

/* The challenge for this applicant's attestation (attestation.h), one transaction. [in] request:
 * der and len are not looked at; applicant NULL: none was given. [out] *asked: whether there is
 * one: off is told without credentials. CA_OK, CA_ERR_AUTH, errors of storage.h. */
int enrol_challenge(struct ca *ca, const struct enrol_request *request, uint8_t challenge[32],
                    bool *asked, const char **why);

/* Both make one transaction. CA_OK, CA_ERR_AUTH, CA_ERR_FORMAT (not a request, bad point, does not
 * verify), CA_ERR_REFUSED, CA_ERR_CRYPTO, errors of storage.h. */
int enrol_signing(struct ca *ca, const struct enrol_request *request, struct enrol_answer *answer);
int enrol_encryption(struct ca *ca, const struct enrol_request *request,
                     struct enrol_answer *answer);

#endif
