/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the CA asks a token to prove before it certifies its key (docs/attestation.md): the
 * settings, the challenge, and the judgement of an attestation in a request. All of it is in the
 * database, so that every front end sees the same and a change counts at once.
 */
#ifndef HUFU_CA_ATTESTATION_H
#define HUFU_CA_ATTESTATION_H

#include "ca.h"

#define ATTESTATION_SECONDS 600 /* a challenge is good for so long */

enum attestation_policy {
    ATTESTATION_OFF,      /* no challenge is given, attestations are ignored as unknown */
    ATTESTATION_OPTIONAL, /* what is shown must hold */
    ATTESTATION_REQUIRED  /* nothing is certified without */
};
struct attestation_settings {
    enum attestation_policy policy;
    bool development; /* tokens that are not protected at rest are accepted, too */
};
const char *attestation_policy_name(enum attestation_policy policy);
/* false: no such name. */
bool attestation_policy_read(const char *name, enum attestation_policy *policy);

/* Off, and no development tokens, until set. */
int attestation_settings(struct storage *db, struct attestation_settings *out);
int attestation_settings_put(struct storage *db, const struct attestation_settings *settings);

/* Where the lists of revoked identity certificates are: an absolute path for pki_load_crls, read
 * anew for every attestation. CA_ERR_ABSENT: nowhere, nobody is looked up. */
int attestation_lists(struct storage *db, char path[SETTING_MAX + 1]);
/* "": nowhere from now on. CA_ERR_FORMAT: longer than SETTING_MAX. */
int attestation_lists_put(struct storage *db, const char *path);
/* The manufacturers' roots; sk_X509_pop_free. */
int attestation_roots(struct storage *db, STACK_OF(X509) **roots);

/* A root is an authority on SM2 or P-256 that signed itself. CA_ERR_FORMAT: it is not;
 * CA_ERR_EXISTS. */
int attestation_trust(struct storage *db, X509 *root, uint8_t sm3[32]);

/* A fresh challenge for the applicant, in the caller's transaction; the one before is void. */
int attestation_challenge(struct storage *db, const char *applicant, int64_t now,
                          uint8_t challenge[32]);

/*
 * The attestation of a request, in the transaction of the enrolment and before anything is issued.
 * The challenge is spent whatever comes of it, once the caller commits. [out] record: der is
 * malloc, NULL when nothing was shown and nothing needs to be; *why: static line, English, when
 * CA_ERR_REFUSED. CA_OK; CA_ERR_REFUSED; errors of storage.h.
 */
int attestation_check(struct storage *db, const char *applicant, X509_REQ *csr, int64_t now,
                      struct attestation_record *record, const char **why);
void attestation_record_clear(struct attestation_record *record);

/* "token N firmware HEX development yes|no" */
#define ATTESTATION_TEXT 160
void attestation_text(const struct attestation_record *record, char text[ATTESTATION_TEXT]);

#endif
