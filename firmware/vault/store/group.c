/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A transaction in the log: frames that carry its number, then a commit frame that alone makes them
 * count. The commit frame is programmed only after every frame before it was programmed and read
 * back, so where it authenticates, they are whole.
 *
 * What a commit does to the index is always read back from the log, at run time as at mount: there
 * is one way in which a transaction takes effect.
 */
#include "state.h"

void group_begin(struct store *s, struct group *g)
{
    g->txn = s->next_txn++;
    g->start = s->log.end;
    g->count = 0;
}

void group_add(struct store *s, struct group *g, struct frame *f)
{
    if (g->count == 0) {
        g->start = s->log.end;
    }
    g->count++;
    f->txn = g->txn;
}

int group_walk(struct store *s, uint32_t txn, uint32_t from, uint32_t to,
               int (*visit)(struct store *s, const struct frame *f, void *arg), void *arg)
{
    struct frame f;
    int rc = ERR_OK;

    for (uint32_t p = from; p < to && rc == ERR_OK; p += f.granules) {
        rc = frame_read(&s->log, p, true, &f);
        if (rc == ERR_OK && f.kind != FRAME_PAD && f.kind != FRAME_BLANK && f.kind != FRAME_BAD &&
            (txn == 0 || f.txn == txn)) {
            rc = visit(s, &f, arg);
        }
    }
    return rc;
}

bool frame_is_live(struct store *s, const struct frame *f)
{
    const struct index_entry *e = index_find(&s->index, f->type, f->id);

    return (f->kind == FRAME_VALUE || f->kind == FRAME_COPY) && e != NULL &&
           e->slot == log_slot(&s->log, f->position);
}

static int apply_frame(struct store *s, const struct frame *f, void *arg)
{
    const bool *zero = arg;
    const struct index_entry *e;
    struct frame old = {.kind = FRAME_PAD};
    int rc = ERR_OK;

    if (f->kind == FRAME_TRIM) {
        s->trim = f->version;
        return ERR_OK;
    }
    if (f->kind == FRAME_COMMIT) {
        return ERR_OK;
    }
    e = index_find(&s->index, f->type, f->id);
    if (e != NULL) {
        s->live -= frame_value_granules(e->len);
        if (*zero) {
            rc = frame_read(&s->log, log_position(&s->log, e->slot), true, &old);
        }
    }
    if (f->kind == FRAME_VALUE || f->kind == FRAME_COPY) {
        struct index_entry n = {
            .type = f->type, .id = f->id, .len = f->len, .slot = log_slot(&s->log, f->position)};
        if (index_set(&s->index, &n) != ERR_OK) {
            return ERR_INTEGRITY; /* the store never commits more than it can index */
        }
        s->live += f->granules;
    } else {
        index_remove(&s->index, f->type, f->id);
    }
    return rc == ERR_OK ? frame_zero_value(&s->log, &old, false) : rc;
}

int group_apply(struct store *s, uint32_t txn, uint32_t from, uint32_t to, bool zero)
{
    return group_walk(s, txn, from, to, apply_frame, &zero);
}

/* Whether a mount would take what lies at `at` for the commit of g: what was programmed as it was
 * meant may have been meant wrongly, and a PIN's try would come back with the next power-on. */
static int committed(struct store *s, const struct group *g, uint32_t at)
{
    struct frame f;
    int rc = frame_read(&s->log, at, false, &f);

    return rc == ERR_OK && (f.kind != FRAME_COMMIT || f.txn != g->txn || f.id != g->count ||
                            f.version != at - g->start)
               ? ERR_FLASH
               : rc;
}

int group_commit(struct store *s, struct group *g, bool zero)
{
    uint32_t at = s->log.end;
    struct frame f = {
        .kind = FRAME_COMMIT, .id = (uint16_t)g->count, .txn = g->txn, .version = at - g->start};
    int rc = frame_write_header(&s->log, &f);

    if (rc == ERR_OK) {
        rc = committed(s, g, at);
    }
    return rc == ERR_OK ? group_apply(s, g->txn, g->start, at, zero) : rc;
}
