/* SPDX-License-Identifier: Apache-2.0 */
/* Applicants: the rules for their fields, and the subject name made from them. What stands in a
 * certificate comes from here and from nowhere else (requirement C3). */
#ifndef HUFU_CA_APPLICANT_H
#define HUFU_CA_APPLICANT_H

#include "ca.h"

/* id: 1-64 of A-Z a-z 0-9 . _ @ - ; names: 1-64 characters of UTF-8 without control characters
 * (organization and unit may be empty); country: two capital letters.
 * [out] *why: translated, static, when CA_ERR_FORMAT. */
int applicant_check(const struct applicant *applicant, const char **why);
bool applicant_id_good(const char *id);

/* Records the applicant and the act. Needs CA_KEY_AUDIT. CA_OK, CA_ERR_EXISTS ... */
int applicant_add(struct ca *ca, const struct applicant *applicant);

/* C, O, OU, CN. NULL: out of memory. */
X509_NAME *applicant_subject(const struct applicant *applicant);

#endif
