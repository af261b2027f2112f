/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificate profile (GM/T 0015; standards as seen in certificates of Chinese CAs): version 3,
 * SM2 with SM3 with NULL parameters as those certificates have it, country as PrintableString and
 * every other name as UTF8String, positive random serial numbers, key identifiers, key usage by
 * use, where to fetch list, status and issuer, and the certificate policy.
 */
#ifndef HUFU_CA_PROFILE_H
#define HUFU_CA_PROFILE_H

#include "ca.h"
#include <openssl/x509.h>
#include <time.h>

enum profile_kind {
    PROFILE_ROOT,           /* self-signed CA */
    PROFILE_ISSUING,        /* subordinate CA, path length 0 */
    PROFILE_DEVICE_ISSUING, /* the same, whose root keeps no list (a manufacturer's P-256 one) */
    PROFILE_IDENTITY,       /* identity key of a token (hufu/attest.h) */
    PROFILE_SIGN,           /* digitalSignature + nonRepudiation */
    PROFILE_ENCRYPT,        /* keyEncipherment + dataEncipherment + keyAgreement */
    PROFILE_OCSP,           /* digitalSignature, OCSPSigning, nocheck (RFC 6960 4.2.2.2.1) */
    PROFILE_AUDIT,          /* digitalSignature: audit checkpoints */
    PROFILE_TLS_ROOT,
    PROFILE_TLS_SERVER /* P-256, serverAuth, host name */
};

/* A certificate is valid from this long before it is made: a client's clock may be behind. */
#define PROFILE_CLOCK_SKEW 300 /* seconds */

struct profile_request {
    enum profile_kind kind;
    const X509_NAME *subject;
    EVP_PKEY *key; /* the subject's public key */
    X509 *issuer;  /* NULL: self-signed */
    const struct ca_config *config;
    const char *host;  /* PROFILE_TLS_SERVER: DNS name or address */
    const char *token; /* PROFILE_IDENTITY: its serial number, 24 digits */
    bool development;  /* and whether its memory is not physical */
    bool p256;         /* below a manufacturer's P-256 issuing CA: its list, no OCSP */
    time_t now;
    int days; /* from now, not beyond the issuer's own end */
};

/* A certificate without signature. NULL: libcrypto refused. */
X509 *profile_build(const struct profile_request *request);

/* Adds O, OU ... (UTF-8) or C to a name; empty text adds nothing. */
int profile_name_add(X509_NAME *name, int nid, const char *text);

/* 16 bytes, positive, the top bits fixed so that the length is always the same. */
int profile_serial(ASN1_INTEGER *serial);
/* Upper-case hex of a serial number. CA_ERR_FORMAT: longer than 20 bytes, or negative. */
int profile_serial_text(const ASN1_INTEGER *serial, char text[SERIAL_MAX + 1]);

#endif
