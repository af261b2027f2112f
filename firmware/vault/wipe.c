/* SPDX-License-Identifier: Apache-2.0 */
#include "wipe.h"

void secret_wipe(void *p, size_t len)
{
    volatile uint8_t *b = p;
    for (size_t i = 0; i < len; i++) {
        b[i] = 0;
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
