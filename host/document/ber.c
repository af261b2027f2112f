/* SPDX-License-Identifier: Apache-2.0 */
#include "ber.h"
#include <string.h>

void ber_start(struct ber *b, FILE *in)
{
    memset(b, 0, sizeof *b);
    b->in = in;
}

static bool fail(struct ber *b, int error)
{
    if (b->error == 0)
        b->error = error;
    return false;
}

static bool fill(struct ber *b)
{
    if (b->pos < b->len)
        return true;
    b->pos = 0;
    b->len = fread(b->buf, 1, sizeof b->buf, b->in);
    if (b->len == 0 && ferror(b->in))
        fail(b, PKI_ERR_IO);
    return b->len > 0;
}

/* Bytes that the enclosing definite elements still allow. */
static uint64_t allowed(const struct ber *b)
{
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < b->depth; i++)
        if (!b->level[i].indefinite && b->level[i].end - b->offset < least)
            least = b->level[i].end - b->offset;
    return least;
}

/* The byte `ahead` of the position, without taking it; at most two are looked at. */
static int look(struct ber *b, size_t ahead)
{
    if (b->pos + ahead >= b->len) {
        size_t rest = b->len - b->pos;
        memmove(b->buf, b->buf + b->pos, rest);
        b->pos = 0;
        b->len = rest + fread(b->buf + rest, 1, sizeof b->buf - rest, b->in);
        if (ferror(b->in))
            fail(b, PKI_ERR_IO);
        if (ahead >= b->len)
            return -1;
    }
    return b->buf[b->pos + ahead];
}

static int take_byte(struct ber *b)
{
    if (b->error != 0)
        return -1;
    if (allowed(b) == 0) {
        fail(b, PKI_ERR_PARSE);
        return -1;
    }
    if (!fill(b)) {
        fail(b, DOCUMENT_ERR_TRUNCATED);
        return -1;
    }
    b->offset++;
    return b->buf[b->pos++];
}

int ber_peek(struct ber *b)
{
    if (b->error != 0 || allowed(b) == 0)
        return -1;
    int tag = look(b, 0);
    if (tag < 0) {
        if (b->depth > 0)
            fail(b, DOCUMENT_ERR_TRUNCATED);
        return -1;
    }
    if (tag == 0 && b->depth > 0 && b->level[b->depth - 1].indefinite)
        return -1; /* end-of-contents */
    if ((tag & 0x1f) == 0x1f || tag == 0) {
        fail(b, PKI_ERR_PARSE);
        return -1;
    }
    return tag;
}

bool ber_enter(struct ber *b, uint8_t tag)
{
    if (ber_peek(b) != tag || b->depth == BER_DEPTH)
        return fail(b, PKI_ERR_PARSE);
    (void)take_byte(b);
    int first = take_byte(b);
    if (first < 0)
        return false;
    uint64_t len = (uint64_t)first;
    bool indefinite = first == 0x80;
    if (indefinite && !(tag & 0x20))
        return fail(b, PKI_ERR_PARSE);
    if (first > 0x80) {
        if (first > 0x88)
            return fail(b, PKI_ERR_PARSE);
        len = 0;
        for (int i = first & 0x7f; i > 0; i--) {
            int byte = take_byte(b);
            if (byte < 0)
                return false;
            len = len << 8 | (uint64_t)byte;
        }
    }
    if (!indefinite && (len > allowed(b) || len > UINT64_MAX / 2))
        return fail(b, PKI_ERR_PARSE);
    b->level[b->depth].indefinite = indefinite;
    b->level[b->depth].end = b->offset + (indefinite ? 0 : len);
    b->depth++;
    return true;
}

bool ber_leave(struct ber *b)
{
    if (b->error != 0 || b->depth == 0)
        return fail(b, PKI_ERR_PARSE);
    if (b->level[b->depth - 1].indefinite) {
        if (take_byte(b) != 0 || take_byte(b) != 0)
            return fail(b, PKI_ERR_PARSE);
    } else if (b->level[b->depth - 1].end != b->offset) {
        return fail(b, PKI_ERR_PARSE);
    }
    b->depth--;
    return true;
}

uint64_t ber_left(const struct ber *b)
{
    return b->depth == 0 || b->level[b->depth - 1].indefinite
               ? 0
               : b->level[b->depth - 1].end - b->offset;
}

size_t ber_read(struct ber *b, uint8_t *out, size_t room)
{
    uint64_t left = ber_left(b);
    if (b->error != 0 || left == 0 || room == 0)
        return 0;
    if (!fill(b)) {
        fail(b, DOCUMENT_ERR_TRUNCATED);
        return 0;
    }
    size_t n = b->len - b->pos;
    if (n > room)
        n = room;
    if (n > left)
        n = (size_t)left;
    memcpy(out, b->buf + b->pos, n);
    b->pos += n;
    b->offset += n;
    return n;
}

static bool copy_byte(struct ber *b, uint8_t *out, size_t room, size_t *len, uint8_t *last)
{
    int byte = take_byte(b);
    if (byte < 0)
        return false;
    if (*len == room)
        return fail(b, PKI_ERR_PARSE);
    if (out != NULL)
        out[*len] = (uint8_t)byte;
    (*len)++;
    *last = (uint8_t)byte;
    return true;
}

static bool take_element(struct ber *b, uint8_t *out, size_t room, size_t *len, size_t depth)
{
    if (ber_peek(b) < 0 || depth == BER_DEPTH)
        return fail(b, PKI_ERR_PARSE);
    bool constructed = ber_peek(b) & 0x20;
    uint8_t byte = 0;
    if (!copy_byte(b, out, room, len, &byte) || !copy_byte(b, out, room, len, &byte))
        return false;
    uint8_t first = byte;
    if (first == 0x80) {
        if (!constructed)
            return fail(b, PKI_ERR_PARSE);
        while (look(b, 0) != 0)
            if (!take_element(b, out, room, len, depth + 1))
                return false;
        return copy_byte(b, out, room, len, &byte) && copy_byte(b, out, room, len, &byte) &&
               (byte == 0 || fail(b, PKI_ERR_PARSE));
    }
    uint64_t n = first;
    if (first > 0x80) {
        if (first > 0x84)
            return fail(b, PKI_ERR_PARSE);
        n = 0;
        for (int i = first & 0x7f; i > 0; i--) {
            if (!copy_byte(b, out, room, len, &byte))
                return false;
            n = n << 8 | byte;
        }
    }
    for (; n > 0; n--)
        if (!copy_byte(b, out, room, len, &byte))
            return false;
    return true;
}

bool ber_take(struct ber *b, uint8_t *out, size_t room, size_t *len)
{
    *len = 0;
    return take_element(b, out, room, len, 0);
}

bool ber_finished(struct ber *b)
{
    if (b->error != 0)
        return false;
    if (b->depth != 0 || fill(b))
        return fail(b, DOCUMENT_ERR_TRUNCATED);
    return b->error == 0;
}
