/* SPDX-License-Identifier: Apache-2.0 */
#include "ca.h"
#include "storage_sqlite.h"
#include <string.h>

static int next_number(struct storage *db, const char *counter, int64_t *number)
{
    size_t rows;
    int error = sqlite_run(db, "UPDATE counter SET value = value + 1 WHERE name = ?", "t", counter);
    if (error == CA_OK)
        error = sqlite_query(db, sqlite_int64_row, number, &rows,
                             "SELECT value FROM counter WHERE name = ?", "t", counter);
    return error == CA_OK && rows == 0 ? CA_ERR_FORMAT : error;
}

int storage_escrow_next(struct storage *db, int64_t *id)
{
    return next_number(db, "escrow", id);
}

int storage_escrow_add(struct storage *db, const struct escrow_record *e)
{
    return sqlite_run(db,
                      "INSERT INTO escrow (id, serial, key_version, iv, ciphertext, mac)"
                      " VALUES (?,?,?,?,?,?)",
                      "itibbb", e->id, e->serial, e->key_version, e->iv, sizeof e->iv,
                      e->ciphertext, sizeof e->ciphertext, e->mac, sizeof e->mac);
}

static int read_escrow(sqlite3_stmt *row, void *ctx)
{
    struct escrow_record *e = ctx;
    memset(e, 0, sizeof *e);
    e->id = sqlite3_column_int64(row, 0);
    e->key_version = sqlite3_column_int64(row, 2);
    if (sqlite_text(row, 1, e->serial, sizeof e->serial) ||
        sqlite_bytes(row, 3, e->iv, sizeof e->iv) ||
        sqlite_bytes(row, 4, e->ciphertext, sizeof e->ciphertext) ||
        sqlite_bytes(row, 5, e->mac, sizeof e->mac))
        return CA_ERR_FORMAT;
    return CA_OK;
}

int storage_escrow_get(struct storage *db, const char *serial, struct escrow_record *out)
{
    size_t rows;
    int error = sqlite_query(db, read_escrow, out, &rows,
                             "SELECT id, serial, key_version, iv, ciphertext, mac FROM escrow"
                             " WHERE serial = ?",
                             "t", serial);
    return sqlite_found(error, rows);
}

struct blob {
    uint8_t *data;
    size_t len;
};

static int read_blob(sqlite3_stmt *row, void *ctx)
{
    struct blob *blob = ctx;
    return sqlite_blob(row, 0, &blob->data, &blob->len);
}

int storage_envelope_add(struct storage *db, const char *serial, const uint8_t *der, size_t len)
{
    return sqlite_run(db, "INSERT INTO envelope (serial, der) VALUES (?,?)", "tb", serial, der,
                      len);
}

int storage_envelope_get(struct storage *db, const char *serial, uint8_t **der, size_t *len)
{
    struct blob blob = {NULL, 0};
    size_t rows;
    int error = sqlite_query(db, read_blob, &blob, &rows,
                             "SELECT der FROM envelope WHERE serial = ?", "t", serial);
    *der = blob.data;
    *len = blob.len;
    return sqlite_found(error, rows);
}

int storage_crl_next(struct storage *db, int64_t *number)
{
    return next_number(db, "crl", number);
}

int storage_crl_add(struct storage *db, const struct crl_record *c)
{
    return sqlite_run(db,
                      "INSERT INTO crl (number, issuer, this_update, next_update, der)"
                      " VALUES (?,?,?,?,?)",
                      "iiiib", c->number, (int64_t)c->issuer, c->this_update, c->next_update,
                      c->der, c->der_len);
}

static int read_crl(sqlite3_stmt *row, void *ctx)
{
    struct crl_record *c = ctx;
    memset(c, 0, sizeof *c);
    c->number = sqlite3_column_int64(row, 0);
    c->issuer = (enum crl_issuer)sqlite3_column_int(row, 1);
    c->this_update = sqlite3_column_int64(row, 2);
    c->next_update = sqlite3_column_int64(row, 3);
    return sqlite_blob(row, 4, &c->der, &c->der_len);
}

int storage_crl_latest(struct storage *db, enum crl_issuer issuer, struct crl_record *out)
{
    size_t rows;
    memset(out, 0, sizeof *out);
    int error = sqlite_query(db, read_crl, out, &rows,
                             "SELECT number, issuer, this_update, next_update, der FROM crl"
                             " WHERE issuer = ? ORDER BY number DESC LIMIT 1",
                             "i", (int64_t)issuer);
    return sqlite_found(error, rows);
}
