/* SPDX-License-Identifier: Apache-2.0 */
#include "model.h"
#include "err.h"
#include <stdlib.h>
#include <string.h>

const uint8_t model_root[STORE_ROOT_KEY] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

static uint64_t format_state = 77;
static int random_bytes_of_model(uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        out[i] = (uint8_t)board_rand(&format_state);
    }
    return ERR_OK;
}
const struct store_random model_random = {.bytes = random_bytes_of_model};

void model_bytes(uint32_t seed, uint8_t *out, size_t len)
{
    uint64_t state = seed;
    for (size_t i = 0; i < len; i++) {
        out[i] = (uint8_t)board_rand(&state);
    }
}

uint32_t model_count(const struct model *m)
{
    uint32_t n = 0;
    for (uint32_t t = 0; t < MODEL_TYPES; t++) {
        for (uint32_t i = 0; i < MODEL_IDS; i++) {
            n += m->value[t][i].there;
        }
    }
    return n;
}

bool model_matches(const struct model *m, const char **why)
{
    static uint8_t got[STORE_MAX_VALUE];
    static uint8_t want[STORE_MAX_VALUE];
    struct store_stats stats;

    store_stats(&stats);
    for (uint32_t t = 0; t < MODEL_TYPES; t++) {
        uint16_t walk = 0;
        bool first = true;
        for (uint32_t i = 0; i < MODEL_IDS; i++) {
            const struct model_value *v = &m->value[t][i];
            size_t len = 0;
            int rc = store_get((uint8_t)t, (uint16_t)(i + 1u), got, sizeof got, &len);
            if (!v->there) {
                *why = "an object is there that should not be";
                if (rc != ERR_NOT_FOUND) {
                    return false;
                }
                continue;
            }
            *why = rc == ERR_NOT_FOUND ? "an object is absent" : "an object is unreadable";
            if (rc != ERR_OK) {
                return false;
            }
            model_bytes(v->seed, want, v->len);
            *why = "a value is another";
            if (len != v->len || memcmp(got, want, len) != 0) {
                return false;
            }
            *why = "iteration misses an object";
            if (store_next((uint8_t)t, first, &walk) != ERR_OK || walk != i + 1u) {
                return false;
            }
            first = false;
        }
        *why = "iteration finds too much";
        if (store_next((uint8_t)t, first, &walk) != ERR_NOT_FOUND) {
            return false;
        }
    }
    *why = "the object count is wrong";
    return stats.objects == model_count(m);
}

static size_t random_len(uint64_t *rng, size_t max_len)
{
    size_t len;
    switch (board_rand(rng) % 8u) {
    case 0:
    case 1:
        len = (size_t)(board_rand(rng) % (STORE_MAX_VALUE + 1u));
        break;
    case 2:
        len = (size_t)(board_rand(rng) % 600u);
        break;
    case 3:
        len = (size_t)(board_rand(rng) % 3u);
        break;
    default:
        len = (size_t)(board_rand(rng) % 80u);
        break;
    }
    return len < max_len ? len : max_len;
}

int model_change(struct model *m, uint64_t *rng, size_t max_len)
{
    static uint8_t bytes[STORE_MAX_VALUE];
    uint32_t t = (uint32_t)(board_rand(rng) % MODEL_TYPES);
    uint32_t i = (uint32_t)(board_rand(rng) % MODEL_IDS);
    struct model_value *v = &m->value[t][i];

    if (board_rand(rng) % 4u == 0) {
        int rc = store_delete((uint8_t)t, (uint16_t)(i + 1u));
        if (rc == ERR_OK) {
            v->there = false;
        }
        return rc;
    }
    struct model_value n = {.there = true,
                            .len = (uint16_t)random_len(rng, max_len),
                            .seed = (uint32_t)board_rand(rng)};
    model_bytes(n.seed, bytes, n.len);
    int rc = store_put((uint8_t)t, (uint16_t)(i + 1u), bytes, n.len);
    if (rc == ERR_OK) {
        *v = n;
    }
    return rc;
}

/* --- Raw flash ---------------------------------------------------------------------------- */

#define G           16u
#define KNOWN_SLOTS 65536u

struct known {
    uint8_t granule[G];
    bool used;
    uint32_t alive; /* stamp of the last check at which it belonged to a live value */
};

