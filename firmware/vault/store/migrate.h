/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of what the store's records hold, and the way from one to the next.
 *
 * The log itself (STORE_FORMAT, in the superblock and under every tag) stays as it is for a token's
 * life: a migration is one of its transactions. What may change is which objects there are and what
 * is in them. That has a number of its own: an object (OBJECT_FORMAT) says it; none means 1.
 *
 * A new image meets a store in an older format. It reads and writes that format (migrate_format)
 * as long as it is not confirmed, so that the old image can come back. At its first start after
 * that it brings the store to its own: step by step of the table, each step one transaction with
 * the number in it. A cut leaves the store before a step or after it.
 *
 * An image states in its header which formats it reads (include/hufu/image.h): cmake takes the two
 * numbers below from here, and an update that could not read the store is not taken.
 */
#ifndef HUFU_STORE_MIGRATE_H
#define HUFU_STORE_MIGRATE_H

#include <stdint.h>

#define MIGRATE_OLDEST 1u /* what this firmware reads, */
#define MIGRATE_NEWEST 1u /* and what it writes once it is confirmed */

struct migration {
    uint16_t from, to;
    /* Changes the records, inside an open transaction that its caller commits. ERR_OK; an error:
     * nothing has happened. */
    int (*run)(void);
};

struct migrations {
    uint16_t oldest, newest;
    const struct migration *steps;
    uint32_t count;
};

/* This firmware's (migrations.c); a test brings one of its own. */
extern const struct migrations migrations;

/* Before a store is mounted: nothing is known. */
void migrate_start(void);

/* Of the mounted store. ERR_OK; ERR_UNSUPPORTED: a format this firmware does not read, nothing may
 * be written; ERR_INTEGRITY. */
int migrate_load(void);

/* The format the store is in, and is to be written in. 0: not known. */
uint16_t migrate_format(void);

/* Into the open transaction that makes a new store: its format, that of the store before it (whose
 * image may have to come back), or the newest up to `limit`. The errors of store_put. */
int migrate_stamp(uint16_t limit);

/*
 * Takes every step that leads no further than `limit`. ERR_OK; ERR_NO_SPACE: the store stays in the
 * format it is in, and works; the errors of the steps and the store.
 */
int migrate_run(uint16_t limit);

#endif
