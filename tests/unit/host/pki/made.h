/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates, CRLs and OCSP answers made by a test for itself with fresh keys. */
#ifndef HUFU_TEST_MADE_H
#define HUFU_TEST_MADE_H

#include "pki/pki.h"

#define DAY 86400

struct made_cert {
    const char *name; /* common name */
    long serial;
    time_t from, to;
    const char *key_usage; /* as in openssl's configuration, NULL: none */
    const char *basic;     /* basicConstraints, NULL: none */
    const char *extended;  /* extendedKeyUsage, NULL: none */
    const char *aia, *cdp; /* NULL: none */
};
/* issuer NULL: self-signed with key. */
X509 *made_certificate(const struct made_cert *what, EVP_PKEY *key, X509 *issuer,
                       EVP_PKEY *issuer_key);
/* Root, sub-CA and a signing and an encryption certificate under it. */
struct made_world {
    EVP_PKEY *root_key, *ca_key, *sign_key, *enc_key;
    X509 *root, *ca, *sign, *enc;
    STACK_OF(X509) *roots, *all; /* root; ca */
};
void made_world(struct made_world *w);
void made_world_free(struct made_world *w);
/* revoked_serial 0: empty list. reason -1: none. */
X509_CRL *made_crl(X509 *issuer, EVP_PKEY *key, time_t from, time_t to, long revoked_serial,
                   time_t when, int reason);
/* status V_OCSP_CERTSTATUS_*. DER, malloc. */
uint8_t *made_ocsp(X509 *cert, X509 *issuer, const EVP_MD *md, int status, time_t when, time_t from,
                   time_t to, X509 *responder, EVP_PKEY *key, size_t *len);
EVP_PKEY *made_key_from_hex(const char *d); /* private key from its scalar */
size_t made_hex(const char *hex, uint8_t *out, size_t room);

#endif
