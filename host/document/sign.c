/* SPDX-License-Identifier: Apache-2.0 */
#include "document.h"
#include "forms.h"
#include "stream.h"
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

static bool add(STACK_OF(X509_ATTRIBUTE) *list, int nid, int type, const void *data, int len)
{
    X509_ATTRIBUTE *a = X509_ATTRIBUTE_create_by_NID(NULL, nid, type, data, len);
    if (a != NULL && sk_X509_ATTRIBUTE_push(list, a) > 0)
        return true;
    X509_ATTRIBUTE_free(a);
    return false;
}

static bool add_time(STACK_OF(X509_ATTRIBUTE) *list, time_t when)
{
    ASN1_TIME *t = ASN1_TIME_set(NULL, when); /* UTCTime until 2049, as RFC 5652 11.3 asks */
    bool ok = t != NULL && add(list, NID_pkcs9_signingTime, ASN1_STRING_type(t),
                               ASN1_STRING_get0_data(t), ASN1_STRING_length(t));
    ASN1_TIME_free(t);
    return ok;
}

/* RFC 5035. The national form names SM3; the other keeps the default every reader knows. */
static bool add_signing_cert(STACK_OF(X509_ATTRIBUTE) *list, const struct document_sign *how)
{
    uint8_t hash[EVP_MAX_MD_SIZE], *der = NULL;
    unsigned hash_len = 0;
    bool gm = how->form == DOCUMENT_GM, ok = false;
    DOCUMENT_SIGNING_CERT *sc = DOCUMENT_SIGNING_CERT_new();
    DOCUMENT_CERT_ID *id = DOCUMENT_CERT_ID_new();
    if (sc != NULL && id != NULL &&
        X509_digest(how->cert, gm ? EVP_sm3() : EVP_sha256(), hash, &hash_len) == 1 &&
        ASN1_OCTET_STRING_set(id->hash, hash, (int)hash_len) == 1 &&
        (!gm || ((id->algorithm = X509_ALGOR_new()) != NULL &&
                 document_set_algorithm(id->algorithm, OID_SM3, V_ASN1_UNDEF, NULL))) &&
        sk_DOCUMENT_CERT_ID_push(sc->ids, id) > 0) {
        id = NULL;
        int len = i2d_DOCUMENT_SIGNING_CERT(sc, &der);
        ok = len > 0 && add(list, NID_id_smime_aa_signingCertificateV2, V_ASN1_SEQUENCE, der, len);
    }
    OPENSSL_free(der);
    DOCUMENT_CERT_ID_free(id);
    DOCUMENT_SIGNING_CERT_free(sc);
    return ok;
}

/* DER SET of the signed attributes; *der by OPENSSL_malloc. */
static int attributes(const struct document_sign *how, const ASN1_OBJECT *type,
                      const uint8_t digest[32], uint8_t **der)
{
    STACK_OF(X509_ATTRIBUTE) *list = sk_X509_ATTRIBUTE_new_null();
    int len = -1;
    if (list != NULL && add(list, NID_pkcs9_contentType, V_ASN1_OBJECT, type, -1) &&
        add_time(list, how->time) &&
        add(list, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING, digest, 32) &&
        add_signing_cert(list, how))
        len = ASN1_item_i2d((const ASN1_VALUE *)list, der, ASN1_ITEM_rptr(DOCUMENT_ATTRIBUTES));
    sk_X509_ATTRIBUTE_pop_free(list, X509_ATTRIBUTE_free);
    return len;
}

static int sign_attributes(const struct document_sign *how, const uint8_t *der, int len,
                           uint8_t *sig, size_t *sig_len, int *detail)
{
    uint8_t e[32], rs[64];
    int error = pki_sm2_digest(X509_get0_pubkey(how->cert), der, (size_t)len, e);
    if (error != PKI_OK)
        return error;
    int answer = how->signer->sign(how->signer->ctx, e, rs);
    if (answer != 0) {
        if (detail != NULL)
            *detail = answer;
        return DOCUMENT_ERR_DEVICE;
    }
    error = pki_sig_to_der(rs, sig, sig_len);
    if (error != PKI_OK)
        return error;
    /* Never hand out a signature that does not verify: the key may not be the certificate's. */
    return pki_sm2_verify_digest(X509_get0_pubkey(how->cert), e, sig, *sig_len);
}

