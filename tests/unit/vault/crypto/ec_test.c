/* SPDX-License-Identifier: Apache-2.0 */
/* The curve engine: its tables, and multiplications at the edges against OpenSSL's points. REQ: Q2
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "crypto/ec.h"
#include "support/fixed_rng.h"
#include "support/openssl.h"

/* The plain point functions are what is wanted here, deprecated or not. */
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

struct rig {
    const struct ec_curve *c;
    EC_GROUP *group;
    BIGNUM *n, *s, *t;
    EC_POINT *p, *q;
    BN_CTX *ctx;
    unsigned refused; /* by ec_mul_base with a stuck source */
};

static struct rig rig_new(const struct ec_curve *c)
{
    struct rig g = {.c = c};
    g.group = EC_GROUP_new_by_curve_name(c == &ec_sm2 ? NID_sm2 : NID_X9_62_prime256v1);
    assert_non_null(g.group);
    g.ctx = BN_CTX_new();
    g.n = BN_new();
    g.s = BN_new();
    g.t = BN_new();
    g.p = EC_POINT_new(g.group);
    g.q = EC_POINT_new(g.group);
    assert_int_equal(EC_GROUP_get_order(g.group, g.n, g.ctx), 1);
    return g;
}

static void rig_free(struct rig *g)
{
    EC_POINT_free(g->p);
    EC_POINT_free(g->q);
    BN_free(g->n);
    BN_free(g->s);
    BN_free(g->t);
    BN_CTX_free(g->ctx);
    EC_GROUP_free(g->group);
}

static void point_bytes(const struct rig *g, const EC_POINT *p, uint8_t out[64])
{
    uint8_t form[65];
    assert_int_equal(
        EC_POINT_point2oct(g->group, p, POINT_CONVERSION_UNCOMPRESSED, form, 65, g->ctx), 65);
    memcpy(out, form + 1, 64);
}

/* OpenSSL's g->p in our coordinates. */
static void affine(const struct rig *g, struct ec_affine *a)
{
    uint8_t b[64];
    point_bytes(g, g->p, b);
    assert_int_equal(ec_read(a, b, g->c), ERR_OK);
}

/* a is OpenSSL's point p, infinity included. */
static void expect(const struct rig *g, const struct ec_point *a, const EC_POINT *p)
{
    uint8_t ours[64], theirs[64];
    if (EC_POINT_is_at_infinity(g->group, p) == 1) {
        assert_int_equal(fe256_is_zero(&a->z), 0xFFFFFFFFu);
        return;
    }
    point_bytes(g, p, theirs);
    assert_int_equal(ec_write(ours, a, g->c), ERR_OK);
    assert_memory_equal(ours, theirs, 64);
}

/* v = v mod n, for a small signed number: -3 is n - 3. */
static void small(const struct rig *g, BIGNUM *v, long x)
{
    assert_int_equal(BN_set_word(v, (BN_ULONG)(x < 0 ? -x : x)), 1);
    if (x < 0) {
        assert_int_equal(BN_sub(v, g->n, v), 1);
    }
}

/* comb[i][j] = 2^(26 i) (2^208 + sum +-2^(52 t)) G, odd[i] = (2 i + 1) G. */
static void tables_of(const struct ec_curve *c)
{
    struct rig g = rig_new(c);
    struct ec_affine a;
    for (unsigned i = 0; i < EC_COMBS; i++) {
        for (unsigned j = 0; j < EC_ENTRIES; j++) {
            BN_zero(g.s);
            assert_int_equal(BN_set_bit(g.s, 208), 1);
            for (int t = 0; t < 4; t++) {
                BN_zero(g.t);
                assert_int_equal(BN_set_bit(g.t, 52 * t), 1);
                assert_int_equal((j >> t & 1u) != 0 ? BN_add(g.s, g.s, g.t) : BN_sub(g.s, g.s, g.t),
                                 1);
            }
            assert_int_equal(BN_lshift(g.s, g.s, (int)(26u * i)), 1);
            assert_int_equal(BN_nnmod(g.s, g.s, g.n, g.ctx), 1);
            assert_int_equal(EC_POINT_mul(g.group, g.p, g.s, NULL, NULL, g.ctx), 1);
            affine(&g, &a);
            assert_memory_equal(&a, &c->comb[i][j], sizeof a);
        }
    }
    for (unsigned i = 0; i < EC_ODD; i++) {
        assert_int_equal(BN_set_word(g.s, 2u * i + 1u), 1);
        assert_int_equal(EC_POINT_mul(g.group, g.p, g.s, NULL, NULL, g.ctx), 1);
        affine(&g, &a);
        assert_memory_equal(&a, &c->odd[i], sizeof a);
    }
    rig_free(&g);
}

static void tables(void **state)
{
    (void)state;
    tables_of(&ec_sm2);
    tables_of(&ec_p256);
}

