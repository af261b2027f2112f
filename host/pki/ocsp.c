/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OCSP (RFC 6960) without libcrypto's own verification, which has no place for the SM2 id. The
 * signed bytes are taken out of the answer as they came, never encoded again.
 */
#include "clock.h"
#include "forms.h"
#include "pki/pki.h"
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

int pki_ocsp_request(X509 *cert, X509 *issuer, uint8_t **der, size_t *len)
{
    *der = NULL;
    *len = 0;
    int error = PKI_ERR_MEMORY;
    /* SHA-1 names the issuer here and protects nothing; RFC 5019 asks clients to use it, and it is
     * what every responder knows. */
    OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), cert, issuer);
    OCSP_REQUEST *req = OCSP_REQUEST_new();
    if (id != NULL && req != NULL && OCSP_request_add0_id(req, id) != NULL) {
        id = NULL;
        int n = i2d_OCSP_REQUEST(req, NULL);
        uint8_t *p = *der = n > 0 ? malloc((size_t)n) : NULL;
        if (p != NULL) {
            *len = (size_t)i2d_OCSP_REQUEST(req, &p);
            error = PKI_OK;
        }
    }
    OCSP_CERTID_free(id);
    OCSP_REQUEST_free(req);
    return error;
}

/* The certificate in the answer that the responder id names, or NULL. */
static X509 *find_responder(const OCSP_BASICRESP *basic)
{
    const ASN1_OCTET_STRING *key_hash;
    const X509_NAME *name;
    const STACK_OF(X509) *certs = OCSP_resp_get0_certs(basic);
    if (OCSP_resp_get0_id(basic, &key_hash, &name) != 1)
        return NULL;
    for (int i = 0; i < sk_X509_num(certs); i++) {
        X509 *cert = sk_X509_value(certs, i);
        uint8_t hash[EVP_MAX_MD_SIZE];
        unsigned n = 0;
        if (name != NULL && X509_NAME_cmp(name, X509_get_subject_name(cert)) == 0)
            return cert;
        if (key_hash != NULL && X509_pubkey_digest(cert, EVP_sha1(), hash, &n) == 1 &&
            (int)n == ASN1_STRING_length(key_hash) &&
            memcmp(hash, ASN1_STRING_get0_data(key_hash), n) == 0)
            return cert;
    }
    return NULL;
}

/* The key that may answer for issuer: the issuer's own, or one it certified for OCSP signing. */
static int responder_key(OCSP_BASICRESP *basic, X509 *issuer, time_t now, EVP_PKEY **key)
{
    X509 *cert = find_responder(basic);
    *key = X509_get0_pubkey(issuer);
    if (cert == NULL || X509_cmp(cert, issuer) == 0)
        return PKI_OK;
    int error = pki_cert_verify_by(cert, X509_get0_pubkey(issuer));
    if (error != PKI_OK)
        return error;
    if (X509_NAME_cmp(X509_get_issuer_name(cert), X509_get_subject_name(issuer)) != 0)
        return PKI_ERR_CHAIN;
    time_t from, to;
    if (!pki_time(X509_get0_notBefore(cert), &from) || !pki_time(X509_get0_notAfter(cert), &to) ||
        now + PKI_CLOCK_SKEW < from || now > to)
        return PKI_ERR_EXPIRED;
    *key = X509_get0_pubkey(cert);
    return pki_check_profile(cert, PKI_USAGE_OCSP, NULL);
}

static bool id_matches(const OCSP_CERTID *id, X509 *cert, X509 *issuer)
{
    ASN1_OBJECT *algorithm;
    if (OCSP_id_get0_info(NULL, &algorithm, NULL, NULL, (OCSP_CERTID *)id) != 1)
        return false;
    const EVP_MD *md = EVP_get_digestbyobj(algorithm);
    OCSP_CERTID *want = md != NULL ? OCSP_cert_to_id(md, cert, issuer) : NULL;
    bool match = want != NULL && OCSP_id_cmp(want, id) == 0;
    OCSP_CERTID_free(want);
    return match;
}