static bool fill_signer(DOCUMENT_SIGNER_INFO *si, const struct document_sign *how, uint8_t *attrs,
                        int attrs_len, const uint8_t *sig, size_t sig_len)
{
    bool gm = how->form == DOCUMENT_GM;
    si->signed_attributes = ASN1_STRING_type_new(V_ASN1_SEQUENCE);
    if (si->signed_attributes == NULL)
        return false;
    attrs[0] = 0xa0; /* signed as SET OF, carried as [0] IMPLICIT */
    return ASN1_INTEGER_set(si->version, 1) == 1 && document_set_who(si->who, how->cert) &&
           document_set_algorithm(si->digest_algorithm, OID_SM3, V_ASN1_UNDEF, NULL) &&
           document_set_algorithm(si->signature_algorithm, gm ? OID_SM2_SIGN : OID_SM2_WITH_SM3,
                                  V_ASN1_UNDEF, NULL) &&
           ASN1_STRING_set(si->signed_attributes, attrs, attrs_len) == 1 &&
           ASN1_OCTET_STRING_set(si->signature, sig, (int)sig_len) == 1;
}

static bool add_cert(STACK_OF(X509) *list, X509 *cert)
{
    return X509_add_cert(list, cert, X509_ADD_FLAG_UP_REF | X509_ADD_FLAG_NO_DUP) == 1;
}

static bool fill_message(DOCUMENT_SIGNED_MESSAGE *m, const struct document_sign *how,
                         DOCUMENT_SIGNER_INFO *si)
{
    bool gm = how->form == DOCUMENT_GM;
    DOCUMENT_SIGNED_DATA *sd = m->signed_data;
    m->type = OBJ_txt2obj(gm ? OID_GM_SIGNED : OID_PKCS7_SIGNED, 1);
    sd->content->type = OBJ_txt2obj(gm ? OID_GM_DATA : OID_PKCS7_DATA, 1);
    X509_ALGOR *sm3 = X509_ALGOR_new();
    sd->certificates = sk_X509_new_null();
    if (sm3 == NULL || !document_set_algorithm(sm3, OID_SM3, V_ASN1_UNDEF, NULL) ||
        sk_X509_ALGOR_push(sd->digest_algorithms, sm3) <= 0) {
        X509_ALGOR_free(sm3);
        return false;
    }
    if (m->type == NULL || sd->content->type == NULL || ASN1_INTEGER_set(sd->version, 1) != 1 ||
        sd->certificates == NULL || !add_cert(sd->certificates, how->cert))
        return false;
    for (int i = 0; i < sk_X509_num(how->others); i++)
        if (!add_cert(sd->certificates, sk_X509_value(how->others, i)))
            return false;
    return sk_DOCUMENT_SIGNER_INFO_push(sd->signers, si) > 0;
}

static int assemble(const struct document_sign *how, uint8_t *attrs, int attrs_len,
                    const uint8_t *sig, size_t sig_len, uint8_t **der, size_t *len)
{
    int error = PKI_ERR_MEMORY;
    DOCUMENT_SIGNED_MESSAGE *m = DOCUMENT_SIGNED_MESSAGE_new();
    DOCUMENT_SIGNER_INFO *si = DOCUMENT_SIGNER_INFO_new();
    if (m != NULL && si != NULL && fill_signer(si, how, attrs, attrs_len, sig, sig_len) &&
        fill_message(m, how, si)) {
        si = NULL;
        int n = i2d_DOCUMENT_SIGNED_MESSAGE(m, NULL);
        uint8_t *p = *der = n > 0 ? malloc((size_t)n) : NULL;
        if (p != NULL) {
            *len = (size_t)i2d_DOCUMENT_SIGNED_MESSAGE(m, &p);
            error = PKI_OK;
        }
    }
    DOCUMENT_SIGNER_INFO_free(si);
    DOCUMENT_SIGNED_MESSAGE_free(m);
    return error;
}

int document_sign(FILE *content, const struct document_sign *how, uint8_t **der, size_t *len,
                  int *detail)
{
    uint8_t digest[32], sig[72], *attrs = NULL;
    size_t sig_len = 0;
    *der = NULL;
    *len = 0;
    if (detail != NULL)
        *detail = 0;
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    ASN1_OBJECT *type = OBJ_txt2obj(how->form == DOCUMENT_GM ? OID_GM_DATA : OID_PKCS7_DATA, 1);
    int error = PKI_ERR_MEMORY;
    if (md != NULL && type != NULL && EVP_DigestInit_ex(md, EVP_sm3(), NULL) == 1)
        error = stream_digest(content, how->progress, &md, 1);
    if (error == PKI_OK && EVP_DigestFinal_ex(md, digest, NULL) != 1)
        error = PKI_ERR_MEMORY;
    if (error == PKI_OK) {
        int n = attributes(how, type, digest, &attrs);
        error = n > 0 ? sign_attributes(how, attrs, n, sig, &sig_len, detail) : PKI_ERR_MEMORY;
        if (error == PKI_OK)
            error = assemble(how, attrs, n, sig, sig_len, der, len);
    }
    OPENSSL_free(attrs);
    ASN1_OBJECT_free(type);
    EVP_MD_CTX_free(md);
    ERR_clear_error();
    return error;
}
