/* SPDX-License-Identifier: Apache-2.0 */
#include "device_request.h"
#include "hufu/hufu.h"
#include "hufu/provision.h"
#include "pki/attest.h"
#include "pki/pki.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(DEVICE_SERIAL == HUFU_ATTEST_SERIAL, "the record's and the statement's");

static bool challenge_of(const char *serial, uint8_t challenge[HUFU_ATTEST_CHALLENGE])
{
    uint8_t text[sizeof HUFU_DEVICE_CHALLENGE + DEVICE_SERIAL];
    memcpy(text, HUFU_DEVICE_CHALLENGE, sizeof HUFU_DEVICE_CHALLENGE);
    memcpy(text + sizeof HUFU_DEVICE_CHALLENGE, serial, DEVICE_SERIAL);
    return EVP_Digest(text, sizeof text, challenge, NULL, EVP_sm3(), NULL) == 1;
}

/* The next of the two. [in/out] *der, *left. */
static enum pki_attest_fault next(const uint8_t **der, size_t *left, struct pki_attestation *a)
{
    const unsigned char *body = *der;
    uint8_t *evidence = NULL;
    size_t evidence_len = 0;
    long len = 0;
    int tag, class;
    if (*left > LONG_MAX || (ASN1_get_object(&body, &len, &tag, &class, (long)*left) & 0x80) != 0)
        return ATTEST_FORM;
    const size_t whole = (size_t)(body - *der) + (size_t)len;
    /* As evidence that has no certificate yet. */
    if (whole > HUFU_ATTEST_MAX ||
        pki_attest_evidence(*der, whole, *der, 0, &evidence, &evidence_len) != PKI_OK)
        return ATTEST_FORM;
    enum pki_attest_fault fault = pki_attest_parse(evidence, evidence_len, a);
    free(evidence);
    *der += whole;
    *left -= whole;
    return fault;
}

/* Takes the key over. */
static enum pki_attest_fault take(struct device_request *request, unsigned which,
                                  struct pki_attestation *a)
{
    uint8_t challenge[HUFU_ATTEST_CHALLENGE];
    const struct pki_attest_rules rules = {.challenge = challenge};
    enum pki_attest_fault fault = a->algorithm == which ? pki_attest_possession(a) : ATTEST_VERSION;
    if (fault == ATTEST_GOOD && a->lifecycle != HUFU_FACTORY)
        fault = ATTEST_LIFECYCLE;
    if (fault == ATTEST_GOOD)
        fault = challenge_of(a->token, challenge) ? pki_attest_judge(a, &rules) : ATTEST_CHALLENGE;
    if (fault == ATTEST_GOOD && which != 0 && strcmp(request->serial, a->token) != 0)
        fault = ATTEST_SERIAL;
    if (fault == ATTEST_GOOD && pki_ec_xy(a->key, request->xy[which]) != PKI_OK)
        fault = ATTEST_KEY;
    if (fault != ATTEST_GOOD)
        return fault;
    memcpy(request->serial, a->token, sizeof request->serial);
    request->development = request->development || a->development;
    request->key[which] = a->key;
    a->key = NULL;
    return ATTEST_GOOD;
}

int device_request_read(const uint8_t *der, size_t len, struct device_request *request,
                        const char **why)
{
    enum pki_attest_fault fault = ATTEST_GOOD;
    memset(request, 0, sizeof *request);
    for (unsigned i = 0; i < 2 && fault == ATTEST_GOOD; i++) {
        struct pki_attestation a;
        fault = next(&der, &len, &a);
        if (fault == ATTEST_GOOD) {
            fault = take(request, i, &a);
            pki_attest_free(&a);
        }
    }
    if (fault == ATTEST_GOOD && len != 0)
        fault = ATTEST_FORM;
    *why = fault == ATTEST_GOOD ? NULL : pki_attest_text(fault);
    if (fault == ATTEST_GOOD)
        return CA_OK;
    device_request_clear(request);
    return CA_ERR_FORMAT;
}

void device_request_clear(struct device_request *request)
{
    EVP_PKEY_free(request->key[0]);
    EVP_PKEY_free(request->key[1]);
    memset(request, 0, sizeof *request);
}
