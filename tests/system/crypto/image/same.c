/* SPDX-License-Identifier: Apache-2.0 */
/* The assembly against the portable C on the same inputs: random ones and those where carries run.
 */
#include "image.h"

#include "crypto/ghash.h"
#include "crypto/sm3_block.h"
#include "crypto/sm4_block.h"
#include "portable.h"

#include <string.h>

static const struct fe256_field *const fields[4] = {&fe256_sm2_p, &fe256_sm2_n, &fe256_p256_p,
                                                    &fe256_p256_n};
static int bad;

static void compare(const char *what, const void *a, const void *b, uint32_t len)
{
    if (memcmp(a, b, len) != 0) {
        image_print(what);
        image_print(": assembly and C differ\n");
        bad = 1;
    }
}

/* A number below m: random, or words of zeros and ones, or near 0, or near m. */
static void element(struct fe256 *r, const struct fe256_field *f)
{
    uint8_t kind;
    image_random(&kind, 1);
    image_random(r, sizeof *r);
    if (kind < 96) {
        for (unsigned i = 0; i < 8; i++) {
            r->v[i] = (r->v[i] & 1u) != 0 ? 0xFFFFFFFFu : (r->v[i] & 2u) != 0 ? 0 : r->v[i];
        }
    } else if (kind < 112) {
        memset(r->v + 1, 0, sizeof *r - 4);
        r->v[0] &= 7u;
    } else if (kind < 128) {
        memcpy(r->v, f->m, sizeof *r);
        r->v[0] -= 1u + (kind & 7u); /* the primes end in a word that is large enough */
    }
    /* Below m: the top words of the four moduli are at least FFFFFFFE. */
    int below = 0;
    for (unsigned i = 8; i-- != 0 && below == 0;) {
        below = r->v[i] < f->m[i] ? 1 : r->v[i] > f->m[i] ? -1 : 0;
    }
    if (below != 1) {
        r->v[7] = 0xFFFFFFFDu;
    }
}

static void field(unsigned which, uint32_t cases)
{
    const struct fe256_field *f = fields[which], *g = c_fields[which];
    struct fe256 a, b, x, y;
    while (cases-- != 0) {
        element(&a, f);
        element(&b, f);
        fe256_mul(&x, &a, &b, f);
        c_mul(&y, &a, &b, g);
        compare("mul", &x, &y, sizeof x);
        fe256_sqr(&x, &a, f);
        c_sqr(&y, &a, g);
        compare("sqr", &x, &y, sizeof x);
        fe256_add(&x, &a, &b, f);
        c_add(&y, &a, &b, g);
        compare("add", &x, &y, sizeof x);
        fe256_sub(&x, &a, &b, f);
        c_sub(&y, &a, &b, g);
        compare("sub", &x, &y, sizeof x);
        fe256_half(&x, &a, f);
        c_half(&y, &a, g);
        compare("half", &x, &y, sizeof x);
        x = a; /* in place */
        fe256_mul(&x, &x, &x, f);
        fe256_sqr(&a, &a, f);
        compare("in place", &x, &a, sizeof x);
    }
}

static void hash(void)
{
    uint32_t a[8], b[8];
    uint8_t block[65];
    image_random(a, sizeof a);
    memcpy(b, a, sizeof a);
    for (unsigned i = 0; i < 200; i++) {
        image_random(block, sizeof block);
        sm3_compress(a, block + (i & 1u)); /* aligned and not */
        c_compress(b, block + (i & 1u));
        compare("sm3_compress", a, b, sizeof a);
    }
}

static void cipher(void)
{
    static uint32_t x[36][8], y[36][8], rk[32];
    for (unsigned i = 0; i < 100; i++) {
        image_random(rk, sizeof rk);
        image_random(x, sizeof x);
        memcpy(y, x, sizeof x);
        uint32_t t = sm4_tau(rk[0]), u = c_tau(rk[0]);
        compare("sm4_tau", &t, &u, sizeof t);
        sm4_rounds_wide(x, rk);
        c_rounds_wide(y, rk);
        compare("sm4_rounds_wide", x, y, sizeof x);
        sm4_rounds(x[9], rk);
        c_rounds(y[9], rk);
        compare("sm4_rounds", x[9], y[9], sizeof x[9]);
    }
}

/* Random keys and blocks, and such whose words are all ones, aligned and not. */
static void universal_hash(void)
{
    struct ghash g;
    uint8_t key[GHASH_BLOCK], data[5u * GHASH_BLOCK + 1u];
    for (unsigned i = 0; i < 500; i++) {
        image_random(key, sizeof key);
        image_random(data, sizeof data);
        if (i % 4u == 0) {
            memset(key + i / 4u % 4u * 4u, 0xFF, i % 8u == 0 ? sizeof key - i / 4u % 4u * 4u : 4u);
            memset(data, 0xFF, i % 32u);
        }
        ghash_init(&g, key);
        uint32_t y[4];
        image_random(y, sizeof y);
        memcpy(g.y, y, sizeof y);
        ghash_blocks(g.y, g.h, data + (i & 1u), 1u + i % 5u);
        c_ghash_blocks(y, g.h, data + (i & 1u), 1u + i % 5u);
        compare("ghash_blocks", g.y, y, sizeof y);
    }
}

int test_same(void)
{
    for (unsigned i = 0; i < 4; i++) {
        field(i, 10000);
    }
    hash();
    cipher();
    universal_hash();
    if (test_mont_same() != 0) {
        image_print("mont_mul: assembly and C differ\n");
        bad = 1;
    }
    image_print(bad != 0 ? "differences\n" : "assembly and C agree\n");
    return bad;
}
