/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mounting: the log is read once from its oldest frame to its end, and what a power cut left is
 * settled, so that no later mount can come to another conclusion than this one.
 *
 *   ... [A][A][commit A] [B][B] xxxx FFFF
 *                        ^solid ^stop
 *
 * solid: everything before is settled. stop: where reading ended. Between them lie frames without a
 * commit, after them perhaps a torn one. They are zeroed; and the rest of the page in which the
 * next program would have been is zeroed even when it reads blank, for a program cut short may have
 * left bits there that read either way. For the same reason the last commit mark is programmed once
 * more before anything relies on it.
 *
 * Damage is not a cut: if the log reads badly but an authentic, later commit mark lies beyond, it
 * once went on there, and the answer is ERR_INTEGRITY, not a shorter log.
 */
#include "state.h"
#include "store.h"
#include <string.h>

struct scan {
    uint32_t begin; /* the oldest frame */
    uint32_t solid;
    uint32_t stop;
    uint32_t committed; /* highest transaction number that committed */
    struct frame last;  /* the newest commit; kind is FRAME_PAD if there is none */
    struct group user;  /* the newest user transaction; count 0 when it has committed */
    struct group gc;
    struct group done; /* the newest user transaction that committed */
};

/* Finds the run of open sectors that ends with the newest. */
static int find_sectors(struct store *s)
{
    struct log *l = &s->log;
    enum sector_state state;
    uint32_t number;
    uint32_t first;
    uint32_t open = 0;

    memset(l->ready, 0, sizeof l->ready);
    for (uint32_t i = 0; i < l->sectors; i++) {
        if (sector_inspect(l, i, &state, &number, &first) != ERR_OK) {
            return ERR_FLASH;
        }
        if (state == SECTOR_READY) {
            l->ready[i / 8u] |= (uint8_t)(1u << i % 8u);
        } else if (state == SECTOR_OPEN) {
            l->head = open == 0 || number > l->head ? number : l->head;
            open++;
        }
    }
    if (open == 0) {
        return ERR_INTEGRITY; /* a store is made with its first sector open */
    }
    uint32_t run = 0;
    while (run < open) {
        if (sector_inspect(l, log_place(l, l->head - run), &state, &number, &first) != ERR_OK) {
            return ERR_FLASH;
        }
        if (state != SECTOR_OPEN || number != l->head - run) {
            return ERR_INTEGRITY; /* a hole: sectors are opened and freed in order */
        }
        run++;
    }
    l->tail = l->head - (run - 1u);
    return ERR_OK;
}

static struct group *group_of(struct scan *sc, const struct frame *f)
{
    return f->kind == FRAME_VALUE || f->kind == FRAME_TOMB ? &sc->user : &sc->gc;
}

/* A commit frame: its transaction counts from here on. */
static int take_commit(struct store *s, struct scan *sc, const struct frame *f)
{
    struct group *g = sc->user.count > 0 && sc->user.txn == f->txn ? &sc->user : &sc->gc;
    bool known = g->count > 0 && g->txn == f->txn;
    uint32_t count = known ? g->count : 0;
    /* Only a transaction that began before the log's present beginning may have lost frames. */
    bool cropped = f->version > f->position - sc->begin;

    if (cropped ? count > f->id : count != f->id || f->position - g->start != f->version) {
        return ERR_INTEGRITY;
    }
    if (known) {
        int rc = group_apply(s, f->txn, g->start, f->position, false);
        if (rc != ERR_OK) {
            return rc;
        }
        if (g == &sc->user) {
            sc->done = *g;
        }
        g->count = 0;
    }
    sc->committed = f->txn > sc->committed ? f->txn : sc->committed;
    sc->last = *f;
    sc->solid = f->position + f->granules;
    return ERR_OK;
}

/* Whether the frame at f->position, unreadable as it is, is the commit of g but for a few bits. */
static int near_commit(struct store *s, const struct group *g, struct frame *f, bool *yes)
{
    struct frame expected = {.kind = FRAME_COMMIT,
                             .id = (uint16_t)g->count,
                             .txn = g->txn,
                             .version = f->position - g->start,
                             .position = f->position,
                             .granules = FRAME_HEADER_GRANULES};

    *yes = false;
    int rc = g->count > 0 ? frame_is_commit(&s->log, f->position, &expected, yes) : ERR_OK;
    if (*yes) {
        *f = expected;
    }
    return rc;
}

