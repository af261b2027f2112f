/* SPDX-License-Identifier: Apache-2.0 */
#include "slots.h"
#include "crypto/sm3.h"
#include "err.h"
#include <stdbool.h>
#include <string.h>

#define RECORD_MAGIC 0x544F4C53u /* "SLOT" */
#define CHECK        16u

/* As it lies in flash. The check is SM3's beginning over what stands before it: against accidents;
 * whoever can write here at will can choose between signed images, no more. */
struct record {
    uint32_t magic;
    uint32_t sequence;
    uint32_t slot;
    uint32_t phase;
    uint8_t check[CHECK];
};

static void seal(const struct record *r, uint8_t check[CHECK])
{
    uint8_t digest[SM3_DIGEST];
    struct sm3 hash;
    sm3_init(&hash);
    sm3_update(&hash, r, offsetof(struct record, check));
    sm3_final(&hash, digest);
    memcpy(check, digest, CHECK);
}

static uint32_t sector(const struct hal_flash *flash, uint32_t which)
{
    return flash->size - (2u - which) * HAL_FLASH_SECTOR;
}

uint32_t slots_size(const struct hal_flash *flash)
{
    return (flash->size / HAL_FLASH_SECTOR - 2u) / SLOT_COUNT * HAL_FLASH_SECTOR;
}

uint32_t slots_address(const struct hal_flash *flash, uint32_t slot)
{
    return slot * slots_size(flash);
}

static bool valid(const struct record *r)
{
    uint8_t check[CHECK];
    seal(r, check);
    return r->magic == RECORD_MAGIC && r->slot < SLOT_COUNT && r->phase >= SLOT_CONFIRMED &&
           r->phase <= SLOT_TRIED && memcmp(check, r->check, CHECK) == 0;
}

/* [out] the record in force and its sector; sequence 0: none. */
static int newest(const struct hal_flash *flash, struct record *best, uint32_t *where)
{
    memset(best, 0, sizeof *best);
    *where = 1;
    for (uint32_t i = 0; i < 2; i++) {
        struct record r;
        if (flash->read(flash->ctx, sector(flash, i), &r, sizeof r) != HAL_OK) {
            return ERR_FLASH;
        }
        if (valid(&r) && r.sequence > best->sequence) {
            *best = r;
            *where = i;
        }
    }
    return ERR_OK;
}

int slots_read(const struct hal_flash *flash, struct slot_record *record)
{
    struct record r;
    uint32_t where;
    int err = newest(flash, &r, &where);
    record->slot = err == ERR_OK ? r.slot : 0;
    record->phase = err == ERR_OK ? (enum slot_phase)r.phase : SLOT_UNDECIDED;
    return err;
}

int slots_write(const struct hal_flash *flash, const struct slot_record *record)
{
    struct record r, now;
    uint32_t where;
    if (newest(flash, &r, &where) != ERR_OK) {
        return ERR_FLASH;
    }
    /* A record whose writing was cut may read well today and not tomorrow: writing the same bits
     * once more makes them stand before the other copy is given up. */
    if (r.sequence != 0 &&
        flash->program(flash->ctx, sector(flash, where), &r, sizeof r) != HAL_OK) {
        return ERR_FLASH;
    }
    const uint32_t to = sector(flash, 1u - where);
    r.magic = RECORD_MAGIC;
    r.sequence++;
    r.slot = record->slot;
    r.phase = (uint32_t)record->phase;
    seal(&r, r.check);
    if (flash->erase(flash->ctx, to) != HAL_OK ||
        flash->program(flash->ctx, to, &r, sizeof r) != HAL_OK ||
        flash->read(flash->ctx, to, &now, sizeof now) != HAL_OK ||
        memcmp(&now, &r, sizeof r) != 0) {
        return ERR_FLASH;
    }
    return ERR_OK;
}
