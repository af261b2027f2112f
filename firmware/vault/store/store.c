/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of store.h, over the log and its groups. */
#include "store.h"
#include "state.h"
#include "superblock.h"
#include <string.h>

static struct store store;

/* --- Making, opening, destroying ---------------------------------------------------------- */

static int attach(const struct hal_flash *flash)
{
    uint32_t sectors = flash->size / HAL_FLASH_SECTOR;

    store_unmount();
    sectors = sectors > STORE_SECTORS_MAX ? STORE_SECTORS_MAX : sectors;
    if (sectors < STORE_SECTORS_MIN) {
        return ERR_PARAM;
    }
    store.log.flash = *flash;
    store.log.sectors = sectors - SUPER_COPIES;
    return ERR_OK;
}

int store_format(const struct hal_flash *flash, const uint8_t root_key[STORE_ROOT_KEY],
                 const struct store_random *random)
{
    uint8_t key[SEAL_KEY];
    struct log *l = &store.log;
    int rc = attach(flash);

    if (rc != ERR_OK) {
        return rc;
    }
    if (random->bytes(key, sizeof key) != ERR_OK) {
        secret_wipe(key, sizeof key);
        return ERR_ENTROPY;
    }
    seal_init(&l->keys, key);
    /* The old store's key goes first: a format cut short leaves no store, not half of one. */
    rc = super_zero(l);
    for (uint32_t i = 0; i < SUPER_COPIES && rc == ERR_OK; i++) {
        rc = log_erase(l, i * HAL_FLASH_SECTOR);
    }
    for (uint32_t i = 0; i < l->sectors && rc == ERR_OK; i++) {
        rc = sector_prepare(l, i);
    }
    if (rc == ERR_OK) {
        rc = sector_refresh(l, 0, 0);
    }
    if (rc == ERR_OK) {
        rc = super_write(l, root_key, key);
    }
    secret_wipe(key, sizeof key);
    store_unmount();
    return rc;
}

int store_mount(const struct hal_flash *flash, const uint8_t root_key[STORE_ROOT_KEY])
{
    uint8_t key[SEAL_KEY];
    int rc = attach(flash);

    if (rc == ERR_OK) {
        rc = super_load(&store.log, root_key, key);
    }
    if (rc == ERR_OK) {
        seal_init(&store.log.keys, key);
        secret_wipe(key, sizeof key);
        rc = store_recover(&store);
    }
    if (rc != ERR_OK) {
        store_unmount();
        return rc;
    }
    store.mounted = true;
    return ERR_OK;
}

void store_unmount(void)
{
    secret_wipe(&store, sizeof store);
}

int store_destroy(const struct hal_flash *flash)
{
    int result = attach(flash);

    if (result != ERR_OK) {
        return result;
    }
    result = super_zero(&store.log);
    for (uint32_t i = 0; i < store.log.sectors + SUPER_COPIES; i++) {
        int rc = log_erase(&store.log, i * HAL_FLASH_SECTOR); /* go on: destroy what can be */
        result = result == ERR_OK ? rc : result;
    }
    store_unmount();
    return result;
}

/* --- Transactions ------------------------------------------------------------------------- */

/* Entry to a call that changes flash. leave() clears the mark; a caller that is abandoned in
 * between leaves it set, and store_rollback then reads everything anew. */
static int enter(void)
{
    if (!store.mounted || store.busy) {
        return ERR_STATE;
    }
    if (store.broken) {
        return ERR_FLASH;
    }
    store.busy = true;
    return ERR_OK;
}

static int leave(int rc, bool wrote)
{
    store.broken = store.broken || (wrote && rc != ERR_OK);
    store.busy = false;
    return rc;
}

int store_begin(void)
{
    int rc = enter();

    if (rc != ERR_OK) {
        return rc;
    }
    if (store.open) {
        return leave(ERR_STATE, false);
    }
    group_begin(&store, &store.user);
    store.user_growth = 0;
    store.user_objects = 0;
    store.open = true;
    return leave(ERR_OK, false);
}

struct search {
    uint8_t type;
    uint16_t id;
    bool found;
    struct frame frame;
};

static int match(struct store *s, const struct frame *f, void *arg)
{
    struct search *q = arg;

    (void)s;
    if ((f->kind == FRAME_VALUE || f->kind == FRAME_TOMB) && f->type == q->type && f->id == q->id) {
        q->found = true;
        q->frame = *f;
    }
    return ERR_OK;
}

