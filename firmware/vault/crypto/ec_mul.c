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
 * Z = 0, and Z stays 0 from there on, so the end tells; the scalar is then blinded anew. Such pairs
 * are out of reach while the prefix of the scalar, as an integer, is far below n; later it is
 * reached with a chance of about 2^-250 for a random scalar, and for a chosen one it depends on the
 * blinding. The last addition of ec_mul with an unblinded scalar, the only one chosen scalars can
 * make fail there, is complete.
 */
#include "crypto/ec.h"

#include "crypto/bytes.h"
#include "err.h"
#include "wipe.h"

#include <string.h>

#define BLIND      2u           /* words of the random multiple of n */
#define WORDS      (8u + BLIND) /* of a blinded scalar: 320 bits */
#define WINDOW     5u
#define DIGITS     (320u / WINDOW)
#define DIGITS_RAW (260u / WINDOW) /* k or k + n has 257 bits */
#define TRIES      4u

struct blinded {
    uint32_t
        w[WORDS + 1u]; /* signs: bit i set for e_i = 1; one word more for windows to straddle */
};

/*
 * The signs of k + m n, where m is random with its lowest bit such that the sum is odd. m has 64
 * bits, because the upper half of n is almost all ones: a shorter factor would leave a middle part
 * of k uncovered. random is null for m of one bit.
 */
static void blind(struct blinded *s, const uint8_t k[EC_SCALAR], const uint8_t *random,
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
    unsigned top = random != NULL ? 319u : 259u;
    s->w[top / 32u] |= 1u << top % 32u;
    secret_wipe(m, sizeof m);
}

/* A digit as the place in a table of positive ones and a mask of "negative". */
static uint32_t place(uint32_t bits, uint32_t *negative)
{
    *negative = fe256_barrier((bits >> 4 & 1u) - 1u);
    return (bits ^ *negative) & 15u;
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

static void comb_read(struct ec_affine *r, const struct blinded *s, unsigned column,
                      const struct ec_curve *c)
{
    uint32_t bits = 0, negative;
    for (unsigned i = 0; i < EC_TEETH; i++) {
        bits |= (s->w[column / 32u + 2u * i] >> column % 32u & 1u) << i;
    }
    uint32_t digit = place(bits, &negative);
    ec_table_affine(r, c->comb[column / (EC_SPACING / EC_COMBS)], digit);
    negate(&r->y, negative, c->p);
}

static void comb(struct ec_point *r, const struct blinded *s, const uint8_t random[32],
                 const struct ec_curve *c)
{
    const unsigned height = EC_SPACING / EC_COMBS;
    struct ec_affine t;
    for (unsigned row = height; row-- != 0;) {
        unsigned table = EC_COMBS;
        if (row == height - 1u) {
            table--;
            comb_read(&t, s, row + table * height, c);
            randomise(r, &t, random, c->p);
        } else {
            ec_double(r, r, c);
        }
        while (table-- != 0) {
            comb_read(&t, s, row + table * height, c);
            ec_add_affine(r, r, &t, c);
        }
    }
    secret_wipe(&t, sizeof t);
}

static void window_read(struct ec_point *r, const struct ec_point *table, const struct blinded *s,
                        unsigned i, const struct fe256_field *p)
{
    unsigned at = WINDOW * i / 32u, shift = WINDOW * i % 32u;
    uint64_t pair = (uint64_t)s->w[at + 1u] << 32 | s->w[at];
    uint32_t negative;
    uint32_t digit = place((uint32_t)(pair >> shift) & 31u, &negative);
    ec_table_point(r, table, digit);
    negate(&r->y, negative, p);
}

/* r += b, even for equal operands. Opposite ones give infinity, Z = 0, which no scalar in range has
 * for its result. room: the caller's, for a point; the stack is deep here. */
static void add_last(struct ec_point *r, const struct ec_point *b, struct ec_point *room,
                     const struct ec_curve *c)
{
    uint32_t equal = ec_equal(r, b, c);
    ec_double(room, r, c);
    ec_add(r, r, b, c);
    fe256_select(&r->x, &room->x, equal);
    fe256_select(&r->y, &room->y, equal);
    fe256_select(&r->z, &room->z, equal);
}

static void windows(struct ec_point *r, const struct blinded *s, unsigned digits,
                    const struct ec_affine *a, const uint8_t random[32], const struct ec_curve *c)
{
    struct ec_point table[EC_ENTRIES], t;
    randomise(&t, a, random, c->p);
    ec_odd_multiples(table, EC_ENTRIES, &t, c);
    window_read(r, table, s, digits - 1u, c->p);
    for (unsigned i = digits - 1u; i-- != 0;) {
        for (unsigned j = 0; j < WINDOW; j++) {
            ec_double(r, r, c);
        }
        window_read(&t, table, s, i, c->p);
        if (i != 0) {
            ec_add(r, r, &t, c);
        }
    }
    add_last(r, &t, &table[0], c);
    secret_wipe(table, sizeof table);
    secret_wipe(&t, sizeof t);
}

static int multiply(struct ec_point *r, const uint8_t k[EC_SCALAR], const struct ec_affine *a,
                    enum ec_use use, const struct ec_curve *c, const struct sm2_rng *rng)
{
    struct blinded s;
    uint8_t random[32 + 4 * BLIND];
    int rc = ERR_CRYPTO;
    for (unsigned i = 0; i < TRIES && rc == ERR_CRYPTO; i++) {
        rc = rng->bytes(rng->ctx, random, sizeof random);
        if (rc != ERR_OK) {
            break;
        }
        blind(&s, k, use == EC_LASTING ? random + 32 : NULL, c->n);
        if (a == NULL) {
            comb(r, &s, random, c);
        } else {
            windows(r, &s, use == EC_LASTING ? DIGITS : DIGITS_RAW, a, random, c);
        }
        uint32_t none = fe256_is_zero(&r->z);
        SECRET_PUBLIC(&none, sizeof none); /* not seen outside tests and faults */
        rc = none == 0 ? ERR_OK : ERR_CRYPTO;
    }
    secret_wipe(&s, sizeof s);
    secret_wipe(random, sizeof random);
    return rc;
}

int ec_mul(struct ec_point *r, const uint8_t k[EC_SCALAR], const struct ec_affine *a,
           enum ec_use use, const struct ec_curve *c, const struct sm2_rng *rng)
{
    return multiply(r, k, a, use, c, rng);
}

int ec_mul_base(struct ec_point *r, const uint8_t k[EC_SCALAR], const struct ec_curve *c,
                const struct sm2_rng *rng)
{
    return multiply(r, k, NULL, EC_LASTING, c, rng);
}

#if !FE256_ASM
static void table_read(fe256_limb *out, const fe256_limb *entry, uint32_t digit, unsigned limbs)
{
    memset(out, 0, limbs * sizeof *out);
    for (uint32_t i = 0; i < EC_ENTRIES; i++) {
        uint32_t one = fe256_barrier(((i ^ digit) - 1u) >> 31); /* 1 where i is digit */
        fe256_limb mask = (fe256_limb)0 - (fe256_limb)one;
        for (unsigned j = 0; j < limbs; j++) {
            out[j] |= *entry++ & mask;
        }
    }
}

void ec_table_affine(void *out, const void *table, uint32_t digit)
{
    table_read(out, table, digit, 2u * FE256_LIMBS);
}

void ec_table_point(void *out, const void *table, uint32_t digit)
{
    table_read(out, table, digit, 3u * FE256_LIMBS);
}
#endif
