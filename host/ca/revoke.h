/* SPDX-License-Identifier: Apache-2.0 */
/* Revocation (requirement L6). The certificates, the log row and new lists are one transaction;
 * the status service answers from the same records, so the next answer tells it. */
#ifndef HUFU_CA_REVOKE_H
#define HUFU_CA_REVOKE_H

#include "ca.h"

struct revoke_order {
    const char *serial; /* one of the two */
    const char *applicant;
    bool lost;  /* with serial: both certificates of the pair */
    int reason; /* CRLReason */
};

/* "keyCompromise" ... -> CRLReason; -1: unknown. And back (NULL: unknown). */
int revoke_reason(const char *name);
const char *revoke_reason_name(int reason);

/* Needs CA_KEY_ISSUING and CA_KEY_AUDIT. [out] *count: certificates revoked now.
 * CA_OK, CA_ERR_ABSENT (nothing there that was not revoked before), CA_ERR_REFUSED (the CA's own
 * certificate), errors of storage.h. */
int revoke(struct ca *ca, const struct revoke_order *order, size_t *count);

#endif
