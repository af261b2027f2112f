/* SPDX-License-Identifier: Apache-2.0 */
#include "apdu/reader.h"
#include "err.h"
#include <string.h>

void reader_init(struct reader *r, const uint8_t *data, size_t len)
{
    r->at = data;
    r->left = len;
    r->bad = false;
}

const uint8_t *reader_take(struct reader *r, size_t n)
{
    if (n > r->left) {
        r->left = 0;
        r->bad = true;
        return NULL;
    }
    if (n == 0) {
        return NULL;
    }
    const uint8_t *p = r->at;
    r->at += n;
    r->left -= n;
    return p;
}

void reader_copy(struct reader *r, void *out, size_t n)
{
    const uint8_t *p = reader_take(r, n);
    if (p != NULL) {
        memcpy(out, p, n);
    } else if (n != 0) {
        memset(out, 0, n);
    }
}

struct reader reader_sub(struct reader *r, size_t n)
{
    struct reader sub;
    reader_init(&sub, r->at, 0);
    const uint8_t *p = reader_take(r, n);
    if (p != NULL) {
        reader_init(&sub, p, n);
    }
    sub.bad = r->bad;
    return sub;
}

uint8_t reader_u8(struct reader *r)
{
    uint8_t b[1];
    reader_copy(r, b, sizeof b);
    return b[0];
}

uint16_t reader_u16(struct reader *r)
{
    uint8_t b[2];
    reader_copy(r, b, sizeof b);
    return (uint16_t)((b[0] << 8) | b[1]);
}

uint32_t reader_u32(struct reader *r)
{
    uint8_t b[4];
    reader_copy(r, b, sizeof b);
    return ((uint32_t)b[0] << 24) | ((uint32_t)b[1] << 16) | ((uint32_t)b[2] << 8) | b[3];
}

int reader_end(const struct reader *r)
{
    return !r->bad && r->left == 0 ? ERR_OK : ERR_LENGTH;
}