static int scan_log(struct store *s, struct scan *sc)
{
    uint32_t limit = log_limit(&s->log);
    uint32_t p = sc->begin;
    int rc = ERR_OK;

    while (p < limit && rc == ERR_OK) {
        struct frame f;
        bool yes = false;
        rc = frame_read(&s->log, p, false, &f);
        if (rc == ERR_OK && f.kind == FRAME_BAD) {
            rc = near_commit(s, &sc->user, &f, &yes);
            if (rc == ERR_OK && !yes) {
                rc = near_commit(s, &sc->gc, &f, &yes);
            }
        }
        if (rc != ERR_OK || f.kind == FRAME_BAD || f.kind == FRAME_BLANK) {
            break;
        }
        if (f.kind == FRAME_PAD) {
            sc->solid = sc->solid == p ? p + 1u : sc->solid;
        } else if (f.kind == FRAME_COMMIT) {
            rc = take_commit(s, sc, &f);
        } else {
            struct group *g = group_of(sc, &f);
            if (g->count == 0 || g->txn != f.txn) {
                *g = (struct group){.txn = f.txn, .start = p};
            }
            g->count++;
        }
        if (f.txn >= s->next_txn) {
            s->next_txn = f.txn + 1u;
        }
        p = f.granules > limit - p ? limit : p + f.granules;
    }
    sc->stop = p;
    return rc;
}

/* ERR_INTEGRITY if the log once went on after the place where reading stopped. */
static int look_beyond(const struct store *s, const struct scan *sc)
{
    const struct log *l = &s->log;
    uint32_t to = log_limit(l);
    bool found;

    if (l->head - l->tail + 1u < l->sectors) {
        to += LOG_GRANULES; /* the next sector too: its open mark may be what was damaged */
    }
    /* 0 is no transaction's number, so a group that is not pending asks for nothing. */
    uint32_t pending = sc->user.count > 0 ? sc->user.txn : 0;
    /* Not at stop itself: a mark whose program was cut there may read well at one look in two. */
    int rc = frame_find_commit(l, sc->stop + 1u, to, sc->committed, pending, &found);
    return rc == ERR_OK && found ? ERR_INTEGRITY : rc;
}

static int page_blank(const struct log *l, uint32_t position, uint32_t granules, bool *yes)
{
    uint8_t seen[GRANULE];

    *yes = true;
    for (uint32_t g = 0; g < granules && *yes; g++) {
        if (log_read(l, position + g, 0, seen, sizeof seen) != ERR_OK) {
            return ERR_FLASH;
        }
        for (size_t i = 0; i < sizeof seen; i++) {
            *yes = *yes && seen[i] == 0xFF;
        }
    }
    return ERR_OK;
}

static uint32_t page_end(const struct log *l, uint32_t position)
{
    return position + (HAL_FLASH_PAGE - log_addr(l, position) % HAL_FLASH_PAGE) / GRANULE;
}

/* Zeroes from position on, page by page, to where the sector reads blank to its end, and one page
 * more. (Blank pages may lie before zeroed ones: an earlier recovery, cut short, left them.)
 * [out] *end: the position after. */
static int zero_pages(struct store *s, uint32_t position, uint32_t *end)
{
    struct log *l = &s->log;
    uint32_t limit = (position / LOG_GRANULES + 1u) * LOG_GRANULES;
    uint32_t used = position;
    bool blank;

    *end = position;
    if (position >= log_limit(l)) {
        return ERR_OK;
    }
    for (uint32_t p = position; p < limit; p = page_end(l, p)) {
        if (page_blank(l, p, page_end(l, p) - p, &blank) != ERR_OK) {
            return ERR_FLASH;
        }
        used = blank ? used : page_end(l, p);
    }
    *end = used < limit ? page_end(l, used) : limit;
    return log_zero(l, position, 0, (*end - position) * GRANULE, true);
}

/* Where the last commit ends: all that follows is loss, of cuts and of the mounts after them. */
static uint32_t committed_end(const struct scan *sc)
{
    return sc->last.kind == FRAME_COMMIT ? sc->last.position + sc->last.granules : sc->begin;
}

/* Makes the end of the log firm and fit to be written on. */
static int settle(struct store *s, struct scan *sc)
{
    struct log *l = &s->log;
    /* The sector of the last granule that counts: one entered since, even if by padding alone, is
     * taken back, or each cut could cost a whole one. */
    uint32_t from = committed_end(sc);
    uint32_t keep = (from > sc->begin ? from - 1u : from) / LOG_GRANULES;
    enum sector_state state;
    uint32_t number;
    uint32_t first;
    uint32_t end = sc->stop;
    int rc = ERR_OK;

    keep = keep > l->head ? l->head : keep;
    if (sc->last.kind == FRAME_COMMIT && sc->solid == from) {
        rc = frame_refresh_commit(l, &sc->last);
    }
    /* Sectors are opened one program at a time; once a commit lies in one, its mark is firm. */
    if (rc == ERR_OK &&
        (sc->last.kind != FRAME_COMMIT || sc->last.position < keep * LOG_GRANULES)) {
        rc = sector_inspect(l, log_place(l, keep), &state, &number, &first);
        if (rc == ERR_OK) {
            rc = state == SECTOR_OPEN ? sector_refresh(l, keep, first) : ERR_FLASH;
        }
    }
    /* First what may be a torn commit mark, so that it can never come to authenticate. */
    if (rc == ERR_OK) {
        rc = zero_pages(s, sc->stop, &end);
    }
    while (rc == ERR_OK && l->head > keep) {
        rc = sector_free(l, l->head);
        l->head--;
    }
    uint32_t stop = sc->stop;
    if (stop > log_limit(l)) {
        stop = log_limit(l);
    }
    if (sc->solid > log_limit(l)) {
        sc->solid = log_limit(l);
    }
    /* Padding since the last commit is made firm too: the mount that wrote it may have been cut. */
    if (rc == ERR_OK && from < stop) {
        rc = log_zero(l, from, 0, (stop - from) * GRANULE, true);
    }
    if (rc == ERR_OK) {
        l->end = end > log_limit(l) ? log_limit(l) : end;
        if (l->end == log_limit(l)) {
            sector_doubt(l, log_place(l, l->head + 1u)); /* its opening may have been cut */
        }
    }
    return rc;
}

