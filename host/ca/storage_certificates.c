/* SPDX-License-Identifier: Apache-2.0 */
#include "ca.h"
#include "storage_sqlite.h"
#include <stdlib.h>
#include <string.h>

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
    if (sqlite_text(row, 0, c->serial, sizeof c->serial) ||
        sqlite_text(row, 1, c->applicant, sizeof c->applicant) ||
        sqlite_bytes(row, 4, c->key, sizeof c->key))
        return CA_ERR_FORMAT;
    return sqlite_blob(row, 9, &c->der, &c->der_len);
}

void certificate_record_clear(struct certificate_record *record)
{
    free(record->der);
    record->der = NULL;
}

int storage_certificate_add(struct storage *db, const struct certificate_record *c)
{
    return sqlite_run(
        db, "INSERT INTO certificate (" CERTIFICATE_COLUMNS ") VALUES (?,?,?,?,?,?,?,?,?,?)",
        "ttiibiiiib", c->serial, c->applicant, c->pair, (int64_t)c->use, c->key, sizeof c->key,
        c->not_before, c->not_after, c->revoked, (int64_t)c->reason, c->der, c->der_len);
}

int storage_certificate_get(struct storage *db, const char *serial, struct certificate_record *out)
{
    size_t rows;
    memset(out, 0, sizeof *out);
    int error = sqlite_query(db, read_certificate, out, &rows,
                             "SELECT " CERTIFICATE_COLUMNS " FROM certificate WHERE serial = ?",
                             "t", serial);
    return sqlite_found(error, rows);
}

int storage_certificate_foreign(struct storage *db, const uint8_t key[64], const char *applicant)
{
    size_t rows;
    int64_t number;
    int error = sqlite_query(db, sqlite_int64_row, &number, &rows,
                             "SELECT number FROM certificate WHERE key = ?"
                             " AND NOT (applicant = ? AND use = ? AND revoked = 0) LIMIT 1",
                             "bti", key, (size_t)64, applicant, (int64_t)CERTIFICATE_SIGN);
    return sqlite_found(error, rows);
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
        return sqlite_query(db, walk_certificate, &walk, &rows,
                            "SELECT " CERTIFICATE_COLUMNS " FROM certificate ORDER BY number", "");
    return sqlite_query(db, walk_certificate, &walk, &rows,
                        "SELECT " CERTIFICATE_COLUMNS
                        " FROM certificate WHERE applicant = ? ORDER BY number",
                        "t", applicant);
}

int storage_certificate_pair(struct storage *db, int64_t pair, certificate_visit visit, void *ctx)
{
    struct certificate_walk walk = {visit, ctx};
    size_t rows;
    return sqlite_query(db, walk_certificate, &walk, &rows,
                        "SELECT " CERTIFICATE_COLUMNS
                        " FROM certificate WHERE pair = ? AND pair <> 0 ORDER BY number",
                        "i", pair);
}

int storage_certificate_revoke(struct storage *db, const char *serial, int64_t when, int reason)
{
    int error = sqlite_run(db,
                           "UPDATE certificate SET revoked = ?, reason = ?"
                           " WHERE serial = ? AND revoked = 0",
                           "iit", when, (int64_t)reason, serial);
    return sqlite_found(error, (size_t)sqlite3_changes(db->sql));
}
