/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Enrolment codes: 19 random characters (95 bits) and a check character in the alphabet
 * 0-9 A-Z without I L O U, shown as XXXXX-XXXXX-XXXXX-XXXXX. Letters of either case, I L as 1, O as
 * 0, spaces and hyphens anywhere are accepted. The check character is a GF(32) sum that notices any
 * one wrong character and any two exchanged ones. Stored is HMAC-SM3 over applicant and code.
 */
#ifndef HUFU_CA_CODE_H
#define HUFU_CA_CODE_H

#include "ca.h"

#define CODE_CHARS 20
#define CODE_TEXT  24 /* with hyphens and the closing zero */
#define CODE_TRIES 5
#define CODE_AGAIN 3600 /* seconds in which a spent code still fetches the same answers */

/* [out] text: shown once, wiped by the caller. */
int code_make(char text[CODE_TEXT]);
/* [out] plain: CODE_CHARS characters and a zero. CA_OK, CA_ERR_FORMAT (length, character, check).
 */
int code_normalize(const char *text, char plain[CODE_CHARS + 1]);
/* [in] plain: any text, as normalised. */
int code_hash(const uint8_t key[32], const char *applicant, const char *plain, uint8_t hash[32]);

/* Judges applicant and code inside a transaction. A wrong try is counted. Every way to fail does
 * the same work and gives the same answer. [out] record, when CA_OK; *reason is for the audit log
 * alone. CA_OK, CA_ERR_AUTH, errors of storage.h. */
int code_check(struct ca *ca, const char *applicant, const char *text, int64_t now,
               struct code_record *record, const char **reason);

#endif
