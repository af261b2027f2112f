/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Command data is put together, and answers are taken apart, through these two alone: neither can
 * pass the end of its buffer. The first step that does not fit sets `bad`; later steps do nothing.
 */
#ifndef HUFU_TOKEN_CODEC_H
#define HUFU_TOKEN_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct writer {
    uint8_t *at;
    size_t len, cap;
    bool bad;
};

static inline void put(struct writer *w, const void *data, size_t len)
{
    if (w->bad || len > w->cap - w->len) {
        w->bad = true;
        return;
    }
    if (len != 0) {
        memcpy(w->at + w->len, data, len);
    }
    w->len += len;
}

static inline void put8(struct writer *w, uint8_t value)
{
    put(w, &value, 1);
}

static inline void put16(struct writer *w, uint32_t value)
{
    const uint8_t bytes[2] = {(uint8_t)(value >> 8), (uint8_t)value};
    put(w, bytes, sizeof bytes);
}

static inline void put32(struct writer *w, uint32_t value)
{
    put16(w, value >> 16);
    put16(w, value & 0xFFFFu);
}

/* text in a field of `width` bytes, filled up with zeros. */
static inline void put_padded(struct writer *w, const char *text, size_t width)
{
    size_t len = strlen(text);
    if (len > width) {
        w->bad = true;
        return;
    }
    put(w, text, len);
    for (; len < width; len++) {
        put8(w, 0);
    }
}

struct reader {
    const uint8_t *at;
    size_t left;
    bool bad;
};

/* NULL when fewer than len bytes are left. */
static inline const uint8_t *take(struct reader *r, size_t len)
{
    if (r->bad || len > r->left) {
        r->bad = true;
        return NULL;
    }
    const uint8_t *data = r->at;
    r->at += len;
    r->left -= len;
    return data;
}

static inline void take_bytes(struct reader *r, void *out, size_t len)
{
    const uint8_t *data = take(r, len);
    if (data != NULL) {
        memcpy(out, data, len);
    } else {
        memset(out, 0, len);
    }
}

static inline uint8_t take8(struct reader *r)
{
    const uint8_t *p = take(r, 1);
    return p == NULL ? 0 : p[0];
}

static inline uint16_t take16(struct reader *r)
{
    const uint8_t *p = take(r, 2);
    return p == NULL ? 0 : (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t take32(struct reader *r)
{
    uint32_t high = take16(r);
    return high << 16 | take16(r);
}

/* A text field of `width` bytes into out[width + 1]; ends at the first NUL. */
static inline void take_text(struct reader *r, char *out, size_t width)
{
    take_bytes(r, out, width);
    out[width] = '\0';
}

/* The whole answer was read, exactly. */
static inline bool all_read(const struct reader *r)
{
    return !r->bad && r->left == 0;
}

#endif
