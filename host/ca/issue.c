/* SPDX-License-Identifier: Apache-2.0 */
#include "issue.h"
#include "applicant.h"
#include "pki/pki.h"
#include "profile.h"
#include "sign.h"
#include <string.h>

static int64_t seconds(const ASN1_TIME *time)
{
    int days = 0, rest = 0;
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    ASN1_TIME_diff(&days, &rest, epoch, time);
    ASN1_TIME_free(epoch);
    return (int64_t)days * 86400 + rest;
}

int issue_store(struct storage *db, X509 *cert, const char *applicant, int64_t pair,
                enum certificate_use use)
{
    struct certificate_record record = {.pair = pair, .use = use};
    int error = profile_serial_text(X509_get0_serialNumber(cert), record.serial);
    if (error == CA_OK && pki_ec_xy(X509_get0_pubkey(cert), record.key) != PKI_OK)
        error = CA_ERR_CRYPTO;
    if (error != CA_OK || strlen(applicant) > APPLICANT_ID_MAX)
        return error ? error : CA_ERR_FORMAT;
    memcpy(record.applicant, applicant, strlen(applicant) + 1);
    record.not_before = seconds(X509_get0_notBefore(cert));
    record.not_after = seconds(X509_get0_notAfter(cert));
    int len = i2d_X509(cert, &record.der);
    if (len <= 0)
        return CA_ERR_CRYPTO;
    record.der_len = (size_t)len;
    error = storage_certificate_add(db, &record);
    OPENSSL_free(record.der);
    return error;
}

static bool carries(X509 *cert, const STACK_OF(X509_EXTENSION) *wanted)
{
    for (int i = 0; i < sk_X509_EXTENSION_num(wanted); i++) {
        X509_EXTENSION *asked = sk_X509_EXTENSION_value(wanted, i);
        int at = X509_get_ext_by_OBJ(cert, X509_EXTENSION_get_object(asked), -1);
        if (at < 0 || ASN1_STRING_cmp(X509_EXTENSION_get_data(asked),
                                      X509_EXTENSION_get_data(X509_get_ext(cert, at))) != 0)
            return false;
    }
    return true;
}

int issue_certificate(struct ca *ca, const struct applicant *applicant, int64_t pair,
                      enum certificate_use use, EVP_PKEY *key,
                      const STACK_OF(X509_EXTENSION) *wanted, X509 **cert)
{
    X509_NAME *subject = applicant_subject(applicant);
    struct profile_request request = {.kind =
                                          use == CERTIFICATE_SIGN ? PROFILE_SIGN : PROFILE_ENCRYPT,
                                      .subject = subject,
                                      .key = key,
                                      .issuer = ca->issuing,
                                      .config = &ca->config,
                                      .now = time(NULL),
                                      .days = CA_CERT_DAYS};
    *cert = subject ? profile_build(&request) : NULL;
    X509_NAME_free(subject);
    int error = *cert ? CA_OK : CA_ERR_CRYPTO;
    if (error == CA_OK && wanted && !carries(*cert, wanted))
        error = CA_ERR_REFUSED;
    if (error == CA_OK)
        error = sign_cert(*cert, ca->issuing_key);
    if (error == CA_OK)
        error = issue_store(ca->db, *cert, applicant->id, pair, use);
    if (error != CA_OK) {
        X509_free(*cert);
        *cert = NULL;
    }
    return error;
}
