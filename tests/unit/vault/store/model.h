/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the store is compared with: a plain array of values, and a reader of the raw flash that
 * knows the layout from layout.h's text alone and shares no code with the store.
 */
#ifndef HUFU_TEST_STORE_MODEL_H
#define HUFU_TEST_STORE_MODEL_H

#include "board.h"
#include "store/store.h"

#define MODEL_TYPES 3u
#define MODEL_IDS   8u /* ids 1..MODEL_IDS */

struct model_value {
    bool there;
    uint16_t len;
    uint32_t seed; /* the bytes are model_bytes(seed, len) */
};
struct model {
    struct model_value value[MODEL_TYPES][MODEL_IDS];
};

void model_bytes(uint32_t seed, uint8_t *out, size_t len);
uint32_t model_count(const struct model *m);
/* Whether the mounted store holds exactly this. why: the first difference, for the message. */
bool model_matches(const struct model *m, const char **why);

/* One random change, put to model and store alike. Returns the store's answer; the model is changed
 * only on ERR_OK. */
int model_change(struct model *m, uint64_t *rng, size_t max_len);

/*
 * Every sealed byte ever seen. inspect_learn collects what flash holds now; inspect_clean then says
 * whether flash holds the sealed value of each object of the model exactly once, every other value
 * frame is all zero, and no granule of a value that is gone is anywhere.
 */
struct inspect;
struct inspect *inspect_new(void);
void inspect_free(struct inspect *i);
void inspect_learn(struct inspect *i, const struct board_flash *f);
bool inspect_clean(struct inspect *i, const struct board_flash *f, const struct model *m,
                   const char **why);

/* Deterministic bytes for store_format. */
extern const struct store_random model_random;
extern const uint8_t model_root[STORE_ROOT_KEY];

#endif