/* The object as the open transaction will leave it, or else as it is: its newest frame, or
 * FRAME_PAD when there is none. */
static int current(uint8_t type, uint16_t id, struct frame *f)
{
    struct search q = {.type = type, .id = id};
    int rc = ERR_OK;

    if (store.user.count > 0) {
        rc = group_walk(&store, store.user.txn, store.user.start, store.log.end, match, &q);
    }
    *f = (struct frame){.kind = FRAME_PAD};
    if (rc == ERR_OK && q.found) {
        *f = q.frame;
    } else if (rc == ERR_OK) {
        const struct index_entry *e = index_find(&store.index, type, id);
        if (e != NULL) {
            rc = frame_read(&store.log, log_position(&store.log, e->slot), false, f);
            if (rc == ERR_OK && f->kind != FRAME_VALUE && f->kind != FRAME_COPY) {
                rc = ERR_INTEGRITY;
            }
        }
    }
    return rc;
}

/* Appends one change to the open transaction. growth, objects: what it adds to the live data. */
static int append(struct frame *f, const void *value, int32_t growth, int32_t objects)
{
    uint32_t granules =
        f->kind == FRAME_VALUE ? frame_value_granules(f->len) : FRAME_HEADER_GRANULES;
    int64_t live = (int64_t)store.live + store.user_growth + growth;
    int64_t count = (int64_t)store.index.count + store.user_objects + objects;

    if ((growth > 0 && live > (int64_t)gc_capacity(&store)) ||
        (objects > 0 && count > (int64_t)STORE_MAX_OBJECTS) || store.user.count == UINT16_MAX) {
        return leave(ERR_NO_SPACE, false);
    }
    int rc = gc_make_room(&store, granules);
    if (rc != ERR_OK) {
        return leave(rc, rc != ERR_NO_SPACE);
    }
    group_add(&store, &store.user, f);
    f->sequence = f->txn;
    rc = f->kind == FRAME_VALUE ? frame_write_value(&store.log, f, value)
                                : frame_write_header(&store.log, f);
    if (rc == ERR_OK) {
        store.user_growth += growth;
        store.user_objects += objects;
    }
    return leave(rc, true);
}

static int32_t value_growth(const struct frame *old)
{
    return old->kind == FRAME_VALUE || old->kind == FRAME_COPY ? -(int32_t)old->granules : 0;
}

int store_put(uint8_t type, uint16_t id, const void *value, size_t len)
{
    struct frame old;
    int rc = enter();

    if (rc != ERR_OK) {
        return rc;
    }
    if (!store.open || (value == NULL && len > 0) || len > STORE_MAX_VALUE) {
        return leave(store.open ? ERR_PARAM : ERR_STATE, false);
    }
    rc = current(type, id, &old);
    if (rc != ERR_OK) {
        return leave(rc, false);
    }
    struct frame f = {.kind = FRAME_VALUE,
                      .type = type,
                      .id = id,
                      .len = (uint16_t)len,
                      .version = old.version + 1u};
    int32_t gone = value_growth(&old);
    if (old.kind == FRAME_PAD) {
        f.version = store.user.txn; /* so that an object made anew does not repeat its versions */
    }
    return append(&f, value, (int32_t)frame_value_granules(len) + gone, gone == 0 ? 1 : 0);
}

int store_delete(uint8_t type, uint16_t id)
{
    struct frame old;
    int rc = enter();

    if (rc != ERR_OK) {
        return rc;
    }
    if (!store.open) {
        return leave(ERR_STATE, false);
    }
    rc = current(type, id, &old);
    int32_t gone = value_growth(&old);
    if (rc != ERR_OK || gone == 0) {
        return leave(rc, false);
    }
    struct frame f = {.kind = FRAME_TOMB, .type = type, .id = id, .version = old.version + 1u};
    return append(&f, NULL, gone, -1);
}

int store_commit(void)
{
    int rc = enter();

    if (rc != ERR_OK) {
        return rc;
    }
    if (!store.open) {
        return leave(ERR_STATE, false);
    }
    store.open = false;
    if (store.user.count > 0) {
        rc = group_commit(&store, &store.user, true);
        store.user.count = 0;
    }
    return leave(rc, true);
}

static int forget(struct store *s, const struct frame *f, void *arg)
{
    (void)arg;
    return frame_zero_value(&s->log, f, false);
}

