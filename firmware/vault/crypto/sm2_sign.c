/* SPDX-License-Identifier: Apache-2.0 */
/*
 * s = (1+d)^-1 (k - r d) is computed as (1+d)^-1 (k + r) - r, one multiplication by the secret
 * less. The inverse is taken of (1+d) b with a random b, so that the inversion never sees the key;
 * who keeps it with the key signs without an inversion of a secret.
 */
#include "crypto/sm2.h"

#include "crypto/ec.h"
#include "crypto/sm2_scalar.h"
#include "err.h"
#include "wipe.h"

#include <string.h>

/* The secrets of one signature, wiped together. */
struct work {
    struct fe256 next; /* 1 + d */
    struct fe256 k;
    struct fe256 inverse;
    struct fe256 t;
    uint8_t x[SM2_POINT];
    struct ec_point point;
};

int sm2_sign_inverse(const uint8_t d[SM2_SCALAR], const struct sm2_rng *rng,
                     uint8_t inverse[SM2_SCALAR])
{
    struct fe256 next, blind;
    memset(inverse, 0, SM2_SCALAR);
    int rc = sm2_key_read(&next, d);
    if (rc == ERR_OK) {
        rc = ec_random_factor(&blind, &ec_sm2, rng);
    }
    if (rc == ERR_OK) {
        fe256_add(&next, &next, &fe256_sm2_n.one, &fe256_sm2_n);
        fe256_mul(&next, &next, &blind, &fe256_sm2_n);
        fe256_inv(&next, &next, &fe256_sm2_n);
        fe256_mul(&next, &next, &blind, &fe256_sm2_n);
        fe256_to_bytes(inverse, &next, &fe256_sm2_n);
    }
    secret_wipe(&next, sizeof next);
    secret_wipe(&blind, sizeof blind);
    return rc;
}

/* r = e + x1 mod n, with the refusals r = 0 and r + k = n. */
static int make_r(struct work *w, const uint8_t e[32], struct fe256 *r)
{
    (void)fe256_from_bytes(r, e, &fe256_sm2_n); /* any 32 bytes, taken modulo n */
    (void)fe256_from_bytes(&w->t, w->x, &fe256_sm2_n);
    fe256_add(r, r, &w->t, &fe256_sm2_n);
    fe256_add(&w->t, r, &w->k, &fe256_sm2_n);
    uint32_t bad = fe256_is_zero(r) | fe256_is_zero(&w->t);
    SECRET_PUBLIC(&bad, sizeof bad);
    return bad == 0 ? ERR_OK : ERR_VERIFY;
}

/* From k + r. */
static int make_s(struct work *w, const struct fe256 *r, struct fe256 *s)
{
    fe256_mul(&w->t, &w->inverse, &w->t, &fe256_sm2_n);
    fe256_sub(s, &w->t, r, &fe256_sm2_n);
    uint32_t bad = fe256_is_zero(s);
    SECRET_PUBLIC(&bad, sizeof bad);
    return bad == 0 ? ERR_OK : ERR_VERIFY;
}

/*
 * Checked before it leaves, and from the bytes again, so that nothing is taken over that a fault
 * may have met: r = e + x1, (1+d)(s+r) = k + r. A wrong inverse, product or sum would tell about d.
 * That x1 is that of k G is not asked again: it would take another multiplication.
 */
static int holds(struct work *w, const uint8_t d[SM2_SCALAR], const uint8_t k[SM2_SCALAR],
                 const uint8_t e[32], const uint8_t sig[SM2_SIGNATURE])
{
    struct fe256 r, s;
    int rc = sm2_key_read(&w->next, d);
    if (rc != ERR_OK) {
        return rc;
    }
    fe256_add(&w->next, &w->next, &fe256_sm2_n.one, &fe256_sm2_n);
    (void)fe256_from_bytes(&w->k, k, &fe256_sm2_n);
    (void)fe256_from_bytes(&w->t, w->x, &fe256_sm2_n);
    (void)fe256_from_bytes(&r, e, &fe256_sm2_n);
    fe256_add(&w->t, &w->t, &r, &fe256_sm2_n);
    (void)fe256_from_bytes(&r, sig, &fe256_sm2_n);
    (void)fe256_from_bytes(&s, sig + 32, &fe256_sm2_n);
    uint32_t good = fe256_equal(&w->t, &r);
    fe256_add(&s, &s, &r, &fe256_sm2_n);
    fe256_mul(&w->t, &s, &w->next, &fe256_sm2_n);
    fe256_add(&w->k, &w->k, &r, &fe256_sm2_n);
    good &= fe256_equal(&w->t, &w->k);
    SECRET_PUBLIC(&good, sizeof good);
    return good != 0 ? ERR_OK : ERR_CRYPTO;
}

