/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signing of requests, certificates, CRLs and OCSP answers by anything that signs a digest. The
 * algorithm is set first, since it is part of what is signed; parameters are left out, as OpenSSL
 * and RFC 5758-style software write them.
 */
#include "pki/pki.h"
#include <string.h>

static int set_algorithm(X509_ALGOR *alg)
{
    ASN1_OBJECT *oid = OBJ_txt2obj(OID_SM2_WITH_SM3, 1);
    if (oid == NULL || X509_ALGOR_set0(alg, oid, V_ASN1_UNDEF, NULL) != 1) {
        ASN1_OBJECT_free(oid);
        return PKI_ERR_MEMORY;
    }
    return PKI_OK;
}

/* Signs tbs (freed here) into sig. */
static int sign_tbs(uint8_t *tbs, int tbs_len, ASN1_BIT_STRING *sig, EVP_PKEY *key,
                    const struct pki_signer *signer, int *detail)
{
    uint8_t e[32], rs[64], der[72];
    size_t len = 0;
    if (tbs == NULL || tbs_len <= 0) {
        OPENSSL_free(tbs);
        return PKI_ERR_MEMORY;
    }
    int error = pki_sm2_digest(key, tbs, (size_t)tbs_len, e);
    OPENSSL_free(tbs);
    if (error != PKI_OK)
        return error;
    int answer = signer->sign(signer->ctx, e, rs);
    if (detail != NULL)
        *detail = answer;
    if (answer != 0)
        return PKI_ERR_SIGNATURE;
    error = pki_sig_to_der(rs, der, &len);
    if (error != PKI_OK)
        return error;
    /* What a signer returned is checked before it is used: a token whose key is not `key` must not
     * produce an object that nobody can verify. */
    error = pki_sm2_verify_digest(key, e, der, len);
    if (error != PKI_OK)
        return error;
    if (ASN1_STRING_set(sig, der, (int)len) != 1)
        return PKI_ERR_MEMORY;
    sig->flags &= ~(ASN1_STRING_FLAG_BITS_LEFT | 0x07);
    sig->flags |= ASN1_STRING_FLAG_BITS_LEFT;
    return PKI_OK;
}

int pki_req_sign(X509_REQ *req, EVP_PKEY *key, const struct pki_signer *signer, int *detail)
{
    const ASN1_BIT_STRING *sig;
    const X509_ALGOR *alg;
    X509_REQ_get0_signature(req, &sig, &alg);
    if (sig == NULL) {
        ASN1_BIT_STRING *fresh = ASN1_BIT_STRING_new();
        if (fresh == NULL)
            return PKI_ERR_MEMORY;
        X509_REQ_set0_signature(req, fresh);
        X509_REQ_get0_signature(req, &sig, &alg);
    }
    if (set_algorithm((X509_ALGOR *)alg) != PKI_OK)
        return PKI_ERR_MEMORY;
    uint8_t *tbs = NULL;
    int len = i2d_re_X509_REQ_tbs(req, &tbs);
    return sign_tbs(tbs, len, (ASN1_BIT_STRING *)sig, key, signer, detail);
}

int pki_cert_sign(X509 *cert, EVP_PKEY *key, const struct pki_signer *signer)
{
    const ASN1_BIT_STRING *sig;
    const X509_ALGOR *alg;
    X509_get0_signature(&sig, &alg, cert);
    if (set_algorithm((X509_ALGOR *)alg) != PKI_OK ||
        set_algorithm((X509_ALGOR *)X509_get0_tbs_sigalg(cert)) != PKI_OK)
        return PKI_ERR_MEMORY;
    uint8_t *tbs = NULL;
    int len = i2d_re_X509_tbs(cert, &tbs);
    return sign_tbs(tbs, len, (ASN1_BIT_STRING *)sig, key, signer, NULL);
}

/* A digest context that signs with the default id. */
static EVP_MD_CTX *sign_context(EVP_PKEY *key, EVP_PKEY_CTX **pctx)
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    *pctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    if (md == NULL || *pctx == NULL ||
        EVP_PKEY_CTX_set1_id(*pctx, PKI_SM2_ID, PKI_SM2_ID_LEN) != 1) {
        EVP_MD_CTX_free(md);
        EVP_PKEY_CTX_free(*pctx);
        *pctx = NULL;
        return NULL;
    }
    EVP_MD_CTX_set_pkey_ctx(md, *pctx);
    if (EVP_DigestSignInit(md, NULL, EVP_sm3(), NULL, key) != 1) {
        EVP_MD_CTX_free(md);
        EVP_PKEY_CTX_free(*pctx);
        *pctx = NULL;
        return NULL;
    }
    return md;
}

int pki_crl_sign(X509_CRL *crl, EVP_PKEY *key, const struct pki_signer *signer)
{
    /* libcrypto gives no access to the algorithm inside a CRL's TBS; signing once with a key that
     * is thrown away sets it, and the real signature then replaces that one. */
    EVP_PKEY_CTX *pctx = NULL;
    EVP_PKEY *scratch = pki_sm2_generate();
    EVP_MD_CTX *md = scratch != NULL ? sign_context(scratch, &pctx) : NULL;
    int ok = md != NULL && X509_CRL_sign_ctx(crl, md) > 0;
    EVP_MD_CTX_free(md);
    EVP_PKEY_CTX_free(pctx);
    EVP_PKEY_free(scratch);
    if (!ok)
        return PKI_ERR_MEMORY;
    const ASN1_BIT_STRING *sig;
    X509_CRL_get0_signature(crl, &sig, NULL);
    uint8_t *tbs = NULL;
    int len = i2d_re_X509_CRL_tbs(crl, &tbs);
    return sign_tbs(tbs, len, (ASN1_BIT_STRING *)sig, key, signer, NULL);
}

int pki_ocsp_sign(OCSP_BASICRESP *basic, X509 *responder, EVP_PKEY *key)
{
    EVP_PKEY_CTX *pctx = NULL;
    EVP_MD_CTX *md = sign_context(key, &pctx);
    int ok = md != NULL && OCSP_basic_sign_ctx(basic, responder, md, NULL, 0) == 1;
    EVP_MD_CTX_free(md);
    EVP_PKEY_CTX_free(pctx);
    return ok ? PKI_OK : PKI_ERR_KEY;
}
