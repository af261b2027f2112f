/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The forms of hufu/attest.h as templates. What is read must be what would be written: libcrypto
 * forgives some encodings, a signed statement should have one.
 */
#include "forms.h"
#include "hufu/oid.h"
#include "pki/attest.h"
#include "pki/pki.h"
#include <openssl/asn1t.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    ASN1_INTEGER *version;
    ASN1_OCTET_STRING *digest;
} IMAGE;

typedef struct {
    ASN1_OBJECT *type;
    ASN1_INTEGER *version;
    ASN1_PRINTABLESTRING *token;
    ASN1_INTEGER *lifecycle;
    ASN1_BOOLEAN development;
    IMAGE *firmware;
    ASN1_INTEGER *kind, *origin, *uses, *pin, *mode;
    X509_PUBKEY *key;
    ASN1_OCTET_STRING *challenge;
} STATEMENT;

typedef struct {
    STATEMENT *statement;
    X509_ALGOR *algorithm;
    ASN1_BIT_STRING *signature;
} ATTESTATION;

typedef struct {
    ATTESTATION *attestation;
    STACK_OF(X509) *chain;
} EVIDENCE;

typedef struct {
    ASN1_INTEGER *version;
    ASN1_PRINTABLESTRING *serial;
    ASN1_BOOLEAN development;
} TOKEN_IDENTITY;

/* clang-format off */
ASN1_SEQUENCE(IMAGE) = {
    ASN1_SIMPLE(IMAGE, version, ASN1_INTEGER),
    ASN1_SIMPLE(IMAGE, digest, ASN1_OCTET_STRING)
} static_ASN1_SEQUENCE_END(IMAGE)

ASN1_SEQUENCE(STATEMENT) = {
    ASN1_SIMPLE(STATEMENT, type, ASN1_OBJECT),
    ASN1_SIMPLE(STATEMENT, version, ASN1_INTEGER),
    ASN1_SIMPLE(STATEMENT, token, ASN1_PRINTABLESTRING),
    ASN1_SIMPLE(STATEMENT, lifecycle, ASN1_INTEGER),
    ASN1_SIMPLE(STATEMENT, development, ASN1_BOOLEAN),
    ASN1_SIMPLE(STATEMENT, firmware, IMAGE),
    ASN1_SIMPLE(STATEMENT, kind, ASN1_INTEGER),
    ASN1_SIMPLE(STATEMENT, origin, ASN1_INTEGER),
    ASN1_SIMPLE(STATEMENT, uses, ASN1_INTEGER),
    ASN1_SIMPLE(STATEMENT, pin, ASN1_INTEGER),
    ASN1_SIMPLE(STATEMENT, mode, ASN1_INTEGER),
    ASN1_SIMPLE(STATEMENT, key, X509_PUBKEY),
    ASN1_SIMPLE(STATEMENT, challenge, ASN1_OCTET_STRING)
} static_ASN1_SEQUENCE_END(STATEMENT)

ASN1_SEQUENCE(ATTESTATION) = {
    ASN1_SIMPLE(ATTESTATION, statement, STATEMENT),
    ASN1_SIMPLE(ATTESTATION, algorithm, X509_ALGOR),
    ASN1_SIMPLE(ATTESTATION, signature, ASN1_BIT_STRING)
} static_ASN1_SEQUENCE_END(ATTESTATION)

ASN1_SEQUENCE(EVIDENCE) = {
    ASN1_SIMPLE(EVIDENCE, attestation, ATTESTATION),
    ASN1_SEQUENCE_OF(EVIDENCE, chain, X509)
} static_ASN1_SEQUENCE_END(EVIDENCE)

ASN1_SEQUENCE(TOKEN_IDENTITY) = {
    ASN1_SIMPLE(TOKEN_IDENTITY, version, ASN1_INTEGER),
    ASN1_SIMPLE(TOKEN_IDENTITY, serial, ASN1_PRINTABLESTRING),
    ASN1_OPT(TOKEN_IDENTITY, development, ASN1_FBOOLEAN)
} static_ASN1_SEQUENCE_END(TOKEN_IDENTITY);
/* clang-format on */

