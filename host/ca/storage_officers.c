/* SPDX-License-Identifier: Apache-2.0 */
#include "ca.h"
#include "storage_sqlite.h"
#include <string.h>

#define COLUMNS "id, name, role, salt, verifier, created, tries"

static int read_officer(sqlite3_stmt *row, void *ctx)
{
    struct officer *o = ctx;
    memset(o, 0, sizeof *o);
    o->created = sqlite3_column_int64(row, 5);
    o->tries = sqlite3_column_int64(row, 6);
    if (sqlite_text(row, 0, o->id, sizeof o->id) || sqlite_text(row, 1, o->name, sizeof o->name) ||
        sqlite_text(row, 2, o->role, sizeof o->role) ||
        sqlite_bytes(row, 3, o->salt, sizeof o->salt) ||
        sqlite_bytes(row, 4, o->verifier, sizeof o->verifier))
        return CA_ERR_FORMAT;
    return CA_OK;
}

int storage_officer_add(struct storage *db, const struct officer *o)
{
    return sqlite_run(db, "INSERT INTO officer (" COLUMNS ") VALUES (?,?,?,?,?,?,?)", "tttbbii",
                      o->id, o->name, o->role, o->salt, sizeof o->salt, o->verifier,
                      sizeof o->verifier, o->created, o->tries);
}

int storage_officer_get(struct storage *db, const char *id, struct officer *out)
{
    size_t rows;
    int error = sqlite_query(db, read_officer, out, &rows,
                             "SELECT " COLUMNS " FROM officer WHERE id = ?", "t", id);
    return sqlite_found(error, rows);
}

int storage_officer_update(struct storage *db, const struct officer *o)
{
    return sqlite_run(db, "UPDATE officer SET salt = ?, verifier = ?, tries = ? WHERE id = ?",
                      "bbit", o->salt, sizeof o->salt, o->verifier, sizeof o->verifier, o->tries,
                      o->id);
}

int storage_officer_remove(struct storage *db, const char *id)
{
    return sqlite_run(db, "DELETE FROM officer WHERE id = ?", "t", id);
}

struct officer_walk {
    int (*visit)(void *ctx, const struct officer *officer);
    void *ctx;
};

static int walk_officer(sqlite3_stmt *row, void *ctx)
{
    struct officer_walk *walk = ctx;
    struct officer officer;
    int error = read_officer(row, &officer);
    return error ? error : walk->visit(walk->ctx, &officer);
}

int storage_officer_each(struct storage *db, int (*visit)(void *ctx, const struct officer *officer),
                         void *ctx)
{
    struct officer_walk walk = {visit, ctx};
    size_t rows;
    return sqlite_query(db, walk_officer, &walk, &rows,
                        "SELECT " COLUMNS " FROM officer ORDER BY id", "");
}