static int zeros(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    memset(out, 0, len);
    return ERR_OK;
}

/* One secret scalar through all the roads: blinded, blinded by nothing, used once. */
static void secret(struct rig *g, const BIGNUM *k, const struct sm2_rng *rng)
{
    static const struct sm2_rng stuck = {zeros, NULL};
    const struct sm2_rng *sources[] = {rng, &stuck};
    struct ec_affine a;
    struct ec_point r;
    uint8_t bytes[32];
    assert_int_equal(BN_bn2binpad(k, bytes, 32), 32);
    assert_int_equal(EC_POINT_mul(g->group, g->p, g->t, NULL, NULL, g->ctx), 1); /* the base t G */
    affine(g, &a);
    assert_int_equal(EC_POINT_mul(g->group, g->q, NULL, g->p, k, g->ctx), 1);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(ec_mul(&r, bytes, &a, EC_LASTING, g->c, sources[i]), ERR_OK);
        expect(g, &r, g->q);
        assert_int_equal(ec_mul(&r, bytes, &a, EC_ONCE, g->c, sources[i]), ERR_OK);
        expect(g, &r, g->q);
    }
    assert_int_equal(EC_POINT_mul(g->group, g->q, k, NULL, NULL, g->ctx), 1);
    for (unsigned i = 0; i < 2; i++) {
        int rc = ec_mul_base(&r, bytes, EC_ONCE, g->c, sources[i]);
        if (i == 1 && rc == ERR_CRYPTO) {
            g->refused++; /* a scalar that the comb cannot make, and nothing to split it with */
            continue;
        }
        assert_int_equal(rc, ERR_OK);
        expect(g, &r, g->q);
    }
    /* split by a random number; the stuck source gives 1, so that 1 and 2 cannot be split */
    assert_int_equal(ec_mul_base(&r, bytes, EC_LASTING, g->c, rng), ERR_OK);
    expect(g, &r, g->q);
    int rc = ec_mul_base(&r, bytes, EC_LASTING, g->c, &stuck);
    if (BN_is_one(k) || BN_is_word(k, 2)) {
        assert_int_equal(rc, ERR_CRYPTO);
    } else {
        assert_int_equal(rc, ERR_OK);
        expect(g, &r, g->q);
    }
}

static void secret_edges(void **state)
{
    const struct ec_curve *c = *state;
    struct rig g = rig_new(c);
    struct fixed_rng r;
    struct sm2_rng rng = fixed_rng(&r, 61);
    for (long k = -70; k <= 70; k++) {
        if (k != 0) {
            small(&g, g.s, k);
            assert_int_equal(BN_set_word(g.t, (BN_ULONG)(k + 71)), 1);
            secret(&g, g.s, &rng);
        }
    }
    for (int bit = 0; bit < 256; bit += 5) { /* one bit, and all below it */
        BN_zero(g.s);
        assert_int_equal(BN_set_bit(g.s, bit), 1);
        assert_int_equal(BN_set_word(g.t, 7), 1);
        secret(&g, g.s, &rng);
        assert_int_equal(BN_sub(g.s, g.n, g.s), 1);
        secret(&g, g.s, &rng);
    }
    assert_true(g.refused <= 2);
    rig_free(&g);
}

static void both(struct rig *g)
{
    struct ec_affine a;
    struct ec_point r;
    uint8_t s[32], t[32];
    affine(g, &a);
    assert_int_equal(BN_bn2binpad(g->s, s, 32), 32);
    assert_int_equal(BN_bn2binpad(g->t, t, 32), 32);
    assert_int_equal(EC_POINT_mul(g->group, g->q, g->s, g->p, g->t, g->ctx), 1);
    ec_mul_public(&r, s, t, &a, g->c);
    expect(g, &r, g->q);
    if (EC_POINT_is_at_infinity(g->group, g->q) == 0) {
        uint8_t x[64];
        BIGNUM *v = BN_new();
        point_bytes(g, g->q, x);
        assert_non_null(BN_bin2bn(x, 32, v));
        assert_int_equal(BN_nnmod(v, v, g->n, g->ctx), 1);
        assert_int_equal(BN_bn2binpad(v, x, 32), 32);
        assert_int_equal(ec_x_is(&r, x, g->c), 0xFFFFFFFFu);
        x[31] ^= 1u;
        assert_int_equal(ec_x_is(&r, x, g->c), 0);
        BN_free(v);
    }
}

/* s G + t Q with Q = q G, all small and of both signs: equal and opposite partial sums, infinity as
 * an intermediate and as the result, scalars of zero. */
