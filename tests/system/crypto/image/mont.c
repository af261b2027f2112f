/* SPDX-License-Identifier: Apache-2.0 */
/* RSA's multiplication in assembly against the portable C, and the time of what stands on it. */
#include "image.h"
#include "portable.h"

#include "crypto/mont.h"

#include <string.h>

#define WORDS 128u

static uint32_t a[WORDS], b[WORDS], n[WORDS], x[WORDS], y[WORDS];
static uint32_t work[MODEXP_WORK(32, 2) + MODINV_WORK(32)];
static struct mont_column w[MONT_COLUMNS(WORDS)];

/* Random, or words of ones and zeros, or all ones, or a little below that: where carries run. */
static void number(uint32_t *out, uint32_t words)
{
    uint8_t kind;
    image_random(&kind, 1);
    image_random(out, 4u * words);
    for (uint32_t i = 0; i < words && (kind & 3u) != 0; i++) {
        out[i] = (kind & 3u) == 1 ? 0u - (out[i] & 1u) : (kind & 3u) == 2 ? 0xFFFFFFFFu : out[i];
    }
    if ((kind & 0xC0u) == 0) {
        memset(out + words / 2u, kind & 4u ? 0xFF : 0, 2u * words);
    }
}

/* Below the modulus, whose top bit is set: by its own lower part when the number is too large. */
static void below(uint32_t *out, uint32_t words)
{
    number(out, words);
    uint32_t i = words - 1u;
    while (i > 0 && out[i] == n[i]) {
        i--;
    }
    if (out[i] >= n[i]) {
        memcpy(out, n, 4u * words);
        out[0] -= 1u; /* n is odd */
    }
}

static void modulus(uint32_t words)
{
    number(n, words);
    n[0] |= 1u;
    n[words - 1u] |= 0x80000000u;
}

int test_mont_same(void)
{
    static const uint8_t sizes[] = {16, 32, 48, 64, 96, 128};
    for (uint32_t i = 0; i < 1500u; i++) {
        const uint32_t words = sizes[i % sizeof sizes];
        modulus(words);
        below(a, words);
        below(b, words);
        const uint32_t mm = mont_inverse(n[0]);
        mont_load(w, n, words);
        memset(x, 0xEE, sizeof x);
        memset(y, 0xEE, sizeof y);
        mont_mul(x, a, b, w, words, mm);
        c_mont_mul(y, a, b, w, words, mm);
        if (memcmp(x, y, sizeof x) != 0) {
            return 1;
        }
        mont_mul(a, a, a, w, words, mm); /* in place */
        c_mont_mul(b, b, b, w, words, mm);
        c_mont_mul(x, x, x, w, words, mm);
        mont_mul(y, y, y, w, words, mm);
        if (memcmp(x, y, 4u * words) != 0) {
            return 1;
        }
    }
    return 0;
}

void mont_secrets(void)
{
    modulus(32);
    n[31] |= 0xFF000000u;
    image_random(a, sizeof a);
    image_random(b, sizeof b);
    a[31] &= 0x7FFFFFFFu;
    b[31] &= 0x7FFFFFFFu;
}

/* 1,024 bits, an exponent of two words: the same steps as for a longer one. */
void mont_do_exp(void)
{
    modexp(x, a, n, 32, b, 2, b + 32, work);
}

void mont_do_inverse(void)
{
    modinv(y, x, a, 32, n, 32, work);
}

void mont_do_r2(void)
{
    mont_r2(x, n, 32, work);
}
