/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A token's flash and fuses as text, with what is known of them. Lines, hexadecimal:
 *   # ...                   a remark
 *   otp OFFSET BYTES        fuses that are not all zero
 *   lock ROW                a locked row
 *   flash ADDRESS BYTES     cells; those not named are erased
 *   zero ADDRESS LENGTH     cells programmed to zero
 *   object TYPE ID LENGTH   an object in the store
 *   fact NAME BYTES         what a host knows of the token
 */
#ifndef TEST_FORMAT_SNAPSHOT_H
#define TEST_FORMAT_SNAPSHOT_H

#include "fixture/token.h"

#define SNAPSHOT_OBJECTS 128u
#define SNAPSHOT_FACTS   8u
#define SNAPSHOT_FACT    520u

struct snapshot_object {
    uint16_t type, id, len; /* without gaps: it is compared as a whole */
};

struct snapshot {
    struct snapshot_object object[SNAPSHOT_OBJECTS];
    unsigned objects;
    struct {
        char name[24];
        uint8_t bytes[SNAPSHOT_FACT];
        size_t len;
    } fact[SNAPSHOT_FACTS];
    unsigned facts;
};

void snapshot_fact(struct snapshot *s, const char *name, const void *bytes, size_t len);
/* The fact of that name; fails the test when there is none, or it has another length. */
const uint8_t *snapshot_get(const struct snapshot *s, const char *name, size_t len);

/* The objects of the mounted store, in ascending order. */
void snapshot_list(struct snapshot *s);

void snapshot_write(const char *path, const char *remark, const struct snapshot *s,
                    const struct board *board);
/* [out] the board's flash and fuses (it is blank), and what is known. */
void snapshot_read(const char *path, struct snapshot *s, struct board *board);

#endif
