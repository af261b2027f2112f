/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQLite in WAL mode: readers never wait, one writer at a time, other processes wait for the
 * busy time-out. synchronous=FULL, because an answer that has left must survive a power cut.
 */
#include "storage_sqlite.h"
#include "ca.h"
#include "schema.h"
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_MILLISECONDS 15000

static int from_sqlite(int code)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_DONE:
    case SQLITE_ROW:
        return CA_OK;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return CA_ERR_BUSY;
    case SQLITE_CONSTRAINT:
        return CA_ERR_EXISTS;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return CA_ERR_FORMAT;
    case SQLITE_NOMEM:
        return CA_ERR_MEMORY;
    default:
        return CA_ERR_IO;
    }
}

/* Prepares and binds: t text, i int64_t, b bytes and size_t. NULL bytes bind NULL. */
static int prepare(struct storage *db, sqlite3_stmt **statement, const char *sql, const char *types,
                   va_list args)
{
    int code = sqlite3_prepare_v2(db->sql, sql, -1, statement, NULL);
    for (int i = 1; types[i - 1] && code == SQLITE_OK; i++) {
        if (types[i - 1] == 't') {
            code =
                sqlite3_bind_text(*statement, i, va_arg(args, const char *), -1, SQLITE_TRANSIENT);
        } else if (types[i - 1] == 'i') {
            code = sqlite3_bind_int64(*statement, i, va_arg(args, int64_t));
        } else {
            const void *bytes = va_arg(args, const void *);
            size_t len = va_arg(args, size_t);
            code = sqlite3_bind_blob64(*statement, i, bytes, len, SQLITE_TRANSIENT);
        }
    }
    return from_sqlite(code);
}

/* A statement without rows. */
int sqlite_run(struct storage *db, const char *sql, const char *types, ...)
{
    sqlite3_stmt *statement = NULL;
    va_list args;
    va_start(args, types);
    int error = prepare(db, &statement, sql, types, args);
    va_end(args);
    if (error == CA_OK)
        error = from_sqlite(sqlite3_step(statement));
    sqlite3_finalize(statement);
    return error;
}

int sqlite_query(struct storage *db, row_reader read, void *ctx, size_t *rows, const char *sql,
                 const char *types, ...)
{
    sqlite3_stmt *statement = NULL;
    va_list args;
    va_start(args, types);
    int error = prepare(db, &statement, sql, types, args);
    va_end(args);
    *rows = 0;
    while (error == CA_OK) {
        int code = sqlite3_step(statement);
        if (code != SQLITE_ROW) {
            error = from_sqlite(code);
            break;
        }
        ++*rows;
        error = read(statement, ctx);
    }
    sqlite3_finalize(statement);
    return error;
}

int sqlite_found(int error, size_t rows)
{
    return error == CA_OK && rows == 0 ? CA_ERR_ABSENT : error;
}

/* --- columns: a value of unexpected size is damage, never cut or padded silently ------------- */

int sqlite_text(sqlite3_stmt *row, int i, char *out, size_t size)
{
    const unsigned char *text = sqlite3_column_text(row, i);
    size_t len = (size_t)sqlite3_column_bytes(row, i);
    if (!text || len >= size || memchr(text, 0, len))
        return CA_ERR_FORMAT;
    memcpy(out, text, len);
    out[len] = 0;
    return CA_OK;
}

int sqlite_bytes(sqlite3_stmt *row, int i, void *out, size_t size)
{
    const void *bytes = sqlite3_column_blob(row, i);
    if (!bytes || (size_t)sqlite3_column_bytes(row, i) != size)
        return CA_ERR_FORMAT;
    memcpy(out, bytes, size);
    return CA_OK;
}

int sqlite_blob(sqlite3_stmt *row, int i, uint8_t **out, size_t *len)
{
    const void *bytes = sqlite3_column_blob(row, i);
    *len = (size_t)sqlite3_column_bytes(row, i);
    if (!bytes || *len == 0)
        return CA_ERR_FORMAT;
    *out = malloc(*len);
    if (!*out)
        return CA_ERR_MEMORY;
    memcpy(*out, bytes, *len);
    return CA_OK;
}

int sqlite_int64_row(sqlite3_stmt *row, void *ctx)
{
    *(int64_t *)ctx = sqlite3_column_int64(row, 0);
    return CA_OK;
}

