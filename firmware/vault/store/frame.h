/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames: what the log is made of. A header has a keyed check of its own, so that damage is told
 * from an unfinished write; a value is sealed besides, and sealed so that garbage collection can
 * move it byte for byte (the transaction number is in the header, but not under the value's tag).
 */
#ifndef HUFU_STORE_FRAME_H
#define HUFU_STORE_FRAME_H

#include "log.h"

struct frame {
    uint8_t kind; /* enum frame_kind */
    uint8_t type;
    uint16_t id;       /* FRAME_COMMIT: how many frames it closes */
    uint16_t len;      /* of the value, bytes */
    uint32_t txn;      /* the transaction it belongs to */
    uint32_t version;  /* of the object, rising; FRAME_TRIM: the log's first sector;
                          FRAME_COMMIT: granules from the transaction's first frame to here */
    uint32_t sequence; /* number of the transaction that put this value, kept when it is moved */
    uint32_t position;
    uint32_t granules; /* of the whole frame */
};

/* Granules of a frame that holds a value of len bytes. */
uint32_t frame_value_granules(size_t len);

/* Parses the frame at position. With trust, checks are not computed again: for a second walk over
 * what this mount has already checked. f->kind = FRAME_BAD: none of ours. ERR_OK; ERR_FLASH. */
int frame_read(const struct log *l, uint32_t position, bool trust, struct frame *f);

/* Whether flash at position holds the commit frame of (txn, count, span), a few bits forgiven. */
int frame_is_commit(const struct log *l, uint32_t position, const struct frame *expected,
                    bool *yes);

/* Whether an authentic commit frame of a transaction after `above`, or of `pending`, begins at any
 * granule in [from, to): the log went on there once, whatever it looks like before. */
int frame_find_commit(const struct log *l, uint32_t from, uint32_t to, uint32_t above,
                      uint32_t pending, bool *found);

/* Writes at the end of the log. ERR_OK; ERR_FLASH; ERR_NO_SPACE. */
int frame_write_header(struct log *l, const struct frame *f); /* a whole frame */
int frame_write_value(struct log *l, const struct frame *f, const void *value);
int frame_write_copy(struct log *l, const struct frame *f,
                     uint32_t source); /* sealed bytes moved */
/* Programs a commit frame that is there once more, so that its bits are firm. */
int frame_refresh_commit(struct log *l, const struct frame *f);

/* Authenticates the value; [out] value, f->len bytes, or NULL to check only. ERR_OK; ERR_INTEGRITY
 * (value zeroed); ERR_FLASH (value zeroed). */
int frame_open_value(const struct log *l, const struct frame *f, uint8_t *value);
/* Zeroes tag and sealed bytes; the header stays, so that a reader finds the next frame. */
int frame_zero_value(struct log *l, const struct frame *f, bool firm);

#endif
