/* SPDX-License-Identifier: Apache-2.0 */
/* The manufacturer's CA, over HTTPS (hufu/provision.h). */
#include "provision/station.h"

#include "enroll/est_client.h"
#include "hufu/attest.h"
#include "pki/pki.h"
#include "util/i18n.h"
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

static int post(const struct station *s, const char *operation, const uint8_t *body, size_t len,
                char **answer, size_t *answer_len, long *status, struct provision_failure *f)
{
    const struct est est = {.url = s->ca_url,
                            .tls_ca = s->tls_ca,
                            .user = s->id,
                            .password = s->passphrase,
                            .type = HUFU_DEVICE_TYPE};
    struct enroll_failure why = {.text = ""};
    const int rc = est_post(&est, operation, body, len, answer, answer_len, &why);
    *status = why.http_status;
    if (rc == ENROLL_OK) {
        return PROVISION_OK;
    }
    return provision_fail(f,
                          rc == ENROLL_ERR_REFUSED ? PROVISION_ERR_REFUSED : PROVISION_ERR_NETWORK,
                          "%s", why.text);
}

int authority_reserve(const struct station *s, const struct journal_entry *entry, bool *taken,
                      struct provision_failure *f)
{
    uint8_t body[HUFU_DEVICE_SERIAL + HUFU_DEVICE_ORDER];
    char *answer = NULL;
    size_t len = 0;
    long status = 0;
    memcpy(body, entry->serial, HUFU_DEVICE_SERIAL);
    memcpy(body + HUFU_DEVICE_SERIAL, entry->order, HUFU_DEVICE_ORDER);
    int error = post(s, HUFU_DEVICE_RESERVE, body, sizeof body, &answer, &len, &status, f);
    free(answer);
    /* 403 is about the number; a station that is not let in gets another answer (401). */
    *taken = error == PROVISION_ERR_REFUSED && status == 403;
    return error;
}

/* --- the certificates ----------------------------------------------------------------------- */

static bool put_cert(struct identity_chains *chains, unsigned which, X509 *cert)
{
    uint8_t *at = chains->der[which] + chains->len[which];
    const int len = i2d_X509(cert, NULL);
    if (len <= 0 || (size_t)len > HUFU_IDENTITY_CHAIN_MAX - chains->len[which] ||
        i2d_X509(cert, &at) != len) {
        return false;
    }
    chains->len[which] += (size_t)len;
    return true;
}

/* Four certificates in PEM: two chains. */
static int split(const char *pem, size_t len, struct identity_chains *chains,
                 struct provision_failure *f)
{
    STACK_OF(X509) *certs = pki_parse_certs((const uint8_t *)pem, len);
    bool good = certs != NULL && sk_X509_num(certs) == 4;
    chains->len[0] = chains->len[1] = 0;
    for (int i = 0; good && i < 4; i++) {
        good = put_cert(chains, i < 2 ? HUFU_IDENTITY_SM2 : HUFU_IDENTITY_P256,
                        sk_X509_value(certs, i));
    }
    sk_X509_pop_free(certs, X509_free);
    return good ? PROVISION_OK
                : provision_fail(f, PROVISION_ERR_NETWORK, _("the CA's answer is malformed"));
}

int authority_certify(const struct station *s, hufu_token *token, const char *serial,
                      struct identity_chains *chains, struct provision_failure *f)
{
    uint8_t text[sizeof HUFU_DEVICE_CHALLENGE + HUFU_DEVICE_SERIAL], challenge[32];
    uint8_t request[2 * HUFU_ATTEST_MAX];
    struct identity_proof proofs[2];
    size_t len = 0, answer_len = 0;
    char *answer = NULL;
    long status = 0;
    int error = PROVISION_OK;
    memcpy(text, HUFU_DEVICE_CHALLENGE, sizeof HUFU_DEVICE_CHALLENGE);
    memcpy(text + sizeof HUFU_DEVICE_CHALLENGE, serial, HUFU_DEVICE_SERIAL);
    if (EVP_Digest(text, sizeof text, challenge, NULL, EVP_sm3(), NULL) != 1) {
        return provision_fail_token(f, HUFU_ERR_INTERNAL, NULL);
    }
    for (unsigned i = 0; error == PROVISION_OK && i < 2; i++) {
        error = identity_prove(token, i, challenge, &proofs[i], f);
        if (error == PROVISION_OK) {
            error = identity_judge(s, &proofs[i], text, 0, f);
        }
        if (error == PROVISION_OK) {
            memcpy(request + len, proofs[i].der, proofs[i].len);
            len += proofs[i].len;
        }
    }
    if (error == PROVISION_OK) {
        error = post(s, HUFU_DEVICE_CERTIFY, request, len, &answer, &answer_len, &status, f);
    }
    if (error == PROVISION_OK) {
        error = split(answer, answer_len, chains, f);
    }
    for (unsigned i = 0; error == PROVISION_OK && i < 2; i++) {
        error = identity_judge(s, &proofs[i], chains->der[i], chains->len[i], f);
    }
    free(answer);
    return error;
}
