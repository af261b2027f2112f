/* SPDX-License-Identifier: Apache-2.0 */
#include "ca.h"
#include "storage_sqlite.h"
#include <string.h>

#define APPLICANT_COLUMNS "id, name, organization, unit, country, created"

static int read_applicant(sqlite3_stmt *row, void *ctx)
{
    struct applicant *a = ctx;
    memset(a, 0, sizeof *a);
    a->created = sqlite3_column_int64(row, 5);
    if (sqlite_text(row, 0, a->id, sizeof a->id) || sqlite_text(row, 1, a->name, sizeof a->name) ||
        sqlite_text(row, 2, a->organization, sizeof a->organization) ||
        sqlite_text(row, 3, a->unit, sizeof a->unit) ||
        sqlite_text(row, 4, a->country, sizeof a->country))
        return CA_ERR_FORMAT;
    return CA_OK;
}

int storage_applicant_add(struct storage *db, const struct applicant *a)
{
    return sqlite_run(db, "INSERT INTO applicant (" APPLICANT_COLUMNS ") VALUES (?,?,?,?,?,?)",
                      "ttttti", a->id, a->name, a->organization, a->unit, a->country, a->created);
}

int storage_applicant_get(struct storage *db, const char *id, struct applicant *out)
{
    size_t rows;
    int error = sqlite_query(db, read_applicant, out, &rows,
                             "SELECT " APPLICANT_COLUMNS " FROM applicant WHERE id = ?", "t", id);
    return sqlite_found(error, rows);
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
    return sqlite_query(db, walk_applicant, &walk, &rows,
                        "SELECT " APPLICANT_COLUMNS " FROM applicant ORDER BY id", "");
}

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
    if (sqlite_text(row, 1, c->applicant, sizeof c->applicant) ||
        sqlite_bytes(row, 2, c->hash, sizeof c->hash) ||
        (c->bound && sqlite_bytes(row, 6, c->key, sizeof c->key)) ||
        sqlite_text(row, 7, c->sign_serial, sizeof c->sign_serial) ||
        sqlite_text(row, 8, c->enc_serial, sizeof c->enc_serial))
        return CA_ERR_FORMAT;
    return CA_OK;
}

int storage_code_add(struct storage *db, struct code_record *c)
{
    int error = sqlite_run(
        db,
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
    int error =
        sqlite_query(db, read_code, out, &rows,
                     "SELECT id, applicant, hash, created, expires, tries, key, sign_serial,"
                     " enc_serial, spent FROM code WHERE applicant = ? ORDER BY id DESC LIMIT 1",
                     "t", applicant);
    return sqlite_found(error, rows);
}

int storage_code_update(struct storage *db, const struct code_record *c)
{
    return sqlite_run(
        db,
        "UPDATE code SET expires = ?, tries = ?, key = ?, sign_serial = ?, enc_serial = ?,"
        " spent = ? WHERE id = ?",
        "iibttii", c->expires, c->tries, c->bound ? c->key : NULL, sizeof c->key, c->sign_serial,
        c->enc_serial, c->spent, c->id);
}

int storage_code_wrong(struct storage *db, const char *applicant)
{
    return sqlite_run(db,
                      "UPDATE code SET tries = tries + 1"
                      " WHERE id = (SELECT MAX(id) FROM code WHERE applicant = ?)",
                      "t", applicant);
}