static void public_edges(void **state)
{
    const struct ec_curve *c = *state;
    struct rig g = rig_new(c);
    static const long qs[] = {1, -1, 2, 3, -3, 31, 32, -17};
    for (unsigned i = 0; i < sizeof qs / sizeof qs[0]; i++) {
        for (long s = -9; s <= 9; s++) {
            for (long t = -9; t <= 9; t++) {
                small(&g, g.s, qs[i]);
                assert_int_equal(EC_POINT_mul(g.group, g.p, g.s, NULL, NULL, g.ctx), 1);
                small(&g, g.s, s);
                small(&g, g.t, t);
                both(&g);
            }
        }
    }
    rig_free(&g);
}

static void random_cases(void **state)
{
    const struct ec_curve *c = *state;
    struct rig g = rig_new(c);
    struct fixed_rng r;
    struct sm2_rng rng = fixed_rng(&r, 62);
    const unsigned cases = getenv("HUFU_TEST_LONG") != NULL ? 10000 : 50;
    uint8_t k[32];
    for (unsigned i = 0; i < cases; i++) {
        BIGNUM *const to[] = {g.t, g.s};
        for (unsigned j = 0; j < 2; j++) {
            assert_int_equal(fixed_bytes(&r, k, 32), ERR_OK);
            assert_non_null(BN_bin2bn(k, 32, to[j]));
            assert_int_equal(BN_nnmod(to[j], to[j], g.n, g.ctx), 1);
        }
        secret(&g, g.s, &rng);
        both(&g);
    }
    rig_free(&g);
}

/* x = r + n below p: v alone would refuse a good signature. P-256 has such points; the x here is
 * found by search above n. */
static void x_above_order(void **state)
{
    const struct ec_curve *c = *state;
    struct rig g = rig_new(c);
    struct ec_affine a;
    struct ec_point p;
    uint8_t v[32];
    unsigned found = 0;
    for (unsigned i = 0; i < 40; i++) {
        assert_non_null(BN_copy(g.s, g.n));
        assert_int_equal(BN_add_word(g.s, i), 1);
        if (EC_POINT_set_compressed_coordinates(g.group, g.p, g.s, 0, g.ctx) == 1) {
            affine(&g, &a);
            p.x = a.x;
            p.y = a.y;
            p.z = c->p->one;
            ec_double(&p, &p, c);
            ec_add(&p, &p, &a, NULL, c); /* 3a, with a Z of its own: any point will do for no */
            memset(v, 0, 32);
            v[31] = (uint8_t)i;
            assert_int_equal(ec_x_is(&p, v, c), 0);
            p.x = a.x;
            p.y = a.y;
            p.z = c->p->one;
            assert_int_equal(ec_x_is(&p, v, c), 0xFFFFFFFFu);
            found++;
        }
    }
    assert_true(found > 5);
    rig_free(&g);
}

/* x = p + small is a point's coordinate in disguise; a point of the twist has no y. */
static void refused_points(void **state)
{
    const struct ec_curve *c = *state;
    struct rig g = rig_new(c);
    struct ec_affine a;
    uint8_t b[64];
    unsigned twist = 0;
    assert_int_equal(EC_GROUP_get_curve(g.group, g.t, NULL, NULL, g.ctx), 1);
    for (unsigned i = 0; i < 40; i++) {
        assert_int_equal(BN_set_word(g.s, i), 1);
        if (EC_POINT_set_compressed_coordinates(g.group, g.p, g.s, 1, g.ctx) == 1) {
            point_bytes(&g, g.p, b);
            assert_int_equal(ec_read(&a, b, c), ERR_OK);
            assert_int_equal(BN_add(g.s, g.s, g.t), 1);
            assert_int_equal(BN_bn2binpad(g.s, b, 32), 32);
            assert_int_equal(ec_read(&a, b, c), ERR_POINT);
        } else {
            memset(b, 0, 64);
            b[31] = (uint8_t)i;
            for (unsigned y = 0; y < 256; y++) {
                b[63] = (uint8_t)y;
                assert_int_equal(ec_read(&a, b, c), ERR_POINT);
            }
            twist++;
        }
    }
    assert_true(twist > 5);
    memset(b, 0, 64);
    assert_int_equal(ec_read(&a, b, c), ERR_POINT);
    memset(b, 0xFF, 64);
    assert_int_equal(ec_read(&a, b, c), ERR_POINT);
    rig_free(&g);
}

int main(void)
{
    void *sm2 = (void *)(uintptr_t)&ec_sm2, *p256 = (void *)(uintptr_t)&ec_p256;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables),
        cmocka_unit_test_prestate(secret_edges, sm2),
        cmocka_unit_test_prestate(secret_edges, p256),
        cmocka_unit_test_prestate(public_edges, sm2),
        cmocka_unit_test_prestate(public_edges, p256),
        cmocka_unit_test_prestate(random_cases, sm2),
        cmocka_unit_test_prestate(random_cases, p256),
        cmocka_unit_test_prestate(x_above_order, sm2),
        cmocka_unit_test_prestate(x_above_order, p256),
        cmocka_unit_test_prestate(refused_points, sm2),
        cmocka_unit_test_prestate(refused_points, p256),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
