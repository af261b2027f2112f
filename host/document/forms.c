/* SPDX-License-Identifier: Apache-2.0 */
#include "forms.h"
#include <openssl/x509v3.h>
#include <string.h>

ASN1_SEQUENCE(
    DOCUMENT_ISSUER_SERIAL) = {ASN1_SIMPLE(DOCUMENT_ISSUER_SERIAL, issuer, X509_NAME),
                               ASN1_SIMPLE(
                                   DOCUMENT_ISSUER_SERIAL, serial,
                                   ASN1_INTEGER)} ASN1_SEQUENCE_END(DOCUMENT_ISSUER_SERIAL) IMPLEMENT_ASN1_FUNCTIONS(DOCUMENT_ISSUER_SERIAL)

    ASN1_CHOICE(
        DOCUMENT_WHO) = {ASN1_SIMPLE(DOCUMENT_WHO, d.issuer_serial, DOCUMENT_ISSUER_SERIAL),
                         ASN1_IMP(DOCUMENT_WHO, d.key_id, ASN1_OCTET_STRING,
                                  0)} ASN1_CHOICE_END(DOCUMENT_WHO) IMPLEMENT_ASN1_FUNCTIONS(DOCUMENT_WHO)

        ASN1_SEQUENCE(DOCUMENT_SIGNER_INFO) =
            {ASN1_SIMPLE(DOCUMENT_SIGNER_INFO, version, ASN1_INTEGER),
             ASN1_SIMPLE(DOCUMENT_SIGNER_INFO, who, DOCUMENT_WHO),
             ASN1_SIMPLE(DOCUMENT_SIGNER_INFO, digest_algorithm, X509_ALGOR),
             ASN1_IMP_OPT(DOCUMENT_SIGNER_INFO, signed_attributes, ASN1_SEQUENCE, 0),
             ASN1_SIMPLE(DOCUMENT_SIGNER_INFO, signature_algorithm, X509_ALGOR),
             ASN1_SIMPLE(DOCUMENT_SIGNER_INFO, signature, ASN1_OCTET_STRING),
             ASN1_IMP_OPT(
                 DOCUMENT_SIGNER_INFO, unsigned_attributes, ASN1_SEQUENCE,
                 1)} ASN1_SEQUENCE_END(DOCUMENT_SIGNER_INFO) IMPLEMENT_ASN1_FUNCTIONS(DOCUMENT_SIGNER_INFO)

                ASN1_NDEF_SEQUENCE(DOCUMENT_CONTENT) =
                    {ASN1_SIMPLE(DOCUMENT_CONTENT, type, ASN1_OBJECT),
                     ASN1_EXP_OPT(
                         DOCUMENT_CONTENT, content, ASN1_OCTET_STRING,
                         0)} ASN1_NDEF_SEQUENCE_END(DOCUMENT_CONTENT) IMPLEMENT_ASN1_FUNCTIONS(DOCUMENT_CONTENT)

                        ASN1_SEQUENCE(DOCUMENT_SIGNED_DATA) =
                            {ASN1_SIMPLE(DOCUMENT_SIGNED_DATA, version, ASN1_INTEGER),
                             ASN1_SET_OF(DOCUMENT_SIGNED_DATA, digest_algorithms, X509_ALGOR),
                             ASN1_SIMPLE(DOCUMENT_SIGNED_DATA, content, DOCUMENT_CONTENT),
                             ASN1_IMP_SET_OF_OPT(DOCUMENT_SIGNED_DATA, certificates, X509, 0),
                             ASN1_IMP_OPT(DOCUMENT_SIGNED_DATA, crls, ASN1_SEQUENCE, 1),
                             ASN1_SET_OF(
                                 DOCUMENT_SIGNED_DATA, signers,
                                 DOCUMENT_SIGNER_INFO)} ASN1_SEQUENCE_END(DOCUMENT_SIGNED_DATA)
                                IMPLEMENT_ASN1_FUNCTIONS(DOCUMENT_SIGNED_DATA)

                                    ASN1_SEQUENCE(DOCUMENT_SIGNED_MESSAGE) =
                                        {ASN1_SIMPLE(DOCUMENT_SIGNED_MESSAGE, type, ASN1_OBJECT),
                                         ASN1_EXP(
                                             DOCUMENT_SIGNED_MESSAGE,
                                             signed_data,
                                             DOCUMENT_SIGNED_DATA,
                                             0)} ASN1_SEQUENCE_END(DOCUMENT_SIGNED_MESSAGE) IMPLEMENT_ASN1_FUNCTIONS(DOCUMENT_SIGNED_MESSAGE)

                                            ASN1_ITEM_TEMPLATE(DOCUMENT_ATTRIBUTES) = ASN1_EX_TEMPLATE_TYPE(
                                                ASN1_TFLG_SET_OF, 0, attributes,
                                                X509_ATTRIBUTE) ASN1_ITEM_TEMPLATE_END(DOCUMENT_ATTRIBUTES)

                                                ASN1_SEQUENCE(DOCUMENT_CERT_ID) =
                                                    {ASN1_OPT(DOCUMENT_CERT_ID, algorithm,
                                                              X509_ALGOR),
                                                     ASN1_SIMPLE(
                                                         DOCUMENT_CERT_ID, hash,
                                                         ASN1_OCTET_STRING),
                                                     ASN1_OPT(
                                                         DOCUMENT_CERT_ID, issuer_serial,
                                                         ASN1_SEQUENCE)} ASN1_SEQUENCE_END(DOCUMENT_CERT_ID)
                                                        IMPLEMENT_ASN1_FUNCTIONS(DOCUMENT_CERT_ID)

                                                            ASN1_SEQUENCE(DOCUMENT_SIGNING_CERT) =
                                                                {ASN1_SEQUENCE_OF(
                                                                     DOCUMENT_SIGNING_CERT,
                                                                     ids, DOCUMENT_CERT_ID),
                                                                 ASN1_OPT(
                                                                     DOCUMENT_SIGNING_CERT,
                                                                     policies,
                                                                     ASN1_SEQUENCE)} ASN1_SEQUENCE_END(DOCUMENT_SIGNING_CERT)
                                                                    IMPLEMENT_ASN1_FUNCTIONS(
                                                                        DOCUMENT_SIGNING_CERT)

                                                                        ASN1_SEQUENCE(
                                                                            DOCUMENT_RECIPIENT) =
                                                                            {ASN1_SIMPLE(
                                                                                 DOCUMENT_RECIPIENT,
                                                                                 version,
                                                                                 ASN1_INTEGER),
                                                                             ASN1_SIMPLE(
                                                                                 DOCUMENT_RECIPIENT,
                                                                                 who, DOCUMENT_WHO),
                                                                             ASN1_SIMPLE(
                                                                                 DOCUMENT_RECIPIENT,
                                                                                 algorithm,
                                                                                 X509_ALGOR),
                                                                             ASN1_SIMPLE(
                                                                                 DOCUMENT_RECIPIENT,
                                                                                 key,
                                                                                 ASN1_OCTET_STRING)} ASN1_SEQUENCE_END(DOCUMENT_RECIPIENT)
                                                                                IMPLEMENT_ASN1_FUNCTIONS(
                                                                                    DOCUMENT_RECIPIENT)

                                                                                    bool document_oid_is(
                                                                                        const ASN1_OBJECT
                                                                                            *oid,
                                                                                        const char
                                                                                            *text)
{
    char name[80];
    return oid != NULL && OBJ_obj2txt(name, sizeof name, oid, 1) > 0 && strcmp(name, text) == 0;
}

