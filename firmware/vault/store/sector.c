/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sector's life: free -> erased -> ready -> open -> (freed) -> free.
 *
 * A sector that reads blank proves nothing: an erase cut short can look like that and read
 * otherwise tomorrow. So a finished erase is followed by a mark, and only a marked sector is used.
 * If that mark itself was cut and authenticates today but not tomorrow, no harm: the erase was
 * finished all the same, and tomorrow it is done once more.
 */
#include "log.h"
#include "store.h"
#include <string.h>

#define MAC_AT 8u

static void ready_mark(const struct log *l, uint32_t place, uint8_t m[LOG_MARK])
{
    uint8_t mac[SEAL_TAG];

    set32(m, LOG_READY_MAGIC);
    set16(m + 4, STORE_FORMAT);
    set16(m + 6, place);
    seal_mark(&l->keys, 'R', m, MAC_AT, mac);
    memcpy(m + MAC_AT, mac, LOG_MARK - MAC_AT);
}

static void open_mark(const struct log *l, uint32_t number, uint32_t first, uint8_t m[LOG_MARK])
{
    uint8_t mac[SEAL_TAG];

    set16(m, STORE_FORMAT);
    set16(m + 2, first);
    set32(m + 4, number);
    seal_mark(&l->keys, 'O', m, MAC_AT, mac);
    memcpy(m + MAC_AT, mac, LOG_MARK - MAC_AT);
}

/* In the place of the open mark, and told from one by its MAC alone. */
static void spare_mark(const struct log *l, const struct spare_mark *s, uint8_t m[LOG_MARK])
{
    uint8_t mac[SEAL_TAG];

    set16(m, STORE_FORMAT);
    m[2] = (uint8_t)s->used;
    m[3] = (uint8_t)s->first; /* LOG_FIRST_NONE becomes 0xFF, which no granule's number is */
    set32(m + 4, s->number);
    seal_mark(&l->keys, 'S', m, MAC_AT, mac);
    memcpy(m + MAC_AT, mac, LOG_MARK - MAC_AT);
}

int sector_mark_spare(struct log *l, uint32_t number, uint32_t used, uint32_t first)
{
    struct spare_mark s = {.number = number, .used = used, .first = first};
    uint8_t mark[LOG_MARK];

    spare_mark(l, &s, mark);
    return log_program(l, log_sector_addr(l, number + 1u) + LOG_MARK, mark, sizeof mark);
}

int sector_read_spare(const struct log *l, uint32_t place, struct spare_mark *s)
{
    uint8_t seen[LOG_MARK];
    uint8_t want[LOG_MARK];

    if (l->flash.read(l->flash.ctx, log_sector_addr(l, place) + LOG_MARK, seen, sizeof seen) !=
        HAL_OK) {
        return ERR_FLASH;
    }
    s->used = seen[2];
    s->first = seen[3] == 0xFF ? LOG_FIRST_NONE : seen[3];
    s->number = get32(seen + 4);
    if (log_place(l, s->number + 1u) != place || s->used >= LOG_GRANULES) {
        return ERR_NOT_FOUND;
    }
    spare_mark(l, s, want);
    return memcmp(seen, want, LOG_MARK) == 0 ? ERR_OK : ERR_NOT_FOUND;
}

static bool blank(const uint8_t m[LOG_MARK])
{
    uint8_t all = 0xFF;

    for (size_t i = 0; i < LOG_MARK; i++) {
        all &= m[i];
    }
    return all == 0xFF;
}

int sector_inspect(const struct log *l, uint32_t place, enum sector_state *state, uint32_t *number,
                   uint32_t *first)
{
    uint8_t header[LOG_HEADER];
    uint8_t want[LOG_MARK];
    const uint8_t *open = header + LOG_MARK;

    *state = SECTOR_FREE;
    if (l->flash.read(l->flash.ctx, log_sector_addr(l, place), header, sizeof header) != HAL_OK) {
        return ERR_FLASH;
    }
    if (blank(open)) {
        if (!blank(header)) {
            ready_mark(l, place, want);
            *state = memcmp(header, want, LOG_MARK) == 0 ? SECTOR_READY : SECTOR_FREE;
        }
        return ERR_OK;
    }
    *first = get16(open + 2);
    *number = get32(open + 4);
    open_mark(l, *number, *first, want);
    if (memcmp(open, want, LOG_MARK) == 0 && log_place(l, *number) == place &&
        (*first < LOG_GRANULES || *first == LOG_FIRST_NONE)) {
        *state = SECTOR_OPEN;
    }
    return ERR_OK;
}

bool sector_ready(const struct log *l, uint32_t place)
{
    return (l->ready[place / 8u] >> place % 8u & 1u) != 0;
}

void sector_doubt(struct log *l, uint32_t place)
{
    l->ready[place / 8u] &= (uint8_t) ~(1u << place % 8u);
}

int sector_prepare(struct log *l, uint32_t place)
{
    uint32_t addr = log_sector_addr(l, place);
    uint8_t mark[LOG_MARK];

    sector_doubt(l, place);
    int rc = log_erase(l, addr);
    if (rc == ERR_OK) {
        ready_mark(l, place, mark);
        rc = log_program(l, addr, mark, sizeof mark);
    }
    if (rc == ERR_OK) {
        l->ready[place / 8u] |= (uint8_t)(1u << place % 8u);
    }
    return rc;
}

int sector_refresh(struct log *l, uint32_t number, uint32_t first)
{
    uint8_t mark[LOG_MARK];

    open_mark(l, number, first, mark);
    return log_program(l, log_sector_addr(l, number) + LOG_MARK, mark, sizeof mark);
}

int sector_open_next(struct log *l, uint32_t first)
{
    uint32_t number = l->head + 1u;
    uint32_t place = log_place(l, number);

    if (number - l->tail >= l->sectors) {
        return ERR_NO_SPACE;
    }
    int rc = sector_ready(l, place) ? ERR_OK : sector_prepare(l, place);
    if (rc == ERR_OK) {
        sector_doubt(l, place);
        rc = sector_refresh(l, number, first);
    }
    if (rc == ERR_OK) {
        l->head = number;
    }
    return rc;
}

int sector_free(struct log *l, uint32_t number)
{
    int rc = log_zero_bytes(l, log_sector_addr(l, number), LOG_HEADER, false);
    return rc == ERR_OK ? sector_prepare(l, log_place(l, number)) : rc;
}

int log_begin(const struct log *l, uint32_t *begin)
{
    enum sector_state state;
    uint32_t number;
    uint32_t first;

    for (uint32_t n = l->tail; n <= l->head; n++) {
        if (sector_inspect(l, log_place(l, n), &state, &number, &first) != ERR_OK) {
            return ERR_FLASH;
        }
        if (state == SECTOR_OPEN && first != LOG_FIRST_NONE) {
            *begin = n * LOG_GRANULES + first;
            return ERR_OK;
        }
    }
    return ERR_INTEGRITY;
}

int log_zero_remnant(struct log *l, bool firm)
{
    uint32_t from = l->tail * LOG_GRANULES;
    uint32_t begin;
    int rc = log_begin(l, &begin);

    return rc == ERR_OK ? log_zero(l, from, 0, (begin - from) * GRANULE, firm) : rc;
}
