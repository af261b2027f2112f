/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store: objects in NOR flash, changed in transactions.
 *
 * An object is (type, id) -> up to STORE_MAX_VALUE bytes, sealed under the store key with a
 * synthetic nonce; its tag binds type, id, version, sequence and format. A superblock with a format
 * version comes first; an append-only record log with commit marks follows, with garbage collection
 * and wear levelling. A transaction's changes happen whole or not at all, whatever instant power is
 * cut and whatever a torn program or erase leaves; no commit mark relies on a sector that merely
 * reads blank. Deleting or replacing a value is: tombstone (or successor) committed, then every
 * copy of the old one programmed to zero in place and read back, finished at the next start if cut.
 * An unreadable record is an error, never an absent one.
 *
 * One store, one caller at a time; the store key lives in the store's own state and is wiped by
 * store_unmount.
 */
#ifndef HUFU_STORE_H
#define HUFU_STORE_H

#include "hal.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_MAX_VALUE   4608u /* largest object: a 4 kB certificate and its frame */
#define STORE_MAX_OBJECTS 3072u
#define STORE_FORMAT      1u
#define STORE_ROOT_KEY    32u

/* Keys are made from random bytes of this source: used by store_format alone. */
struct store_random {
    int (*bytes)(uint8_t *out, size_t len);
};

/*
 * Erases everything and makes an empty store with a fresh store key wrapped under root_key. The old
 * store's wrapped key is zeroed first. ERR_OK; ERR_PARAM: flash smaller than 12 sectors;
 * ERR_ENTROPY: nothing changed; ERR_FLASH.
 */
int store_format(const struct hal_flash *flash, const uint8_t root_key[STORE_ROOT_KEY],
                 const struct store_random *random);

/*
 * Opens the store, finishing what a power cut interrupted. ERR_OK; ERR_NOT_FOUND: the flash holds
 * no store (never formatted); ERR_INTEGRITY: it holds one that this root key does not open or whose
 * records are damaged; ERR_UNSUPPORTED: unknown format; ERR_PARAM: flash too small; ERR_FLASH.
 */
int store_mount(const struct hal_flash *flash, const uint8_t root_key[STORE_ROOT_KEY]);
void store_unmount(void);

/* Zeroes the wrapped store key in place first, then everything. The store is unmounted. */
int store_destroy(const struct hal_flash *flash);

/*
 * A transaction. Between begin and commit, put and delete collect; gets see the state before begin.
 * ERR_OK; ERR_STATE: one is open already / none is open / not mounted; ERR_NO_SPACE: this change
 * was not taken, the transaction is still good; ERR_PARAM; ERR_INTEGRITY: the record to be
 * replaced, or one that collection met, is damaged; ERR_FLASH: from now on every change is refused
 * until rollback or mount has read the log anew. Deleting an object that is not there is ERR_OK.
 * Values given to put are copied out to flash at once and need not outlive the call.
 */
int store_begin(void);
int store_put(uint8_t type, uint16_t id, const void *value, size_t len);
int store_delete(uint8_t type, uint16_t id);
int store_commit(void);
/* Also right when none is open; and after a caller was abandoned inside any call here, which it
 * mends by reading the log anew. */
void store_rollback(void);

/* One change as one transaction. */
int store_put_one(uint8_t type, uint16_t id, const void *value, size_t len);

/*
 * [out] value, *len. ERR_OK; ERR_STATE: not mounted; ERR_NOT_FOUND; ERR_INTEGRITY; ERR_NO_SPACE:
 * cap is smaller than the value (*len says how much; value untouched).
 */
int store_get(uint8_t type, uint16_t id, void *value, size_t cap, size_t *len);

/* Iterates ids of a type in rising order: *id is in/out, start with first = true.
 * ERR_OK; ERR_NOT_FOUND: no more. */
int store_next(uint8_t type, bool first, uint16_t *id);

/* Lowest id >= from (at least 1) of that type not in use; 0: none. */
uint16_t store_free_id(uint8_t type, uint16_t from);

/* What a new value of len bytes takes of store_stats.free. */
uint32_t store_cost(size_t len);

struct store_stats {
    uint32_t capacity; /* bytes a user could store in an empty store */
    uint32_t free;     /* of these, now free */
    uint32_t objects;
    uint32_t objects_free; /* how many more the index has room for */
    uint32_t erases;       /* since mount */
    uint32_t programs;     /* since mount */
};
void store_stats(struct store_stats *s);

/*
 * Housekeeping between commands: collects garbage until enough sectors are free that a PIN try
 * never has to erase. Bounded work per call; returns ERR_OK with *more true while there is more to
 * do.
 */
int store_maintain(bool *more);

/* Reads and authenticates every record (self test). ERR_OK; ERR_INTEGRITY. */
int store_check(void);

#endif
