/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memcpy and memset by words. The toolchain's C library has them by bytes, to be small, which
 * showed in tools/bench. What is not aligned goes by bytes here, too.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint32_t __attribute__((may_alias)) word;

#define ALIGNED(address) (((uintptr_t)(address)&3u) == 0)

void *memcpy(void *restrict to, const void *restrict from, size_t len)
{
    uint8_t *t = to;
    const uint8_t *f = from;
    if (ALIGNED(t) && ALIGNED(f)) {
        for (; len >= 16; len -= 16, t += 16, f += 16) {
            const word *in = (const word *)f;
            word *out = (word *)t;
            const word a = in[0], b = in[1], c = in[2], d = in[3];
            out[0] = a;
            out[1] = b;
            out[2] = c;
            out[3] = d;
        }
        for (; len >= 4; len -= 4, t += 4, f += 4) {
            *(word *)t = *(const word *)f;
        }
    }
    while (len-- > 0) {
        *t++ = *f++;
    }
    return to;
}

void *memset(void *to, int value, size_t len)
{
    uint8_t *t = to;
    const word all = (uint8_t)value * 0x01010101u;
    if (ALIGNED(t)) {
        for (; len >= 16; len -= 16, t += 16) {
            word *out = (word *)t;
            out[0] = all;
            out[1] = all;
            out[2] = all;
            out[3] = all;
        }
        for (; len >= 4; len -= 4, t += 4) {
            *(word *)t = all;
        }
    }
    while (len-- > 0) {
        *t++ = (uint8_t)value;
    }
    return to;
}
