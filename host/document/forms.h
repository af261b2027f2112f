/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ASN.1 templates of the messages. PKCS#7 1.5 and RFC 5652 differ in what may stand in a field, not
 * in the fields used here, so one template serves both. Private to host/document and its tests.
 */
#ifndef HUFU_DOCUMENT_FORMS_H
#define HUFU_DOCUMENT_FORMS_H

#include <openssl/asn1t.h>
#include <openssl/x509.h>
#include <stdbool.h>

#define OID_PKCS7_DATA      "1.2.840.113549.1.7.1"
#define OID_PKCS7_SIGNED    "1.2.840.113549.1.7.2"
#define OID_PKCS7_ENVELOPED "1.2.840.113549.1.7.3"
#define OID_GM_DATA         "1.2.156.10197.6.1.4.2.1"
#define OID_GM_SIGNED       "1.2.156.10197.6.1.4.2.2"
#define OID_GM_ENVELOPED    "1.2.156.10197.6.1.4.2.3"
#define OID_SM3             "1.2.156.10197.1.401"
#define OID_SM2             "1.2.156.10197.1.301"
#define OID_SM2_SIGN        "1.2.156.10197.1.301.1"
#define OID_SM2_EXCHANGE    "1.2.156.10197.1.301.2"
#define OID_SM2_ENCRYPT     "1.2.156.10197.1.301.3"
#define OID_SM4             "1.2.156.10197.1.104"
#define OID_SM4_CBC         "1.2.156.10197.1.104.2"

typedef struct {
    X509_NAME *issuer;
    ASN1_INTEGER *serial;
} DOCUMENT_ISSUER_SERIAL;
DECLARE_ASN1_FUNCTIONS(DOCUMENT_ISSUER_SERIAL)

/* Signer or recipient: IssuerAndSerialNumber, or [0] subjectKeyIdentifier. */
typedef struct {
    int type; /* 0 or 1 */
    union {
        DOCUMENT_ISSUER_SERIAL *issuer_serial;
        ASN1_OCTET_STRING *key_id;
    } d;
} DOCUMENT_WHO;
DECLARE_ASN1_FUNCTIONS(DOCUMENT_WHO)

typedef struct {
    ASN1_INTEGER *version;
    DOCUMENT_WHO *who;
    X509_ALGOR *digest_algorithm;
    ASN1_STRING *signed_attributes; /* whole encoding with its [0] header, kept byte for byte */
    X509_ALGOR *signature_algorithm;
    ASN1_OCTET_STRING *signature;
    ASN1_STRING *unsigned_attributes; /* same, [1]; not looked at */
} DOCUMENT_SIGNER_INFO;
DECLARE_ASN1_FUNCTIONS(DOCUMENT_SIGNER_INFO)
DEFINE_STACK_OF(DOCUMENT_SIGNER_INFO)

typedef struct {
    ASN1_OBJECT *type;
    ASN1_OCTET_STRING *content; /* NULL: detached */
} DOCUMENT_CONTENT;
DECLARE_ASN1_FUNCTIONS(DOCUMENT_CONTENT)

typedef struct {
    ASN1_INTEGER *version;
    STACK_OF(X509_ALGOR) *digest_algorithms;
    DOCUMENT_CONTENT *content;
    STACK_OF(X509) *certificates;
    ASN1_STRING *crls; /* not looked at: revocation is asked for, not believed */
    STACK_OF(DOCUMENT_SIGNER_INFO) *signers;
} DOCUMENT_SIGNED_DATA;
DECLARE_ASN1_FUNCTIONS(DOCUMENT_SIGNED_DATA)

typedef struct {
    ASN1_OBJECT *type;
    DOCUMENT_SIGNED_DATA *signed_data;
} DOCUMENT_SIGNED_MESSAGE;
DECLARE_ASN1_FUNCTIONS(DOCUMENT_SIGNED_MESSAGE)

typedef STACK_OF(X509_ATTRIBUTE) DOCUMENT_ATTRIBUTES;
DECLARE_ASN1_ITEM(DOCUMENT_ATTRIBUTES)

/* RFC 5035. */
typedef struct {
    X509_ALGOR *algorithm; /* NULL: SHA-256 */
    ASN1_OCTET_STRING *hash;
    ASN1_STRING *issuer_serial;
} DOCUMENT_CERT_ID;
DECLARE_ASN1_FUNCTIONS(DOCUMENT_CERT_ID)
DEFINE_STACK_OF(DOCUMENT_CERT_ID)

typedef struct {
    STACK_OF(DOCUMENT_CERT_ID) *ids;
    ASN1_STRING *policies;
} DOCUMENT_SIGNING_CERT;
DECLARE_ASN1_FUNCTIONS(DOCUMENT_SIGNING_CERT)

typedef struct {
    ASN1_INTEGER *version;
    DOCUMENT_WHO *who;
    X509_ALGOR *algorithm;
    ASN1_OCTET_STRING *key;
} DOCUMENT_RECIPIENT;
DECLARE_ASN1_FUNCTIONS(DOCUMENT_RECIPIENT)

bool document_oid_is(const ASN1_OBJECT *oid, const char *text);
/* Algorithm is one of the NULL-terminated names, with parameters absent or NULL. */
bool document_algorithm_is(const X509_ALGOR *algorithm, const char *const *names);
/* parameter NULL: none written. */
bool document_set_algorithm(X509_ALGOR *algorithm, const char *oid, int type, void *parameter);
/* Fills issuer and serial number of cert. */
bool document_set_who(DOCUMENT_WHO *who, X509 *cert);
bool document_who_is(const DOCUMENT_WHO *who, X509 *cert);

#endif
