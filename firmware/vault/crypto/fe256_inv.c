/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inversion by division steps (Bernstein, Yang: "Fast constant-time gcd computation and modular
 * inversion", 2019) in the variant that starts at delta = 1/2, for which 590 steps are enough for
 * any 256-bit modulus. STEP steps look only at the low words of f and g and yield a 2 x 2 matrix;
 * the matrix is then applied to the whole numbers. Numbers are signed, in limbs of STEP bits, the
 * last limb carrying the sign.
 *
 * Invariants modulo m: d * a = f * 2^512, e * a = g * 2^512; at the end f is 1 or -1 and g is 0.
 */
#include "crypto/fe256.h"

#include "wipe.h"

#if defined(__SIZEOF_INT128__) && !defined(HUFU_FE256_PORTABLE)
typedef int64_t sword;
typedef uint64_t uword;
__extension__ typedef __int128 swide;
#define BITS   64u
#define STEP   62u
#define LIMBS  5u
#define ROUNDS 10u
#else
typedef int32_t sword;
typedef uint32_t uword;
typedef int64_t swide;
#define BITS   32u
#define STEP   30u
#define LIMBS  9u
#define ROUNDS 20u
#endif
#define MASK (((uword)1 << STEP) - 1u)

struct number {
    sword v[LIMBS];
};

struct matrix {
    sword u, v, q, r;
};

struct work {
    struct number d, e, f, g;
    struct matrix t;
};

static void spread(struct number *r, const fe256_limb in[FE256_LIMBS])
{
    for (unsigned i = 0; i < LIMBS; i++) {
        unsigned at = i * STEP / BITS, shift = i * STEP % BITS;
        uword x = (uword)(in[at] >> shift);
        if (shift > BITS - STEP && at + 1u < FE256_LIMBS) {
            x |= (uword)(in[at + 1u] << (BITS - shift));
        }
        r->v[i] = (sword)(x & MASK);
    }
}

static void gather(fe256_limb out[FE256_LIMBS], const struct number *a)
{
    for (unsigned i = 0; i < FE256_LIMBS; i++) {
        unsigned at = i * BITS / STEP, shift = i * BITS % STEP;
        uword x = (uword)a->v[at] >> shift | (uword)a->v[at + 1u] << (STEP - shift);
        if (2u * STEP - shift < BITS && at + 2u < LIMBS) {
            x |= (uword)a->v[at + 2u] << (2u * STEP - shift);
        }
        out[i] = (fe256_limb)x;
    }
}

/* STEP division steps; zeta is -(delta + 1/2). The products are by -1, 0 or 1. */
static sword steps(struct matrix *t, sword zeta, uword f, uword g)
{
    uword u = 1, v = 0, q = 0, r = 1;
#pragma GCC unroll 6
    for (unsigned i = 0; i < STEP; i++) {
        uword odd = g & 1u;
        uword swap = ((uword)zeta >> (BITS - 1u)) & odd;
        uword sign = odd - 2u * swap;
        g += sign * f;
        q += sign * u;
        r += sign * v;
        zeta = (sword)((uword)zeta ^ (0u - swap)) - 1;
        f += swap * g;
        u += swap * q;
        v += swap * r;
        g >>= 1;
        u <<= 1;
        v <<= 1;
    }
    *t = (struct matrix){(sword)u, (sword)v, (sword)q, (sword)r};
    return zeta;
}

/* f, g = (u f + v g) / 2^STEP, (q f + r g) / 2^STEP; the division is exact. */
static void apply_fg(struct work *w)
{
    const struct matrix t = w->t;
    sword fi = w->f.v[0], gi = w->g.v[0];
    swide cf = (swide)t.u * fi + (swide)t.v * gi;
    swide cg = (swide)t.q * fi + (swide)t.r * gi;
    cf >>= STEP;
    cg >>= STEP;
    for (unsigned i = 1; i < LIMBS; i++) {
        fi = w->f.v[i];
        gi = w->g.v[i];
        cf += (swide)t.u * fi + (swide)t.v * gi;
        cg += (swide)t.q * fi + (swide)t.r * gi;
        w->f.v[i - 1] = (sword)((uword)cf & MASK);
        w->g.v[i - 1] = (sword)((uword)cg & MASK);
        cf >>= STEP;
        cg >>= STEP;
    }
    w->f.v[LIMBS - 1] = (sword)cf;
    w->g.v[LIMBS - 1] = (sword)cg;
}

/* The same for d, e modulo m: multiples of m make the division exact and keep both in (-2m, m). */
static void apply_de(struct work *w, const struct number *m, uword inverse)
{
    const struct matrix t = w->t;
    sword di = w->d.v[0], ei = w->e.v[0];
    sword sd = w->d.v[LIMBS - 1] >> (BITS - 1u), se = w->e.v[LIMBS - 1] >> (BITS - 1u);
    sword md = (t.u & sd) + (t.v & se);
    sword me = (t.q & sd) + (t.r & se);
    swide cd = (swide)t.u * di + (swide)t.v * ei;
    swide ce = (swide)t.q * di + (swide)t.r * ei;
    md -= (sword)((inverse * (uword)cd + (uword)md) & MASK);
    me -= (sword)((inverse * (uword)ce + (uword)me) & MASK);
    cd += (swide)m->v[0] * md;
    ce += (swide)m->v[0] * me;
    cd >>= STEP;
    ce >>= STEP;
    for (unsigned i = 1; i < LIMBS; i++) {
        di = w->d.v[i];
        ei = w->e.v[i];
        cd += (swide)t.u * di + (swide)t.v * ei + (swide)m->v[i] * md;
        ce += (swide)t.q * di + (swide)t.r * ei + (swide)m->v[i] * me;
        w->d.v[i - 1] = (sword)((uword)cd & MASK);
        w->e.v[i - 1] = (sword)((uword)ce & MASK);
        cd >>= STEP;
        ce >>= STEP;
    }
    w->d.v[LIMBS - 1] = (sword)cd;
    w->e.v[LIMBS - 1] = (sword)ce;
}

/* a = (negate ? -a : a) + (m where the result of the former addition was negative) */
static void settle(struct number *a, const struct number *m, sword negate)
{
    sword add = a->v[LIMBS - 1] >> (BITS - 1u);
    sword carry = 0;
    for (unsigned i = 0; i < LIMBS; i++) {
        sword x = a->v[i] + (m->v[i] & add);
        x = (x ^ negate) - negate + carry;
        carry = x >> STEP;
        a->v[i] = i + 1u < LIMBS ? (sword)((uword)x & MASK) : x;
    }
}

void fe256_inv(struct fe256 *r, const struct fe256 *a, const struct fe256_field *f)
{
    struct work w;
    struct number m;
    const uword inverse = (uword)(0u - f->m0) & MASK;
    sword zeta = -1;
    spread(&m, f->m);
    w.d = (struct number){{0}};
    spread(&w.e, f->rr.v);
    w.f = m;
    spread(&w.g, a->v);
    for (unsigned i = 0; i < ROUNDS; i++) {
        zeta = steps(&w.t, zeta, (uword)w.f.v[0], (uword)w.g.v[0]);
        apply_de(&w, &m, inverse);
        apply_fg(&w);
    }
    settle(&w.d, &m, w.f.v[LIMBS - 1] >> (BITS - 1u));
    settle(&w.d, &m, 0);
    gather(r->v, &w.d);
    secret_wipe(&w, sizeof w);
}
