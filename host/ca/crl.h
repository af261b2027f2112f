/* SPDX-License-Identifier: Apache-2.0 */
/* Certificate revocation lists (RFC 5280 section 5, SM2 with SM3). Full lists; the number rises
 * with every list and is never given twice, whichever process makes it. */
#ifndef HUFU_CA_CRL_H
#define HUFU_CA_CRL_H

#include "ca.h"

/* Makes and stores a list, inside the caller's transaction. The issuing CA's list lives
 * CA_CRL_HOURS, the root's a year. CA_OK, CA_ERR_CRYPTO, errors of storage.h. */
int crl_make(struct ca *ca, enum crl_issuer issuer, EVP_PKEY *key);

/* Makes a new list of the issuing CA when half of the present one's life is over. Own transaction.
 * [out] *made. */
int crl_renew(struct ca *ca, bool *made);

#endif
