/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The index: where each live object's newest committed frame lies. Eight bytes an object, sorted by
 * (type, id), so that looking up is a binary search and iterating in order is walking.
 */
#ifndef HUFU_STORE_INDEX_H
#define HUFU_STORE_INDEX_H

#include "store.h"

struct index_entry {
    uint16_t id;
    uint16_t slot; /* flash address of the frame in granules */
    uint16_t len;  /* of the value, bytes */
    uint8_t type;
};

struct index {
    uint32_t count;
    struct index_entry entry[STORE_MAX_OBJECTS];
};

/* First position whose key is not below (type, id): 0..count. */
uint32_t index_lower(const struct index *x, uint8_t type, uint32_t id);
/* The object's entry; NULL: there is none. Valid until the next change. */
struct index_entry *index_find(struct index *x, uint8_t type, uint16_t id);
/* Adds or replaces. ERR_OK; ERR_NO_SPACE. */
int index_set(struct index *x, const struct index_entry *e);
void index_remove(struct index *x, uint8_t type, uint16_t id);

#endif
