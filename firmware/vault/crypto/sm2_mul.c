/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sm2_point.h"

#include "crypto/bytes.h"
#include "err.h"
#include "wipe.h"

#include <string.h>

#define WINDOW     4u
#define TABLE      (1u << WINDOW)
#define BLIND      2u /* limbs of the random multiple of n: 64 bits */
#define LONG_LIMBS (FE256_LIMBS + BLIND)
#define DIGITS     (LONG_LIMBS * 32u / WINDOW)

static const struct fe256 zero;

static void set_infinity(struct sm2_point *r)
{
    r->x = zero;
    r->y = fe256_p.one;
    r->z = zero;
}

/*
 * wide = k + blind * n. Sixty-four bits, because the upper half of n is almost all ones: a shorter
 * factor would leave a middle part of k uncovered.
 */
static void blind_scalar(uint32_t wide[LONG_LIMBS], const uint8_t k[SM2_SCALAR],
                         const uint8_t blind[4 * BLIND])
{
    for (unsigned i = 0; i < FE256_LIMBS; i++) {
        wide[i] = load_be32(k + 4u * (FE256_LIMBS - 1u - i));
    }
    memset(wide + FE256_LIMBS, 0, BLIND * sizeof wide[0]);
    for (unsigned i = 0; i < BLIND; i++) {
        uint32_t m = load_be32(blind + 4u * i);
        uint32_t carry = 0;
        for (unsigned j = 0; j < FE256_LIMBS; j++) {
            uint64_t x = (uint64_t)m * fe256_n.m[j] + wide[i + j] + carry;
            wide[i + j] = (uint32_t)x;
            carry = (uint32_t)(x >> 32);
        }
        for (unsigned j = i + FE256_LIMBS; j < LONG_LIMBS; j++) {
            uint64_t x = (uint64_t)wide[j] + carry;
            wide[j] = (uint32_t)x;
            carry = (uint32_t)(x >> 32);
        }
    }
}

/* r = table[digit], every entry read. */
static void table_read(struct sm2_point *r, const struct sm2_point table[TABLE], uint32_t digit)
{
    *r = table[0];
    for (uint32_t i = 1; i < TABLE; i++) {
        uint32_t mask = ((i ^ digit) - 1u) >> 31; /* 1 where i equals digit */
        mask = 0u - mask;
        fe256_select(&r->x, &table[i].x, mask);
        fe256_select(&r->y, &table[i].y, mask);
        fe256_select(&r->z, &table[i].z, mask);
    }
}

/* Multiplies the coordinates of a by one random factor other than zero. */
static void randomise(struct sm2_point *r, const struct sm2_point *a, const uint8_t random[32])
{
    struct fe256 factor;
    (void)fe256_from_bytes(&factor, random, &fe256_p);
    fe256_select(&factor, &fe256_p.one, fe256_is_zero(&factor));
    fe256_mul(&r->x, &a->x, &factor, &fe256_p);
    fe256_mul(&r->y, &a->y, &factor, &fe256_p);
    fe256_mul(&r->z, &a->z, &factor, &fe256_p);
    secret_wipe(&factor, sizeof factor);
}

int sm2_point_mul(struct sm2_point *r, const uint8_t k[SM2_SCALAR], const struct sm2_point *a,
                  const struct sm2_rng *rng)
{
    struct sm2_point table[TABLE], t;
    uint32_t wide[LONG_LIMBS];
    uint8_t random[32 + 4 * BLIND];
    int rc = rng->bytes(rng->ctx, random, sizeof random);
    if (rc != ERR_OK) {
        secret_wipe(random, sizeof random);
        return rc;
    }
    blind_scalar(wide, k, random + 32);
    set_infinity(&table[0]);
    randomise(&table[1], a, random);
    for (unsigned i = 2; i < TABLE; i++) {
        sm2_point_add(&table[i], &table[i - 1], &table[1]);
    }
    set_infinity(r);
    for (unsigned i = DIGITS; i-- != 0;) {
        for (unsigned j = 0; j < WINDOW; j++) {
            sm2_point_double(r, r);
        }
        uint32_t digit = wide[i / 8u] >> (WINDOW * (i % 8u)) & (TABLE - 1u);
        table_read(&t, table, digit);
        sm2_point_add(r, r, &t);
    }
    uint32_t good = sm2_point_on_curve(r);
    secret_wipe(table, sizeof table);
    secret_wipe(&t, sizeof t);
    secret_wipe(wide, sizeof wide);
    secret_wipe(random, sizeof random);
    SECRET_PUBLIC(&good, sizeof good); /* false only after a fault */
    if (good == 0) {
        secret_wipe(r, sizeof *r);
        return ERR_CRYPTO;
    }
    return ERR_OK;
}

static unsigned two_bits(const uint8_t k[SM2_SCALAR], unsigned i)
{
    return (unsigned)k[SM2_SCALAR - 1u - i / 4u] >> (2u * (i % 4u)) & 3u;
}

void sm2_point_mul_public(struct sm2_point *r, const uint8_t s[SM2_SCALAR],
                          const uint8_t t[SM2_SCALAR], const struct sm2_point *a)
{
    /* Both scalars at once, two bits of each a step: table[4 i + j] = i*G + j*a. */
    struct sm2_point table[TABLE];
    set_infinity(&table[0]);
    table[1] = *a;
    sm2_point_double(&table[2], a);
    sm2_point_add(&table[3], &table[2], a);
    for (unsigned i = 4; i < TABLE; i++) {
        sm2_point_add(&table[i], &table[i - 4], &sm2_base);
    }
    set_infinity(r);
    for (unsigned i = 128; i-- != 0;) {
        sm2_point_double(r, r);
        sm2_point_double(r, r);
        unsigned digit = 4u * two_bits(s, i) + two_bits(t, i);
        if (digit != 0) {
            sm2_point_add(r, r, &table[digit]);
        }
    }
}
