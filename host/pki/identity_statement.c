/* SPDX-License-Identifier: Apache-2.0 */
#include "identity_statement.h"

#include "hufu/oid.h"
#include "pki/pki.h"
#include <openssl/asn1t.h>
#include <string.h>

/* The forms of hufu/attest.h. */
typedef struct {
    ASN1_INTEGER *version;
    ASN1_OCTET_STRING *digest;
} FIRMWARE;
typedef struct {
    ASN1_OBJECT *type;
    ASN1_INTEGER *version;
    ASN1_PRINTABLESTRING *token;
    ASN1_INTEGER *lifecycle;
    ASN1_BOOLEAN development;
    FIRMWARE *firmware;
    ASN1_INTEGER *kind, *origin, *uses, *pin, *mode;
    X509_PUBKEY *key;
    ASN1_OCTET_STRING *challenge;
} STATEMENT;
typedef struct {
    STATEMENT *statement;
    X509_ALGOR *algorithm;
    ASN1_BIT_STRING *signature;
} ATTESTATION;

ASN1_SEQUENCE(FIRMWARE) = {ASN1_SIMPLE(FIRMWARE, version, ASN1_INTEGER),
                           ASN1_SIMPLE(FIRMWARE, digest,
                                       ASN1_OCTET_STRING)} static_ASN1_SEQUENCE_END(FIRMWARE)

    ASN1_SEQUENCE(STATEMENT) = {ASN1_SIMPLE(STATEMENT, type, ASN1_OBJECT),
                                ASN1_SIMPLE(STATEMENT, version, ASN1_INTEGER),
                                ASN1_SIMPLE(STATEMENT, token, ASN1_PRINTABLESTRING),
                                ASN1_SIMPLE(STATEMENT, lifecycle, ASN1_INTEGER),
                                ASN1_SIMPLE(STATEMENT, development, ASN1_BOOLEAN),
                                ASN1_SIMPLE(STATEMENT, firmware, FIRMWARE),
                                ASN1_SIMPLE(STATEMENT, kind, ASN1_INTEGER),
                                ASN1_SIMPLE(STATEMENT, origin, ASN1_INTEGER),
                                ASN1_SIMPLE(STATEMENT, uses, ASN1_INTEGER),
                                ASN1_SIMPLE(STATEMENT, pin, ASN1_INTEGER),
                                ASN1_SIMPLE(STATEMENT, mode, ASN1_INTEGER),
                                ASN1_SIMPLE(STATEMENT, key, X509_PUBKEY),
                                ASN1_SIMPLE(STATEMENT, challenge,
                                            ASN1_OCTET_STRING)} static_ASN1_SEQUENCE_END(STATEMENT)

        ASN1_SEQUENCE(
            ATTESTATION) = {ASN1_SIMPLE(ATTESTATION, statement, STATEMENT),
                            ASN1_SIMPLE(ATTESTATION, algorithm, X509_ALGOR),
                            ASN1_SIMPLE(ATTESTATION, signature,
                                        ASN1_BIT_STRING)} static_ASN1_SEQUENCE_END(ATTESTATION)

    /* SubjectPublicKeyInfo says which curve; libcrypto calls the first a type and the second a
     * group.
     */
    static bool on_curve(const EVP_PKEY *key, unsigned which)
{
    char group[32] = "";
    if (which == HUFU_IDENTITY_SM2)
        return EVP_PKEY_is_a(key, "SM2");
    return EVP_PKEY_is_a(key, "EC") &&
           EVP_PKEY_get_group_name(key, group, sizeof group, NULL) == 1 &&
           strcmp(group, "prime256v1") == 0;
}

static bool verify_p256(const uint8_t *text, size_t len, const uint8_t *sig, size_t sig_len,
                        EVP_PKEY *key)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = ctx && EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
                EVP_DigestVerify(ctx, sig, sig_len, text, len) == 1;
    EVP_MD_CTX_free(ctx);
    return good;
}

