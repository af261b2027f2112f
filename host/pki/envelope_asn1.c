/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ASN.1 forms, told apart by the tags of their outermost elements: each is one of a closed list,
 * and no two of the list have the same tags and the same kind inside.
 */
#include "envelope_parts.h"
#include "forms.h"
#include "util/i18n.h"
#include <openssl/err.h>
#include <string.h>

/* RFC 4210 5.2.2. */
typedef struct {
    X509_ALGOR *intended, *symmetric;
    ASN1_BIT_STRING *key;
    X509_ALGOR *key_algorithm;
    ASN1_OCTET_STRING *hint;
    ASN1_BIT_STRING *value;
} ENVELOPE_CMP;
DECLARE_ASN1_FUNCTIONS(ENVELOPE_CMP)

/* clang-format off */
ASN1_SEQUENCE(ENVELOPE_CMP) = {
    ASN1_IMP_OPT(ENVELOPE_CMP, intended, X509_ALGOR, 0),
    ASN1_IMP_OPT(ENVELOPE_CMP, symmetric, X509_ALGOR, 1),
    ASN1_IMP_OPT(ENVELOPE_CMP, key, ASN1_BIT_STRING, 2),
    ASN1_IMP_OPT(ENVELOPE_CMP, key_algorithm, X509_ALGOR, 3),
    ASN1_IMP_OPT(ENVELOPE_CMP, hint, ASN1_OCTET_STRING, 4),
    ASN1_SIMPLE(ENVELOPE_CMP, value, ASN1_BIT_STRING),
} ASN1_SEQUENCE_END(ENVELOPE_CMP)
IMPLEMENT_ASN1_FUNCTIONS(ENVELOPE_CMP)
    /* clang-format on */

    struct message {
    const uint8_t *der;
    size_t len;
    const STACK_OF(ASN1_TYPE) *parts; /* its elements */
};

static int read_cmp(const struct envelope_reading *r, const struct message *m)
{
    const uint8_t *p = m->der;
    ENVELOPE_CMP *c = d2i_ENVELOPE_CMP(NULL, &p, (long)m->len);
    int error = PKI_ERR_PARSE;
    if (c != NULL && p == m->der + m->len && c->symmetric != NULL && c->key != NULL) {
        r->out->form = PKI_ENVELOPE_CMP;
        error = envelope_sm4(c->symmetric, &r->out->framing[0]);
        if (error == PKI_OK)
            error = envelope_cipher(c->value, &r->out->framing[0]);
        if (error == PKI_OK)
            error = envelope_hinted_key(r);
        if (error == PKI_OK)
            error = envelope_wrapped(ASN1_STRING_get0_data(c->key),
                                     (size_t)ASN1_STRING_length(c->key), ENVELOPE_SM4_KEY, r->out);
    }
    ENVELOPE_CMP_free(c);
    ERR_clear_error();
    return error;
}

static int read_sm2_key(const struct envelope_reading *r, const struct message *m)
{
    const uint8_t *p = m->der;
    PKI_SM2_ENVELOPED_KEY *k = d2i_PKI_SM2_ENVELOPED_KEY(NULL, &p, (long)m->len);
    int error = PKI_ERR_PARSE;
    if (k != NULL && p == m->der + m->len) {
        r->out->form = PKI_ENVELOPE_SM2_KEY;
        r->out->count = 1;
        error = pki_enveloped_key_get(k, &r->out->framing[0]);
    }
    PKI_SM2_ENVELOPED_KEY_free(k);
    ERR_clear_error();
    return error;
}

static int read_csr_response(const struct envelope_reading *r, const struct message *m)
{
    struct pki_csr_response response;
    int error = pki_csr_response_parse(m->der, m->len, &response);
    if (error != PKI_OK)
        return error;
    r->out->form = PKI_ENVELOPE_CSR_RESPONSE;
    if (response.enveloped_key == NULL) {
        error = envelope_refuse(r, N_("the answer holds certificates and no enveloped key"));
    } else {
        r->out->count = 1;
        error = pki_enveloped_key_parse(response.enveloped_key, response.enveloped_key_len,
                                        &r->out->framing[0]);
    }
    pki_csr_response_free(&response);
    return error;
}

/* The SM2 cipher holds X || Y || d themselves; there is no symmetric key. */
static int read_cfca(const struct envelope_reading *r, const struct message *m)
{
    size_t len;
    const uint8_t *p = envelope_element(m->parts, 1, &len);
    if (len < ENVELOPE_PAIR)
        return envelope_refuse(r,
                               N_("a private key in clear: the token takes enveloped ones only"));
    r->out->form = PKI_ENVELOPE_CFCA;
    int error = envelope_hinted_key(r);
    if (error != PKI_OK)
        return error;
    r->out->framing[0].sym_alg = HUFU_ENVELOPE_DIRECT;
    error = envelope_wrapped(p, len, ENVELOPE_PAIR, r->out);
    return error == PKI_ERR_PARSE && len > 64 + 32 + ENVELOPE_PAIR + 32
               ? envelope_refuse(r, N_("CFCA's form for a key that is not an SM2 key"))
               : error;
}

