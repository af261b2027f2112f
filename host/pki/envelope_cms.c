/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EnvelopedData of GB/T 35275 (PKCS#7 1.5), RFC 5652 and the signed kind of GM/T 0014: the
 * recipient set and the enciphered content are what is needed; what else stands there differs
 * between them and is passed over. BER is read too, since common producers write it.
 */
#include "envelope_parts.h"
#include "forms.h"
#include "util/i18n.h"
#include <openssl/err.h>
#include <string.h>

#define OID_RSA "1.2.840.113549.1.1.1"

typedef struct {
    ASN1_OBJECT *type;
    X509_ALGOR *algorithm;
    ASN1_OCTET_STRING *content, *shared1, *shared2;
} ENVELOPE_CONTENT;
DECLARE_ASN1_FUNCTIONS(ENVELOPE_CONTENT)

/* clang-format off */
ASN1_SEQUENCE(ENVELOPE_CONTENT) = {
    ASN1_SIMPLE(ENVELOPE_CONTENT, type, ASN1_OBJECT),
    ASN1_SIMPLE(ENVELOPE_CONTENT, algorithm, X509_ALGOR),
    ASN1_IMP_OPT(ENVELOPE_CONTENT, content, ASN1_OCTET_STRING, 0),
    ASN1_IMP_OPT(ENVELOPE_CONTENT, shared1, ASN1_OCTET_STRING, 1),
    ASN1_IMP_OPT(ENVELOPE_CONTENT, shared2, ASN1_OCTET_STRING, 2),
} ASN1_SEQUENCE_END(ENVELOPE_CONTENT)
IMPLEMENT_ASN1_FUNCTIONS(ENVELOPE_CONTENT)
    /* clang-format on */

    static bool is_one_of(const ASN1_OBJECT *oid, const char *const *names)
{
    char text[64];
    if (OBJ_obj2txt(text, sizeof text, oid, 1) <= 0)
        return false;
    for (; *names != NULL; names++)
        if (strcmp(text, *names) == 0)
            return true;
    return false;
}

/* --- the recipient ------------------------------------------------------------------------ */

/* who: IssuerAndSerialNumber, or [0] subjectKeyIdentifier as it stands. */
static bool names(const uint8_t *who, size_t len, X509 *cert)
{
    char shape[16];
    if (len > 0 && who[0] == 0x80) {
        const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(cert);
        return id != NULL && len == (size_t)ASN1_STRING_length(id) + 2 &&
               memcmp(who + 2, ASN1_STRING_get0_data(id), len - 2) == 0;
    }
    STACK_OF(ASN1_TYPE) *parts = envelope_elements(who, len, shape);
    bool same = false;
    if (parts != NULL && strcmp(shape, "SI") == 0) {
        size_t name_len;
        const uint8_t *p = envelope_element(parts, 0, &name_len);
        X509_NAME *issuer = d2i_X509_NAME(NULL, &p, (long)name_len);
        same = issuer != NULL && X509_NAME_cmp(issuer, X509_get_issuer_name(cert)) == 0 &&
               ASN1_INTEGER_cmp(sk_ASN1_TYPE_value(parts, 1)->value.integer,
                                X509_get0_serialNumber(cert)) == 0;
        X509_NAME_free(issuer);
    }
    envelope_elements_free(parts);
    ERR_clear_error();
    return same;
}

static int read_recipient(const struct envelope_reading *r, const STACK_OF(ASN1_TYPE) *parts)
{
    static const char *const sm2[] = {"1.2.156.10197.1.301", "1.2.156.10197.1.301.1",
                                      "1.2.156.10197.1.301.2", "1.2.156.10197.1.301.3", NULL};
    static const char *const rsa[] = {OID_RSA, NULL};
    size_t len;
    const uint8_t *p = envelope_element(parts, 2, &len);
    X509_ALGOR *algorithm = d2i_X509_ALGOR(NULL, &p, (long)len);
    if (algorithm == NULL)
        return PKI_ERR_PARSE;
    const ASN1_OBJECT *oid;
    X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
    int error = PKI_OK;
    if (is_one_of(oid, rsa))
        error = envelope_refuse(r, N_("the message is enveloped for an RSA key"));
    else if (!is_one_of(oid, sm2))
        error = envelope_refuse(r, N_("the message is enveloped with an algorithm other than SM2"));
    X509_ALGOR_free(algorithm);
    if (error != PKI_OK)
        return error;
    p = envelope_element(parts, 3, &len);
    return envelope_wrapped(p, len, ENVELOPE_SM4_KEY, r->out);
}

/* The element of recipientInfos for the token: the one that names its certificate, or the only one.
 */
static int read_recipients(const struct envelope_reading *r, const STACK_OF(ASN1_TYPE) *set)
{
    X509 *mine = r->hint != NULL ? r->hint->recipient : NULL;
    STACK_OF(ASN1_TYPE) *chosen = NULL;
    int usable = 0, others = 0;
    char shape[16];
    for (int i = 0; i < sk_ASN1_TYPE_num(set); i++) {
        size_t len;
        if (ASN1_TYPE_get(sk_ASN1_TYPE_value(set, i)) != V_ASN1_SEQUENCE) {
            others++;
            continue;
        }
        const uint8_t *p = envelope_element(set, i, &len);
        STACK_OF(ASN1_TYPE) *parts = envelope_elements(p, len, shape);
        if (parts == NULL || (strcmp(shape, "ISSO") != 0 && strcmp(shape, "ICSO") != 0)) {
            envelope_elements_free(parts);
            envelope_elements_free(chosen);
            return PKI_ERR_PARSE;
        }
        p = envelope_element(parts, 1, &len);
        bool is_mine = mine != NULL && names(p, len, mine);
        usable += is_mine ? 1000 : 1;
        if (chosen == NULL || is_mine) {
            envelope_elements_free(chosen);
            chosen = parts;
        } else {
            envelope_elements_free(parts);
        }
    }
    int error;
    if (chosen == NULL)
        error = others > 0
                    ? envelope_refuse(r, N_("the message is enveloped by key agreement, a shared "
                                            "key or a password, not for a public key"))
                    : PKI_ERR_PARSE;
    else if (usable > 1 && usable < 1000)
        error = envelope_refuse(r, N_("the message is for several recipients and none of them is "
                                      "the container's signing certificate"));
    else
        error = read_recipient(r, chosen);
    envelope_elements_free(chosen);
    return error;
}

/* --- the content -------------------------------------------------------------------------- */

static int read_content(const struct envelope_reading *r, const uint8_t *der, size_t len)
{
    /* Data, or a key package by its name (RFC 5958). */
    static const char *const keys[] = {"1.2.156.10197.6.1.4.2.1", "1.2.840.113549.1.7.1",
                                       "2.16.840.1.101.2.1.2.78.5", NULL};
    const uint8_t *p = der;
    ENVELOPE_CONTENT *c = d2i_ENVELOPE_CONTENT(NULL, &p, (long)len);
    int error = PKI_ERR_PARSE;
    if (c != NULL && p == der + len && c->content != NULL) {
        error = envelope_sm4(c->algorithm, &r->out->framing[0]);
        if (error == PKI_OK && !is_one_of(c->type, keys))
            error = envelope_refuse(r, N_("inside the envelope is not a private key but another "
                                          "message (signed data, for example)"));
        else if (error == PKI_OK &&
                 (size_t)ASN1_STRING_length(c->content) > sizeof r->out->framing[0].cipher)
            error = envelope_refuse(r, N_("what is enveloped is longer than an SM2 private key"));
        else if (error == PKI_OK)
            error = envelope_cipher(c->content, &r->out->framing[0]);
    }
    ENVELOPE_CONTENT_free(c);
    ERR_clear_error();
    return error;
}

int envelope_read_enveloped(const struct envelope_reading *r, const uint8_t *der, size_t len)
{
    char shape[16];
    STACK_OF(ASN1_TYPE) *parts = envelope_elements(der, len, shape);
    /* I [C originatorInfo] T recipients [T digestAlgorithms] S content ... */
    char *set = strchr(shape, 'T'), *content = strchr(shape, 'S');
    int error = PKI_ERR_PARSE;
    if (parts != NULL && shape[0] == 'I' && set != NULL && content != NULL && set < content) {
        size_t part_len;
        const uint8_t *p = envelope_element(parts, (int)(content - shape), &part_len);
        /* The content first: envelope_wrapped copies the framing. */
        error = read_content(r, p, part_len);
        p = envelope_element(parts, (int)(set - shape), &part_len);
        const uint8_t *end = p + part_len;
        STACK_OF(ASN1_TYPE) *recipients =
            error == PKI_OK ? d2i_ASN1_SET_ANY(NULL, &p, (long)part_len) : NULL;
        if (error == PKI_OK)
            error = recipients != NULL && p == end ? read_recipients(r, recipients) : PKI_ERR_PARSE;
        envelope_elements_free(recipients);
        ERR_clear_error();
    }
    envelope_elements_free(parts);
    return error;
}
