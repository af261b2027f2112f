/* SPDX-License-Identifier: Apache-2.0 */
#include "index.h"
#include "err.h"
#include <string.h>

static uint32_t key(uint8_t type, uint32_t id)
{
    return ((uint32_t)type << 16) + id;
}

uint32_t index_lower(const struct index *x, uint8_t type, uint32_t id)
{
    uint32_t wanted = key(type, id);
    uint32_t low = 0;
    uint32_t high = x->count;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2u;
        if (key(x->entry[mid].type, x->entry[mid].id) < wanted) {
            low = mid + 1u;
        } else {
            high = mid;
        }
    }
    return low;
}

struct index_entry *index_find(struct index *x, uint8_t type, uint16_t id)
{
    uint32_t i = index_lower(x, type, id);

    if (i < x->count && x->entry[i].type == type && x->entry[i].id == id) {
        return &x->entry[i];
    }
    return NULL;
}

int index_set(struct index *x, const struct index_entry *e)
{
    uint32_t i = index_lower(x, e->type, e->id);

    if (i == x->count || x->entry[i].type != e->type || x->entry[i].id != e->id) {
        if (x->count == STORE_MAX_OBJECTS) {
            return ERR_NO_SPACE;
        }
        memmove(&x->entry[i + 1u], &x->entry[i], (x->count - i) * sizeof x->entry[0]);
        x->count++;
    }
    x->entry[i] = *e;
    return ERR_OK;
}

void index_remove(struct index *x, uint8_t type, uint16_t id)
{
    struct index_entry *e = index_find(x, type, id);

    if (e != NULL) {
        x->count--;
        memmove(e, e + 1, (size_t)(&x->entry[x->count] - e) * sizeof *e);
    }
}
