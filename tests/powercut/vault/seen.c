/* SPDX-License-Identifier: Apache-2.0 */
#include "seen.h"
#include "attest/identity_chain.h"
#include "crypto/sm3.h"
#include "device.h"
#include "hufu/attest.h"
#include "pin/tries.h"
#include "store/store.h"
#include "support/check.h"
#include <string.h>

static void add(struct sm3 *h, uint8_t type, uint16_t id, bool bytes)
{
    static uint8_t value[STORE_MAX_VALUE];
    size_t len = 0;
    check(store_get(type, id, value, sizeof value, &len) == 0);
    const uint8_t head[] = {type, (uint8_t)(id >> 8), (uint8_t)id, (uint8_t)(len >> 8),
                            (uint8_t)len};
    sm3_update(h, head, sizeof head);
    if (bytes) {
        sm3_update(h, value, len);
    }
}

static void add_tries(struct seen *s, uint16_t id)
{
    struct tries t;
    check(s->count < TRIES_SEEN && tries_get(id, &t) == 0);
    s->tries[s->count].id = id;
    s->tries[s->count++].left = t.left;
}

static void add_chain(struct sm3 *h, enum identity_algorithm algorithm)
{
    static uint8_t chain[HUFU_IDENTITY_CHAIN_MAX];
    struct writer w;
    writer_init(&w, chain, sizeof chain);
    const int rc = identity_chain_read(algorithm, &w);
    sm3_update(h, &rc, sizeof rc);
    sm3_update(h, chain, w.len);
}

void seen_look(struct seen *s, bool fresh)
{
    struct store_stats stats;
    struct sm3 h;
    memset(s, 0, sizeof *s);
    s->lifecycle = (uint8_t)device_lifecycle();
    s->error = device_failed() != SECURE_FALSE;
    store_stats(&stats);
    s->free = stats.free;
    sm3_init(&h);
    for (unsigned type = 1; type < 256 && s->lifecycle != LIFECYCLE_DESTROYED; type++) {
        const bool counts = type == OBJECT_TRIES || type == OBJECT_BOOT || type == OBJECT_UNLOCK;
        uint16_t id = 0;
        for (int rc = store_next((uint8_t)type, true, &id); rc == 0;
             rc = store_next((uint8_t)type, false, &id)) {
            add(&h, (uint8_t)type, id, !fresh && !counts);
            if (type == OBJECT_TRIES) {
                add_tries(s, id);
            }
        }
    }
    if (s->lifecycle != LIFECYCLE_DESTROYED) {
        add_chain(&h, IDENTITY_SM2);
        add_chain(&h, IDENTITY_P256);
    }
    sm3_final(&h, s->objects);
}

bool seen_same(const struct seen *a, const struct seen *b)
{
    return a->lifecycle == b->lifecycle && memcmp(a->objects, b->objects, 32) == 0;
}

unsigned seen_tries(const struct seen *s, uint16_t id)
{
    for (unsigned i = 0; i < s->count; i++) {
        if (s->tries[i].id == id) {
            return s->tries[i].left;
        }
    }
    return TRIES_MAX;
}
