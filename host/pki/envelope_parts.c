/* SPDX-License-Identifier: Apache-2.0 */
#include "envelope_parts.h"
#include "forms.h"
#include "hufu/apdu.h"
#include "util/i18n.h"
#include <openssl/err.h>
#include <string.h>

#define OID_SM4     "1.2.156.10197.1.104"
#define OID_SM4_CBC "1.2.156.10197.1.104.2"

int envelope_refuse(const struct envelope_reading *r, const char *why)
{
    *r->why = why;
    return PKI_ERR_PROFILE;
}

/* An OCTET STRING of 16 bytes as parameter is an IV and means CBC, also under the bare SM4 OID. */
int envelope_sm4(const X509_ALGOR *algorithm, struct hufu_envelope *out)
{
    const ASN1_OBJECT *oid;
    const void *parameter;
    int type;
    char text[64];
    X509_ALGOR_get0(&oid, &type, &parameter, algorithm);
    if (OBJ_obj2txt(text, sizeof text, oid, 1) <= 0)
        return PKI_ERR_PARSE;
    bool plain = type == V_ASN1_UNDEF || type == V_ASN1_NULL;
    bool iv = type == V_ASN1_OCTET_STRING && ASN1_STRING_length(parameter) == 16;
    bool bare = strcmp(text, OID_SM4) == 0;
    if (plain && (bare || strcmp(text, OID_SM4_ECB) == 0)) {
        out->sym_alg = SGD_SM4_ECB_ID;
    } else if (iv && (bare || strcmp(text, OID_SM4_CBC) == 0)) {
        out->sym_alg = SGD_SM4_CBC_ID;
        memcpy(out->iv, ASN1_STRING_get0_data(parameter), 16);
    } else {
        return PKI_ERR_PROFILE;
    }
    return PKI_OK;
}

int envelope_cipher(const ASN1_STRING *cipher, struct hufu_envelope *out)
{
    int len = ASN1_STRING_length(cipher);
    if (len < 32 || (size_t)len > sizeof out->cipher || len % 16 != 0)
        return PKI_ERR_PARSE;
    memcpy(out->cipher, ASN1_STRING_get0_data(cipher), (size_t)len);
    out->cipher_len = (size_t)len;
    return PKI_OK;
}

int envelope_point(const uint8_t xy[64])
{
    EVP_PKEY *key = pki_sm2_public(xy);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return key != NULL ? PKI_OK : PKI_ERR_KEY;
}

static int wrapped_der(const uint8_t *data, size_t len, size_t plain_len, struct hufu_envelope *out)
{
    const uint8_t *p = data;
    PKI_SM2_CIPHER *c = d2i_PKI_SM2_CIPHER(NULL, &p, (long)len);
    int error = PKI_ERR_PARSE;
    if (c != NULL && p == data + len && (size_t)ASN1_STRING_length(c->cipher) == plain_len) {
        error = pki_sm2_cipher_get(c, out->c1, out->c3);
        memcpy(out->c2, ASN1_STRING_get0_data(c->cipher), plain_len);
        out->c2_len = plain_len;
    }
    PKI_SM2_CIPHER_free(c);
    ERR_clear_error();
    return error;
}

int envelope_wrapped(const uint8_t *data, size_t len, size_t plain_len, struct pki_envelope *out)
{
    const size_t raw = 64 + 32 + plain_len;
    struct hufu_envelope *first = &out->framing[0], *second = &out->framing[1];
    out->count = 1;
    if (len != raw && !(len == raw + 1 && data[0] == 4))
        return wrapped_der(data, len, plain_len, first);
    if (len == raw + 1)
        data++;
    memcpy(first->c1, data, 64);
    memcpy(first->c3, data + 64, 32);
    memcpy(first->c2, data + 96, plain_len);
    first->c2_len = plain_len;
    *second = *first;
    memcpy(second->c2, data + 64, plain_len);
    memcpy(second->c3, data + 64 + plain_len, 32);
    out->count = 2;
    return envelope_point(first->c1);
}

int envelope_hinted_key(const struct envelope_reading *r)
{
    if (r->hint == NULL || r->hint->pub == NULL)
        return envelope_refuse(r, N_("this form does not hold the public key of the pair: the "
                                     "encryption certificate is needed beside it"));
    memcpy(r->out->framing[0].pub, r->hint->pub, 64);
    return envelope_point(r->hint->pub);
}

static char letter(const ASN1_TYPE *element)
{
    switch (ASN1_TYPE_get(element)) {
    case V_ASN1_INTEGER:
        return 'I';
    case V_ASN1_OCTET_STRING:
        return 'O';
    case V_ASN1_BIT_STRING:
        return 'B';
    case V_ASN1_SEQUENCE:
        return 'S';
    case V_ASN1_SET:
        return 'T';
    case V_ASN1_OBJECT:
        return 'o';
    case V_ASN1_OTHER:
        return 'C';
    default:
        return '?';
    }
}

STACK_OF(ASN1_TYPE) *envelope_elements(const uint8_t *der, size_t len, char shape[16])
{
    const uint8_t *p = der;
    STACK_OF(ASN1_TYPE) *all =
        len <= PKI_ENVELOPE_MAX ? d2i_ASN1_SEQUENCE_ANY(NULL, &p, (long)len) : NULL;
    shape[0] = '\0';
    ERR_clear_error();
    if (all != NULL && (p != der + len || sk_ASN1_TYPE_num(all) > 15)) {
        envelope_elements_free(all);
        all = NULL;
    }
    for (int i = 0; all != NULL && i < sk_ASN1_TYPE_num(all); i++) {
        shape[i] = letter(sk_ASN1_TYPE_value(all, i));
        shape[i + 1] = '\0';
    }
    return all;
}

void envelope_elements_free(STACK_OF(ASN1_TYPE) *elements)
{
    sk_ASN1_TYPE_pop_free(elements, ASN1_TYPE_free);
}

const uint8_t *envelope_element(const STACK_OF(ASN1_TYPE) *elements, int i, size_t *len)
{
    const ASN1_TYPE *element = sk_ASN1_TYPE_value(elements, i);
    *len = (size_t)ASN1_STRING_length(element->value.asn1_string);
    return ASN1_STRING_get0_data(element->value.asn1_string);
}
