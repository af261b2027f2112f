/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A choice between two, as the store keeps it: a byte that no few bits turn into that of the other,
 * and its complement, which is the byte of the other. One of the two opens something.
 */
#ifndef HUFU_CHOICE_H
#define HUFU_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

struct choice {
    uint8_t type; /* of its object (OBJECT_SINGLE) */
    uint8_t open; /* the byte of the one that opens */
};

/*
 * [out] *open: true only where the record says so. ERR_OK; ERR_NOT_FOUND: nobody has chosen yet;
 * ERR_INTEGRITY: the record is neither of the two; and what store_get returns.
 */
int choice_get(const struct choice *choice, bool *open);

/* One transaction. ERR_OK; and what store_put_one returns: the old choice stands. */
int choice_put(const struct choice *choice, bool open);

#endif
