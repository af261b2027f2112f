/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQLite in WAL mode: readers never wait, one writer at a time, other processes wait for the
 * busy time-out. synchronous=FULL, because an answer that has left must survive a power cut.
 */
#include "ca.h"
#include "schema.h"
#include "storage.h"
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_MILLISECONDS 15000

struct storage {
    sqlite3 *sql;
};

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
static int run(struct storage *db, const char *sql, const char *types, ...)
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

/* Gives each row to read; read returns non-zero to stop. [out] *rows counts. */
typedef int (*row_reader)(sqlite3_stmt *row, void *ctx);

static int query(struct storage *db, row_reader read, void *ctx, size_t *rows, const char *sql,
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

static int found(int error, size_t rows)
{
    return error == CA_OK && rows == 0 ? CA_ERR_ABSENT : error;
}

/* --- columns: a value of unexpected size is damage, never cut or padded silently ------------- */

static int column_text(sqlite3_stmt *row, int i, char *out, size_t size)
{
    const unsigned char *text = sqlite3_column_text(row, i);
    size_t len = (size_t)sqlite3_column_bytes(row, i);
    if (!text || len >= size || memchr(text, 0, len))
        return CA_ERR_FORMAT;
    memcpy(out, text, len);
    out[len] = 0;
    return CA_OK;
}

static int column_bytes(sqlite3_stmt *row, int i, void *out, size_t size)
{
    const void *bytes = sqlite3_column_blob(row, i);
    if (!bytes || (size_t)sqlite3_column_bytes(row, i) != size)
        return CA_ERR_FORMAT;
    memcpy(out, bytes, size);
    return CA_OK;
}

static int column_blob(sqlite3_stmt *row, int i, uint8_t **out, size_t *len)
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
    if (code != SQLITE_OK) {
        storage_close(db);
        return from_sqlite(code);
    }
    *out = db;
    return CA_OK;
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
    char version[64];
    snprintf(version, sizeof version, "PRAGMA user_version=%d;", SCHEMA_VERSION);
    error = storage_begin(db);
    if (error == CA_OK)
        error = from_sqlite(sqlite3_exec(db->sql, schema_sql, NULL, NULL, NULL));
    if (error == CA_OK)
        error = from_sqlite(sqlite3_exec(db->sql, version, NULL, NULL, NULL));
    if (error == CA_OK)
        error = storage_commit(db);
    if (error != CA_OK) {
        storage_close(db);
        return error;
    }
    *out = db;
    return CA_OK;
}

