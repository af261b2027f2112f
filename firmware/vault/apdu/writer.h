/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A writer into a fixed buffer: what does not fit is not written and marks the writer full; the
 * caller asks once at the end.
 */
#ifndef HUFU_WRITER_H
#define HUFU_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct writer {
    uint8_t *start;
    size_t len;
    size_t cap;
    bool full;
};

void writer_init(struct writer *w, uint8_t *buffer, size_t cap);
void writer_u8(struct writer *w, uint8_t v);
void writer_u16(struct writer *w, uint16_t v); /* big-endian */
void writer_u32(struct writer *w, uint32_t v); /* big-endian */
void writer_bytes(struct writer *w, const void *data, size_t n);
void writer_zero(struct writer *w, size_t n);
/* n bytes with text first, then zeros; text longer than n is cut. */
void writer_text(struct writer *w, const char *text, size_t n);
/* Room for n bytes that the caller fills at once; NULL: they do not fit. */
uint8_t *writer_reserve(struct writer *w, size_t n);
size_t writer_room(const struct writer *w);

#endif
