/* SPDX-License-Identifier: Apache-2.0 */
#include "log.h"
#include <string.h>

#define CHUNK 64u

int log_program(struct log *l, uint32_t addr, const void *data, size_t len)
{
    const uint8_t *want = data;
    uint8_t seen[CHUNK];

    l->programs++;
    if (l->flash.program(l->flash.ctx, addr, data, len) != HAL_OK) {
        return ERR_FLASH;
    }
    for (size_t done = 0; done < len;) {
        size_t n = len - done < CHUNK ? len - done : CHUNK;
        if (l->flash.read(l->flash.ctx, addr + (uint32_t)done, seen, n) != HAL_OK ||
            memcmp(seen, want + done, n) != 0) {
            return ERR_FLASH;
        }
        done += n;
    }
    return ERR_OK;
}

/* Whether all of flash[addr..addr+len) is value. */
static int all_are(const struct log *l, uint32_t addr, size_t len, uint8_t value, bool *yes)
{
    uint8_t seen[CHUNK];

    *yes = true;
    for (size_t done = 0; done < len && *yes;) {
        size_t n = len - done < CHUNK ? len - done : CHUNK;
        if (l->flash.read(l->flash.ctx, addr + (uint32_t)done, seen, n) != HAL_OK) {
            return ERR_FLASH;
        }
        for (size_t i = 0; i < n; i++) {
            *yes = *yes && seen[i] == value;
        }
        done += n;
    }
    return ERR_OK;
}

int log_zero_bytes(struct log *l, uint32_t addr, size_t len, bool firm)
{
    static const uint8_t zero[HAL_FLASH_PAGE];

    while (len > 0) {
        size_t n = HAL_FLASH_PAGE - addr % HAL_FLASH_PAGE;
        bool done = false;
        n = len < n ? len : n;
        int rc = firm ? ERR_OK : all_are(l, addr, n, 0, &done);
        if (rc == ERR_OK && !done) {
            rc = log_program(l, addr, zero, n);
        }
        if (rc != ERR_OK) {
            return rc;
        }
        addr += (uint32_t)n;
        len -= n;
    }
    return ERR_OK;
}

int log_erase(struct log *l, uint32_t addr)
{
    bool blank = false;

    l->erases++;
    if (l->flash.erase(l->flash.ctx, addr) != HAL_OK ||
        all_are(l, addr, HAL_FLASH_SECTOR, 0xFF, &blank) != ERR_OK) {
        return ERR_FLASH;
    }
    return blank ? ERR_OK : ERR_FLASH;
}

uint32_t log_place(const struct log *l, uint32_t number)
{
    return number % l->sectors;
}

uint32_t log_sector_addr(const struct log *l, uint32_t number)
{
    return (SUPER_COPIES + log_place(l, number)) * HAL_FLASH_SECTOR;
}

uint32_t log_addr(const struct log *l, uint32_t position)
{
    return log_sector_addr(l, position / LOG_GRANULES) + LOG_HEADER +
           position % LOG_GRANULES * GRANULE;
}

uint32_t log_limit(const struct log *l)
{
    return (l->head + 1u) * LOG_GRANULES;
}

uint16_t log_slot(const struct log *l, uint32_t position)
{
    return (uint16_t)(log_addr(l, position) / GRANULE);
}

uint32_t log_position(const struct log *l, uint16_t slot)
{
    uint32_t addr = (uint32_t)slot * GRANULE;
    uint32_t place = addr / HAL_FLASH_SECTOR - SUPER_COPIES;
    uint32_t ahead = (place + l->sectors - log_place(l, l->tail)) % l->sectors;

    return (l->tail + ahead) * LOG_GRANULES + (addr % HAL_FLASH_SECTOR - LOG_HEADER) / GRANULE;
}

uint32_t log_room(const struct log *l)
{
    return (l->tail + l->sectors) * LOG_GRANULES - l->end;
}

/* The longest run from (position, offset) that lies in one sector, at most len. */
static size_t run(const struct log *l, uint32_t position, uint32_t offset, size_t len,
                  uint32_t *addr)
{
    *addr = log_addr(l, position + offset / GRANULE) + offset % GRANULE;
    size_t n = HAL_FLASH_SECTOR - *addr % HAL_FLASH_SECTOR;
    return len < n ? len : n;
}

int log_read(const struct log *l, uint32_t position, uint32_t offset, void *buf, size_t len)
{
    uint8_t *out = buf;
    uint32_t addr;

    while (len > 0) {
        size_t n = run(l, position, offset, len, &addr);
        if (l->flash.read(l->flash.ctx, addr, out, n) != HAL_OK) {
            return ERR_FLASH;
        }
        out += n;
        offset += (uint32_t)n;
        len -= n;
    }
    return ERR_OK;
}

int log_zero(struct log *l, uint32_t position, uint32_t offset, size_t len, bool firm)
{
    uint32_t addr;

    while (len > 0) {
        size_t n = run(l, position, offset, len, &addr);
        int rc = log_zero_bytes(l, addr, n, firm);
        if (rc != ERR_OK) {
            return rc;
        }
        offset += (uint32_t)n;
        len -= n;
    }
    return ERR_OK;
}

void log_frame(struct log *l, uint32_t granules)
{
    l->page_used = 0;
    l->frame_begin = l->end;
    l->frame_end = l->end + granules;
}

int log_flush(struct log *l)
{
    if (l->page_used == 0) {
        return ERR_OK;
    }
    int rc = log_program(l, l->page_addr, l->page, l->page_used);
    l->end += l->page_used / GRANULE;
    l->page_used = 0;
    return rc;
}

/* The log has reached a new sector, which must tell where in it a frame begins. */
static int enter_next(struct log *l)
{
    uint32_t begin = log_limit(l);
    uint32_t first = l->frame_begin == begin ? 0 : l->frame_end - begin;

    return sector_open_next(l, first < LOG_GRANULES ? first : LOG_FIRST_NONE);
}

int log_write(struct log *l, const void *data, size_t len)
{
    const uint8_t *from = data;

    while (len > 0) {
        if (l->page_used == 0) {
            int rc = l->end == log_limit(l) ? enter_next(l) : ERR_OK;
            if (rc != ERR_OK) {
                return rc;
            }
            l->page_addr = log_addr(l, l->end);
        }
        size_t room = HAL_FLASH_PAGE - (l->page_addr % HAL_FLASH_PAGE + l->page_used);
        size_t n = len < room ? len : room;
        memcpy(l->page + l->page_used, from, n);
        l->page_used += (uint32_t)n;
        from += n;
        len -= n;
        if (n == room) {
            int rc = log_flush(l);
            if (rc != ERR_OK) {
                return rc;
            }
        }
    }
    return ERR_OK;
}