/* --- opening ---------------------------------------------------------------------------------- */

static int open_file(const char *path, int flags, struct storage **out)
{
    struct storage *db = calloc(1, sizeof *db);
    if (!db)
        return CA_ERR_MEMORY;
    int code = sqlite3_open_v2(path, &db->sql, flags | SQLITE_OPEN_FULLMUTEX, NULL);
    if (code == SQLITE_OK) {
        sqlite3_extended_result_codes(db->sql, 1);
        sqlite3_busy_timeout(db->sql, BUSY_MILLISECONDS);
        code = sqlite3_exec(db->sql,
                            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                            "PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;",
                            NULL, NULL, NULL);
    }
    int error = from_sqlite(code);
    if (error != CA_OK) {
        storage_close(db);
        return error;
    }
    *out = db;
    return CA_OK;
}

static int set_version(struct storage *db)
{
    char version[64];
    snprintf(version, sizeof version, "PRAGMA user_version=%d;", SCHEMA_VERSION);
    return from_sqlite(sqlite3_exec(db->sql, version, NULL, NULL, NULL));
}

int storage_create(const char *path, struct storage **out)
{
    /* Made here first so that the mode is ours and an existing file is noticed. */
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return access(path, F_OK) == 0 ? CA_ERR_EXISTS : CA_ERR_IO;
    close(fd);
    struct storage *db = NULL;
    int error = open_file(path, SQLITE_OPEN_READWRITE, &db);
    if (error != CA_OK)
        return error;
    error = storage_begin(db);
    if (error == CA_OK)
        error = from_sqlite(sqlite3_exec(db->sql, schema_sql, NULL, NULL, NULL));
    if (error == CA_OK)
        error = set_version(db);
    if (error == CA_OK)
        error = storage_commit(db);
    if (error != CA_OK) {
        storage_close(db);
        return error;
    }
    *out = db;
    return CA_OK;
}

/* Several processes may open an old database at once: the first does it, the others see it done. */
static int upgrade(struct storage *db, int64_t *version)
{
    size_t rows;
    int error = storage_begin(db);
    if (error == CA_OK)
        error = sqlite_query(db, sqlite_int64_row, version, &rows, "PRAGMA user_version", "");
    if (error == CA_OK && *version >= 1 && *version < SCHEMA_VERSION) {
        for (int64_t at = *version; at < SCHEMA_VERSION && error == CA_OK; at++)
            error = from_sqlite(sqlite3_exec(db->sql, schema_steps[at - 1], NULL, NULL, NULL));
        if (error == CA_OK)
            error = set_version(db);
        if (error == CA_OK)
            error = storage_commit(db);
        if (error == CA_OK)
            *version = SCHEMA_VERSION;
    }
    storage_rollback(db);
    return error;
}

int storage_open(const char *path, struct storage **out)
{
    if (access(path, F_OK) != 0)
        return CA_ERR_ABSENT;
    struct storage *db = NULL;
    int error = open_file(path, SQLITE_OPEN_READWRITE, &db);
    if (error != CA_OK)
        return error;
    int64_t version = 0;
    size_t rows;
    error = sqlite_query(db, sqlite_int64_row, &version, &rows, "PRAGMA user_version", "");
    if (error == CA_OK && version >= 1 && version < SCHEMA_VERSION)
        error = upgrade(db, &version);
    if (error == CA_OK && version != SCHEMA_VERSION)
        error = CA_ERR_FORMAT;
    if (error != CA_OK) {
        storage_close(db);
        return error;
    }
    *out = db;
    return CA_OK;
}

void storage_close(struct storage *db)
{
    if (!db)
        return;
    sqlite3_close(db->sql);
    free(db);
}

int storage_begin(struct storage *db)
{
    return from_sqlite(sqlite3_exec(db->sql, "BEGIN IMMEDIATE", NULL, NULL, NULL));
}

int storage_commit(struct storage *db)
{
    return from_sqlite(sqlite3_exec(db->sql, "COMMIT", NULL, NULL, NULL));
}

void storage_rollback(struct storage *db)
{
    if (!sqlite3_get_autocommit(db->sql))
        sqlite3_exec(db->sql, "ROLLBACK", NULL, NULL, NULL);
}