/* --- reading ------------------------------------------------------------------------------ */

static ASN1_VALUE *read_form(const ASN1_ITEM *item, const uint8_t *der, size_t len)
{
    const uint8_t *at = der;
    uint8_t *again = NULL;
    if (len == 0 || len > INT32_MAX)
        return NULL;
    ASN1_VALUE *form = ASN1_item_d2i(NULL, &at, (long)len, item);
    int same = form != NULL && at == der + len ? ASN1_item_i2d(form, &again, item) : 0;
    if (same <= 0 || (size_t)same != len || memcmp(again, der, len) != 0) {
        ASN1_item_free(form, item);
        form = NULL;
    }
    OPENSSL_free(again);
    ERR_clear_error();
    return form;
}

static bool number(const ASN1_INTEGER *in, uint64_t most, uint64_t *out)
{
    return ASN1_INTEGER_get_uint64(out, in) == 1 && *out <= most;
}

static bool small(const ASN1_INTEGER *in, unsigned *out)
{
    uint64_t value = 0;
    const bool good = number(in, 0xFFFF, &value);
    *out = (unsigned)value;
    return good;
}

static bool octets(const ASN1_OCTET_STRING *in, uint8_t out[32])
{
    if (ASN1_STRING_length(in) != 32)
        return false;
    memcpy(out, ASN1_STRING_get0_data(in), 32);
    return true;
}

static bool digits(const ASN1_PRINTABLESTRING *in, char out[HUFU_ATTEST_SERIAL + 1])
{
    if (ASN1_STRING_length(in) != (int)HUFU_ATTEST_SERIAL)
        return false;
    memcpy(out, ASN1_STRING_get0_data(in), HUFU_ATTEST_SERIAL);
    out[HUFU_ATTEST_SERIAL] = '\0';
    return strspn(out, "0123456789") == HUFU_ATTEST_SERIAL;
}

static bool is_oid(const ASN1_OBJECT *oid, const char *want)
{
    char text[96];
    return OBJ_obj2txt(text, sizeof text, oid, 1) > 0 && strcmp(text, want) == 0;
}

static bool take_algorithm(const X509_ALGOR *algorithm, unsigned *out)
{
    const ASN1_OBJECT *oid;
    int type;
    X509_ALGOR_get0(&oid, &type, NULL, algorithm);
    const bool sm2 = is_oid(oid, OID_SM2_WITH_SM3);
    *out = sm2 ? HUFU_IDENTITY_SM2 : HUFU_IDENTITY_P256;
    return type == V_ASN1_UNDEF && (sm2 || OBJ_obj2nid(oid) == NID_ecdsa_with_SHA256);
}

static bool take_statement(const STATEMENT *s, struct pki_attestation *out)
{
    uint64_t version = 0;
    const bool good = digits(s->token, out->token) && small(s->lifecycle, &out->lifecycle) &&
                      (s->development == 0 || s->development == 0xFF) &&
                      number(s->firmware->version, UINT32_MAX, &version) &&
                      octets(s->firmware->digest, out->firmware) && small(s->kind, &out->kind) &&
                      small(s->origin, &out->origin) && small(s->uses, &out->uses) &&
                      small(s->pin, &out->pin) && small(s->mode, &out->mode) &&
                      octets(s->challenge, out->challenge);
    out->development = s->development != 0;
    out->firmware_version = (uint32_t)version;
    out->key = X509_PUBKEY_get(s->key);
    return good && out->key != NULL;
}

static bool take_signature(const ASN1_BIT_STRING *in, struct pki_attestation *out)
{
    const int len = ASN1_STRING_length(in);
    if (len < 8 || len > (int)sizeof out->signature || (in->flags & 0x07) != 0)
        return false;
    memcpy(out->signature, ASN1_STRING_get0_data(in), (size_t)len);
    out->signature_len = (size_t)len;
    return true;
}

