/* SPDX-License-Identifier: Apache-2.0 */
#include "clock.h"
#include "pki/pki.h"
#include <openssl/x509v3.h>
#include <string.h>

/* A delta CRL, one for some certificates only or one made by somebody else cannot say that a
 * certificate is good; libcrypto marks them through the critical extensions it cannot handle here.
 */
static bool complete(X509_CRL *crl)
{
    const STACK_OF(X509_EXTENSION) *list = X509_CRL_get0_extensions(crl);
    for (int i = 0; i < sk_X509_EXTENSION_num(list); i++)
        if (X509_EXTENSION_get_critical(sk_X509_EXTENSION_value(list, i)))
            return false;
    return true;
}

static int reason_of(const X509_REVOKED *entry)
{
    int critical;
    ASN1_ENUMERATED *e = X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, &critical, NULL);
    int reason = e != NULL ? (int)ASN1_ENUMERATED_get(e) : -1;
    ASN1_ENUMERATED_free(e);
    return reason;
}

int pki_check_crl(X509 *cert, X509 *issuer, X509_CRL *crl, time_t now, struct pki_revocation *r)
{
    memset(r, 0, sizeof *r);
    r->reason = -1;
    r->source = "CRL";
    if (X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_issuer_name(cert)) != 0 ||
        X509_NAME_cmp(X509_get_subject_name(issuer), X509_get_issuer_name(cert)) != 0)
        return PKI_ERR_UNKNOWN;
    int error = pki_crl_verify_by(crl, X509_get0_pubkey(issuer));
    if (error != PKI_OK)
        return error;
    if ((X509_get_extension_flags(issuer) & EXFLAG_KUSAGE) &&
        !(X509_get_key_usage(issuer) & KU_CRL_SIGN))
        return PKI_ERR_PROFILE;
    const ASN1_TIME *next = X509_CRL_get0_nextUpdate(crl);
    if (!pki_time(X509_CRL_get0_lastUpdate(crl), &r->this_update) || next == NULL ||
        !pki_time(next, &r->next_update))
        return PKI_ERR_UNKNOWN;
    if (r->this_update > now + PKI_CLOCK_SKEW || r->next_update < now || !complete(crl))
        return PKI_ERR_UNKNOWN;
    X509_REVOKED *entry = NULL;
    int found = X509_CRL_get0_by_cert(crl, &entry, cert);
    if (found == 1) {
        r->revoked = true;
        r->reason = reason_of(entry);
        if (!pki_time(X509_REVOKED_get0_revocationDate(entry), &r->when))
            return PKI_ERR_UNKNOWN;
    }
    return PKI_OK;
}
