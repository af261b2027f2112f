/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Officers: people who may do one thing, each with a passphrase of his own. Whoever opens the CA's
 * keys is not yet an officer, and an officer alone opens no key. The passphrase is stored as
 * scrypt (RFC 7914; N 32768, r 8, p 1) over a random salt; five wrong ones in a row lock the
 * officer until officer_passphrase gives a new one.
 */
#ifndef HUFU_CA_OFFICER_H
#define HUFU_CA_OFFICER_H

#include "ca.h"

#define OFFICER_TRIES   5
#define OFFICER_UNLOCK  "unlock"  /* allows remote unlocks */
#define OFFICER_STATION "station" /* a manufacturer's station: gives tokens their numbers */

/* Each is a transaction with its audit row. CA_OK; CA_ERR_EXISTS; CA_ERR_FORMAT: id, name, role or
 * passphrase; CA_ERR_ABSENT. */
int officer_add(struct ca *ca, const char *id, const char *name, const char *role,
                const char *passphrase);
int officer_passphrase(struct ca *ca, const char *id, const char *passphrase);
int officer_remove(struct ca *ca, const char *id);

/*
 * Is this the officer of that role? Inside a transaction; a wrong try is counted, and the caller
 * commits it. Every way to fail takes the same time and gives the same answer; *reason is for the
 * audit log alone. CA_OK; CA_ERR_AUTH; the errors of storage.h.
 */
int officer_check(struct ca *ca, const char *id, const char *role, const char *passphrase,
                  const char **reason);

#endif