static enum pki_attest_fault take(const EVIDENCE *form, struct pki_attestation *out)
{
    const STATEMENT *s = form->attestation->statement;
    unsigned version = 0;
    if (!is_oid(s->type, HUFU_OID_ATTESTATION_STATEMENT) || !small(s->version, &version) ||
        version != HUFU_ATTEST_VERSION)
        return ATTEST_VERSION;
    if (!take_algorithm(form->attestation->algorithm, &out->algorithm) ||
        !take_signature(form->attestation->signature, out) || !take_statement(s, out))
        return ATTEST_FORM;
    uint8_t *der = NULL;
    const int len = ASN1_item_i2d((const ASN1_VALUE *)s, &der, ASN1_ITEM_rptr(STATEMENT));
    out->chain = X509_chain_up_ref(form->chain);
    out->signed_bytes = der;
    out->signed_len = len > 0 ? (size_t)len : 0;
    return len > 0 && out->chain != NULL ? ATTEST_GOOD : ATTEST_FORM;
}

enum pki_attest_fault pki_attest_parse(const uint8_t *der, size_t len, struct pki_attestation *out)
{
    memset(out, 0, sizeof *out);
    EVIDENCE *form = (EVIDENCE *)read_form(ASN1_ITEM_rptr(EVIDENCE), der, len);
    const enum pki_attest_fault fault = form != NULL ? take(form, out) : ATTEST_FORM;
    ASN1_item_free((ASN1_VALUE *)form, ASN1_ITEM_rptr(EVIDENCE));
    ERR_clear_error();
    if (fault != ATTEST_GOOD)
        pki_attest_free(out);
    return fault;
}

enum pki_attest_fault pki_attest_read(const uint8_t *data, size_t len, struct pki_attestation *out)
{
    uint8_t *der = NULL;
    size_t der_len = 0;
    memset(out, 0, sizeof *out);
    const enum pki_attest_fault fault = pki_to_der(data, len, &der, &der_len) == PKI_OK
                                            ? pki_attest_parse(der, der_len, out)
                                            : ATTEST_FORM;
    free(der);
    ERR_clear_error();
    return fault;
}

void pki_attest_free(struct pki_attestation *a)
{
    EVP_PKEY_free(a->key);
    sk_X509_pop_free(a->chain, X509_free);
    OPENSSL_free(a->signed_bytes);
    memset(a, 0, sizeof *a);
}

bool pki_identity_token(X509 *cert, char serial[HUFU_ATTEST_SERIAL + 1], bool *development)
{
    ASN1_OBJECT *oid = OBJ_txt2obj(HUFU_OID_TOKEN_IDENTITY, 1);
    const int at = oid != NULL ? X509_get_ext_by_OBJ(cert, oid, -1) : -1;
    unsigned version = 0;
    bool good = false;
    if (at >= 0 && X509_get_ext_by_OBJ(cert, oid, at) < 0) {
        const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data(X509_get_ext(cert, at));
        TOKEN_IDENTITY *form = (TOKEN_IDENTITY *)read_form(ASN1_ITEM_rptr(TOKEN_IDENTITY),
                                                           ASN1_STRING_get0_data(value),
                                                           (size_t)ASN1_STRING_length(value));
        good = form != NULL && small(form->version, &version) &&
               version == HUFU_TOKEN_IDENTITY_VERSION && digits(form->serial, serial);
        *development = form != NULL && form->development != 0;
        ASN1_item_free((ASN1_VALUE *)form, ASN1_ITEM_rptr(TOKEN_IDENTITY));
    }
    ASN1_OBJECT_free(oid);
    return good;
}

/* --- making --------------------------------------------------------------------------------- */

