/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blocks lie one behind another, each with a head that tells its length; a zeroed pool is one free
 * block whose head is not yet written. Free neighbours are joined when a search passes them. A
 * search looks at a few dozen blocks, so nothing cleverer is worth its code.
 */
#include "crypto/pool.h"

#include "wipe.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct head {
    uint32_t len; /* of the block without its head; a multiple of the head's */
    uint32_t used;
};

enum { USED = 0x55534544 };
#define UNITS (POOL_BYTES / sizeof(struct head))

static struct head pool[UNITS];
static size_t in_use, most;
static size_t touched; /* units from the start that a wipe must reach */

static bool has_block(const struct head *h)
{
    return h < pool + UNITS;
}

static struct head *behind(struct head *h)
{
    return h + 1 + h->len / sizeof *h;
}

static void join(struct head *h)
{
    for (struct head *next = behind(h); has_block(next) && next->used != USED; next = behind(h)) {
        h->len += (uint32_t)sizeof *h + next->len;
        *next = (struct head){0};
    }
}

void *pool_calloc(size_t count, size_t size)
{
    if (size == 0 || count == 0 || count > POOL_BYTES / size) {
        return NULL;
    }
    const uint32_t len = (uint32_t)((count * size + sizeof(struct head) - 1) / sizeof(struct head) *
                                    sizeof(struct head));
    if (pool[0].len == 0) {
        pool[0].len = (uint32_t)(sizeof pool - sizeof pool[0]);
    }
    for (struct head *h = pool; has_block(h); h = behind(h)) {
        if (h->used == USED) {
            continue;
        }
        join(h);
        if (h->len < len) {
            continue;
        }
        /* First of all, and with the next head: a command may be left behind anywhere in here. */
        const size_t end = (size_t)(h - pool) + 2u + len / sizeof *h;
        touched = end > touched ? end : touched;
        if (h->len - len >= 2 * sizeof *h) {
            struct head *rest = h + 1 + len / sizeof *h;
            rest->len = h->len - len - (uint32_t)sizeof *h;
            h->len = len;
        }
        h->used = USED;
        in_use += sizeof *h + h->len;
        most = in_use > most ? in_use : most;
        return h + 1;
    }
    return NULL;
}

void pool_free(void *block)
{
    if (block == NULL) {
        return;
    }
    struct head *h = (struct head *)block - 1;
    secret_wipe(block, h->len);
    in_use -= sizeof *h + h->len;
    h->used = 0;
}

void pool_wipe(void)
{
    const size_t units = touched < UNITS ? touched : UNITS;
    secret_wipe(pool, units * sizeof pool[0]);
    pool[0] = (struct head){0};
    touched = 0;
    in_use = 0;
}

size_t pool_high_water(void)
{
    const size_t was = most;
    most = in_use;
    return was;
}