struct inspect {
    uint32_t stamp;
    uint32_t used;
    struct known known[KNOWN_SLOTS];
};

struct inspect *inspect_new(void)
{
    return calloc(1, sizeof(struct inspect));
}

void inspect_free(struct inspect *i)
{
    free(i);
}

static bool all(const uint8_t *p, uint8_t value)
{
    for (uint32_t i = 0; i < G; i++) {
        if (p[i] != value) {
            return false;
        }
    }
    return true;
}

static struct known *find(struct inspect *x, const uint8_t *p, bool add)
{
    uint64_t h = 0;
    memcpy(&h, p, sizeof h);
    uint32_t slot = (uint32_t)(board_rand(&h) % KNOWN_SLOTS);
    while (x->known[slot].used) {
        if (memcmp(x->known[slot].granule, p, G) == 0) {
            return &x->known[slot];
        }
        slot = (slot + 1u) % KNOWN_SLOTS;
    }
    if (!add || x->used >= KNOWN_SLOTS * 3u / 4u) {
        return NULL;
    }
    x->used++;
    x->known[slot].used = true;
    memcpy(x->known[slot].granule, p, G);
    return &x->known[slot];
}

/* The granule after addr on the ring. */
static uint32_t next_granule(const struct board_flash *f, uint32_t addr)
{
    addr += G;
    if (addr % HAL_FLASH_SECTOR == 0) {
        addr = (addr >= f->size ? 2u * HAL_FLASH_SECTOR : addr) + 32u;
    }
    return addr;
}

struct body {
    uint8_t type;
    uint16_t id;
    bool zero;
};

/* Is there a value frame at addr? Says whether its body is zero; learns or stamps its granules. */
static bool body_at(struct inspect *x, const struct board_flash *f, uint32_t addr, bool stamp,
                    struct body *b)
{
    const uint8_t *h = f->bytes + addr;
    uint32_t second = next_granule(f, addr);
    const uint8_t *h2 = f->bytes + second;
    if ((h[0] != 0x33 && h[0] != 0x55) || h[6] != 1 || h[7] != 0 || h2[4] != 0 || h2[5] != 0 ||
        h2[6] != 0 || h2[7] != 0) {
        return false;
    }
    b->type = h[1];
    b->id = (uint16_t)(h[2] | h[3] << 8);
    b->zero = true;
    uint32_t len = (uint32_t)(h[4] | h[5] << 8);
    uint32_t at = second;
    for (uint32_t g = 0; g < 1u + (len + G - 1u) / G; g++) {
        at = next_granule(f, at);
        if (!all(f->bytes + at, 0)) {
            b->zero = false;
            struct known *k = find(x, f->bytes + at, true);
            if (k != NULL && stamp) {
                k->alive = x->stamp;
            }
        }
    }
    return true;
}

void inspect_learn(struct inspect *x, const struct board_flash *f)
{
    struct body b;
    for (uint32_t a = 2u * HAL_FLASH_SECTOR + 32u; a < f->size; a += G) {
        if (a % HAL_FLASH_SECTOR >= 32u) {
            (void)body_at(x, f, a, false, &b);
        }
    }
}

bool inspect_clean(struct inspect *x, const struct board_flash *f, const struct model *m,
                   const char **why)
{
    uint32_t seen[MODEL_TYPES][MODEL_IDS] = {{0}};
    struct body b;

    x->stamp++;
    for (uint32_t a = 2u * HAL_FLASH_SECTOR + 32u; a < f->size; a += G) {
        if (a % HAL_FLASH_SECTOR < 32u || !body_at(x, f, a, true, &b) || b.zero) {
            continue;
        }
        *why = "a deleted value is still sealed in flash";
        if (b.type >= MODEL_TYPES || b.id == 0 || b.id > MODEL_IDS ||
            !m->value[b.type][b.id - 1u].there) {
            return false;
        }
        *why = "an old copy of a value is still in flash";
        if (++seen[b.type][b.id - 1u] > 1u) {
            return false;
        }
    }
    *why = "granules of a value that is gone are still in flash";
    for (uint32_t a = 0; a < f->size; a += G) {
        const struct known *k = all(f->bytes + a, 0xFF) ? NULL : find(x, f->bytes + a, false);
        if (k != NULL && k->alive != x->stamp) {
            return false;
        }
    }
    return true;
}
