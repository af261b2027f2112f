/* SPDX-License-Identifier: Apache-2.0 */
#include "sign.h"
#include "ca.h"
#include "pki/pki.h"

/* libcrypto writes absent algorithm parameters, so both algorithm fields are set here and the
 * signature is put in place by hand. */
static bool set_algorithm(const X509_ALGOR *algorithm)
{
    ASN1_OBJECT *oid = OBJ_txt2obj(OID_SM2_WITH_SM3, 1);
    return oid && X509_ALGOR_set0((X509_ALGOR *)algorithm, oid, V_ASN1_NULL, NULL) == 1;
}

int sign_cert(X509 *cert, EVP_PKEY *key)
{
    const X509_ALGOR *outer;
    const ASN1_BIT_STRING *place;
    X509_get0_signature(&place, &outer, cert);
    if (!set_algorithm(X509_get0_tbs_sigalg(cert)) || !set_algorithm(outer))
        return CA_ERR_CRYPTO;
    uint8_t *tbs = NULL, signature[72];
    size_t len = sizeof signature;
    int tbs_len = i2d_re_X509_tbs(cert, &tbs);
    bool good = tbs_len > 0 && pki_sm2_sign(key, tbs, (size_t)tbs_len, signature, &len) == PKI_OK;
    OPENSSL_free(tbs);
    ASN1_BIT_STRING *out = (ASN1_BIT_STRING *)place;
    if (!good || ASN1_STRING_set(out, signature, (int)len) != 1)
        return CA_ERR_CRYPTO;
    out->flags = (out->flags & ~0x07L) | ASN1_STRING_FLAG_BITS_LEFT; /* no unused bits */
    return CA_OK;
}

/* A digest context that signs with the default id; lists and status answers have no accessor for
 * their inner algorithm field, so they keep libcrypto's absent parameters. */
static EVP_MD_CTX *signing_context(EVP_PKEY *key)
{
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    if (digest && ctx && EVP_PKEY_CTX_set1_id(ctx, PKI_SM2_ID, PKI_SM2_ID_LEN) > 0) {
        EVP_MD_CTX_set_pkey_ctx(digest, ctx);
        if (EVP_DigestSignInit(digest, NULL, EVP_sm3(), NULL, key) == 1)
            return digest;
    }
    EVP_MD_CTX_free(digest);
    EVP_PKEY_CTX_free(ctx);
    return NULL;
}

static void signing_context_free(EVP_MD_CTX *digest)
{
    EVP_PKEY_CTX *ctx = digest ? EVP_MD_CTX_get_pkey_ctx(digest) : NULL;
    EVP_MD_CTX_free(digest); /* does not own a context that was set from outside */
    EVP_PKEY_CTX_free(ctx);
}

int sign_crl(X509_CRL *crl, EVP_PKEY *key)
{
    EVP_MD_CTX *digest = signing_context(key);
    bool good = digest && X509_CRL_sort(crl) == 1 && X509_CRL_sign_ctx(crl, digest) > 0;
    signing_context_free(digest);
    return good ? CA_OK : CA_ERR_CRYPTO;
}

int sign_ocsp(OCSP_BASICRESP *basic, X509 *responder, EVP_PKEY *key)
{
    EVP_MD_CTX *digest = signing_context(key);
    bool good = digest && OCSP_basic_sign_ctx(basic, responder, digest, NULL, OCSP_RESPID_KEY) == 1;
    signing_context_free(digest);
    return good ? CA_OK : CA_ERR_CRYPTO;
}

int sign_cert_p256(X509 *cert, EVP_PKEY *key)
{
    return X509_sign(cert, key, EVP_sha256()) > 0 ? CA_OK : CA_ERR_CRYPTO;
}

int sign_crl_p256(X509_CRL *crl, EVP_PKEY *key)
{
    return X509_CRL_sort(crl) == 1 && X509_CRL_sign(crl, key, EVP_sha256()) > 0 ? CA_OK
                                                                                : CA_ERR_CRYPTO;
}
