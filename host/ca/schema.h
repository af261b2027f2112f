/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of ca.db. SCHEMA_VERSION is stored as user_version; a database of an earlier
 * version is brought up to date when it is opened, one of a later is refused, not guessed at.
 */
#ifndef HUFU_CA_SCHEMA_H
#define HUFU_CA_SCHEMA_H

#define SCHEMA_VERSION 3
extern const char schema_sql[];
/* schema_steps[i] brings version i + 1 to i + 2: officers (officer.h); attestation
 * (attestation.h). */
extern const char *const schema_steps[SCHEMA_VERSION - 1];

#endif
