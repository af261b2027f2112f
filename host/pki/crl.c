/* SPDX-License-Identifier: Apache-2.0 */
#include "clock.h"
#include "pki/pki.h"
#include "util/i18n.h"
#include <openssl/err.h>
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

/* Authorities of people are on SM2, those of tokens may be on P-256 (pki_verify_maker_chain). */
static int verify_by(X509_CRL *crl, EVP_PKEY *key)
{
    char group[32] = "";
    size_t len = 0;
    if (key == NULL || EVP_PKEY_is_a(key, "EC") != 1)
        return pki_crl_verify_by(crl, key);
    const bool good = EVP_PKEY_get_group_name(key, group, sizeof group, &len) == 1 &&
                      strcmp(group, "prime256v1") == 0 &&
                      X509_CRL_get_signature_nid(crl) == NID_ecdsa_with_SHA256 &&
                      X509_CRL_verify(crl, key) == 1;
    ERR_clear_error();
    return good ? PKI_OK : PKI_ERR_SIGNATURE;
}

int pki_check_crl(X509 *cert, X509 *issuer, X509_CRL *crl, time_t now, struct pki_revocation *r)
{
    memset(r, 0, sizeof *r);
    r->reason = -1;
    r->source = "CRL";
    if (X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_issuer_name(cert)) != 0 ||
        X509_NAME_cmp(X509_get_subject_name(issuer), X509_get_issuer_name(cert)) != 0)
        return PKI_ERR_UNKNOWN;
    int error = verify_by(crl, X509_get0_pubkey(issuer));
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

static bool named(const X509_CRL *crl, const X509 *issuer)
{
    return X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(issuer)) == 0;
}

/* The date of the newest list that the issuer signed; NULL: none. [out] *any is in its name. */
static const ASN1_TIME *newest(X509 *issuer, const STACK_OF(X509_CRL) *crls, bool *any)
{
    const ASN1_TIME *date = NULL;
    *any = false;
    for (int i = 0; i < sk_X509_CRL_num(crls); i++) {
        X509_CRL *crl = sk_X509_CRL_value(crls, i);
        const ASN1_TIME *from = X509_CRL_get0_lastUpdate(crl);
        if (!named(crl, issuer))
            continue;
        *any = true;
        if ((date == NULL || ASN1_TIME_compare(from, date) > 0) &&
            verify_by(crl, X509_get0_pubkey(issuer)) == PKI_OK)
            date = from;
    }
    return date;
}

/* One certificate. No list is in its issuer's name: nothing is said. Two of one second both count.
 */
static int check_one(X509 *cert, X509 *issuer, const STACK_OF(X509_CRL) *crls, time_t now,
                     bool *revoked)
{
    struct pki_revocation r;
    bool any;
    const ASN1_TIME *date = newest(issuer, crls, &any);
    int error = any && date == NULL ? PKI_ERR_UNKNOWN : PKI_OK;
    for (int i = 0; date != NULL && i < sk_X509_CRL_num(crls); i++) {
        X509_CRL *crl = sk_X509_CRL_value(crls, i);
        if (!named(crl, issuer) || ASN1_TIME_compare(X509_CRL_get0_lastUpdate(crl), date) != 0 ||
            verify_by(crl, X509_get0_pubkey(issuer)) != PKI_OK)
            continue;
        if (pki_check_crl(cert, issuer, crl, now, &r) != PKI_OK)
            error = PKI_ERR_UNKNOWN;
        else
            *revoked = *revoked || r.revoked;
    }
    return error;
}

int pki_check_crls(const STACK_OF(X509) *chain, const STACK_OF(X509_CRL) *crls, time_t now,
                   bool *revoked)
{
    int error = PKI_OK;
    *revoked = false;
    for (int i = 0; i + 1 < sk_X509_num(chain); i++)
        if (check_one(sk_X509_value(chain, i), sk_X509_value(chain, i + 1), crls, now, revoked) !=
            PKI_OK)
            error = PKI_ERR_UNKNOWN;
    return *revoked ? PKI_OK : error;
}

static int check_list(X509_CRL *crl, const STACK_OF(X509) *roots, time_t now)
{
    time_t from, to;
    bool ours = false, signs = false;
    const ASN1_TIME *next = X509_CRL_get0_nextUpdate(crl);
    if (!complete(crl))
        return PKI_ERR_PROFILE;
    if (!pki_time(X509_CRL_get0_lastUpdate(crl), &from) || next == NULL || !pki_time(next, &to) ||
        from > now + PKI_CLOCK_SKEW || to < now)
        return PKI_ERR_EXPIRED;
    for (int i = 0; i < sk_X509_num(roots); i++) {
        X509 *root = sk_X509_value(roots, i);
        if (named(crl, root)) {
            ours = true;
            signs = signs || verify_by(crl, X509_get0_pubkey(root)) == PKI_OK;
        }
    }
    return ours && !signs ? PKI_ERR_SIGNATURE : PKI_OK;
}

int pki_check_lists(const STACK_OF(X509_CRL) *crls, const STACK_OF(X509) *roots, time_t now)
{
    for (int i = 0; i < sk_X509_CRL_num(crls); i++) {
        const int error = check_list(sk_X509_CRL_value(crls, i), roots, now);
        if (error != PKI_OK)
            return error;
    }
    return PKI_OK;
}

const char *pki_lists_text(int error)
{
    switch (error) {
    case PKI_ERR_PROFILE:
        return _("a list that covers only some of its authority's certificates");
    case PKI_ERR_EXPIRED:
        return _("a list that is out of date, or has no date");
    case PKI_ERR_SIGNATURE:
        return _("a list in the manufacturer's name that it did not sign");
    case PKI_ERR_PARSE:
        return _("not a list of revoked certificates, or a damaged one");
    default:
        return pki_strerror(error);
    }
}
