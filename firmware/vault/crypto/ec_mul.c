/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Multiplication by secret scalars.
 *
 * Scalars are recoded so that every digit is odd: for an odd k below 2^L, k is the sum of e_i 2^i,
 * i < L, with each e_i one or minus one, and e_i is one where bit i of (k + 2^L - 1) / 2 is set,
 * that is k >> 1 with bit L - 1 set. No digit is zero, so no step differs from another. k is made
 * odd by adding n or not, in the same step as its blinding.
 *
 * The additions are not complete. An operand pair they cannot add (equal or opposite points) gives
 * Z = 0, and Z stays 0 from there on, so the end tells; the scalar is then hidden anew. Such pairs
 * are out of reach while the prefix of the scalar, as an integer, is far below n; later it is
 * reached with a chance of about 2^-250 for a random scalar, and for a chosen one it depends on
 * what hides it. The last addition of ec_mul with an unblinded scalar, the only one chosen scalars
 * can make fail there, is complete; ec_mul_base splits a scalar that failed.
 */
#include "crypto/ec.h"

#include "crypto/bytes.h"
#include "crypto/ec_scalar.h"
#include "err.h"
#include "wipe.h"

#include <string.h>

#define BLIND      2u           /* words of the random multiple of n */
#define WORDS      (8u + BLIND) /* of a blinded scalar: 320 bits */
#define RAW        260u         /* bits of one that is not: k or k + n has 257 */
#define WINDOW     4u
#define DIGITS     (32u * WORDS / WINDOW)
#define DIGITS_RAW (RAW / WINDOW)
#define TRIES      4u

_Static_assert(EC_TEETH *EC_SPACING == RAW && EC_ENTRIES == 1u << (EC_TEETH - 1u) &&
                   EC_MULTIPLES == 1u << (WINDOW - 1u) && 32u % WINDOW == 0,
               "digits fill the scalars, tables have a place for each positive one");

struct digits {
    uint32_t w[WORDS + 1u]; /* signs: bit i set for e_i = 1; the last word stays 0 */
};

/*
 * The signs of k + m n, where m is random with its lowest bit such that the sum is odd. m has 64
 * bits, because the upper half of n is almost all ones: a shorter factor would leave a middle part
 * of k uncovered. random is null for m of one bit.
 */
static void recode(struct digits *s, const uint8_t k[EC_SCALAR], const uint8_t *random,
                   const struct fe256_field *n)
{
    uint32_t m[BLIND] = {0, 0};
    for (unsigned i = 0; i < 8u; i++) {
        s->w[i] = load_be32(k + 28u - 4u * i);
    }
    memset(s->w + 8, 0, sizeof s->w - 8u * sizeof s->w[0]);
    if (random != NULL) {
        m[0] = load_be32(random);
        m[1] = load_be32(random + 4);
    }
    m[0] = (m[0] & ~1u) | (~s->w[0] & 1u);
    for (unsigned i = 0; i < BLIND; i++) {
        uint32_t carry = 0;
        for (unsigned j = 0; j < 8u; j++) {
            uint64_t x = (uint64_t)m[i] * fe256_word(n->m, j) + s->w[i + j] + carry;
            s->w[i + j] = (uint32_t)x;
            carry = (uint32_t)(x >> 32);
        }
        for (unsigned j = i + 8u; j < WORDS; j++) {
            uint64_t x = (uint64_t)s->w[j] + carry;
            s->w[j] = (uint32_t)x;
            carry = (uint32_t)(x >> 32);
        }
    }
    for (unsigned i = 0; i < WORDS; i++) {
        s->w[i] = s->w[i] >> 1 | s->w[i + 1u] << 31;
    }
    unsigned top = random != NULL ? 32u * WORDS - 1u : RAW - 1u;
    s->w[top / 32u] |= 1u << top % 32u;
    secret_wipe(m, sizeof m);
}

/* A digit of `width` signs as the place in a table of positive ones and a mask of "negative". */
static uint32_t place(uint32_t bits, unsigned width, uint32_t *negative)
{
    *negative = fe256_barrier((bits >> (width - 1u) & 1u) - 1u);
    return (bits ^ *negative) & ((1u << (width - 1u)) - 1u);
}

