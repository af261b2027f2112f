/* SPDX-License-Identifier: Apache-2.0 */
/* Judging an exported log; nothing of the CA is needed but the audit certificate's public key. */
#include "audit.h"
#include "audit_form.h"
#include "pki/pki.h"
#include "util/i18n.h"
#include <stdlib.h>
#include <string.h>

const char *audit_fault_text(enum audit_fault fault)
{
    switch (fault) {
    case AUDIT_GOOD:
        return _("complete and unchanged");
    case AUDIT_CHANGED:
        return _("a row was changed");
    case AUDIT_MISSING:
        return _("a row is missing");
    case AUDIT_ORDER:
        return _("rows are not in their order");
    case AUDIT_TRUNCATED:
        return _("rows are missing at the end");
    case AUDIT_CHECKPOINT:
        return _("a checkpoint does not match");
    case AUDIT_UNSIGNED:
        return _("the last rows are covered by no checkpoint");
    default:
        return _("a line cannot be read");
    }
}

struct heads {
    uint8_t (*hash)[32]; /* hash[i] is the head after i + 1 rows */
    size_t count, room;
};

static bool heads_add(struct heads *heads, const uint8_t hash[32])
{
    if (heads->count == heads->room) {
        size_t room = heads->room ? 2 * heads->room : 256;
        void *more = realloc(heads->hash, room * sizeof *heads->hash);
        if (!more)
            return false;
        heads->hash = more;
        heads->room = room;
    }
    memcpy(heads->hash[heads->count++], hash, 32);
    return true;
}

static enum audit_fault judge_row(const struct audit_row *row, const struct heads *heads)
{
    static const uint8_t zero[32];
    uint8_t hash[32];
    int64_t expected = (int64_t)heads->count + 1;
    const uint8_t *previous = heads->count ? heads->hash[heads->count - 1] : zero;
    if (audit_hash(row, hash) != CA_OK || memcmp(hash, row->hash, 32) != 0)
        return AUDIT_CHANGED;
    if (row->seq < expected)
        return AUDIT_ORDER;
    if (row->seq > expected)
        return AUDIT_MISSING;
    return memcmp(previous, row->previous, 32) == 0 ? AUDIT_GOOD : AUDIT_ORDER;
}

/* A row that comes early looks like a missing one until the missing number turns up after all. */
static enum audit_fault missing_or_moved(FILE *rows, int64_t wanted)
{
    char line[AUDIT_LINE_MAX];
    struct audit_row row;
    while (fgets(line, sizeof line, rows))
        if (audit_row_read(line, &row) == CA_OK && row.seq == wanted)
            return AUDIT_ORDER;
    return AUDIT_MISSING;
}

static enum audit_fault read_rows(FILE *rows, struct heads *heads)
{
    char line[AUDIT_LINE_MAX];
    struct audit_row row;
    while (fgets(line, sizeof line, rows)) {
        if (!strchr(line, '\n') || audit_row_read(line, &row) != CA_OK)
            return AUDIT_UNREADABLE;
        enum audit_fault fault = judge_row(&row, heads);
        if (fault == AUDIT_MISSING)
            fault = missing_or_moved(rows, (int64_t)heads->count + 1);
        if (fault != AUDIT_GOOD)
            return fault;
        if (!heads_add(heads, row.hash))
            return AUDIT_UNREADABLE;
    }
    return ferror(rows) ? AUDIT_UNREADABLE : AUDIT_GOOD;
}

static enum audit_fault judge_checkpoint(const struct audit_checkpoint *point,
                                         const struct heads *heads, EVP_PKEY *key)
{
    static const uint8_t zero[32];
    char text[CHECKPOINT_TEXT_MAX];
    checkpoint_text(point, text);
    if (pki_sm2_verify(key, text, strlen(text), point->signature, point->signature_len) != PKI_OK)
        return AUDIT_CHECKPOINT;
    if (point->count > (int64_t)heads->count)
        return AUDIT_TRUNCATED;
    const uint8_t *head = point->count > 0 ? heads->hash[point->count - 1] : zero;
    return memcmp(head, point->head, 32) == 0 ? AUDIT_GOOD : AUDIT_CHECKPOINT;
}

void audit_verify(FILE *rows, FILE *checkpoints, EVP_PKEY *key, struct audit_report *report)
{
    struct heads heads = {NULL, 0, 0};
    char line[CHECKPOINT_LINE_MAX];
    struct audit_checkpoint point;
    memset(report, 0, sizeof *report);
    report->fault = read_rows(rows, &heads);
    report->rows = (int64_t)heads.count;
    report->row = report->fault == AUDIT_GOOD ? 0 : report->rows + 1;
    while (report->fault == AUDIT_GOOD && fgets(line, sizeof line, checkpoints)) {
        report->row = report->checkpoints + 1;
        report->fault = AUDIT_CHECKPOINT;
        if (strchr(line, '\n') && checkpoint_read(line, &point) == CA_OK)
            report->fault = judge_checkpoint(&point, &heads, key);
        if (report->fault != AUDIT_GOOD)
            break;
        report->checkpoints++;
        if (point.count >= report->last) {
            report->last = point.count;
            report->last_time = point.time;
        }
    }
    if (report->fault == AUDIT_GOOD && report->last < report->rows) {
        report->fault = AUDIT_UNSIGNED;
        report->row = report->last + 1;
    }
    if (heads.count)
        memcpy(report->head, heads.hash[heads.count - 1], 32);
    free(heads.hash);
}
