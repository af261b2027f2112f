/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader over bytes from outside that cannot run past its end: a read that does not fit yields
 * zeros (or NULL), marks the reader bad and leaves it empty. A handler reads everything, then asks
 * once whether all of it was there.
 */
#ifndef HUFU_READER_H
#define HUFU_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
    const uint8_t *at;
    size_t left;
    bool bad;
};

void reader_init(struct reader *r, const uint8_t *data, size_t len);
uint8_t reader_u8(struct reader *r);
uint16_t reader_u16(struct reader *r); /* big-endian */
uint32_t reader_u32(struct reader *r); /* big-endian */
/* The next n bytes in place; NULL: not that many left. n = 0 gives NULL and is no fault. */
const uint8_t *reader_take(struct reader *r, size_t n);
/* [out] out: n bytes, zeroed when they are not there. */
void reader_copy(struct reader *r, void *out, size_t n);
/* A reader over the next n bytes; it is bad when they are not there. */
struct reader reader_sub(struct reader *r, size_t n);
/* ERR_OK: every read fitted and nothing is left. ERR_LENGTH otherwise. */
int reader_end(const struct reader *r);

#endif
