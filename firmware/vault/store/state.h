/* SPDX-License-Identifier: Apache-2.0 */
/* The one store's state, and what its parts ask of each other. */
#ifndef HUFU_STORE_STATE_H
#define HUFU_STORE_STATE_H

#include "frame.h"
#include "index.h"

/* The frames of one transaction: those between start and its commit that carry its number. */
struct group {
    uint32_t txn;
    uint32_t start; /* position of its first frame; meaningless while count is 0 */
    uint32_t count;
};

struct store {
    struct log log;
    struct index index;
    uint32_t next_txn;
    uint32_t live; /* granules of all live frames */
    uint32_t trim; /* sector number at which the newest trim frame says the log begins */
    struct group user;
    int32_t user_growth;  /* granules by which live grows if it commits */
    int32_t user_objects; /* objects by which the index grows */
    bool open;            /* a transaction */
    bool mounted;
    bool busy;   /* inside a call: still set afterwards if the caller was abandoned there */
    bool broken; /* the flash failed us: nothing but a new mount is allowed */
};

/* --- group.c ------------------------------------------------------------------------------ */

void group_begin(struct store *s, struct group *g);
/* Sets f's transaction number; counts it. Call before writing f at the log's end. */
void group_add(struct store *s, struct group *g, struct frame *f);
/* Writes the commit frame, then makes the group's changes visible. zero: superseded values are
 * zeroed in place. ERR_OK; ERR_FLASH; ERR_NO_SPACE. */
int group_commit(struct store *s, struct group *g, bool zero);
/* Makes the changes of the frames of txn in [from, to) visible in the index. */
int group_apply(struct store *s, uint32_t txn, uint32_t from, uint32_t to, bool zero);
/* Calls visit for every frame of txn (any transaction: 0) in [from, to), none of them checked
 * again; stops at the first that does not return ERR_OK and returns that. */
int group_walk(struct store *s, uint32_t txn, uint32_t from, uint32_t to,
               int (*visit)(struct store *s, const struct frame *f, void *arg), void *arg);
/* Whether f is the frame the index names for its object. */
bool frame_is_live(struct store *s, const struct frame *f);

/* --- repair.c ----------------------------------------------------------------------------- */

/* Makes the newest sector anew, so that what follows used_end in it, zeroed by a mount, can be
 * written again. used_end lies in that sector, its granule is zero, and at least one sector is
 * free. ERR_OK; ERR_FLASH. */
int repair_head(struct log *l, uint32_t used_end);
/* Finishes that if it was cut; before anything else is concluded from what is in flash. */
int repair_resume(struct log *l);

/* --- recover.c ---------------------------------------------------------------------------- */

/* Reads the log into the index and finishes what was cut. log.flash, log.keys and log.sectors are
 * set. ERR_OK; ERR_INTEGRITY; ERR_FLASH. */
int store_recover(struct store *s);

/* --- gc.c --------------------------------------------------------------------------------- */

uint32_t gc_capacity(const struct store *s); /* granules for live frames */
/* Whether so little room is left that what a cut costs must be won back at once. */
bool gc_room_is_short(const struct store *s);
/* Frees the oldest sector. ERR_OK; ERR_NO_SPACE: nothing can be freed; ERR_FLASH. */
int gc_step(struct store *s);
/* Makes room for a user's frames of that many granules. ERR_OK; ERR_NO_SPACE; ERR_FLASH. */
int gc_make_room(struct store *s, uint32_t granules);
/* One step towards the reserve. */
int gc_maintain(struct store *s, bool *more);

#endif
