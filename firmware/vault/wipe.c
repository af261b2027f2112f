/* SPDX-License-Identifier: Apache-2.0 */
#include "wipe.h"

void secret_wipe(void *p, size_t len)
{
    /* Bytes up to a word border, then words: the buffers of a whole APDU are wiped often. */
    volatile uint8_t *b = p;
    while (len > 0 && ((uintptr_t)b & 3u) != 0) {
        *b++ = 0;
        len--;
    }
    volatile uint32_t *w = (volatile uint32_t *)(volatile void *)b;
    for (; len >= 8u * sizeof *w; len -= 8u * sizeof *w) {
#pragma GCC unroll 8
        for (unsigned i = 0; i < 8u; i++) {
            w[i] = 0;
        }
        w += 8;
    }
    for (; len >= sizeof *w; len -= sizeof *w) {
        *w++ = 0;
    }
    b = (volatile uint8_t *)w;
    while (len-- > 0) {
        *b++ = 0;
    }
    /* The compiler must assume that somebody reads the zeros. */
    __asm__ volatile("" : : "r"(p) : "memory");
}

secure_bool secret_equal(const void *a, const void *b, size_t len)
{
    const volatile uint8_t *x = a;
    const volatile uint8_t *y = b;
    uint32_t diff = 0;
    for (size_t i = 0; i < len; i++) {
        diff |= (uint32_t)(x[i] ^ y[i]);
    }
    /* diff is at most 255: the subtraction borrows, and so fills the mask, only when it is 0. */
    uint32_t equal = 0u - ((diff - 1u) >> 31);
    __asm__ volatile("" : "+r"(equal));
    return (SECURE_TRUE & equal) | (SECURE_FALSE & ~equal);
}