static int read_int64(sqlite3_stmt *row, void *ctx)
{
    *(int64_t *)ctx = sqlite3_column_int64(row, 0);
    return CA_OK;
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
    error = query(db, read_int64, &version, &rows, "PRAGMA user_version", "");
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

/* --- applicants ------------------------------------------------------------------------------- */

#define APPLICANT_COLUMNS "id, name, organization, unit, country, created"

static int read_applicant(sqlite3_stmt *row, void *ctx)
{
    struct applicant *a = ctx;
    memset(a, 0, sizeof *a);
    a->created = sqlite3_column_int64(row, 5);
    if (column_text(row, 0, a->id, sizeof a->id) || column_text(row, 1, a->name, sizeof a->name) ||
        column_text(row, 2, a->organization, sizeof a->organization) ||
        column_text(row, 3, a->unit, sizeof a->unit) ||
        column_text(row, 4, a->country, sizeof a->country))
        return CA_ERR_FORMAT;
    return CA_OK;
}

int storage_applicant_add(struct storage *db, const struct applicant *a)
{
    return run(db, "INSERT INTO applicant (" APPLICANT_COLUMNS ") VALUES (?,?,?,?,?,?)", "ttttti",
               a->id, a->name, a->organization, a->unit, a->country, a->created);
}

int storage_applicant_get(struct storage *db, const char *id, struct applicant *out)
{
    size_t rows;
    int error = query(db, read_applicant, out, &rows,
                      "SELECT " APPLICANT_COLUMNS " FROM applicant WHERE id = ?", "t", id);
    return found(error, rows);
}

struct applicant_walk {
    int (*visit)(void *ctx, const struct applicant *applicant);
    void *ctx;
};

static int walk_applicant(sqlite3_stmt *row, void *ctx)
{
    struct applicant_walk *walk = ctx;
    struct applicant applicant;
    int error = read_applicant(row, &applicant);
    return error ? error : walk->visit(walk->ctx, &applicant);
}

int storage_applicant_each(struct storage *db,
                           int (*visit)(void *ctx, const struct applicant *applicant), void *ctx)
{
    struct applicant_walk walk = {visit, ctx};
    size_t rows;
    return query(db, walk_applicant, &walk, &rows,
                 "SELECT " APPLICANT_COLUMNS " FROM applicant ORDER BY id", "");
}

/* --- codes ------------------------------------------------------------------------------------ */

static int read_code(sqlite3_stmt *row, void *ctx)
{
    struct code_record *c = ctx;
    memset(c, 0, sizeof *c);
    c->id = sqlite3_column_int64(row, 0);
    c->created = sqlite3_column_int64(row, 3);
    c->expires = sqlite3_column_int64(row, 4);
    c->tries = sqlite3_column_int64(row, 5);
    c->bound = sqlite3_column_type(row, 6) != SQLITE_NULL;
    c->spent = sqlite3_column_int64(row, 9);
    if (column_text(row, 1, c->applicant, sizeof c->applicant) ||
        column_bytes(row, 2, c->hash, sizeof c->hash) ||
        (c->bound && column_bytes(row, 6, c->key, sizeof c->key)) ||
        column_text(row, 7, c->sign_serial, sizeof c->sign_serial) ||
        column_text(row, 8, c->enc_serial, sizeof c->enc_serial))
        return CA_ERR_FORMAT;
    return CA_OK;
}

int storage_code_add(struct storage *db, struct code_record *c)
{
    int error =
        run(db,
            "INSERT INTO code (applicant, hash, created, expires, tries, key, sign_serial,"
            " enc_serial, spent) VALUES (?,?,?,?,?,?,?,?,?)",
            "tbiiibtti", c->applicant, c->hash, sizeof c->hash, c->created, c->expires, c->tries,
            c->bound ? c->key : NULL, sizeof c->key, c->sign_serial, c->enc_serial, c->spent);
    if (error == CA_OK)
        c->id = sqlite3_last_insert_rowid(db->sql);
    return error;
}

int storage_code_latest(struct storage *db, const char *applicant, struct code_record *out)
{
    size_t rows;
    int error = query(db, read_code, out, &rows,
                      "SELECT id, applicant, hash, created, expires, tries, key, sign_serial,"
                      " enc_serial, spent FROM code WHERE applicant = ? ORDER BY id DESC LIMIT 1",
                      "t", applicant);
    return found(error, rows);
}

int storage_code_update(struct storage *db, const struct code_record *c)
{
    return run(db,
               "UPDATE code SET expires = ?, tries = ?, key = ?, sign_serial = ?, enc_serial = ?,"
               " spent = ? WHERE id = ?",
               "iibttii", c->expires, c->tries, c->bound ? c->key : NULL, sizeof c->key,
               c->sign_serial, c->enc_serial, c->spent, c->id);
}

int storage_code_wrong(struct storage *db, const char *applicant)
{
    return run(db,
               "UPDATE code SET tries = tries + 1"
               " WHERE id = (SELECT MAX(id) FROM code WHERE applicant = ?)",
               "t", applicant);
}

/* --- certificates ----------------------------------------------------------------------------- */

#define CERTIFICATE_COLUMNS                                                                        \
    "serial, applicant, pair, use, key, not_before, not_after, revoked, reason, der"

static int read_certificate(sqlite3_stmt *row, void *ctx)
{
    struct certificate_record *c = ctx;
    memset(c, 0, sizeof *c);
    c->pair = sqlite3_column_int64(row, 2);
    c->use = (enum certificate_use)sqlite3_column_int(row, 3);
    c->not_before = sqlite3_column_int64(row, 5);
    c->not_after = sqlite3_column_int64(row, 6);
    c->revoked = sqlite3_column_int64(row, 7);
    c->reason = sqlite3_column_int(row, 8);
    if (column_text(row, 0, c->serial, sizeof c->serial) ||
        column_text(row, 1, c->applicant, sizeof c->applicant) ||
        column_bytes(row, 4, c->key, sizeof c->key))
        return CA_ERR_FORMAT;
    return column_blob(row, 9, &c->der, &c->der_len);
}

void certificate_record_clear(struct certificate_record *record)
{
    free(record->der);
    record->der = NULL;
}

int storage_certificate_add(struct storage *db, const struct certificate_record *c)
{
    return run(db, "INSERT INTO certificate (" CERTIFICATE_COLUMNS ") VALUES (?,?,?,?,?,?,?,?,?,?)",
               "ttiibiiiib", c->serial, c->applicant, c->pair, (int64_t)c->use, c->key,
               sizeof c->key, c->not_before, c->not_after, c->revoked, (int64_t)c->reason, c->der,
               c->der_len);
}

int storage_certificate_get(struct storage *db, const char *serial, struct certificate_record *out)
{
    size_t rows;
    memset(out, 0, sizeof *out);
    int error =
        query(db, read_certificate, out, &rows,
              "SELECT " CERTIFICATE_COLUMNS " FROM certificate WHERE serial = ?", "t", serial);
    return found(error, rows);
}

int storage_certificate_foreign(struct storage *db, const uint8_t key[64], const char *applicant)
{
    size_t rows;
    int64_t number;
    int error = query(db, read_int64, &number, &rows,
                      "SELECT number FROM certificate WHERE key = ?"
                      " AND NOT (applicant = ? AND use = ?) LIMIT 1",
                      "bti", key, (size_t)64, applicant, (int64_t)CERTIFICATE_SIGN);
    return found(error, rows);
}

struct certificate_walk {
    certificate_visit visit;
    void *ctx;
};

static int walk_certificate(sqlite3_stmt *row, void *ctx)
{
    struct certificate_walk *walk = ctx;
    struct certificate_record record;
    int error = read_certificate(row, &record);
    if (error == CA_OK)
        error = walk->visit(walk->ctx, &record);
    certificate_record_clear(&record);
    return error;
}

int storage_certificate_each(struct storage *db, const char *applicant, certificate_visit visit,
                             void *ctx)
{
    struct certificate_walk walk = {visit, ctx};
    size_t rows;
    if (!applicant)
        return query(db, walk_certificate, &walk, &rows,
                     "SELECT " CERTIFICATE_COLUMNS " FROM certificate ORDER BY number", "");
    return query(db, walk_certificate, &walk, &rows,
                 "SELECT " CERTIFICATE_COLUMNS
                 " FROM certificate WHERE applicant = ? ORDER BY number",
                 "t", applicant);
}

int storage_certificate_pair(struct storage *db, int64_t pair, certificate_visit visit, void *ctx)
{
    struct certificate_walk walk = {visit, ctx};
    size_t rows;
    return query(db, walk_certificate, &walk, &rows,
                 "SELECT " CERTIFICATE_COLUMNS
                 " FROM certificate WHERE pair = ? AND pair <> 0 ORDER BY number",
                 "i", pair);
}

int storage_certificate_revoke(struct storage *db, const char *serial, int64_t when, int reason)
{
    int error = run(db,
                    "UPDATE certificate SET revoked = ?, reason = ?"
                    " WHERE serial = ? AND revoked = 0",
                    "iit", when, (int64_t)reason, serial);
    return found(error, (size_t)sqlite3_changes(db->sql));
}

/* --- escrow and envelopes --------------------------------------------------------------------- */

static int next_number(struct storage *db, const char *counter, int64_t *number)
{
    size_t rows;
    int error = run(db, "UPDATE counter SET value = value + 1 WHERE name = ?", "t", counter);
    if (error == CA_OK)
        error = query(db, read_int64, number, &rows, "SELECT value FROM counter WHERE name = ?",
                      "t", counter);
    return error == CA_OK && rows == 0 ? CA_ERR_FORMAT : error;
}

int storage_escrow_next(struct storage *db, int64_t *id)
{
    return next_number(db, "escrow", id);
}

int storage_escrow_add(struct storage *db, const struct escrow_record *e)
{
    return run(db,
               "INSERT INTO escrow (id, serial, key_version, iv, ciphertext, mac)"
               " VALUES (?,?,?,?,?,?)",
               "itibbb", e->id, e->serial, e->key_version, e->iv, sizeof e->iv, e->ciphertext,
               sizeof e->ciphertext, e->mac, sizeof e->mac);
}

static int read_escrow(sqlite3_stmt *row, void *ctx)
{
    struct escrow_record *e = ctx;
    memset(e, 0, sizeof *e);
    e->id = sqlite3_column_int64(row, 0);
    e->key_version = sqlite3_column_int64(row, 2);
    if (column_text(row, 1, e->serial, sizeof e->serial) ||
        column_bytes(row, 3, e->iv, sizeof e->iv) ||
        column_bytes(row, 4, e->ciphertext, sizeof e->ciphertext) ||
        column_bytes(row, 5, e->mac, sizeof e->mac))
        return CA_ERR_FORMAT;
    return CA_OK;
}

int storage_escrow_get(struct storage *db, const char *serial, struct escrow_record *out)
{
    size_t rows;
    int error = query(db, read_escrow, out, &rows,
                      "SELECT id, serial, key_version, iv, ciphertext, mac FROM escrow"
                      " WHERE serial = ?",
                      "t", serial);
    return found(error, rows);
}

struct blob {
    uint8_t *data;
    size_t len;
};

static int read_blob(sqlite3_stmt *row, void *ctx)
{
    struct blob *blob = ctx;
    return column_blob(row, 0, &blob->data, &blob->len);
}

int storage_envelope_add(struct storage *db, const char *serial, const uint8_t *der, size_t len)
{
    return run(db, "INSERT INTO envelope (serial, der) VALUES (?,?)", "tb", serial, der, len);
}

int storage_envelope_get(struct storage *db, const char *serial, uint8_t **der, size_t *len)
{
    struct blob blob = {NULL, 0};
    size_t rows;
    int error = query(db, read_blob, &blob, &rows, "SELECT der FROM envelope WHERE serial = ?", "t",
                      serial);
    *der = blob.data;
    *len = blob.len;
    return found(error, rows);
}

/* --- revocation lists ------------------------------------------------------------------------- */

int storage_crl_next(struct storage *db, int64_t *number)
{
    return next_number(db, "crl", number);
}

int storage_crl_add(struct storage *db, const struct crl_record *c)
{
    return run(db,
               "INSERT INTO crl (number, issuer, this_update, next_update, der)"
               " VALUES (?,?,?,?,?)",
               "iiiib", c->number, (int64_t)c->issuer, c->this_update, c->next_update, c->der,
               c->der_len);
}

static int read_crl(sqlite3_stmt *row, void *ctx)
{
    struct crl_record *c = ctx;
    memset(c, 0, sizeof *c);
    c->number = sqlite3_column_int64(row, 0);
    c->issuer = (enum crl_issuer)sqlite3_column_int(row, 1);
    c->this_update = sqlite3_column_int64(row, 2);
    c->next_update = sqlite3_column_int64(row, 3);
    return column_blob(row, 4, &c->der, &c->der_len);
}

int storage_crl_latest(struct storage *db, enum crl_issuer issuer, struct crl_record *out)
{
    size_t rows;
    memset(out, 0, sizeof *out);
    int error = query(db, read_crl, out, &rows,
                      "SELECT number, issuer, this_update, next_update, der FROM crl"
                      " WHERE issuer = ? ORDER BY number DESC LIMIT 1",
                      "i", (int64_t)issuer);
    return found(error, rows);
}

/* --- audit ------------------------------------------------------------------------------------ */

#define AUDIT_COLUMNS "seq, time, actor, act, subject, detail, previous, hash"

static int read_audit(sqlite3_stmt *row, void *ctx)
{
    struct audit_row *a = ctx;
    memset(a, 0, sizeof *a);
    a->seq = sqlite3_column_int64(row, 0);
    a->time = sqlite3_column_int64(row, 1);
    if (column_text(row, 2, a->actor, sizeof a->actor) ||
        column_text(row, 3, a->act, sizeof a->act) ||
        column_text(row, 4, a->subject, sizeof a->subject) ||
        column_text(row, 5, a->detail, sizeof a->detail) ||
        column_bytes(row, 6, a->previous, sizeof a->previous) ||
        column_bytes(row, 7, a->hash, sizeof a->hash))
        return CA_ERR_FORMAT;
    return CA_OK;
}

int storage_audit_last(struct storage *db, int64_t *seq, uint8_t hash[32])
{
    struct audit_row row;
    size_t rows;
    int error = query(db, read_audit, &row, &rows,
                      "SELECT " AUDIT_COLUMNS " FROM audit ORDER BY seq DESC LIMIT 1", "");
    if (error != CA_OK)
        return error;
    *seq = rows ? row.seq : 0;
    if (rows)
        memcpy(hash, row.hash, 32);
    else
        memset(hash, 0, 32);
    return CA_OK;
}

int storage_audit_add(struct storage *db, const struct audit_row *a)
{
    return run(db, "INSERT INTO audit (" AUDIT_COLUMNS ") VALUES (?,?,?,?,?,?,?,?)", "iittttbb",
               a->seq, a->time, a->actor, a->act, a->subject, a->detail, a->previous,
               sizeof a->previous, a->hash, sizeof a->hash);
}

struct audit_walk {
    int (*visit)(void *ctx, const struct audit_row *row);
    void *ctx;
};

static int walk_audit(sqlite3_stmt *row, void *ctx)
{
    struct audit_walk *walk = ctx;
    struct audit_row audit;
    int error = read_audit(row, &audit);
    return error ? error : walk->visit(walk->ctx, &audit);
}

int storage_audit_each(struct storage *db, int (*visit)(void *ctx, const struct audit_row *row),
                       void *ctx)
{
    struct audit_walk walk = {visit, ctx};
    size_t rows;
    return query(db, walk_audit, &walk, &rows, "SELECT " AUDIT_COLUMNS " FROM audit ORDER BY seq",
                 "");
}
