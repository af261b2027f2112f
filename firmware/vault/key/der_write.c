/* SPDX-License-Identifier: Apache-2.0 */
#include "key/der_write.h"
#include "key/der.h"
#include <string.h>

void der_write_end(struct writer *w, size_t at, uint8_t tag)
{
    const size_t len = w->len - at;
    const size_t head = len < 0x80 ? 2 : len < 0x100 ? 3 : 4;
    writer_zero(w, head);
    if (w->full || len > 0xFFFFu) {
        w->full = true;
        return;
    }
    uint8_t *p = w->start + at;
    memmove(p + head, p, len);
    *p++ = tag;
    if (head > 2) {
        *p++ = (uint8_t)(0x80u + head - 2u);
    }
    if (head > 3) {
        *p++ = (uint8_t)(len >> 8);
    }
    *p = (uint8_t)len;
}

void der_write(struct writer *w, uint8_t tag, const void *contents, size_t len)
{
    const size_t at = w->len;
    writer_bytes(w, contents, len);
    der_write_end(w, at, tag);
}

void der_write_integer(struct writer *w, const uint8_t *bytes, size_t len)
{
    const size_t at = w->len;
    while (len > 1 && *bytes == 0) {
        bytes++;
        len--;
    }
    if ((*bytes & 0x80) != 0) {
        writer_u8(w, 0);
    }
    writer_bytes(w, bytes, len);
    der_write_end(w, at, DER_INTEGER);
}

void der_write_u32(struct writer *w, uint32_t value)
{
    const uint8_t bytes[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                              (uint8_t)value};
    der_write_integer(w, bytes, sizeof bytes);
}