/* Is old the version that f replaced or deleted? */
static int find_successor(struct store *s, const struct frame *f, void *arg)
{
    const struct frame *old = arg;
    (void)s;
    return f->type == old->type && f->id == old->id && f->version == old->version + 1u ? ERR_EXISTS
                                                                                       : ERR_OK;
}

/* A value that is not live is zero, or becomes so now. */
static int zero_if_dead(struct store *s, const struct frame *f, void *arg)
{
    const struct scan *sc = arg;
    bool firm = false;

    if ((f->kind != FRAME_VALUE && f->kind != FRAME_COPY) || frame_is_live(s, f)) {
        return ERR_OK;
    }
    if (sc->user.count > 0 && f->txn == sc->user.txn) {
        firm = true;
    } else if (sc->done.count > 0) {
        /* Its zeroing was perhaps the operation that was cut. */
        struct frame old = *f;
        int rc =
            group_walk(s, sc->done.txn, sc->done.start, sc->last.position, find_successor, &old);
        firm = rc == ERR_EXISTS;
        if (rc != ERR_OK && rc != ERR_EXISTS) {
            return rc;
        }
    }
    return frame_zero_value(&s->log, f, firm);
}

/* The sectors that a committed trim gave up, and the secrets that a commit outdated. */
static int finish(struct store *s, struct scan *sc)
{
    struct log *l = &s->log;
    int rc = ERR_OK;

    if (s->trim < l->tail || s->trim > l->head) {
        return ERR_INTEGRITY; /* sectors are missing that nobody freed */
    }
    bool freed = l->tail < s->trim;
    while (rc == ERR_OK && l->tail < s->trim) {
        rc = sector_free(l, l->tail);
        l->tail++;
    }
    /* What is neither in the log nor known to be erased may hold copies of values. */
    for (uint32_t n = l->head + 1u; n < l->tail + l->sectors && rc == ERR_OK; n++) {
        rc = sector_ready(l, log_place(l, n)) ? ERR_OK : sector_free(l, n);
    }
    if (rc == ERR_OK) {
        rc = log_begin(l, &sc->begin);
    }
    if (rc == ERR_OK) {
        rc = log_zero_remnant(l, freed);
    }
    if (rc == ERR_OK && sc->done.count > 0 && sc->done.start < sc->begin) {
        sc->done.start = sc->begin;
    }
    return rc == ERR_OK ? group_walk(s, 0, sc->begin, sc->solid, zero_if_dead, sc) : rc;
}

/* The sector after the newest may hold a spare mark that reads either way (repair.c, step 3): it
 * goes before anything is written behind the last commit. */
static int clear_next(struct log *l)
{
    uint32_t next = l->head + 1u;

    return next - l->tail >= l->sectors || sector_ready(l, log_place(l, next))
               ? ERR_OK
               : sector_free(l, next);
}

int store_recover(struct store *s)
{
    struct scan sc;

    s->index.count = 0;
    s->live = 0;
    s->trim = 0;
    s->next_txn = 1;
    s->log.page_used = 0;
    memset(&sc, 0, sizeof sc);

    int rc = repair_resume(&s->log);
    if (rc == ERR_OK) {
        rc = find_sectors(s);
    }
    if (rc == ERR_OK) {
        rc = log_begin(&s->log, &sc.begin);
    }
    if (rc == ERR_OK) {
        sc.solid = sc.begin;
        rc = scan_log(s, &sc);
    }
    if (rc == ERR_OK) {
        rc = look_beyond(s, &sc);
    }
    if (rc == ERR_OK) {
        rc = clear_next(&s->log);
    }
    if (rc == ERR_OK) {
        rc = settle(s, &sc);
    }
    if (rc == ERR_OK) {
        rc = finish(s, &sc);
    }
    /* Only now: no value that is dead may be copied. */
    if (rc == ERR_OK && gc_room_is_short(s) && s->log.end > committed_end(&sc)) {
        rc = repair_head(&s->log, committed_end(&sc));
    }
    return rc;
}
