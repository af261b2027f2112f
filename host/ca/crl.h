/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificate revocation lists (RFC 5280 section 5), signed with SM2 and SM3; a manufacturer's
 * P-256 root and issuing CA have lists of their own, with SHA-256. Full lists, each of what its
 * authority issued; the number rises with every list and is never given twice, whichever process
 * makes it.
 */
#ifndef HUFU_CA_CRL_H
#define HUFU_CA_CRL_H

#include "ca.h"

/* What the list is called where it can be fetched, and in an export: "ca.crl". */
const char *crl_file(enum crl_issuer issuer);

/* Makes and stores a new list of each issuing CA, or of each root, inside the caller's transaction.
 * Needs CA_KEY_ISSUING or CA_KEY_ROOT. An issuing CA's list lives CA_CRL_HOURS, a root's a year.
 * CA_OK, CA_ERR_CRYPTO, errors of storage.h. */
int crl_make_all(struct ca *ca, bool roots);

/* Makes a new list of an issuing CA when half of the present one's life is over. Own transaction.
 * [out] *made. */
int crl_renew(struct ca *ca, bool *made);

#endif