int pki_attest_evidence(const uint8_t *attestation, size_t len, const uint8_t *chain,
                        size_t chain_len, uint8_t **der, size_t *der_len)
{
    EVIDENCE form = {.attestation =
                         (ATTESTATION *)read_form(ASN1_ITEM_rptr(ATTESTATION), attestation, len),
                     .chain = sk_X509_new_null()};
    const uint8_t *at = chain;
    uint8_t *encoded = NULL;
    int error = form.attestation == NULL ? PKI_ERR_PARSE : PKI_OK;
    while (error == PKI_OK && at < chain + chain_len) {
        X509 *cert = d2i_X509(NULL, &at, chain + chain_len - at);
        if (cert == NULL || sk_X509_push(form.chain, cert) <= 0) {
            X509_free(cert);
            error = PKI_ERR_PARSE;
        }
    }
    if (error == PKI_OK) {
        const int n = ASN1_item_i2d((ASN1_VALUE *)&form, &encoded, ASN1_ITEM_rptr(EVIDENCE));
        *der = n > 0 ? malloc((size_t)n) : NULL;
        *der_len = n > 0 ? (size_t)n : 0;
        error = *der != NULL ? PKI_OK : PKI_ERR_MEMORY;
        if (error == PKI_OK)
            memcpy(*der, encoded, (size_t)n);
    }
    OPENSSL_free(encoded);
    ASN1_item_free((ASN1_VALUE *)form.attestation, ASN1_ITEM_rptr(ATTESTATION));
    sk_X509_pop_free(form.chain, X509_free);
    ERR_clear_error();
    return error;
}

static bool add_token(X509 *cert, const char *serial, bool development)
{
    TOKEN_IDENTITY *form = (TOKEN_IDENTITY *)ASN1_item_new(ASN1_ITEM_rptr(TOKEN_IDENTITY));
    ASN1_OBJECT *oid = OBJ_txt2obj(HUFU_OID_TOKEN_IDENTITY, 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    uint8_t *der = NULL;
    X509_EXTENSION *extension = NULL;
    bool good = form != NULL && oid != NULL && value != NULL &&
                ASN1_INTEGER_set_uint64(form->version, HUFU_TOKEN_IDENTITY_VERSION) == 1 &&
                ASN1_STRING_set(form->serial, serial, -1) == 1;
    if (good)
        form->development = development ? 0xFF : 0;
    const int len =
        good ? ASN1_item_i2d((ASN1_VALUE *)form, &der, ASN1_ITEM_rptr(TOKEN_IDENTITY)) : 0;
    good = len > 0 && ASN1_OCTET_STRING_set(value, der, len) == 1 &&
           (extension = X509_EXTENSION_create_by_OBJ(NULL, oid, 0, value)) != NULL &&
           X509_add_ext(cert, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    OPENSSL_free(der);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(oid);
    ASN1_item_free((ASN1_VALUE *)form, ASN1_ITEM_rptr(TOKEN_IDENTITY));
    return good;
}

static bool add_purpose(X509 *cert)
{
    EXTENDED_KEY_USAGE *usage = sk_ASN1_OBJECT_new_null();
    ASN1_OBJECT *oid = OBJ_txt2obj(HUFU_OID_KP_IDENTITY, 1);
    bool good = usage != NULL && oid != NULL && sk_ASN1_OBJECT_push(usage, oid) > 0;
    if (!good)
        ASN1_OBJECT_free(oid);
    good = good && X509_add1_ext_i2d(cert, NID_ext_key_usage, usage, 0, 0) == 1;
    sk_ASN1_OBJECT_pop_free(usage, ASN1_OBJECT_free);
    return good;
}

int pki_identity_extensions(X509 *cert, const char *serial, bool development)
{
    if (strlen(serial) != HUFU_ATTEST_SERIAL || strspn(serial, "0123456789") != HUFU_ATTEST_SERIAL)
        return PKI_ERR_PARSE;
    return add_purpose(cert) && add_token(cert, serial, development) ? PKI_OK : PKI_ERR_MEMORY;
}
