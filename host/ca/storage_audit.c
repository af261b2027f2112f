/* SPDX-License-Identifier: Apache-2.0 */
#include "ca.h"
#include "storage_sqlite.h"
#include <string.h>

#define AUDIT_COLUMNS "seq, time, actor, act, subject, detail, previous, hash"

static int read_audit(sqlite3_stmt *row, void *ctx)
{
    struct audit_row *a = ctx;
    memset(a, 0, sizeof *a);
    a->seq = sqlite3_column_int64(row, 0);
    a->time = sqlite3_column_int64(row, 1);
    if (sqlite_text(row, 2, a->actor, sizeof a->actor) ||
        sqlite_text(row, 3, a->act, sizeof a->act) ||
        sqlite_text(row, 4, a->subject, sizeof a->subject) ||
        sqlite_text(row, 5, a->detail, sizeof a->detail) ||
        sqlite_bytes(row, 6, a->previous, sizeof a->previous) ||
        sqlite_bytes(row, 7, a->hash, sizeof a->hash))
        return CA_ERR_FORMAT;
    return CA_OK;
}

int storage_audit_last(struct storage *db, int64_t *seq, uint8_t hash[32])
{
    struct audit_row row;
    size_t rows;
    int error = sqlite_query(db, read_audit, &row, &rows,
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
    return sqlite_run(db, "INSERT INTO audit (" AUDIT_COLUMNS ") VALUES (?,?,?,?,?,?,?,?)",
                      "iittttbb", a->seq, a->time, a->actor, a->act, a->subject, a->detail,
                      a->previous, sizeof a->previous, a->hash, sizeof a->hash);
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
    return sqlite_query(db, walk_audit, &walk, &rows,
                        "SELECT " AUDIT_COLUMNS " FROM audit ORDER BY seq", "");
}
