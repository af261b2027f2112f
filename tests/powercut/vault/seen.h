/* SPDX-License-Identifier: Apache-2.0 */
/* What lies in the store, the identity certificates, and what the token says of itself, to be
 * compared. */
#ifndef HUFU_TEST_SEEN_H
#define HUFU_TEST_SEEN_H

#include <stdbool.h>
#include <stdint.h>

#define TRIES_SEEN 64u

struct seen {
    uint8_t objects[32]; /* a hash */
    uint8_t lifecycle, error;
    uint32_t free; /* of the store, bytes */
    unsigned count;
    struct {
        uint16_t id;
        uint8_t left;
    } tries[TRIES_SEEN];
};

/*
 * Of the vault in this process. fresh: of each object its kind, id and length alone. Left out of
 * the hash besides: the values of the boot counter, and of counters of tries and unlock attempts,
 * which are spent ahead of what they are spent for.
 */
void seen_look(struct seen *s, bool fresh);
/* The same state and objects. */
bool seen_same(const struct seen *a, const struct seen *b);
/* Tries left; all of them for a counter that is not there. */
unsigned seen_tries(const struct seen *s, uint16_t id);

#endif