static void negate(struct fe256 *y, uint32_t mask, const struct fe256_field *p)
{
    static const struct fe256 zero;
    struct fe256 t;
    fe256_sub(&t, &zero, y, p);
    fe256_select(y, &t, mask);
}

/* Replaces Z = 1 by a random Z. */
static void randomise(struct ec_point *r, const struct ec_affine *a, const uint8_t random[32],
                      const struct fe256_field *p)
{
    struct fe256 t;
    (void)fe256_from_bytes(&r->z, random, p);
    fe256_select(&r->z, &p->one, fe256_is_zero(&r->z));
    fe256_sqr(&t, &r->z, p);
    fe256_mul(&r->x, &a->x, &t, p);
    fe256_mul(&t, &t, &r->z, p);
    fe256_mul(&r->y, &a->y, &t, p);
    secret_wipe(&t, sizeof t);
}

static void comb_read(struct ec_affine *r, const struct digits *s, unsigned column,
                      const struct ec_curve *c)
{
    uint32_t bits = 0, negative;
    for (unsigned i = 0; i < EC_TEETH; i++) {
        unsigned at = column + EC_SPACING * i;
        bits |= (s->w[at / 32u] >> at % 32u & 1u) << i;
    }
    uint32_t digit = place(bits, EC_TEETH, &negative);
    ec_table_read(r, c->comb[column / (EC_SPACING / EC_COMBS)], digit, EC_ENTRIES);
    negate(&r->y, negative, c->p);
}

/* r = k G. ERR_OK; the rng's error. */
static int comb(struct ec_point *r, const uint8_t k[EC_SCALAR], const struct ec_curve *c,
                const struct sm2_rng *rng)
{
    const unsigned height = EC_SPACING / EC_COMBS;
    struct digits s;
    struct ec_affine t;
    uint8_t random[32];
    int rc = rng->bytes(rng->ctx, random, sizeof random);
    if (rc != ERR_OK) {
        return rc;
    }
    recode(&s, k, NULL, c->n);
    for (unsigned row = height; row-- != 0;) {
        unsigned table = EC_COMBS;
        if (row == height - 1u) {
            table--;
            comb_read(&t, &s, row + table * height, c);
            randomise(r, &t, random, c->p);
        } else {
            ec_double(r, r, c);
        }
        while (table-- != 0) {
            comb_read(&t, &s, row + table * height, c);
            ec_add(r, r, &t, NULL, c);
        }
    }
    secret_wipe(&s, sizeof s);
    secret_wipe(&t, sizeof t);
    secret_wipe(random, sizeof random);
    return ERR_OK;
}

/* r = a G + (k - a) G for a random a: neither part says anything about k. */
static int comb_split(struct ec_point *r, const uint8_t k[EC_SCALAR], const struct ec_curve *c,
                      const struct sm2_rng *rng)
{
    struct {
        struct fe256 a, b;
        struct ec_point second;
        struct ec_affine operand;
        struct ec_scale scale;
        uint8_t part[EC_SCALAR];
    } w;
    int rc = ec_random_factor(&w.a, c, rng);
    if (rc == ERR_OK) {
        (void)fe256_from_bytes(&w.b, k, c->n);
        fe256_sub(&w.b, &w.b, &w.a, c->n);
        fe256_to_bytes(w.part, &w.a, c->n);
        rc = comb(r, w.part, c, rng);
    }
    if (rc == ERR_OK) {
        fe256_to_bytes(w.part, &w.b, c->n);
        rc = comb(&w.second, w.part, c, rng);
    }
    if (rc == ERR_OK) {
        w.operand = (struct ec_affine){w.second.x, w.second.y};
        w.scale.z = w.second.z;
        ec_scale_powers(&w.scale, c);
        ec_add(r, r, &w.operand, &w.scale, c);
    }
    secret_wipe(&w, sizeof w);
    return rc;
}

static void window_read(struct ec_affine *r, const struct ec_affine *table, const struct digits *s,
                        unsigned i, const struct fe256_field *p)
{
    uint32_t negative;
    uint32_t bits = s->w[WINDOW * i / 32u] >> WINDOW * i % 32u & ((1u << WINDOW) - 1u);
    uint32_t digit = place(bits, WINDOW, &negative);
    ec_table_read(r, table, digit, EC_MULTIPLES);
    negate(&r->y, negative, p);
}

