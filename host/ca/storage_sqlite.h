/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the SQLite side of storage.h shares among its files: statements with bound values, and
 * columns that are read with their sizes checked. Errors are those of ca.h.
 */
#ifndef HUFU_CA_STORAGE_SQLITE_H
#define HUFU_CA_STORAGE_SQLITE_H

#include "storage.h"
#include <sqlite3.h>

struct storage {
    sqlite3 *sql;
};

/* [in] types: one letter a value: t text, i int64_t, b bytes and size_t (NULL bytes bind NULL). */
int sqlite_run(struct storage *db, const char *sql, const char *types, ...);

/* Gives each row to read, which returns non-zero to stop. [out] *rows: how many there were. */
typedef int (*row_reader)(sqlite3_stmt *row, void *ctx);
int sqlite_query(struct storage *db, row_reader read, void *ctx, size_t *rows, const char *sql,
                 const char *types, ...);
/* No rows and no error: CA_ERR_ABSENT. */
int sqlite_found(int error, size_t rows);

/* A value of unexpected type or size is CA_ERR_FORMAT. sqlite_blob: malloc. */
int sqlite_text(sqlite3_stmt *row, int i, char *out, size_t size);
int sqlite_bytes(sqlite3_stmt *row, int i, void *out, size_t size);
int sqlite_blob(sqlite3_stmt *row, int i, uint8_t **out, size_t *len);
/* A row_reader: the first column into an int64_t. */
int sqlite_int64_row(sqlite3_stmt *row, void *ctx);

#endif
