/* SPDX-License-Identifier: Apache-2.0 */
#include "uf2.h"
#include <stdlib.h>
#include <string.h>

#define BLOCK   512u
#define PAYLOAD 256u

#define MAGIC_START0   0x0A324655u
#define MAGIC_START1   0x9E5D5157u
#define MAGIC_END      0x0AB16F30u
#define FLAG_FAMILY    0x00002000u
#define FLAG_EXTENSION 0x00008000u

#define FAMILY_RP2350_ARM_S 0xE48BFF59u
#define FAMILY_ABSOLUTE     0xE48BFF57u
#define EXTENSION_IGNORE    0x9957E304u /* "the ROM may ignore this block" */

#define WINDOW      0x10000000u
#define WINDOW_END  0x11000000u
#define E10_ADDRESS (WINDOW_END - PAYLOAD)

static void put32(uint8_t *at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

struct header {
    uint32_t flags, address, number, count, family;
};

static void block_begin(uint8_t block[BLOCK], const struct header *h)
{
    memset(block, 0, BLOCK);
    put32(block, MAGIC_START0);
    put32(block + 4, MAGIC_START1);
    put32(block + 8, h->flags);
    put32(block + 12, h->address);
    put32(block + 16, PAYLOAD);
    put32(block + 20, h->number);
    put32(block + 24, h->count);
    put32(block + 28, h->family);
    put32(block + BLOCK - 4, MAGIC_END);
}

static void block_e10(uint8_t block[BLOCK])
{
    const struct header h = {FLAG_FAMILY | FLAG_EXTENSION, E10_ADDRESS, 0, 2, FAMILY_ABSOLUTE};
    block_begin(block, &h);
    memset(block + 32, 0xEF, PAYLOAD);
    put32(block + 32 + PAYLOAD, EXTENSION_IGNORE);
}

static uint32_t pages_of(const struct uf2_piece *p)
{
    return (uint32_t)((p->size + PAYLOAD - 1) / PAYLOAD);
}

/* All pages; 0: something is wrong with a piece. */
static uint32_t pages_count(const struct uf2_piece *pieces, unsigned count)
{
    uint32_t pages = 0, end = WINDOW;
    for (unsigned i = 0; i < count; i++) {
        const struct uf2_piece *p = &pieces[i];
        if (p->size == 0 || p->address % PAYLOAD != 0 || p->address < end ||
            p->address >= E10_ADDRESS || p->size > E10_ADDRESS - p->address)
            return 0;
        pages += pages_of(p);
        end = p->address + pages_of(p) * PAYLOAD;
    }
    return pages;
}

int uf2_make(const struct uf2_piece *pieces, unsigned count, uint8_t **file, size_t *size)
{
    const uint32_t pages = pages_count(pieces, count);
    uint8_t *at = pages > 0 ? malloc((pages + 1) * (size_t)BLOCK) : NULL;
    uint32_t number = 0;
    if (at == NULL)
        return -1;
    *file = at;
    *size = (pages + 1) * (size_t)BLOCK;
    block_e10(at);
    for (unsigned i = 0; i < count; i++) {
        for (uint32_t page = 0; page < pages_of(&pieces[i]); page++, number++) {
            const size_t from = page * (size_t)PAYLOAD;
            const size_t left = pieces[i].size - from;
            const struct header h = {FLAG_FAMILY, pieces[i].address + (uint32_t)from, number, pages,
                                     FAMILY_RP2350_ARM_S};
            at += BLOCK;
            block_begin(at, &h);
            memset(at + 32, 0xFF, PAYLOAD);
            memcpy(at + 32, pieces[i].bytes + from, left < PAYLOAD ? left : PAYLOAD);
        }
    }
    return 0;
}