void store_rollback(void)
{
    if (!store.mounted) {
        return;
    }
    if (store.busy || store.broken) {
        /* What RAM says of the log is not to be trusted: the log says it better. */
        store.open = false;
        store.user.count = 0;
        store.broken = store_recover(&store) != ERR_OK;
        store.busy = false;
        return;
    }
    if (store.open) {
        uint32_t count = store.user.count;
        store.open = false;
        store.busy = true;
        store.user.count = 0;
        (void)leave(count > 0 ? group_walk(&store, store.user.txn, store.user.start, store.log.end,
                                           forget, NULL)
                              : ERR_OK,
                    true);
    }
}

int store_put_one(uint8_t type, uint16_t id, const void *value, size_t len)
{
    int rc = store_begin();

    if (rc != ERR_OK) {
        return rc;
    }
    rc = store_put(type, id, value, len);
    if (rc == ERR_OK) {
        rc = store_commit();
    }
    if (rc != ERR_OK) {
        store_rollback();
    }
    return rc;
}

/* --- Reading ------------------------------------------------------------------------------ */

static int live_frame(const struct index_entry *e, struct frame *f)
{
    int rc = frame_read(&store.log, log_position(&store.log, e->slot), false, f);

    if (rc == ERR_OK && ((f->kind != FRAME_VALUE && f->kind != FRAME_COPY) || f->type != e->type ||
                         f->id != e->id || f->len != e->len)) {
        rc = ERR_INTEGRITY;
    }
    return rc;
}

int store_get(uint8_t type, uint16_t id, void *value, size_t cap, size_t *len)
{
    struct frame f;

    if (!store.mounted || store.busy) {
        return ERR_STATE;
    }
    const struct index_entry *e = index_find(&store.index, type, id);
    if (e == NULL) {
        return ERR_NOT_FOUND;
    }
    int rc = live_frame(e, &f);
    if (rc != ERR_OK) {
        return rc;
    }
    *len = f.len;
    if (cap < f.len) {
        return ERR_NO_SPACE;
    }
    return frame_open_value(&store.log, &f, f.len > 0 ? value : NULL);
}

int store_next(uint8_t type, bool first, uint16_t *id)
{
    if (!store.mounted || store.busy) {
        return ERR_STATE;
    }
    uint32_t i = index_lower(&store.index, type, first ? 0u : *id + 1u);
    if (i == store.index.count || store.index.entry[i].type != type) {
        return ERR_NOT_FOUND;
    }
    *id = store.index.entry[i].id;
    return ERR_OK;
}

uint32_t store_cost(size_t len)
{
    return frame_value_granules(len) * GRANULE;
}

uint16_t store_free_id(uint8_t type, uint16_t from)
{
    for (uint32_t id = from; store.mounted && !store.busy && id <= UINT16_MAX; id++) {
        struct frame f = {.kind = FRAME_PAD};
        if (index_find(&store.index, type, (uint16_t)id) == NULL &&
            (!store.open || current(type, (uint16_t)id, &f) == ERR_OK) && value_growth(&f) == 0) {
            return (uint16_t)id;
        }
    }
    return 0;
}

void store_stats(struct store_stats *s)
{
    memset(s, 0, sizeof *s);
    if (store.mounted) {
        uint32_t capacity = gc_capacity(&store);
        s->capacity = capacity * GRANULE;
        s->free = store.live < capacity ? (capacity - store.live) * GRANULE : 0;
        s->objects = store.index.count;
        s->objects_free = STORE_MAX_OBJECTS - store.index.count;
        s->erases = store.log.erases;
        s->programs = store.log.programs;
    }
}

int store_maintain(bool *more)
{
    *more = false;
    int rc = enter();

    if (rc != ERR_OK || store.open) {
        return rc != ERR_OK ? rc : leave(ERR_OK, false);
    }
    return leave(gc_maintain(&store, more), true);
}

int store_check(void)
{
    if (!store.mounted || store.busy) {
        return ERR_STATE;
    }
    for (uint32_t i = 0; i < store.index.count; i++) {
        struct frame f;
        int rc = live_frame(&store.index.entry[i], &f);
        if (rc == ERR_OK) {
            rc = frame_open_value(&store.log, &f, NULL);
        }
        if (rc != ERR_OK) {
            return rc;
        }
    }
    return ERR_OK;
}
