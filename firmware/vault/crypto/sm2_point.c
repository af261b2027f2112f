/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sm2_point.h"

#include "err.h"
#include "wipe.h"

#include <string.h>

/* b and G in Montgomery form (GB/T 32918.5). */
static const struct fe256 curve_b = {{0x2BC0DD42u, 0x90D23063u, 0xE9B537ABu, 0x71CF379Au,
                                      0x5EA51C3Cu, 0x52798150u, 0xBA20E2C8u, 0x240FE188u}};

const struct sm2_point sm2_base = {
    .x = {{0xF418029Eu, 0x61328990u, 0xDCA6C050u, 0x3E7981EDu, 0xAC24C3C3u, 0xD6A1ED99u,
           0xE1C13B05u, 0x91167A5Eu}},
    .y = {{0x3C2D0DDDu, 0xC1354E59u, 0x8D3295FAu, 0xC1F5E578u, 0x6E2A48F8u, 0x8D4CFB06u,
           0x81D735BDu, 0x63CD65D4u}},
    .z = {{0x00000001u, 0x00000000u, 0xFFFFFFFFu, 0x00000000u, 0x00000000u, 0x00000000u,
           0x00000000u, 0x00000001u}},
};

static void add(struct fe256 *r, const struct fe256 *a, const struct fe256 *b)
{
    fe256_add(r, a, b, &fe256_p);
}

static void sub(struct fe256 *r, const struct fe256 *a, const struct fe256 *b)
{
    fe256_sub(r, a, b, &fe256_p);
}

static void mul(struct fe256 *r, const struct fe256 *a, const struct fe256 *b)
{
    fe256_mul(r, a, b, &fe256_p);
}

static void sqr(struct fe256 *r, const struct fe256 *a)
{
    fe256_sqr(r, a, &fe256_p);
}

static void triple(struct fe256 *r, const struct fe256 *a)
{
    struct fe256 t;
    add(&t, a, a);
    add(r, &t, a);
}

void sm2_point_add(struct sm2_point *r, const struct sm2_point *a, const struct sm2_point *b)
{
    struct fe256 t0, t1, t2, t3, t4, x, y, z;
    mul(&t0, &a->x, &b->x);
    mul(&t1, &a->y, &b->y);
    mul(&t2, &a->z, &b->z);
    add(&t3, &a->x, &a->y); /* t3 = x1 y2 + x2 y1 */
    add(&t4, &b->x, &b->y);
    mul(&t3, &t3, &t4);
    add(&t4, &t0, &t1);
    sub(&t3, &t3, &t4);
    add(&t4, &a->y, &a->z); /* t4 = y1 z2 + y2 z1 */
    add(&x, &b->y, &b->z);
    mul(&t4, &t4, &x);
    add(&x, &t1, &t2);
    sub(&t4, &t4, &x);
    add(&x, &a->x, &a->z); /* y = x1 z2 + x2 z1 */
    add(&y, &b->x, &b->z);
    mul(&x, &x, &y);
    add(&y, &t0, &t2);
    sub(&y, &x, &y);
    mul(&z, &curve_b, &t2);
    sub(&x, &y, &z);
    triple(&x, &x);
    sub(&z, &t1, &x);
    add(&x, &t1, &x);
    mul(&y, &curve_b, &y);
    triple(&t2, &t2);
    sub(&y, &y, &t2);
    sub(&y, &y, &t0);
    triple(&y, &y);
    triple(&t0, &t0);
    sub(&t0, &t0, &t2);
    mul(&t1, &t4, &y);
    mul(&t2, &t0, &y);
    mul(&y, &x, &z);
    add(&r->y, &y, &t2);
    mul(&x, &t3, &x);
    sub(&r->x, &x, &t1);
    mul(&z, &t4, &z);
    mul(&t1, &t3, &t0);
    add(&r->z, &z, &t1);
}

void sm2_point_double(struct sm2_point *r, const struct sm2_point *a)
{
    struct fe256 t0, t1, t2, t3, x, y, z;
    sqr(&t0, &a->x);
    sqr(&t1, &a->y);
    sqr(&t2, &a->z);
    mul(&t3, &a->x, &a->y);
    add(&t3, &t3, &t3);
    mul(&z, &a->x, &a->z);
    add(&z, &z, &z);
    mul(&y, &curve_b, &t2);
    sub(&y, &y, &z);
    triple(&y, &y);
    sub(&x, &t1, &y);
    add(&y, &t1, &y);
    mul(&y, &x, &y);
    mul(&x, &x, &t3);
    triple(&t2, &t2);
    mul(&z, &curve_b, &z);
    sub(&z, &z, &t2);
    sub(&z, &z, &t0);
    triple(&z, &z);
    triple(&t0, &t0);
    sub(&t0, &t0, &t2);
    mul(&t0, &t0, &z);
    add(&y, &y, &t0);
    mul(&t0, &a->y, &a->z);
    add(&t0, &t0, &t0);
    mul(&z, &t0, &z);
    sub(&r->x, &x, &z);
    mul(&z, &t0, &t1);
    add(&z, &z, &z);
    add(&r->z, &z, &z);
    r->y = y;
}

uint32_t sm2_point_on_curve(const struct sm2_point *a)
{
    struct fe256 l, t, r;
    sqr(&l, &a->y);
    mul(&l, &l, &a->z);
    sqr(&t, &a->z); /* r = x^3 + z^2 (b z - 3 x) */
    mul(&r, &curve_b, &a->z);
    sub(&r, &r, &a->x);
    sub(&r, &r, &a->x);
    sub(&r, &r, &a->x);
    mul(&r, &r, &t);
    sqr(&t, &a->x);
    mul(&t, &t, &a->x);
    add(&r, &r, &t);
    return fe256_equal(&l, &r);
}

int sm2_point_read(struct sm2_point *r, const uint8_t in[SM2_POINT])
{
    uint32_t good = fe256_from_bytes(&r->x, in, &fe256_p);
    good &= fe256_from_bytes(&r->y, in + 32, &fe256_p);
    r->z = fe256_p.one;
    good &= sm2_point_on_curve(r);
    return good != 0 ? ERR_OK : ERR_POINT;
}

int sm2_point_write(uint8_t out[SM2_POINT], const struct sm2_point *a)
{
    struct fe256 zi, t;
    uint32_t infinity = fe256_is_zero(&a->z);
    SECRET_PUBLIC(&infinity, sizeof infinity); /* never so for a scalar in range */
    if (infinity != 0) {
        memset(out, 0, SM2_POINT);
        return ERR_POINT;
    }
    fe256_inv(&zi, &a->z, &fe256_p);
    mul(&t, &a->x, &zi);
    fe256_to_bytes(out, &t, &fe256_p);
    mul(&t, &a->y, &zi);
    fe256_to_bytes(out + 32, &t, &fe256_p);
    secret_wipe(&zi, sizeof zi);
    secret_wipe(&t, sizeof t);
    return ERR_OK;
}
