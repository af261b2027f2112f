/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Montgomery arithmetic on numbers of any length, for RSA: the multiplication, and what stands on
 * it, exponentiation and inversion. Words are little-endian, 32 bits each.
 *
 * This is the hook under Mbed TLS (mbedtls_core.c): on the Cortex-M33 its exponentiation and its
 * inversion are these; elsewhere Mbed TLS's own stay. The multiplication has two forms behind one
 * name, UMAAL assembly (mont_m33.S) and portable C (mont.c, also the assembly's judge in tests).
 *
 * Guarantees: time and addresses depend on the lengths alone, except where "public" is said.
 */
#ifndef HUFU_MONT_H
#define HUFU_MONT_H

#include <stddef.h>
#include <stdint.h>

/* The assembly takes rows of four words in blocks of sixteen columns. */
#define MONT_STEP 16u

/* One column of a multiplication under way: the word of the factor, of the sum, of the modulus.
 * Side by side, so that one load brings two of them and one pointer serves all. */
struct mont_column {
    uint32_t b, t, n;
};
#define MONT_COLUMNS(words) ((words) + 5u)

/* Puts the modulus into the columns: once for any number of multiplications. */
void mont_load(struct mont_column *w, const uint32_t *n, size_t words);
/* -1 / n modulo 2^32; n odd. */
uint32_t mont_inverse(uint32_t n);

/*
 * x = a b / 2^(32 words) modulo the modulus in w; a, b below it, mm its mont_inverse. x may be a or
 * b. words: a multiple of MONT_STEP.
 */
void mont_mul(uint32_t *x, const uint32_t *a, const uint32_t *b, struct mont_column *w,
              size_t words, uint32_t mm);

/* rr = 2^(64 words) modulo n, n with its top bit set. work: 3 MONT_COLUMNS words. */
void mont_r2(uint32_t *rr, const uint32_t *n, size_t words, uint32_t *work);

/* --- exponentiation ----------------------------------------------------------------------- */

#define MODEXP_WINDOW 4u /* bits */
#define MODEXP_TABLE  (1u << MODEXP_WINDOW)
/* Words of working memory. e_words 1: the exponent is public. */
#define MODEXP_WORK(words, e_words)                                                                \
    (((e_words) > 1 ? MODEXP_TABLE + 1u : 1u) * (words) + 3u * MONT_COLUMNS(words))

/*
 * x = a^e modulo n, x and a in Montgomery form (times 2^(32 words)); rr: 2^(64 words) modulo n.
 * x may be a. An exponent of one word is taken as public (RSA's 65537); a longer one is secret, and
 * all its words count, leading zeros too. work: MODEXP_WORK words, aligned, not wiped.
 */
void modexp(uint32_t *x, const uint32_t *a, const uint32_t *n, size_t words, const uint32_t *e,
            size_t e_words, const uint32_t *rr, uint32_t *work);

/* --- inversion ---------------------------------------------------------------------------- */

#define MODINV_MIN         8u /* words of the modulus, at least */
#define MODINV_WORK(words) (5u * (words))

/*
 * g = gcd(a, n); inverse (unless NULL) = 1/a modulo n where g is 1. n odd and above 1, a in 0..n,
 * a_words <= words. g and inverse have `words` words and may be a; work: MODINV_WORK words.
 */
void modinv(uint32_t *g, uint32_t *inverse, const uint32_t *a, size_t a_words, const uint32_t *n,
            size_t words, uint32_t *work);

#endif