/* [in] der: one Attestation, whole. The signature is judged over the statement as it stands. */
static bool verify(const uint8_t *der, size_t len, const ATTESTATION *a, EVP_PKEY *key,
                   unsigned which)
{
    static const char *const oids[2] = {OID_SM2_WITH_SM3, "1.2.840.10045.4.3.2"};
    const unsigned char *text = der, *body;
    const ASN1_OBJECT *algorithm;
    char oid[64] = "";
    long n = 0;
    int tag, class, parameters;
    X509_ALGOR_get0(&algorithm, &parameters, NULL, a->algorithm);
    (void)OBJ_obj2txt(oid, sizeof oid, algorithm, 1);
    if (strcmp(oid, oids[which]) != 0 || parameters != V_ASN1_UNDEF ||
        (ASN1_get_object(&text, &n, &tag, &class, (long)len) & 0x80) != 0)
        return false;
    body = text;
    if ((ASN1_get_object(&body, &n, &tag, &class, (long)(der + len - text)) & 0x80) != 0)
        return false;
    const size_t text_len = (size_t)(body - text) + (size_t)n;
    const uint8_t *sig = ASN1_STRING_get0_data(a->signature);
    const size_t sig_len = (size_t)ASN1_STRING_length(a->signature);
    return which == HUFU_IDENTITY_SM2 ? pki_sm2_verify(key, text, text_len, sig, sig_len) == PKI_OK
                                      : verify_p256(text, text_len, sig, sig_len, key);
}

static int judge_text(const STATEMENT *t, struct identity_statement *s)
{
    char type[80] = "";
    const char *token = (const char *)ASN1_STRING_get0_data(t->token);
    (void)OBJ_obj2txt(type, sizeof type, t->type, 1);
    if (strcmp(type, HUFU_OID_ATTESTATION_STATEMENT) != 0 ||
        ASN1_INTEGER_get(t->version) != HUFU_ATTEST_VERSION ||
        ASN1_INTEGER_get(t->kind) != HUFU_ATTEST_IDENTITY ||
        ASN1_INTEGER_get(t->uses) != HUFU_ATTEST_MAY_ATTEST ||
        ASN1_STRING_length(t->token) != HUFU_ATTEST_SERIAL ||
        strspn(token, "0123456789") < HUFU_ATTEST_SERIAL ||
        ASN1_STRING_length(t->challenge) != HUFU_ATTEST_CHALLENGE)
        return PKI_ERR_PROFILE;
    memcpy(s->serial, token, HUFU_ATTEST_SERIAL);
    memcpy(s->challenge, ASN1_STRING_get0_data(t->challenge), HUFU_ATTEST_CHALLENGE);
    s->lifecycle = (unsigned)ASN1_INTEGER_get(t->lifecycle);
    s->development = t->development != 0;
    return PKI_OK;
}

int identity_statement_read(const uint8_t *der, size_t len, unsigned algorithm,
                            struct identity_statement *s)
{
    const uint8_t *end = der;
    memset(s, 0, sizeof *s);
    ATTESTATION *a =
        algorithm <= HUFU_IDENTITY_P256 && len <= HUFU_ATTEST_EVIDENCE_MAX
            ? (ATTESTATION *)ASN1_item_d2i(NULL, &end, (long)len, ASN1_ITEM_rptr(ATTESTATION))
            : NULL;
    if (!a)
        return PKI_ERR_PARSE;
    s->len = (size_t)(end - der);
    s->key = X509_PUBKEY_get(a->statement->key);
    int error = PKI_OK;
    if (!s->key || !on_curve(s->key, algorithm) || pki_ec_xy(s->key, s->xy) != PKI_OK)
        error = PKI_ERR_KEY;
    else if (!verify(der, s->len, a, s->key, algorithm))
        error = PKI_ERR_SIGNATURE;
    else
        error = judge_text(a->statement, s);
    ASN1_item_free((ASN1_VALUE *)a, ASN1_ITEM_rptr(ATTESTATION));
    if (error != PKI_OK)
        identity_statement_clear(s);
    return error;
}

void identity_statement_clear(struct identity_statement *s)
{
    EVP_PKEY_free(s->key);
    memset(s, 0, sizeof *s);
}