static int judge(OCSP_BASICRESP *basic, X509 *cert, X509 *issuer, time_t now,
                 struct pki_revocation *r)
{
    for (int i = 0; i < OCSP_resp_count(basic); i++) {
        OCSP_SINGLERESP *single = OCSP_resp_get0(basic, i);
        if (!id_matches(OCSP_SINGLERESP_get0_id(single), cert, issuer))
            continue;
        ASN1_GENERALIZEDTIME *when = NULL, *from = NULL, *to = NULL;
        int reason = -1;
        int status = OCSP_single_get0_status(single, &reason, &when, &from, &to);
        if (!pki_time(from, &r->this_update) || r->this_update > now + PKI_CLOCK_SKEW)
            return PKI_ERR_UNKNOWN;
        /* Without nextUpdate newer information is always to be had: only a fresh answer counts. */
        if (to == NULL)
            r->next_update = r->this_update + PKI_CLOCK_SKEW;
        else if (!pki_time(to, &r->next_update))
            return PKI_ERR_UNKNOWN;
        if (r->next_update < now)
            return PKI_ERR_UNKNOWN;
        if (status == V_OCSP_CERTSTATUS_GOOD)
            return PKI_OK;
        if (status != V_OCSP_CERTSTATUS_REVOKED || !pki_time(when, &r->when))
            return PKI_ERR_UNKNOWN;
        r->revoked = true;
        r->reason = reason;
        return PKI_OK;
    }
    return PKI_ERR_UNKNOWN;
}

/* The BasicOCSPResponse's own bytes: responseBytes.response of the answer. */
static int basic_bytes(const uint8_t *resp, size_t len, uint8_t **der, size_t *der_len)
{
    const uint8_t *p = resp;
    OCSP_RESPONSE *outer = d2i_OCSP_RESPONSE(NULL, &p, (long)len);
    int error = PKI_ERR_PARSE;
    if (outer != NULL && p == resp + len) {
        error = PKI_ERR_UNKNOWN;
        OCSP_BASICRESP *basic = NULL;
        if (OCSP_response_status(outer) == OCSP_RESPONSE_STATUS_SUCCESSFUL &&
            (basic = OCSP_response_get1_basic(outer)) != NULL) {
            /* libcrypto hides the OCTET STRING; the type check above done, it is the tail of the
             * answer: SEQUENCE { ENUMERATED, [0] { SEQUENCE { OID, OCTET STRING } } }. */
            int n = i2d_OCSP_BASICRESP(basic, NULL);
            if (n > 0 && (size_t)n <= len) {
                *der = malloc((size_t)n);
                if (*der != NULL)
                    memcpy(*der, resp + len - (size_t)n, (size_t)n);
                *der_len = (size_t)n;
                error = *der != NULL ? PKI_OK : PKI_ERR_MEMORY;
            }
        }
        OCSP_BASICRESP_free(basic);
    }
    OCSP_RESPONSE_free(outer);
    return error;
}

int pki_check_ocsp(X509 *cert, X509 *issuer, const uint8_t *resp, size_t len, time_t now,
                   struct pki_revocation *r)
{
    memset(r, 0, sizeof *r);
    r->reason = -1;
    r->source = "OCSP";
    uint8_t *der = NULL;
    size_t der_len = 0;
    int error = len <= (1u << 20) ? basic_bytes(resp, len, &der, &der_len) : PKI_ERR_PARSE;
    if (error == PKI_OK) {
        const uint8_t *p = der;
        EVP_PKEY *key;
        OCSP_BASICRESP *basic = d2i_OCSP_BASICRESP(NULL, &p, (long)der_len);
        if (basic == NULL || p != der + der_len)
            error = PKI_ERR_PARSE;
        if (error == PKI_OK)
            error = responder_key(basic, issuer, now, &key);
        if (error == PKI_OK)
            error = pki_verify_bytes(der, der_len, key);
        if (error == PKI_OK)
            error = judge(basic, cert, issuer, now, r);
        OCSP_BASICRESP_free(basic);
    }
    free(der);
    ERR_clear_error();
    return error;
}
