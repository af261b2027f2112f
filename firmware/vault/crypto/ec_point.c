/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/ec.h"

#include "err.h"
#include "wipe.h"

#include <string.h>

/*
 * 4M + 4S. The textbook formulas with lambda = 3 (X - Z^2)(X + Z^2) / 2, which scales the result by
 * Z = Y Z instead of 2 Y Z and leaves one halving in place of four doublings:
 * X' = lambda^2 - 2 X Y^2, Y' = lambda (X Y^2 - X') - Y^4.
 * same, where not null, becomes a itself with the new Z: (X Y^2, Y^4).
 */
static void double_and_match(struct ec_point *r, struct ec_affine *same, const struct ec_point *a,
                             const struct fe256_field *p)
{
    struct fe256 l, t, yy, xyy;
    fe256_sqr(&t, &a->z, p);
    fe256_sub(&l, &a->x, &t, p);
    fe256_add(&t, &a->x, &t, p);
    fe256_mul(&l, &l, &t, p);
    fe256_half(&t, &l, p);
    fe256_add(&l, &l, &t, p);
    fe256_sqr(&yy, &a->y, p);
    fe256_mul(&xyy, &a->x, &yy, p);
    fe256_mul(&r->z, &a->y, &a->z, p);
    fe256_sqr(&yy, &yy, p);
    fe256_sqr(&t, &l, p);
    fe256_sub(&t, &t, &xyy, p);
    fe256_sub(&r->x, &t, &xyy, p);
    fe256_sub(&t, &xyy, &r->x, p);
    fe256_mul(&t, &t, &l, p);
    fe256_sub(&r->y, &t, &yy, p);
    if (same != NULL) {
        same->x = xyy;
        same->y = yy;
    }
}

void ec_double(struct ec_point *r, const struct ec_point *a, const struct ec_curve *c)
{
    double_and_match(r, NULL, a, c->p);
}

/* The common end: U1, S1 in r->x, r->y; U2, S2; r->z the product of both Z. */
static void add_tail(struct ec_point *r, struct fe256 *u2, struct fe256 *s2,
                     const struct fe256_field *p)
{
    struct fe256 t;
    fe256_sub(u2, u2, &r->x, p); /* H */
    fe256_sub(s2, s2, &r->y, p); /* R */
    fe256_mul(&r->z, &r->z, u2, p);
    fe256_sqr(&t, u2, p);
    fe256_mul(u2, u2, &t, p);       /* H^3 */
    fe256_mul(&t, &t, &r->x, p);    /* V = U1 H^2 */
    fe256_mul(&r->y, &r->y, u2, p); /* S1 H^3 */
    fe256_sqr(&r->x, s2, p);
    fe256_sub(&r->x, &r->x, u2, p);
    fe256_sub(&r->x, &r->x, &t, p);
    fe256_sub(&r->x, &r->x, &t, p);
    fe256_sub(&t, &t, &r->x, p);
    fe256_mul(&t, &t, s2, p);
    fe256_sub(&r->y, &t, &r->y, p);
}

/* 8M + 3S; 11M + 3S with a scale. */
void ec_add(struct ec_point *r, const struct ec_point *a, const struct ec_affine *b,
            const struct ec_scale *scale, const struct ec_curve *c)
{
    const struct fe256_field *p = c->p;
    struct fe256 zz, u2, s2;
    fe256_sqr(&zz, &a->z, p);
    fe256_mul(&u2, &b->x, &zz, p);
    fe256_mul(&zz, &zz, &a->z, p);
    fe256_mul(&s2, &b->y, &zz, p);
    if (scale != NULL) {
        fe256_mul(&r->x, &a->x, &scale->zz, p);
        fe256_mul(&r->y, &a->y, &scale->zzz, p);
        fe256_mul(&r->z, &a->z, &scale->z, p);
    } else if (r != a) {
        r->x = a->x;
        r->y = a->y;
        r->z = a->z;
    }
    add_tail(r, &u2, &s2, p);
}

void ec_scale_powers(struct ec_scale *scale, const struct ec_curve *c)
{
    fe256_sqr(&scale->zz, &scale->z, c->p);
    fe256_mul(&scale->zzz, &scale->zz, &scale->z, c->p);
}

/*
 * Each multiple is the one before plus 2a, both kept on one Z (Meloni's addition, 5M + 2S): the sum
 * gets a new Z, and 2a moves onto it on the way. The factors between the Zs are kept; in the end
 * they bring every multiple onto the last Z (4M + 1S each).
 */