bool document_algorithm_is(const X509_ALGOR *algorithm, const char *const *names)
{
    const ASN1_OBJECT *oid;
    int type;
    X509_ALGOR_get0(&oid, &type, NULL, algorithm);
    if (type != V_ASN1_UNDEF && type != V_ASN1_NULL)
        return false;
    for (; *names != NULL; names++)
        if (document_oid_is(oid, *names))
            return true;
    return false;
}

bool document_set_algorithm(X509_ALGOR *algorithm, const char *oid, int type, void *parameter)
{
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    if (object != NULL && X509_ALGOR_set0(algorithm, object, type, parameter) == 1)
        return true;
    ASN1_OBJECT_free(object);
    return false;
}

bool document_set_who(DOCUMENT_WHO *who, X509 *cert)
{
    DOCUMENT_ISSUER_SERIAL *is = DOCUMENT_ISSUER_SERIAL_new();
    if (is == NULL)
        return false;
    ASN1_INTEGER_free(is->serial);
    is->serial = ASN1_INTEGER_dup(X509_get0_serialNumber(cert));
    if (is->serial == NULL || X509_NAME_set(&is->issuer, X509_get_issuer_name(cert)) != 1) {
        DOCUMENT_ISSUER_SERIAL_free(is);
        return false;
    }
    who->type = 0;
    who->d.issuer_serial = is;
    return true;
}

bool document_who_is(const DOCUMENT_WHO *who, X509 *cert)
{
    if (who->type == 0)
        return X509_NAME_cmp(who->d.issuer_serial->issuer, X509_get_issuer_name(cert)) == 0 &&
               ASN1_INTEGER_cmp(who->d.issuer_serial->serial, X509_get0_serialNumber(cert)) == 0;
    const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(cert);
    return who->type == 1 && id != NULL && ASN1_OCTET_STRING_cmp(who->d.key_id, id) == 0;
}
