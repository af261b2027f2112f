/* SPDX-License-Identifier: Apache-2.0 */
#include "pki/csrattrs.h"
#include "hufu/oid.h"
#include "pki/pki.h"
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

static X509_ATTRIBUTE *challenge_attribute(const uint8_t challenge[HUFU_ATTEST_CHALLENGE])
{
    return X509_ATTRIBUTE_create_by_txt(NULL, HUFU_OID_CHALLENGE, V_ASN1_OCTET_STRING, challenge,
                                        HUFU_ATTEST_CHALLENGE);
}

static bool push(STACK_OF(ASN1_TYPE) *to, int type, void *value)
{
    ASN1_TYPE *v = ASN1_TYPE_new();
    if (v == NULL || value == NULL) {
        ASN1_TYPE_free(v);
        return false;
    }
    ASN1_TYPE_set(v, type, value); /* v owns it now */
    if (sk_ASN1_TYPE_push(to, v) > 0)
        return true;
    ASN1_TYPE_free(v);
    return false;
}

int pki_csrattrs_make(const uint8_t challenge[HUFU_ATTEST_CHALLENGE], uint8_t **der, size_t *len)
{
    STACK_OF(ASN1_TYPE) *all = sk_ASN1_TYPE_new_null();
    X509_ATTRIBUTE *attribute = challenge_attribute(challenge);
    ASN1_STRING *whole = ASN1_STRING_type_new(V_ASN1_SEQUENCE);
    uint8_t *bytes = NULL;
    int n = attribute != NULL ? i2d_X509_ATTRIBUTE(attribute, &bytes) : 0;
    bool good = all != NULL && whole != NULL && n > 0 && ASN1_STRING_set(whole, bytes, n) == 1 &&
                push(all, V_ASN1_SEQUENCE, whole);
    if (!good)
        ASN1_STRING_free(whole);
    OPENSSL_free(bytes);
    bytes = NULL;
    good = good && push(all, V_ASN1_OBJECT, OBJ_txt2obj(HUFU_OID_ATTESTATION, 1));
    n = good ? i2d_ASN1_SEQUENCE_ANY(all, &bytes) : 0;
    *der = n > 0 ? malloc((size_t)n) : NULL;
    *len = n > 0 ? (size_t)n : 0;
    if (*der != NULL)
        memcpy(*der, bytes, (size_t)n);
    OPENSSL_free(bytes);
    X509_ATTRIBUTE_free(attribute);
    sk_ASN1_TYPE_pop_free(all, ASN1_TYPE_free);
    return *der != NULL ? PKI_OK : PKI_ERR_MEMORY;
}

/* One element that is an Attribute. PKI_OK also when it is another one. */
static int look(const ASN1_STRING *element, uint8_t challenge[HUFU_ATTEST_CHALLENGE], bool *found)
{
    const uint8_t *at = ASN1_STRING_get0_data(element);
    char oid[96] = "";
    int error = PKI_OK;
    X509_ATTRIBUTE *attribute = d2i_X509_ATTRIBUTE(NULL, &at, ASN1_STRING_length(element));
    if (attribute == NULL)
        return PKI_ERR_PARSE;
    if (OBJ_obj2txt(oid, sizeof oid, X509_ATTRIBUTE_get0_object(attribute), 1) > 0 &&
        strcmp(oid, HUFU_OID_CHALLENGE) == 0) {
        const ASN1_TYPE *value =
            X509_ATTRIBUTE_count(attribute) == 1 ? X509_ATTRIBUTE_get0_type(attribute, 0) : NULL;
        if (*found || value == NULL || value->type != V_ASN1_OCTET_STRING ||
            ASN1_STRING_length(value->value.octet_string) != (int)HUFU_ATTEST_CHALLENGE) {
            error = PKI_ERR_PARSE;
        } else {
            memcpy(challenge, ASN1_STRING_get0_data(value->value.octet_string),
                   HUFU_ATTEST_CHALLENGE);
            *found = true;
        }
    }
    X509_ATTRIBUTE_free(attribute);
    return error;
}

int pki_csrattrs_challenge(const uint8_t *der, size_t len, uint8_t challenge[HUFU_ATTEST_CHALLENGE],
                           bool *found)
{
    const uint8_t *at = der;
    *found = false;
    if (len == 0 || len > 65536)
        return PKI_ERR_PARSE;
    STACK_OF(ASN1_TYPE) *all = d2i_ASN1_SEQUENCE_ANY(NULL, &at, (long)len);
    int error = all != NULL && at == der + len ? PKI_OK : PKI_ERR_PARSE;
    for (int i = 0; error == PKI_OK && i < sk_ASN1_TYPE_num(all); i++) {
        const ASN1_TYPE *element = sk_ASN1_TYPE_value(all, i);
        if (element->type == V_ASN1_SEQUENCE)
            error = look(element->value.sequence, challenge, found);
        else if (element->type != V_ASN1_OBJECT)
            error = PKI_ERR_PARSE;
    }
    sk_ASN1_TYPE_pop_free(all, ASN1_TYPE_free);
    ERR_clear_error();
    if (error != PKI_OK) {
        *found = false;
        memset(challenge, 0, HUFU_ATTEST_CHALLENGE);
    }
    return error;
}