/* r += b, even for equal operands. Opposite ones give infinity, Z = 0, which no scalar in range has
 * for its result. room: the caller's, for a point. */
static void add_last(struct ec_point *r, const struct ec_affine *b, const struct ec_scale *scale,
                     struct ec_point *room, const struct ec_curve *c)
{
    *room = (struct ec_point){b->x, b->y, scale->z};
    uint32_t equal = ec_equal(r, room, c);
    ec_double(room, r, c);
    ec_add(r, r, b, scale, c);
    fe256_select(&r->x, &room->x, equal);
    fe256_select(&r->y, &room->y, equal);
    fe256_select(&r->z, &room->z, equal);
}

/* r = k a. ERR_OK; the rng's error. */
static int windows(struct ec_point *r, const uint8_t k[EC_SCALAR], const struct ec_affine *a,
                   enum ec_use use, const struct ec_curve *c, const struct sm2_rng *rng)
{
    struct {
        struct digits s;
        struct ec_affine table[EC_MULTIPLES], t;
        struct ec_scale scale;
        struct ec_point room;
        uint8_t random[32 + 4 * BLIND];
    } w;
    int rc = rng->bytes(rng->ctx, w.random, sizeof w.random);
    if (rc != ERR_OK) {
        return rc;
    }
    recode(&w.s, k, use == EC_LASTING ? w.random + 32 : NULL, c->n);
    randomise(&w.room, a, w.random, c->p);
    ec_odd_multiples(w.table, &w.scale, &w.room, c);
    unsigned i = (use == EC_LASTING ? DIGITS : DIGITS_RAW) - 1u;
    window_read(&w.t, w.table, &w.s, i, c->p);
    *r = (struct ec_point){w.t.x, w.t.y, w.scale.z};
    while (i-- != 0) {
        for (unsigned j = 0; j < WINDOW; j++) {
            ec_double(r, r, c);
        }
        window_read(&w.t, w.table, &w.s, i, c->p);
        if (i != 0) {
            ec_add(r, r, &w.t, &w.scale, c);
        }
    }
    add_last(r, &w.t, &w.scale, &w.room, c);
    secret_wipe(&w, sizeof w);
    return ERR_OK;
}

/* a NULL: the base point. */
static int multiply(struct ec_point *r, const uint8_t k[EC_SCALAR], const struct ec_affine *a,
                    enum ec_use use, const struct ec_curve *c, const struct sm2_rng *rng)
{
    int rc = ERR_CRYPTO;
    for (unsigned i = 0; i < TRIES && rc == ERR_CRYPTO; i++) {
        if (a != NULL) {
            rc = windows(r, k, a, use, c, rng);
        } else if (use == EC_ONCE && i == 0) {
            rc = comb(r, k, c, rng);
        } else {
            rc = comb_split(r, k, c, rng);
        }
        if (rc == ERR_OK) {
            uint32_t none = fe256_is_zero(&r->z);
            SECRET_PUBLIC(&none, sizeof none); /* not seen outside tests and faults */
            rc = none == 0 ? ERR_OK : ERR_CRYPTO;
        }
    }
    return rc;
}

int ec_mul(struct ec_point *r, const uint8_t k[EC_SCALAR], const struct ec_affine *a,
           enum ec_use use, const struct ec_curve *c, const struct sm2_rng *rng)
{
    return multiply(r, k, a, use, c, rng);
}

int ec_mul_base(struct ec_point *r, const uint8_t k[EC_SCALAR], enum ec_use use,
                const struct ec_curve *c, const struct sm2_rng *rng)
{
    return multiply(r, k, NULL, use, c, rng);
}

#if !FE256_ASM
void ec_table_read(struct ec_affine *out, const struct ec_affine *table, uint32_t digit,
                   uint32_t entries)
{
    memset(out, 0, sizeof *out);
    for (uint32_t i = 0; i < entries; i++) {
        uint32_t one = fe256_barrier(((i ^ digit) - 1u) >> 31); /* 1 where i is digit */
        fe256_limb mask = (fe256_limb)0 - (fe256_limb)one;
        for (unsigned j = 0; j < FE256_LIMBS; j++) {
            out->x.v[j] |= table[i].x.v[j] & mask;
            out->y.v[j] |= table[i].y.v[j] & mask;
        }
    }
}
#endif
