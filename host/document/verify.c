/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SignedData of both forms. Everything in a message that is not covered by a signature (versions,
 * algorithm names, the form's own OIDs) is taken only in the combinations that standards name, so
 * that a changed byte there does not go unseen either.
 */
#include "ber.h"
#include "clock.h"
#include "document.h"
#include "forms.h"
#include "pki/forms.h"
#include "stream.h"
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

static const char *const digest_names[] = {OID_SM3, NULL};
static const char *const signature_names[] = {OID_SM2_SIGN, OID_SM2_WITH_SM3, OID_SM2, NULL};
static const char *const sha256_names[] = {"2.16.840.1.101.3.4.2.1", NULL};

struct pass {
    EVP_MD_CTX *content;                      /* SM3(content) */
    EVP_MD_CTX *direct[DOCUMENT_MAX_SIGNERS]; /* SM3(Z || content) for signers without attributes */
    uint8_t digest[32], e[DOCUMENT_MAX_SIGNERS][32];
};

static X509 *find_cert(const DOCUMENT_SIGNED_DATA *sd, const DOCUMENT_WHO *who)
{
    for (int i = 0; i < sk_X509_num(sd->certificates); i++)
        if (document_who_is(who, sk_X509_value(sd->certificates, i)))
            return sk_X509_value(sd->certificates, i);
    return NULL;
}

/* libcrypto's templates do not ask that a SET be constructed; the children of SignedData are looked
 * at here, so that the byte is not free to change. */
static bool sets_constructed(const uint8_t *der, size_t len)
{
    size_t skipped;
    FILE *f = fmemopen((void *)(uintptr_t)der, len, "rb");
    struct ber *b = malloc(sizeof *b);
    bool ok = f != NULL && b != NULL;
    if (ok) {
        ber_start(b, f);
        ok = ber_enter(b, 0x30) && ber_take(b, NULL, 64, &skipped) && ber_enter(b, 0xa0) &&
             ber_enter(b, 0x30) && ber_take(b, NULL, 64, &skipped);
        for (int tag; ok && (tag = ber_peek(b)) >= 0;)
            ok = (tag & 0x20) && ber_take(b, NULL, len, &skipped);
        ok = ok && b->error == 0;
    }
    if (f != NULL)
        fclose(f);
    free(b);
    return ok;
}

/* Version 1 names a signer by issuer and serial number, 3 by key id. The message's own version is
 * 1, or 3 when a signer's is (RFC 5652 5.1; PKCS#7 1.5 knows 1 alone). */
static bool check_versions(const DOCUMENT_SIGNED_DATA *sd)
{
    bool by_key_id = false;
    for (int i = 0; i < sk_DOCUMENT_SIGNER_INFO_num(sd->signers); i++) {
        const DOCUMENT_SIGNER_INFO *si = sk_DOCUMENT_SIGNER_INFO_value(sd->signers, i);
        if (ASN1_INTEGER_get(si->version) != (si->who->type == 0 ? 1 : 3))
            return false;
        by_key_id = by_key_id || si->who->type != 0;
    }
    long version = ASN1_INTEGER_get(sd->version);
    return version == 1 || (version == 3 && by_key_id);
}

static int check_message(const DOCUMENT_SIGNED_MESSAGE *m, struct document_signatures *out)
{
    const DOCUMENT_SIGNED_DATA *sd = m->signed_data;
    if (document_oid_is(m->type, OID_GM_SIGNED))
        out->form = DOCUMENT_GM;
    else if (document_oid_is(m->type, OID_PKCS7_SIGNED))
        out->form = DOCUMENT_CMS;
    else
        return PKI_ERR_PARSE;
    /* Mixed arcs are seen in the field: the national type around the plain one. */
    if (!document_oid_is(sd->content->type, OID_PKCS7_DATA) &&
        !document_oid_is(sd->content->type, OID_GM_DATA))
        return PKI_ERR_PARSE;
    int count = sk_DOCUMENT_SIGNER_INFO_num(sd->signers);
    if (count < 1)
        return DOCUMENT_ERR_NO_SIGNER;
    if (count > DOCUMENT_MAX_SIGNERS || !check_versions(sd))
        return PKI_ERR_PARSE;
    for (int i = 0; i < sk_X509_ALGOR_num(sd->digest_algorithms); i++)
        if (!document_algorithm_is(sk_X509_ALGOR_value(sd->digest_algorithms, i), digest_names))
            return DOCUMENT_ERR_ALGORITHM;
    return PKI_OK;
}

/* The one value of an attribute that must occur once; NULL: absent or not of this type. *found says
 * whether the attribute is there at all. */
static const ASN1_TYPE *single(const STACK_OF(X509_ATTRIBUTE) *list, int nid, bool *found)
{
    int at = X509at_get_attr_by_NID(list, nid, -1);
    *found = at >= 0;
    if (at < 0 || X509at_get_attr_by_NID(list, nid, at) >= 0)
        return NULL;
    X509_ATTRIBUTE *a = X509at_get_attr(list, at);
    return X509_ATTRIBUTE_count(a) == 1 ? X509_ATTRIBUTE_get0_type(a, 0) : NULL;
}

static int check_signing_cert(const ASN1_TYPE *value, X509 *cert)
{
    if (value == NULL || value->type != V_ASN1_SEQUENCE)
        return PKI_ERR_PARSE;
    const uint8_t *p = ASN1_STRING_get0_data(value->value.sequence);
    const uint8_t *end = p + ASN1_STRING_length(value->value.sequence);
    DOCUMENT_SIGNING_CERT *sc = d2i_DOCUMENT_SIGNING_CERT(NULL, &p, end - p);
    int error = PKI_ERR_PARSE;
    if (sc != NULL && p == end && sk_DOCUMENT_CERT_ID_num(sc->ids) > 0) {
        const DOCUMENT_CERT_ID *id = sk_DOCUMENT_CERT_ID_value(sc->ids, 0);
        const EVP_MD *md = NULL;
        if (id->algorithm == NULL || document_algorithm_is(id->algorithm, sha256_names))
            md = EVP_sha256();
        else if (document_algorithm_is(id->algorithm, digest_names))
            md = EVP_sm3();
        uint8_t hash[EVP_MAX_MD_SIZE];
        unsigned len = 0;
        if (md == NULL)
            error = DOCUMENT_ERR_ALGORITHM;
        else if (X509_digest(cert, md, hash, &len) == 1 &&
                 ASN1_STRING_length(id->hash) == (int)len &&
                 memcmp(ASN1_STRING_get0_data(id->hash), hash, len) == 0)
            error = PKI_OK;
        else
            error = PKI_ERR_SIGNATURE;
    }
    DOCUMENT_SIGNING_CERT_free(sc);
    return error;
}

static int check_attributes(const STACK_OF(X509_ATTRIBUTE) *list, const ASN1_OBJECT *type,
                            const uint8_t digest[32], struct document_signer *signer)
{
    bool found;
    const ASN1_TYPE *v = single(list, NID_pkcs9_contentType, &found);
    if (v == NULL || v->type != V_ASN1_OBJECT || OBJ_cmp(v->value.object, type) != 0)
        return PKI_ERR_PARSE;
    v = single(list, NID_pkcs9_signingTime, &found);
    if (found) {
        if (v == NULL || (v->type != V_ASN1_UTCTIME && v->type != V_ASN1_GENERALIZEDTIME) ||
            !pki_time(v->value.asn1_string, &signer->time))
            return PKI_ERR_PARSE;
        signer->has_time = true;
    }
    v = single(list, NID_pkcs9_messageDigest, &found);
    if (v == NULL || v->type != V_ASN1_OCTET_STRING ||
        ASN1_STRING_length(v->value.octet_string) != 32)
        return PKI_ERR_PARSE;
    if (memcmp(ASN1_STRING_get0_data(v->value.octet_string), digest, 32) != 0)
        return DOCUMENT_ERR_CHANGED;
    v = single(list, NID_id_smime_aa_signingCertificateV2, &found);
    return found ? check_signing_cert(v, signer->cert) : PKI_OK;
}

/* The attributes as SET OF: tag 31 in place of [0]. */
static int copy_attributes(const DOCUMENT_SIGNER_INFO *si, struct document_signer *signer)
{
    size_t len = (size_t)ASN1_STRING_length(si->signed_attributes);
    signer->attributes = len > 1 ? malloc(len) : NULL;
    if (signer->attributes == NULL)
        return PKI_ERR_MEMORY;
    memcpy(signer->attributes, ASN1_STRING_get0_data(si->signed_attributes), len);
    signer->attributes[0] = 0x31;
    signer->attributes_len = len;
    return PKI_OK;
}

static int prepare_signer(const DOCUMENT_SIGNED_DATA *sd, const DOCUMENT_SIGNER_INFO *si,
                          struct document_signer *signer, EVP_MD_CTX **direct)
{
    if (!document_algorithm_is(si->digest_algorithm, digest_names) ||
        !document_algorithm_is(si->signature_algorithm, signature_names))
        return DOCUMENT_ERR_ALGORITHM;
    signer->cert = find_cert(sd, si->who);
    if (signer->cert == NULL)
        return DOCUMENT_ERR_NO_SIGNER;
    X509_up_ref(signer->cert);
    size_t len = (size_t)ASN1_STRING_length(si->signature);
    signer->signature = malloc(len + 1);
    if (signer->signature == NULL)
        return PKI_ERR_MEMORY;
    memcpy(signer->signature, ASN1_STRING_get0_data(si->signature), len);
    signer->signature_len = len;
    if (si->signed_attributes != NULL)
        return copy_attributes(si, signer);
    uint8_t z[32];
    int error = pki_sm2_z(X509_get0_pubkey(signer->cert), z);
    if (error != PKI_OK)
        return error;
    *direct = EVP_MD_CTX_new();
    if (*direct == NULL || EVP_DigestInit_ex(*direct, EVP_sm3(), NULL) != 1 ||
        EVP_DigestUpdate(*direct, z, sizeof z) != 1)
        return PKI_ERR_MEMORY;
    return PKI_OK;
}

static int judge_signer(const DOCUMENT_SIGNED_DATA *sd, struct document_signer *signer,
                        const struct pass *pass, size_t i)
{
    EVP_PKEY *key = X509_get0_pubkey(signer->cert);
    if (signer->attributes == NULL)
        return pki_sm2_verify_digest(key, pass->e[i], signer->signature, signer->signature_len);
    int error = pki_sm2_verify(key, signer->attributes, signer->attributes_len, signer->signature,
                               signer->signature_len);
    if (error != PKI_OK)
        return error;
    const uint8_t *p = signer->attributes, *end = p + signer->attributes_len;
    STACK_OF(X509_ATTRIBUTE) *list = (STACK_OF(X509_ATTRIBUTE) *)ASN1_item_d2i(
        NULL, &p, end - p, ASN1_ITEM_rptr(DOCUMENT_ATTRIBUTES));
    error = list != NULL && p == end
                ? check_attributes(list, sd->content->type, pass->digest, signer)
                : PKI_ERR_PARSE;
    sk_X509_ATTRIBUTE_pop_free(list, X509_ATTRIBUTE_free);
    return error;
}

static int read_content(const DOCUMENT_SIGNED_DATA *sd, FILE *content,
                        const struct document_progress *progress, size_t count, struct pass *pass)
{
    EVP_MD_CTX *all[DOCUMENT_MAX_SIGNERS + 1];
    size_t n = 0;
    all[n++] = pass->content;
    for (size_t i = 0; i < count; i++)
        if (pass->direct[i] != NULL)
            all[n++] = pass->direct[i];
    const ASN1_OCTET_STRING *embedded = sd->content->content;
    int error = PKI_OK;
    if (content != NULL) {
        error = stream_digest(content, progress, all, n);
    } else if (embedded != NULL) {
        for (size_t i = 0; error == PKI_OK && i < n; i++)
            if (EVP_DigestUpdate(all[i], ASN1_STRING_get0_data(embedded),
                                 (size_t)ASN1_STRING_length(embedded)) != 1)
                error = PKI_ERR_MEMORY;
    } else {
        error = DOCUMENT_ERR_NO_CONTENT;
    }
    if (error == PKI_OK && EVP_DigestFinal_ex(pass->content, pass->digest, NULL) != 1)
        error = PKI_ERR_MEMORY;
    for (size_t i = 0; error == PKI_OK && i < count; i++)
        if (pass->direct[i] != NULL && EVP_DigestFinal_ex(pass->direct[i], pass->e[i], NULL) != 1)
            error = PKI_ERR_MEMORY;
    return error;
}

static int verify_signers(const DOCUMENT_SIGNED_DATA *sd, FILE *content,
                          const struct document_progress *progress, struct document_signatures *out)
{
    struct pass pass;
    memset(&pass, 0, sizeof pass);
    size_t count = (size_t)sk_DOCUMENT_SIGNER_INFO_num(sd->signers);
    for (size_t i = 0; i < count; i++)
        out->signer[i].status =
            prepare_signer(sd, sk_DOCUMENT_SIGNER_INFO_value(sd->signers, (int)i), &out->signer[i],
                           &pass.direct[i]);
    pass.content = EVP_MD_CTX_new();
    int error = pass.content != NULL && EVP_DigestInit_ex(pass.content, EVP_sm3(), NULL) == 1
                    ? read_content(sd, content, progress, count, &pass)
                    : PKI_ERR_MEMORY;
    if (error == PKI_OK) {
        out->count = count;
        for (size_t i = 0; i < count; i++) {
            struct document_signer *signer = &out->signer[i];
            if (signer->status == PKI_OK)
                signer->status = judge_signer(sd, signer, &pass, i);
            if (error == PKI_OK)
                error = signer->status;
        }
    }
    EVP_MD_CTX_free(pass.content);
    for (size_t i = 0; i < count; i++)
        EVP_MD_CTX_free(pass.direct[i]);
    return error;
}

int document_verify(const uint8_t *message, size_t len, FILE *content,
                    const struct document_progress *progress, struct document_signatures *out)
{
    memset(out, 0, sizeof *out);
    if (len > DOCUMENT_MAX_MESSAGE)
        return PKI_ERR_PARSE;
    uint8_t *der;
    size_t der_len;
    int error = pki_to_der(message, len, &der, &der_len);
    if (error != PKI_OK)
        return error;
    const uint8_t *p = der;
    DOCUMENT_SIGNED_MESSAGE *m = d2i_DOCUMENT_SIGNED_MESSAGE(NULL, &p, (long)der_len);
    if (m == NULL)
        error = PKI_ERR_PARSE;
    else if (p != der + der_len)
        error = DOCUMENT_ERR_TRUNCATED;
    else if (!sets_constructed(der, der_len))
        error = PKI_ERR_PARSE;
    if (error == PKI_OK)
        error = check_message(m, out);
    if (error == PKI_OK) {
        DOCUMENT_SIGNED_DATA *sd = m->signed_data;
        out->embedded = sd->content->content != NULL;
        error = verify_signers(sd, content, progress, out);
        out->certs = sd->certificates;
        sd->certificates = NULL;
    }
    DOCUMENT_SIGNED_MESSAGE_free(m);
    free(der);
    ERR_clear_error();
    return error;
}

void document_signatures_free(struct document_signatures *s)
{
    for (size_t i = 0; i < DOCUMENT_MAX_SIGNERS; i++) {
        X509_free(s->signer[i].cert);
        free(s->signer[i].attributes);
        free(s->signer[i].signature);
    }
    sk_X509_pop_free(s->certs, X509_free);
    memset(s, 0, sizeof *s);
}