static int sign_once(const uint8_t d[SM2_SCALAR], const uint8_t inverse[SM2_SCALAR],
                     const uint8_t e[32], const uint8_t k[SM2_SCALAR], const struct sm2_rng *rng,
                     uint8_t sig[SM2_SIGNATURE])
{
    struct work w;
    struct fe256 r, s;
    memset(sig, 0, SM2_SIGNATURE);
    uint32_t valid = ec_scalar_valid(k, &ec_sm2);
    SECRET_PUBLIC(&valid, sizeof valid);
    int rc = valid != 0 ? ERR_OK : ERR_PARAM;
    if (rc == ERR_OK) {
        rc = ec_mul_base(&w.point, k, EC_ONCE, &ec_sm2, rng);
    }
    if (rc == ERR_OK) {
        rc = ec_write(w.x, &w.point, &ec_sm2);
    }
    if (rc == ERR_OK) {
        (void)fe256_from_bytes(&w.k, k, &fe256_sm2_n);
        (void)fe256_from_bytes(&w.inverse, inverse, &fe256_sm2_n);
        rc = make_r(&w, e, &r);
    }
    if (rc == ERR_OK) {
        rc = make_s(&w, &r, &s);
    }
    if (rc == ERR_OK) {
        fe256_to_bytes(sig, &r, &fe256_sm2_n);
        fe256_to_bytes(sig + 32, &s, &fe256_sm2_n);
        rc = holds(&w, d, k, e, sig);
    }
    if (rc != ERR_OK) {
        memset(sig, 0, SM2_SIGNATURE);
    }
    SECRET_PUBLIC(sig, SM2_SIGNATURE);
    secret_wipe(&w, sizeof w);
    secret_wipe(&r, sizeof r);
    secret_wipe(&s, sizeof s);
    return rc;
}

int sm2_sign_nonce(const uint8_t d[SM2_SCALAR], const uint8_t e[32], const uint8_t k[SM2_SCALAR],
                   const struct sm2_rng *rng, uint8_t sig[SM2_SIGNATURE])
{
    uint8_t inverse[SM2_SCALAR];
    memset(sig, 0, SM2_SIGNATURE);
    int rc = sm2_sign_inverse(d, rng, inverse);
    if (rc == ERR_OK) {
        rc = sign_once(d, inverse, e, k, rng, sig);
    }
    secret_wipe(inverse, sizeof inverse);
    return rc;
}

int sm2_sign_kept(const uint8_t d[SM2_SCALAR], const uint8_t inverse[SM2_SCALAR],
                  const uint8_t e[32], const struct sm2_rng *rng, uint8_t sig[SM2_SIGNATURE])
{
    uint8_t k[SM2_SCALAR];
    int rc = ERR_VERIFY;
    memset(sig, 0, SM2_SIGNATURE);
    for (unsigned i = 0; i < EC_TRIES && rc == ERR_VERIFY; i++) {
        rc = ec_nonce(k, &ec_sm2, rng, d, SM2_SCALAR, e, 32);
        if (rc == ERR_OK) {
            rc = sign_once(d, inverse, e, k, rng, sig);
        }
        secret_wipe(k, sizeof k);
    }
    return rc == ERR_VERIFY ? ERR_ENTROPY : rc;
}

int sm2_sign(const uint8_t d[SM2_SCALAR], const uint8_t e[32], const struct sm2_rng *rng,
             uint8_t sig[SM2_SIGNATURE])
{
    uint8_t inverse[SM2_SCALAR];
    memset(sig, 0, SM2_SIGNATURE);
    int rc = sm2_sign_inverse(d, rng, inverse);
    if (rc == ERR_OK) {
        rc = sm2_sign_kept(d, inverse, e, rng, sig);
    }
    secret_wipe(inverse, sizeof inverse);
    return rc;
}
