/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of ca.db. SCHEMA_VERSION is stored as user_version; a database of version 1 is brought
 * up to date when it is opened, one of any other version is refused, not guessed at.
 */
#ifndef HUFU_CA_SCHEMA_H
#define HUFU_CA_SCHEMA_H

#define SCHEMA_VERSION 2
extern const char schema_sql[];
/* From version 1: officers (officer.h). */
extern const char schema_from_1_sql[];

#endif