/* ContentInfo: the type says what follows. */
static int read_content_info(const struct envelope_reading *r, const struct message *m)
{
    static const struct {
        const char *oid;
        enum pki_envelope_form form;
        const char *why;
    } types[] = {
        {"1.2.156.10197.6.1.4.2.3", PKI_ENVELOPE_GM_ENVELOPED, NULL},
        {"1.2.156.10197.6.1.4.2.4", PKI_ENVELOPE_GM_SIGNED, NULL},
        {"1.2.840.113549.1.7.3", PKI_ENVELOPE_CMS, NULL},
        {"1.2.840.113549.1.7.4", PKI_ENVELOPE_CMS, NULL},
        {"1.2.156.10197.6.1.4.2.5", PKI_ENVELOPE_NONE,
         N_("encrypted data under a key that is not in it")},
        {"1.2.840.113549.1.7.6", PKI_ENVELOPE_NONE,
         N_("encrypted data under a key that is not in it")},
        {"1.2.840.113549.1.9.16.1.23", PKI_ENVELOPE_NONE,
         N_("authenticated enveloped data: the token opens SM4 in ECB or CBC mode only")},
        {"1.2.156.10197.6.1.4.2.2", PKI_ENVELOPE_NONE, N_("signed data: nothing is enveloped")},
        {"1.2.840.113549.1.7.2", PKI_ENVELOPE_NONE, N_("signed data: nothing is enveloped")},
    };
    char oid[64];
    size_t len;
    const uint8_t *p = envelope_element(m->parts, 1, &len); /* [0] EXPLICIT, with its header */
    long inner;
    int tag, tag_class;
    if (OBJ_obj2txt(oid, sizeof oid, sk_ASN1_TYPE_value(m->parts, 0)->value.object, 1) <= 0)
        return PKI_ERR_PARSE;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(oid, types[i].oid) != 0)
            continue;
        if (types[i].why != NULL)
            return envelope_refuse(r, types[i].why);
        r->out->form = types[i].form;
        const uint8_t *end = p + len;
        int how = ASN1_get_object(&p, &inner, &tag, &tag_class, (long)len);
        ERR_clear_error();
        if ((how & 0x80) != 0 || tag != 0 || tag_class != V_ASN1_CONTEXT_SPECIFIC)
            return PKI_ERR_PARSE;
        if ((how & 1) != 0) /* indefinite: its end mark is behind what is inside */
            end -= 2;
        int error = end > p ? envelope_hinted_key(r) : PKI_ERR_PARSE;
        return error == PKI_OK ? envelope_read_enveloped(r, p, (size_t)(end - p)) : error;
    }
    return envelope_refuse(r, N_("a message of a type that holds no enveloped key"));
}

/* GM/T 0014 RetKeyRespond { userCertNo, retPubKey, retPriKey }, or PKCS#12, or PKCS#8. */
static int read_number_first(const struct envelope_reading *r, const struct message *m)
{
    char shape[16];
    size_t len;
    const uint8_t *p = envelope_element(m->parts, 1, &len);
    STACK_OF(ASN1_TYPE) *second = envelope_elements(p, len, shape);
    bool named = shape[0] == 'o', key = strcmp(shape, "SB") == 0;
    envelope_elements_free(second);
    if (named && sk_ASN1_TYPE_num(m->parts) > 2 &&
        ASN1_TYPE_get(sk_ASN1_TYPE_value(m->parts, 2)) == V_ASN1_OCTET_STRING)
        return envelope_refuse(r,
                               N_("a private key in clear: the token takes enveloped ones only"));
    if (named)
        return envelope_refuse(
            r, N_("a PKCS#12 file: its key is under a password and would be open on the host"));
    if (!key || sk_ASN1_TYPE_num(m->parts) != 3 ||
        ASN1_TYPE_get(sk_ASN1_TYPE_value(m->parts, 2)) != V_ASN1_SEQUENCE)
        return PKI_ERR_PARSE;
    r->out->form = PKI_ENVELOPE_KM_RESPONSE;
    EVP_PKEY *pair = d2i_PUBKEY(NULL, &p, (long)len);
    int error = pair != NULL ? pki_sm2_xy(pair, r->out->framing[0].pub) : PKI_ERR_KEY;
    EVP_PKEY_free(pair);
    ERR_clear_error();
    p = envelope_element(m->parts, 2, &len);
    return error == PKI_OK ? envelope_read_enveloped(r, p, len) : PKI_ERR_KEY;
}

static int refuse_cipher(const struct envelope_reading *r, const struct message *m)
{
    (void)m;
    return envelope_refuse(r, N_("an SM2 ciphertext alone, without a key pair"));
}

static int refuse_pkcs8(const struct envelope_reading *r, const struct message *m)
{
    (void)m;
    return envelope_refuse(
        r, N_("an encrypted PKCS#8 key: it is under a password and would be open on the host"));
}

static int refuse_certificate(const struct envelope_reading *r, const struct message *m)
{
    (void)m;
    return envelope_refuse(r, N_("a certificate, request or list: it holds no private key"));
}

int envelope_read_asn1(const struct envelope_reading *r, const uint8_t *der, size_t len)
{
    /* By how the letters of the shape begin; the longer before its own beginning. */
    static const struct {
        const char *begins;
        int (*read)(const struct envelope_reading *r, const struct message *m);
    } shapes[] = {
        {"oC", read_content_info}, {"IO", read_cfca},        {"IIOO", refuse_cipher},
        {"IS", read_number_first}, {"SSBB", read_sm2_key},   {"SSB", refuse_certificate},
        {"SO", refuse_pkcs8},      {"T", read_csr_response}, {"C", read_cmp},
    };
    char shape[16];
    STACK_OF(ASN1_TYPE) *parts = envelope_elements(der, len, shape);
    const struct message m = {der, len, parts};
    int error = PKI_ERR_PARSE;
    for (size_t i = 0; parts != NULL && i < sizeof shapes / sizeof shapes[0]; i++) {
        if (strncmp(shape, shapes[i].begins, strlen(shapes[i].begins)) == 0) {
            error = shapes[i].read(r, &m);
            break;
        }
    }
    envelope_elements_free(parts);
    return error;
}
