/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inversion and greatest common divisor by division steps (Bernstein, Yang: "Fast constant-time gcd
 * computation and modular inversion", 2019), for moduli of any length: fe256_inv.c tells the idea.
 * This one starts at delta = 1, for which theorem 11.2 gives the number of steps for any length.
 * Numbers are signed, in limbs of STEP bits, the last limb carrying the sign. The modulus stays in
 * words and is cut as it is read, since working memory is short (Mbed TLS's caller gives it).
 *
 * Invariants modulo n: d a = f, e a = g; at the end f is the divisor or its negative, and g is 0.
 */
#include "crypto/mont.h"

#define STEP 30u
#define MASK ((1u << STEP) - 1u)

struct matrix {
    int32_t u, v, q, r;
};

struct modulus {
    const uint32_t *n;
    size_t words;
    uint32_t inverse; /* of n modulo 2^STEP */
};

/* Two bits more than the modulus: d and e are in (-2 n, n). */
static size_t limbs_of(size_t words)
{
    return (32u * words + 2u + STEP - 1u) / STEP;
}

static size_t steps_of(size_t words)
{
    return (49u * 32u * words + 57u) / 17u;
}

/* Bits STEP i .. STEP i + STEP - 1. The lengths are public, and so are the branches. */
static int32_t limb_of(const uint32_t *x, size_t words, size_t i)
{
    const size_t at = i * STEP / 32u;
    const unsigned shift = (unsigned)(i * STEP % 32u);
    uint32_t low = at < words ? x[at] >> shift : 0;
    if (shift > 32u - STEP && at + 1u < words) {
        low |= x[at + 1u] << (32u - shift);
    }
    return (int32_t)(low & MASK);
}

static uint32_t word_of(const int32_t *x, size_t limbs, size_t i)
{
    const size_t at = i * 32u / STEP;
    const unsigned shift = (unsigned)(i * 32u % STEP);
    uint32_t low = (uint32_t)x[at] >> shift;
    if (at + 1u < limbs) {
        low |= (uint32_t)x[at + 1u] << (STEP - shift);
    }
    if (2u * STEP - shift < 32u && at + 2u < limbs) {
        low |= (uint32_t)x[at + 2u] << (2u * STEP - shift);
    }
    return low;
}

/* STEP division steps; zeta is -delta. The products are by -1, 0 or 1. */
static int32_t divide(struct matrix *t, int32_t zeta, uint32_t f, uint32_t g)
{
    uint32_t u = 1, v = 0, q = 0, r = 1;
#pragma GCC unroll 6
    for (unsigned i = 0; i < STEP; i++) {
        const uint32_t odd = g & 1u;
        const uint32_t swap = ((uint32_t)zeta >> 31) & odd;
        const uint32_t sign = odd - 2u * swap;
        g += sign * f;
        q += sign * u;
        r += sign * v;
        zeta = (int32_t)(((uint32_t)zeta ^ (0u - swap)) - 1u + swap);
        f += swap * g;
        u += swap * q;
        v += swap * r;
        g >>= 1;
        u <<= 1;
        v <<= 1;
    }
    *t = (struct matrix){(int32_t)u, (int32_t)v, (int32_t)q, (int32_t)r};
    return zeta;
}

/* f, g = (u f + v g) / 2^STEP, (q f + r g) / 2^STEP; the division is exact. */
static void apply(const struct matrix *t, int32_t *f, int32_t *g, size_t limbs)
{
    int64_t cf = 0, cg = 0;
    for (size_t i = 0; i < limbs; i++) {
        const int32_t fi = f[i], gi = g[i];
        cf += (int64_t)t->u * fi + (int64_t)t->v * gi;
        cg += (int64_t)t->q * fi + (int64_t)t->r * gi;
        if (i > 0) {
            f[i - 1] = (int32_t)((uint32_t)cf & MASK);
            g[i - 1] = (int32_t)((uint32_t)cg & MASK);
        }
        cf >>= STEP;
        cg >>= STEP;
    }
    f[limbs - 1] = (int32_t)cf;
    g[limbs - 1] = (int32_t)cg;
}

/* The same for d, e modulo n: multiples of n make the division exact and keep both in (-2 n, n). */
static void apply_modulo(const struct matrix *t, int32_t *d, int32_t *e, size_t limbs,
                         const struct modulus *n)
{
    const int32_t sd = d[limbs - 1] >> 31, se = e[limbs - 1] >> 31;
    int32_t md = (t->u & sd) + (t->v & se);
    int32_t me = (t->q & sd) + (t->r & se);
    int64_t cd = (int64_t)t->u * d[0] + (int64_t)t->v * e[0];
    int64_t ce = (int64_t)t->q * d[0] + (int64_t)t->r * e[0];
    md -= (int32_t)((n->inverse * (uint32_t)cd + (uint32_t)md) & MASK);
    me -= (int32_t)((n->inverse * (uint32_t)ce + (uint32_t)me) & MASK);
    cd = ce = 0;
    for (size_t i = 0; i < limbs; i++) {
        const int32_t di = d[i], ei = e[i], ni = limb_of(n->n, n->words, i);
        cd += (int64_t)t->u * di + (int64_t)t->v * ei + (int64_t)md * ni;
        ce += (int64_t)t->q * di + (int64_t)t->r * ei + (int64_t)me * ni;
        if (i > 0) {
            d[i - 1] = (int32_t)((uint32_t)cd & MASK);
            e[i - 1] = (int32_t)((uint32_t)ce & MASK);
        }
        cd >>= STEP;
        ce >>= STEP;
    }
    d[limbs - 1] = (int32_t)cd;
    e[limbs - 1] = (int32_t)ce;
}

/* x = (negate ? -x : x) + (n where x was negative). n NULL: no modulus. */
static void settle(int32_t *x, size_t limbs, const struct modulus *n, int32_t negate)
{
    const int32_t add = x[limbs - 1] >> 31;
    int32_t carry = 0;
    for (size_t i = 0; i < limbs; i++) {
        int32_t y = x[i] + (n != NULL ? limb_of(n->n, n->words, i) & add : 0);
        y = (y ^ negate) - negate + carry;
        carry = y >> STEP;
        x[i] = i + 1u < limbs ? (int32_t)((uint32_t)y & MASK) : y;
    }
}

static void write_out(uint32_t *out, size_t words, const int32_t *x, size_t limbs)
{
    for (size_t i = 0; i < words; i++) {
        out[i] = word_of(x, limbs, i);
    }
}

void modinv(uint32_t *g, uint32_t *inverse, const uint32_t *a, size_t a_words, const uint32_t *n,
            size_t words, uint32_t *work)
{
    const struct modulus m = {n, words, (0u - mont_inverse(n[0])) & MASK};
    const size_t limbs = limbs_of(words);
    int32_t *fs = (int32_t *)work, *gs = fs + limbs, *ds = gs + limbs, *es = ds + limbs;
    int32_t zeta = -1;
    for (size_t i = 0; i < limbs; i++) {
        fs[i] = limb_of(n, words, i);
        gs[i] = limb_of(a, a_words, i);
    }
    if (inverse != NULL) {
        for (size_t i = 0; i < limbs; i++) {
            ds[i] = 0;
            es[i] = i == 0;
        }
    }
    for (size_t done = 0; done < steps_of(words); done += STEP) {
        struct matrix t;
        zeta = divide(&t, zeta, (uint32_t)fs[0], (uint32_t)gs[0]);
        apply(&t, fs, gs, limbs);
        if (inverse != NULL) {
            apply_modulo(&t, ds, es, limbs, &m);
        }
    }
    const int32_t negate = fs[limbs - 1] >> 31;
    if (inverse != NULL) {
        settle(ds, limbs, &m, negate);
        settle(ds, limbs, &m, 0);
        write_out(inverse, words, ds, limbs);
    }
    settle(fs, limbs, NULL, negate);
    write_out(g, words, fs, limbs);
}
