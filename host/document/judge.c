/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is a signer's certificate to be believed? Without a trusted time stamp a claimed signing time
 * proves nothing: a thief would claim an earlier one. So a revoked certificate's signatures are all
 * refused, unless the verifier asserts a time himself.
 */
#include "document.h"
#include <openssl/x509v3.h>
#include <string.h>

static bool trusted(X509 *cert, STACK_OF(X509) *roots)
{
    for (int i = 0; i < sk_X509_num(roots); i++)
        if (X509_cmp(cert, sk_X509_value(roots, i)) == 0)
            return true;
    return false;
}

static bool names_ocsp(X509 *cert)
{
    STACK_OF(OPENSSL_STRING) *addresses = X509_get1_ocsp(cert);
    bool named = sk_OPENSSL_STRING_num(addresses) > 0;
    X509_email_free(addresses);
    return named;
}

static bool names_crl(X509 *cert)
{
    return X509_get_ext_by_NID(cert, NID_crl_distribution_points, -1) >= 0;
}

static void judge_path(X509 *cert, const struct document_trust *trust, struct document_judgement *j)
{
    j->chain = pki_verify_chain(cert, trust->untrusted, trust->roots, trust->at, &j->path);
    j->validity = PKI_OK;
    if (j->chain != PKI_ERR_EXPIRED)
        return;
    /* Say both: whether the path leads to a root, and that its time is over. The path is looked at
     * again for a moment at which the leaf was valid. */
    struct tm tm;
    j->validity = PKI_ERR_EXPIRED;
    if (ASN1_TIME_to_tm(X509_get0_notBefore(cert), &tm) == 1)
        j->chain =
            pki_verify_chain(cert, trust->untrusted, trust->roots, timegm(&tm) + 1, &j->path);
}

static void judge_answer(const struct document_trust *trust, const struct pki_revocation *r,
                         struct document_judgement *j, bool *good)
{
    if (r->revoked && trust->asserted && r->when > trust->at) {
        j->set_aside = true;
        *good = true;
    } else if (r->revoked) {
        j->revocation = PKI_ERR_REVOKED;
    } else {
        *good = true;
    }
}

static void judge_revocation(const struct document_trust *trust, struct document_judgement *j)
{
    j->revocation = PKI_OK;
    for (int i = 0; i + 1 < sk_X509_num(j->path); i++) {
        X509 *cert = sk_X509_value(j->path, i), *issuer = sk_X509_value(j->path, i + 1);
        /* What the verifier trusts by name and says nothing about revocation needs no answer. */
        if (trusted(cert, trust->roots) && !names_ocsp(cert) && !names_crl(cert))
            break;
        if (j->checked == DOCUMENT_MAX_PATH) {
            j->revocation = PKI_ERR_UNKNOWN;
            break;
        }
        struct document_status *s = &j->status[j->checked++];
        s->cert = cert;
        s->names_ocsp = names_ocsp(cert);
        s->names_crl = names_crl(cert);
        if (trust->source != NULL)
            trust->source->ask(trust->source->ctx, cert, issuer, &s->ocsp, &s->have_ocsp, &s->crl,
                               &s->have_crl);
        else
            pki_fetch_revocation(cert, issuer, &s->ocsp, &s->have_ocsp, &s->crl, &s->have_crl);
        bool good = false;
        if (s->have_ocsp)
            judge_answer(trust, &s->ocsp, j, &good);
        if (s->have_crl)
            judge_answer(trust, &s->crl, j, &good);
        if (!good && j->revocation == PKI_OK)
            j->revocation = PKI_ERR_UNKNOWN;
    }
}

int document_judge(X509 *cert, const struct document_trust *trust, struct document_judgement *j)
{
    memset(j, 0, sizeof *j);
    judge_path(cert, trust, j);
    j->profile = pki_check_profile(cert, PKI_USAGE_SIGN, &j->profile_reason);
    /* Addresses in a certificate are followed only when its path is good. */
    if (j->chain == PKI_OK)
        judge_revocation(trust, j);
    else
        j->revocation = PKI_ERR_UNKNOWN;
    if (j->chain != PKI_OK)
        j->verdict = j->chain;
    else if (j->revocation == PKI_ERR_REVOKED)
        j->verdict = PKI_ERR_REVOKED;
    else if (j->validity != PKI_OK)
        j->verdict = j->validity;
    else if (j->profile != PKI_OK)
        j->verdict = j->profile;
    else
        j->verdict = j->revocation;
    return j->verdict;
}

void document_judgement_free(struct document_judgement *j)
{
    sk_X509_pop_free(j->path, X509_free);
    memset(j, 0, sizeof *j);
}
