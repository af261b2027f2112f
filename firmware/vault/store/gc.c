/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collection: the oldest sector's live frames are copied to the end of the log, a trim frame in the
 * same transaction says that the log now begins one sector later, and the sector is erased. Going
 * strictly round the ring is what levels the wear; that a copy is byte for byte (seal.h) means that
 * a damaged record stays a damaged record and never quietly disappears.
 *
 * A step is one transaction. Cut before its commit it costs no room but the rest of the sector in
 * which the last commit lies: sectors opened since are taken back at mount (recover.c), and where
 * room is short that rest is won back too (repair.c). So a step can be tried for ever, and many
 * steps with a cut after each cost no more than their trim and commit frames.
 *
 * It may run in the middle of a user's transaction: it has its own transaction, which commits
 * first.
 */
#include "state.h"
#include "store.h"

static uint32_t slack(const struct store *s)
{
    uint32_t eighth = s->log.sectors / 8u;
    return eighth < 3u ? 3u : eighth;
}

/* Sectors that a user's write leaves free. */
static uint32_t gc_room(const struct store *s)
{
    return GC_ROOM + s->log.sectors / 16u;
}

bool gc_room_is_short(const struct store *s)
{
    return log_room(&s->log) < gc_room(s) * LOG_GRANULES;
}

uint32_t gc_capacity(const struct store *s)
{
    return (s->log.sectors - gc_room(s) - slack(s)) * LOG_GRANULES;
}

/* Whether the transaction of a tombstone commits in the same sector. If it does not, a copy made by
 * a collection in between may lie after the tombstone, and the tombstone must outlive it. */
static int closed_within(struct store *s, const struct frame *tomb, uint32_t end, bool *closed)
{
    struct frame f;
    int rc = ERR_OK;

    *closed = false;
    for (uint32_t p = tomb->position; p < end && rc == ERR_OK && !*closed; p += f.granules) {
        rc = frame_read(&s->log, p, true, &f);
        *closed = f.kind == FRAME_COMMIT && f.txn == tomb->txn;
    }
    return rc;
}

/* Copies f to the end of the log if it still matters. */
static int move(struct store *s, struct group *g, const struct frame *f, uint32_t sector_end)
{
    struct frame copy = *f;

    if (f->kind == FRAME_VALUE || f->kind == FRAME_COPY) {
        if (!frame_is_live(s, f)) {
            return ERR_OK;
        }
        copy.kind = FRAME_COPY;
        group_add(s, g, &copy);
        return frame_write_copy(&s->log, &copy, f->position);
    }
    if (f->kind == FRAME_TOMB || f->kind == FRAME_CARRY) {
        bool closed;
        int rc = closed_within(s, f, sector_end, &closed);
        if (rc != ERR_OK || closed || index_find(&s->index, f->type, f->id) != NULL) {
            return rc;
        }
        copy.kind = FRAME_CARRY;
        group_add(s, g, &copy);
        return frame_write_header(&s->log, &copy);
    }
    return ERR_OK;
}

int gc_step(struct store *s)
{
    struct log *l = &s->log;
    uint32_t victim = l->tail;
    uint32_t end = (victim + 1u) * LOG_GRANULES;
    enum sector_state state;
    uint32_t number;
    uint32_t first;
    struct group g;

    if (victim == l->head || (s->open && s->user.count > 0 && s->user.start < end)) {
        return ERR_NO_SPACE;
    }
    int rc = sector_inspect(l, log_place(l, victim), &state, &number, &first);
    if (rc != ERR_OK || state != SECTOR_OPEN || number != victim) {
        return rc != ERR_OK ? rc : ERR_INTEGRITY;
    }
    group_begin(s, &g);
    uint32_t p = first == LOG_FIRST_NONE ? end : end - LOG_GRANULES + first;
    while (p < end && rc == ERR_OK) {
        struct frame f;
        rc = frame_read(l, p, false, &f);
        if (rc == ERR_OK && f.kind == FRAME_BAD) {
            rc = ERR_INTEGRITY;
        }
        if (rc == ERR_OK) {
            rc = move(s, &g, &f, end);
        }
        p += f.granules;
    }
    if (rc == ERR_OK) {
        struct frame trim = {.kind = FRAME_TRIM, .version = victim + 1u};
        group_add(s, &g, &trim);
        rc = frame_write_header(l, &trim);
    }
    if (rc == ERR_OK) {
        rc = group_commit(s, &g, false);
    }
    if (rc == ERR_OK) {
        l->tail = victim + 1u;
        rc = sector_free(l, victim);
    }
    if (rc == ERR_OK) {
        /* Only now: what begins in the victim must stay readable for as long as it can be read. */
        rc = log_zero_remnant(l, false);
    }
    return rc == ERR_NO_SPACE ? ERR_INTERNAL : rc; /* GC_ROOM is there so that this cannot be */
}

int gc_make_room(struct store *s, uint32_t granules)
{
    uint32_t need = granules + FRAME_HEADER_GRANULES + gc_room(s) * LOG_GRANULES;
    uint32_t round = s->log.head; /* once round is enough: then everything dead is gone */
    int rc = ERR_OK;

    while (rc == ERR_OK && log_room(&s->log) < need) {
        rc = s->log.tail <= round ? gc_step(s) : ERR_NO_SPACE;
    }
    return rc;
}

int gc_maintain(struct store *s, bool *more)
{
    struct log *l = &s->log;

    *more = false;
    if (log_room(l) < (gc_room(s) + KEEP) * LOG_GRANULES) {
        int rc = gc_step(s);
        *more = rc == ERR_OK;
        return rc == ERR_NO_SPACE ? ERR_OK : rc;
    }
    for (uint32_t i = 1; i <= KEEP; i++) {
        uint32_t place = log_place(l, l->head + i);
        if (!sector_ready(l, place)) {
            *more = true;
            return sector_prepare(l, place);
        }
    }
    return ERR_OK;
}
