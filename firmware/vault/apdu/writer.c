/* SPDX-License-Identifier: Apache-2.0 */
#include "apdu/writer.h"
#include <string.h>

void writer_init(struct writer *w, uint8_t *buffer, size_t cap)
{
    w->start = buffer;
    w->len = 0;
    w->cap = cap;
    w->full = false;
}

size_t writer_room(const struct writer *w)
{
    return w->full ? 0 : w->cap - w->len;
}

uint8_t *writer_reserve(struct writer *w, size_t n)
{
    if (n > writer_room(w)) {
        w->full = true;
        return NULL;
    }
    uint8_t *p = w->start + w->len;
    w->len += n;
    return p;
}

void writer_bytes(struct writer *w, const void *data, size_t n)
{
    if (n == 0) {
        return;
    }
    uint8_t *p = writer_reserve(w, n);
    if (p != NULL) {
        memcpy(p, data, n);
    }
}

void writer_zero(struct writer *w, size_t n)
{
    uint8_t *p = writer_reserve(w, n);
    if (p != NULL) {
        memset(p, 0, n);
    }
}

void writer_text(struct writer *w, const char *text, size_t n)
{
    size_t len = strlen(text);
    len = len > n ? n : len;
    writer_bytes(w, text, len);
    writer_zero(w, n - len);
}

void writer_u8(struct writer *w, uint8_t v)
{
    writer_bytes(w, &v, 1);
}

void writer_u16(struct writer *w, uint16_t v)
{
    const uint8_t b[2] = {(uint8_t)(v >> 8), (uint8_t)v};
    writer_bytes(w, b, sizeof b);
}

void writer_u32(struct writer *w, uint32_t v)
{
    const uint8_t b[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};
    writer_bytes(w, b, sizeof b);
}
