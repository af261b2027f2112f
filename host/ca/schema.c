/* SPDX-License-Identifier: Apache-2.0 */
#include "schema.h"

/* Audit rows have no triggers against change: whoever can write the file could drop those too. The
 * chain and its signed checkpoints (audit.h) are what shows a change. */
#define OFFICER                                                                                    \
    "CREATE TABLE officer ("                                                                       \
    " id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, salt BLOB NOT NULL,"            \
    " verifier BLOB NOT NULL, created INTEGER NOT NULL, tries INTEGER NOT NULL) STRICT;"

#define ATTESTATION                                                                                \
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;"                    \
    "CREATE TABLE manufacturer (sm3 BLOB PRIMARY KEY, der BLOB NOT NULL) STRICT;"                  \
    "CREATE TABLE firmware (digest BLOB PRIMARY KEY) STRICT;"                                      \
    "CREATE TABLE challenge ("                                                                     \
    " applicant TEXT PRIMARY KEY, value BLOB NOT NULL, expires INTEGER NOT NULL) STRICT;"          \
    "CREATE TABLE attestation ("                                                                   \
    " serial TEXT PRIMARY KEY, token TEXT NOT NULL, firmware BLOB NOT NULL,"                       \
    " development INTEGER NOT NULL, der BLOB NOT NULL) STRICT;"

const char *const schema_steps[] = {OFFICER, ATTESTATION};

const char schema_sql[] = OFFICER ATTESTATION
    "CREATE TABLE applicant ("
    " id TEXT PRIMARY KEY, name TEXT NOT NULL, organization TEXT NOT NULL, unit TEXT NOT NULL,"
    " country TEXT NOT NULL, created INTEGER NOT NULL) STRICT;"
    "CREATE TABLE code ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, applicant TEXT NOT NULL REFERENCES applicant(id),"
    " hash BLOB NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL,"
    " tries INTEGER NOT NULL, key BLOB, sign_serial TEXT NOT NULL, enc_serial TEXT NOT NULL,"
    " spent INTEGER NOT NULL) STRICT;"
    "CREATE INDEX code_applicant ON code(applicant, id);"
    "CREATE TABLE certificate ("
    " number INTEGER PRIMARY KEY AUTOINCREMENT, serial TEXT NOT NULL UNIQUE,"
    " applicant TEXT NOT NULL, pair INTEGER NOT NULL, use INTEGER NOT NULL, key BLOB NOT NULL,"
    " not_before INTEGER NOT NULL, not_after INTEGER NOT NULL, revoked INTEGER NOT NULL,"
    " reason INTEGER NOT NULL, der BLOB NOT NULL) STRICT;"
    "CREATE INDEX certificate_key ON certificate(key);"
    "CREATE INDEX certificate_applicant ON certificate(applicant);"
    "CREATE INDEX certificate_pair ON certificate(pair);"
    "CREATE TABLE escrow ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, serial TEXT NOT NULL UNIQUE,"
    " key_version INTEGER NOT NULL, iv BLOB NOT NULL, ciphertext BLOB NOT NULL,"
    " mac BLOB NOT NULL) STRICT;"
    "CREATE TABLE envelope (serial TEXT PRIMARY KEY, der BLOB NOT NULL) STRICT;"
    "CREATE TABLE crl ("
    " number INTEGER PRIMARY KEY, issuer INTEGER NOT NULL, this_update INTEGER NOT NULL,"
    " next_update INTEGER NOT NULL, der BLOB NOT NULL) STRICT;"
    "CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;"
    "INSERT INTO counter VALUES ('crl', 0), ('escrow', 0);"
    "CREATE TABLE audit ("
    " seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, actor TEXT NOT NULL, act TEXT NOT NULL,"
    " subject TEXT NOT NULL, detail TEXT NOT NULL, previous BLOB NOT NULL, hash BLOB NOT NULL)"
    " STRICT;";
