/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A manufacturer's CA (config->kind) is the same with names of its own, longer lives, and a second,
 * P-256 pair of root and issuing CA, for verifiers without SM2: it certifies tokens, and no CA that
 * certifies people stands below it.
 *
 * The keys and certificates of a new CA: SM2 root, issuing CA below it, OCSP signer and audit
 * signer below that, the KMC, code and unlock keys (no certificate), and, apart from them, a P-256
 * root and server certificate for TLS, because no stock TLS library verifies an SM2 chain.
 */
#ifndef HUFU_CA_HIERARCHY_H
#define HUFU_CA_HIERARCHY_H

#include "ca.h"

/* [in] organization and name go into the CA's own names; host into the TLS certificate.
 * The folder is made (it may exist if empty) and removed again when something fails.
 * CA_OK, CA_ERR_EXISTS, CA_ERR_IO, CA_ERR_CRYPTO. */
int hierarchy_make(const char *dir, const struct ca_config *config, const char *organization,
                   const char *country, const char *host, const char *passphrase);

/* SM3 over the DER of a certificate. */
int hierarchy_fingerprint(X509 *cert, uint8_t sm3[32]);

#endif
