/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader of BER from a stream: definite and indefinite lengths, elements entered and left one by
 * one, no element longer than what encloses it, bounded depth. The first error sticks and every
 * later call fails with it, so callers may check at the end of a group.
 */
#ifndef HUFU_DOCUMENT_BER_H
#define HUFU_DOCUMENT_BER_H

#include "document.h"

#define BER_DEPTH 16u

struct ber {
    FILE *in;
    uint8_t buf[65536];
    size_t pos, len;
    uint64_t offset; /* bytes taken so far */
    struct {
        bool indefinite;
        uint64_t end; /* of a definite one */
    } level[BER_DEPTH];
    size_t depth;
    int error; /* 0, or PKI_ERR_PARSE, _IO, DOCUMENT_ERR_TRUNCATED */
};

void ber_start(struct ber *b, FILE *in);
/* Tag byte of the next element at this level; -1: none (end of the level, of the stream, or error).
 * Tags above 30 are an error: none of these messages has one. */
int ber_peek(struct ber *b);
/* Header of an element with this tag; the level stack grows. */
bool ber_enter(struct ber *b, uint8_t tag);
/* Leaves the innermost element, which must be wholly read. */
bool ber_leave(struct ber *b);
/* Contents left in the innermost definite element. */
uint64_t ber_left(const struct ber *b);
/* Up to room bytes of contents of the innermost element, which is primitive. 0: its end, or error.
 */
size_t ber_read(struct ber *b, uint8_t *out, size_t room);
/* A whole element, header included, of at most room bytes; false also sets the error. out NULL: it
 * is passed over. */
bool ber_take(struct ber *b, uint8_t *out, size_t room, size_t *len);
/* The stream is over. */
bool ber_finished(struct ber *b);

#endif
