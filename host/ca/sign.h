/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures of the CA's own SM2 keys over certificates, revocation lists and status answers, with
 * the distinguishing id 1234567812345678. All return CA_OK or CA_ERR_CRYPTO.
 */
#ifndef HUFU_CA_SIGN_H
#define HUFU_CA_SIGN_H

#include <openssl/ocsp.h>
#include <openssl/x509.h>

/* Algorithm parameters are NULL, as in the certificates of Chinese CAs. */
int sign_cert(X509 *cert, EVP_PKEY *key);
int sign_crl(X509_CRL *crl, EVP_PKEY *key);
/* Names the responder by its key and includes its certificate. */
int sign_ocsp(OCSP_BASICRESP *basic, X509 *responder, EVP_PKEY *key);
/* ECDSA with SHA-256: TLS, a manufacturer's second pair. */
int sign_cert_p256(X509 *cert, EVP_PKEY *key);
int sign_crl_p256(X509_CRL *crl, EVP_PKEY *key);

#endif
