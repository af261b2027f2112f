/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of ca.db. SCHEMA_VERSION is stored as user_version; a database of another version is
 * refused, not guessed at.
 */
#ifndef HUFU_CA_SCHEMA_H
#define HUFU_CA_SCHEMA_H

#define SCHEMA_VERSION 1
extern const char schema_sql[];

#endif