void ec_odd_multiples(struct ec_affine table[EC_MULTIPLES], struct ec_scale *scale,
                      const struct ec_point *a, const struct ec_curve *c)
{
    const struct fe256_field *p = c->p;
    struct {
        struct fe256 factor[EC_MULTIPLES], cc, t;
        struct ec_point twice;
    } w;
    double_and_match(&w.twice, &table[0], a, p);
    for (unsigned i = 1; i < EC_MULTIPLES; i++) {
        const struct ec_affine *last = &table[i - 1u];
        struct ec_affine *r = &table[i];
        struct fe256 *h = &w.factor[i];
        fe256_sub(h, &w.twice.x, &last->x, p);
        fe256_sub(&r->y, &w.twice.y, &last->y, p);
        fe256_mul(&w.twice.z, &w.twice.z, h, p);
        fe256_sqr(&w.cc, h, p);
        fe256_mul(&w.twice.x, &w.twice.x, &w.cc, p);
        fe256_mul(&w.cc, &last->x, &w.cc, p);
        fe256_sub(&w.t, &w.twice.x, &w.cc, p);
        fe256_mul(&w.twice.y, &w.twice.y, &w.t, p);
        fe256_sqr(&r->x, &r->y, p);
        fe256_sub(&r->x, &r->x, &w.twice.x, p);
        fe256_sub(&r->x, &r->x, &w.cc, p);
        fe256_sub(&w.t, &w.twice.x, &r->x, p);
        fe256_mul(&r->y, &r->y, &w.t, p);
        fe256_sub(&r->y, &r->y, &w.twice.y, p);
    }
    scale->z = w.twice.z;
    ec_scale_powers(scale, c);
    w.t = p->one; /* the Z of table[i] times t is the last one */
    for (unsigned i = EC_MULTIPLES - 1u; i != 0; i--) {
        fe256_mul(&w.t, &w.t, &w.factor[i], p);
        fe256_sqr(&w.cc, &w.t, p);
        fe256_mul(&table[i - 1u].x, &table[i - 1u].x, &w.cc, p);
        fe256_mul(&w.cc, &w.cc, &w.t, p);
        fe256_mul(&table[i - 1u].y, &table[i - 1u].y, &w.cc, p);
    }
    secret_wipe(&w, sizeof w);
}

uint32_t ec_equal(const struct ec_point *a, const struct ec_point *b, const struct ec_curve *c)
{
    const struct fe256_field *p = c->p;
    struct fe256 za, zb, t, u;
    fe256_sqr(&za, &a->z, p);
    fe256_sqr(&zb, &b->z, p);
    fe256_mul(&t, &a->x, &zb, p);
    fe256_mul(&u, &b->x, &za, p);
    uint32_t equal = fe256_equal(&t, &u);
    fe256_mul(&za, &za, &a->z, p);
    fe256_mul(&zb, &zb, &b->z, p);
    fe256_mul(&t, &a->y, &zb, p);
    fe256_mul(&u, &b->y, &za, p);
    return equal & fe256_equal(&t, &u);
}

/* Y^2 = X^3 - 3 X Z^4 + b Z^6 */
uint32_t ec_on_curve(const struct ec_point *a, const struct ec_curve *c)
{
    const struct fe256_field *p = c->p;
    struct fe256 zz, z4, t, r;
    fe256_sqr(&zz, &a->z, p);
    fe256_sqr(&z4, &zz, p);
    fe256_mul(&r, &c->b, &zz, p);
    fe256_sub(&r, &r, &a->x, p);
    fe256_sub(&r, &r, &a->x, p);
    fe256_sub(&r, &r, &a->x, p);
    fe256_mul(&r, &r, &z4, p);
    fe256_sqr(&t, &a->x, p);
    fe256_mul(&t, &t, &a->x, p);
    fe256_add(&r, &r, &t, p);
    fe256_sqr(&t, &a->y, p);
    return fe256_equal(&t, &r);
}

int ec_read(struct ec_affine *r, const uint8_t in[EC_POINT_BYTES], const struct ec_curve *c)
{
    struct ec_point t;
    uint32_t good = fe256_from_bytes(&r->x, in, c->p);
    good &= fe256_from_bytes(&r->y, in + 32, c->p);
    t.x = r->x;
    t.y = r->y;
    t.z = c->p->one;
    good &= ec_on_curve(&t, c);
    return good != 0 ? ERR_OK : ERR_POINT;
}

int ec_write(uint8_t out[EC_POINT_BYTES], const struct ec_point *a, const struct ec_curve *c)
{
    struct fe256 zi, zz;
    struct ec_point t;
    fe256_inv(&zi, &a->z, c->p);
    fe256_sqr(&zz, &zi, c->p);
    fe256_mul(&t.x, &a->x, &zz, c->p);
    fe256_to_bytes(out, &t.x, c->p);
    fe256_mul(&zz, &zz, &zi, c->p);
    fe256_mul(&t.y, &a->y, &zz, c->p);
    fe256_to_bytes(out + 32, &t.y, c->p);
    /* The bytes themselves are looked at, for a fault of the inversion, too. Infinity has become
     * 0, 0, which is on neither curve. */
    uint32_t good = fe256_from_bytes(&t.x, out, c->p) & fe256_from_bytes(&t.y, out + 32, c->p);
    t.z = c->p->one;
    good &= ec_on_curve(&t, c);
    SECRET_PUBLIC(&good, sizeof good); /* false only after a fault */
    if (good == 0) {
        memset(out, 0, EC_POINT_BYTES);
    }
    secret_wipe(&zi, sizeof zi);
    secret_wipe(&zz, sizeof zz);
    secret_wipe(&t, sizeof t);
    return good != 0 ? ERR_OK : ERR_CRYPTO;
}
