/* SPDX-License-Identifier: Apache-2.0 */
#include "ca.h"
#include "storage_sqlite.h"
#include <string.h>

#define COLUMNS                                                                                    \
    "serial, station, task, reserved, issued, sm2_key, p256_key, sm2_certificate, "                \
    "p256_certificate"

int storage_devices_create(struct storage *db)
{
    int error = sqlite_run(db,
                           "CREATE TABLE device ("
                           " serial TEXT PRIMARY KEY, station TEXT NOT NULL, task TEXT NOT NULL,"
                           " reserved INTEGER NOT NULL, issued INTEGER NOT NULL,"
                           " sm2_key BLOB NOT NULL, p256_key BLOB NOT NULL,"
                           " sm2_certificate TEXT NOT NULL, p256_certificate TEXT NOT NULL) STRICT",
                           "");
    return error;
}

static int read_device(sqlite3_stmt *row, void *ctx)
{
    struct device_record *d = ctx;
    memset(d, 0, sizeof *d);
    d->reserved = sqlite3_column_int64(row, 3);
    d->issued = sqlite3_column_int64(row, 4);
    if (sqlite_text(row, 0, d->serial, sizeof d->serial) ||
        sqlite_text(row, 1, d->station, sizeof d->station) ||
        sqlite_text(row, 2, d->order, sizeof d->order) ||
        sqlite_bytes(row, 5, d->key[0], sizeof d->key[0]) ||
        sqlite_bytes(row, 6, d->key[1], sizeof d->key[1]) ||
        sqlite_text(row, 7, d->cert[0], sizeof d->cert[0]) ||
        sqlite_text(row, 8, d->cert[1], sizeof d->cert[1]))
        return CA_ERR_FORMAT;
    return CA_OK;
}

int storage_device_add(struct storage *db, const struct device_record *d)
{
    return sqlite_run(db, "INSERT INTO device (" COLUMNS ") VALUES (?,?,?,?,?,?,?,?,?)",
                      "tttiibbtt", d->serial, d->station, d->order, d->reserved, d->issued,
                      d->key[0], sizeof d->key[0], d->key[1], sizeof d->key[1], d->cert[0],
                      d->cert[1]);
}

int storage_device_get(struct storage *db, const char *serial, struct device_record *out)
{
    size_t rows;
    int error = sqlite_query(db, read_device, out, &rows,
                             "SELECT " COLUMNS " FROM device WHERE serial = ?", "t", serial);
    return sqlite_found(error, rows);
}

int storage_device_update(struct storage *db, const struct device_record *d)
{
    return sqlite_run(db,
                      "UPDATE device SET issued = ?, sm2_key = ?, p256_key = ?,"
                      " sm2_certificate = ?, p256_certificate = ? WHERE serial = ?",
                      "ibbttt", d->issued, d->key[0], sizeof d->key[0], d->key[1], sizeof d->key[1],
                      d->cert[0], d->cert[1], d->serial);
}

struct device_walk {
    int (*visit)(void *ctx, const struct device_record *record);
    void *ctx;
};

static int walk_device(sqlite3_stmt *row, void *ctx)
{
    struct device_walk *walk = ctx;
    struct device_record record;
    int error = read_device(row, &record);
    return error ? error : walk->visit(walk->ctx, &record);
}

int storage_device_each(struct storage *db,
                        int (*visit)(void *ctx, const struct device_record *record), void *ctx)
{
    struct device_walk walk = {visit, ctx};
    size_t rows;
    return sqlite_query(db, walk_device, &walk, &rows,
                        "SELECT " COLUMNS " FROM device ORDER BY serial", "");
}
