/* SPDX-License-Identifier: Apache-2.0 */
/* Issuing: a certificate from the applicant's record and a public key, signed and stored. Inside
 * the caller's transaction. */
#ifndef HUFU_CA_ISSUE_H
#define HUFU_CA_ISSUE_H

#include "ca.h"

/* Stores a signed certificate. CA_OK, errors of storage.h, CA_ERR_FORMAT. */
int issue_store(struct storage *db, X509 *cert, const char *applicant, int64_t pair,
                enum certificate_use use);

/* [in] use: CERTIFICATE_SIGN or CERTIFICATE_ENCRYPT; wanted: extensions a request asks for, each of
 * which the certificate must carry with that very value (NULL: none).
 * CA_OK, CA_ERR_REFUSED (wanted differs), CA_ERR_CRYPTO, errors of storage.h. */
int issue_certificate(struct ca *ca, const struct applicant *applicant, int64_t pair,
                      enum certificate_use use, EVP_PKEY *key,
                      const STACK_OF(X509_EXTENSION) *wanted, X509 **cert);

#endif
