/* SPDX-License-Identifier: Apache-2.0 */
#include "ca.h"
#include "storage_sqlite.h"
#include <stdlib.h>
#include <string.h>

/* --- settings --- */

static int read_setting(sqlite3_stmt *row, void *ctx)
{
    return sqlite_text(row, 0, ctx, SETTING_MAX + 1);
}

int storage_setting_get(struct storage *db, const char *name, char value[SETTING_MAX + 1])
{
    size_t rows;
    int error = sqlite_query(db, read_setting, value, &rows,
                             "SELECT value FROM setting WHERE name = ?", "t", name);
    return sqlite_found(error, rows);
}

int storage_setting_put(struct storage *db, const char *name, const char *value)
{
    return sqlite_run(db, "INSERT OR REPLACE INTO setting (name, value) VALUES (?,?)", "tt", name,
                      value);
}

/* --- manufacturers and firmware --- */

/* Runs a removal; CA_ERR_ABSENT when there was nothing to remove. */
static int removed(struct storage *db, int error)
{
    return error == CA_OK && sqlite3_changes(db->sql) == 0 ? CA_ERR_ABSENT : error;
}

int storage_manufacturer_add(struct storage *db, const uint8_t sm3[32], const uint8_t *der,
                             size_t len)
{
    return sqlite_run(db, "INSERT INTO manufacturer (sm3, der) VALUES (?,?)", "bb", sm3, (size_t)32,
                      der, len);
}

int storage_manufacturer_remove(struct storage *db, const uint8_t sm3[32])
{
    return removed(db,
                   sqlite_run(db, "DELETE FROM manufacturer WHERE sm3 = ?", "b", sm3, (size_t)32));
}

struct manufacturer_walk {
    int (*visit)(void *ctx, const uint8_t sm3[32], const uint8_t *der, size_t len);
    void *ctx;
};

static int walk_manufacturer(sqlite3_stmt *row, void *ctx)
{
    struct manufacturer_walk *walk = ctx;
    uint8_t sm3[32], *der = NULL;
    size_t len = 0;
    int error = sqlite_bytes(row, 0, sm3, sizeof sm3);
    if (error == CA_OK)
        error = sqlite_blob(row, 1, &der, &len);
    if (error == CA_OK)
        error = walk->visit(walk->ctx, sm3, der, len);
    free(der);
    return error;
}

int storage_manufacturer_each(struct storage *db,
                              int (*visit)(void *ctx, const uint8_t sm3[32], const uint8_t *der,
                                           size_t len),
                              void *ctx)
{
    struct manufacturer_walk walk = {visit, ctx};
    size_t rows;
    return sqlite_query(db, walk_manufacturer, &walk, &rows,
                        "SELECT sm3, der FROM manufacturer ORDER BY sm3", "");
}

int storage_firmware_add(struct storage *db, const uint8_t digest[32])
{
    return sqlite_run(db, "INSERT INTO firmware (digest) VALUES (?)", "b", digest, (size_t)32);
}

int storage_firmware_remove(struct storage *db, const uint8_t digest[32])
{
    return removed(
        db, sqlite_run(db, "DELETE FROM firmware WHERE digest = ?", "b", digest, (size_t)32));
}

struct firmware_walk {
    int (*visit)(void *ctx, const uint8_t digest[32]);
    void *ctx;
};

static int walk_firmware(sqlite3_stmt *row, void *ctx)
{
    struct firmware_walk *walk = ctx;
    uint8_t digest[32];
    int error = sqlite_bytes(row, 0, digest, sizeof digest);
    return error == CA_OK ? walk->visit(walk->ctx, digest) : error;
}

int storage_firmware_each(struct storage *db, int (*visit)(void *ctx, const uint8_t digest[32]),
                          void *ctx)
{
    struct firmware_walk walk = {visit, ctx};
    size_t rows;
    return sqlite_query(db, walk_firmware, &walk, &rows,
                        "SELECT digest FROM firmware ORDER BY digest", "");
}

/* --- challenges --- */

int storage_challenge_put(struct storage *db, const char *applicant, const uint8_t value[32],
                          int64_t expires)
{
    return sqlite_run(db,
                      "INSERT OR REPLACE INTO challenge (applicant, value, expires)"
                      " VALUES (?,?,?)",
                      "tbi", applicant, value, (size_t)32, expires);
}

int storage_challenge_take(struct storage *db, const char *applicant, const uint8_t value[32],
                           int64_t now)
{
    int64_t expires = 0;
    size_t rows;
    int error = sqlite_query(db, sqlite_int64_row, &expires, &rows,
                             "SELECT expires FROM challenge WHERE applicant = ? AND value = ?",
                             "tb", applicant, value, (size_t)32);
    if (error == CA_OK && rows == 0)
        return CA_ERR_ABSENT;
    if (error == CA_OK)
        error = sqlite_run(db, "DELETE FROM challenge WHERE applicant = ?", "t", applicant);
    return error == CA_OK && now > expires ? CA_ERR_ABSENT : error;
}

/* --- what was shown --- */

int storage_attestation_add(struct storage *db, const struct attestation_record *a)
{
    return sqlite_run(db,
                      "INSERT INTO attestation (serial, token, firmware, development, der)"
                      " VALUES (?,?,?,?,?)",
                      "ttbib", a->serial, a->token, a->firmware, sizeof a->firmware,
                      (int64_t)a->development, a->der, a->der_len);
}

static int read_attestation(sqlite3_stmt *row, void *ctx)
{
    struct attestation_record *a = ctx;
    memset(a, 0, sizeof *a);
    a->development = sqlite3_column_int64(row, 3) != 0;
    if (sqlite_text(row, 0, a->serial, sizeof a->serial) ||
        sqlite_text(row, 1, a->token, sizeof a->token) ||
        sqlite_bytes(row, 2, a->firmware, sizeof a->firmware))
        return CA_ERR_FORMAT;
    return sqlite_blob(row, 4, &a->der, &a->der_len);
}

int storage_attestation_get(struct storage *db, const char *serial, struct attestation_record *out)
{
    size_t rows;
    memset(out, 0, sizeof *out);
    int error = sqlite_query(db, read_attestation, out, &rows,
                             "SELECT serial, token, firmware, development, der FROM attestation"
                             " WHERE serial = ?",
                             "t", serial);
    return sqlite_found(error, rows);
}
