/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every signed object of X.509 and OCSP is SEQUENCE { tbs, algorithm, BIT STRING }; the signature
 * is verified here over the bytes of tbs with the default id, one way for all of them.
 */
#include "forms.h"
#include "pki/pki.h"

/* One TLV at *p: tag and contents; *p moves behind it. Definite lengths only (DER). */
static bool take(const uint8_t **p, const uint8_t *end, uint8_t tag, const uint8_t **start,
                 const uint8_t **contents, size_t *len)
{
    const uint8_t *q = *p;
    if (end - q < 2 || *q != tag)
        return false;
    *start = q++;
    size_t n = *q++;
    if (n >= 0x80) {
        size_t count = n & 0x7f;
        if (count == 0 || count > 4 || (size_t)(end - q) < count)
            return false;
        for (n = 0; count > 0; count--)
            n = n << 8 | *q++;
    }
    if ((size_t)(end - q) < n)
        return false;
    *contents = q;
    *len = n;
    *p = q + n;
    return true;
}

int pki_verify_bytes(const uint8_t *der, size_t len, EVP_PKEY *key)
{
    const uint8_t *p = der, *end = der + len, *start, *body, *tbs, *alg, *sig, *inner;
    size_t body_len, inner_len, sig_len;
    if (!take(&p, end, 0x30, &start, &body, &body_len) || p != end)
        return PKI_ERR_PARSE;
    p = body;
    end = body + body_len;
    if (!take(&p, end, 0x30, &tbs, &inner, &inner_len))
        return PKI_ERR_PARSE;
    size_t tbs_len = (size_t)(p - tbs);
    if (!take(&p, end, 0x30, &alg, &inner, &inner_len))
        return PKI_ERR_PARSE;
    size_t alg_len = (size_t)(p - alg);
    if (!take(&p, end, 0x03, &start, &sig, &sig_len))
        return PKI_ERR_PARSE;
    /* A CRL or OCSP answer may be followed only by what the template knows ([0] certificates). */
    if (sig_len < 2 || sig[0] != 0)
        return PKI_ERR_SIGNATURE;
    const uint8_t *q = alg;
    X509_ALGOR *algorithm = d2i_X509_ALGOR(NULL, &q, (long)alg_len);
    ASN1_OBJECT *want = OBJ_txt2obj(OID_SM2_WITH_SM3, 1);
    int error = PKI_ERR_SIGNATURE;
    if (algorithm != NULL && want != NULL) {
        const ASN1_OBJECT *have;
        int type;
        X509_ALGOR_get0(&have, &type, NULL, algorithm);
        /* Parameters are absent or NULL: real authorities write both. */
        if (OBJ_cmp(have, want) == 0 && (type == V_ASN1_UNDEF || type == V_ASN1_NULL))
            error = pki_sm2_verify(key, tbs, tbs_len, sig + 1, sig_len - 1);
    }
    X509_ALGOR_free(algorithm);
    ASN1_OBJECT_free(want);
    return error;
}

static int verify_encoded(uint8_t *der, int len, EVP_PKEY *key)
{
    int error = PKI_ERR_PARSE;
    if (der != NULL && len > 0)
        error = key != NULL ? pki_verify_bytes(der, (size_t)len, key) : PKI_ERR_KEY;
    OPENSSL_free(der);
    return error;
}

int pki_req_verify(X509_REQ *req)
{
    uint8_t *der = NULL;
    int len = i2d_X509_REQ(req, &der);
    return verify_encoded(der, len, X509_REQ_get0_pubkey(req));
}

int pki_cert_verify_by(X509 *cert, EVP_PKEY *issuer_key)
{
    const X509_ALGOR *outer;
    X509_get0_signature(NULL, &outer, cert);
    if (X509_ALGOR_cmp(outer, X509_get0_tbs_sigalg(cert)) != 0)
        return PKI_ERR_SIGNATURE;
    uint8_t *der = NULL;
    int len = i2d_X509(cert, &der);
    return verify_encoded(der, len, issuer_key);
}

int pki_crl_verify_by(X509_CRL *crl, EVP_PKEY *issuer_key)
{
    uint8_t *der = NULL;
    int len = i2d_X509_CRL(crl, &der);
    return verify_encoded(der, len, issuer_key);
}

int pki_ocsp_verify_by(OCSP_BASICRESP *basic, EVP_PKEY *responder_key)
{
    uint8_t *der = NULL;
    int len = i2d_OCSP_BASICRESP(basic, &der);
    return verify_encoded(der, len, responder_key);
}
