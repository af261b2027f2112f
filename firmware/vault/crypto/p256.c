/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/p256.h"

#include "crypto/ec_scalar.h"
#include "err.h"
#include "wipe.h"

#include <string.h>

static int check_scalar(const uint8_t d[P256_SCALAR])
{
    uint32_t good = ec_scalar_valid(d, &ec_p256);
    SECRET_PUBLIC(&good, sizeof good); /* in range or not is what the caller learns */
    return good != 0 ? ERR_OK : ERR_PARAM;
}

int p256_check_point(const uint8_t pub[P256_POINT])
{
    struct ec_affine p;
    return ec_read(&p, pub, &ec_p256);
}

static int public_of(const uint8_t d[P256_SCALAR], enum ec_use use, const struct sm2_rng *rng,
                     uint8_t pub[P256_POINT])
{
    struct ec_point p;
    memset(pub, 0, P256_POINT);
    int rc = check_scalar(d);
    if (rc == ERR_OK) {
        rc = ec_mul_base(&p, d, use, &ec_p256, rng);
    }
    if (rc == ERR_OK) {
        rc = ec_write(pub, &p, &ec_p256);
        SECRET_PUBLIC(pub, P256_POINT);
    }
    secret_wipe(&p, sizeof p);
    return rc;
}

int p256_public(const uint8_t d[P256_SCALAR], const struct sm2_rng *rng, uint8_t pub[P256_POINT])
{
    return public_of(d, EC_LASTING, rng, pub);
}

int p256_generate(const struct sm2_rng *rng, uint8_t d[P256_SCALAR], uint8_t pub[P256_POINT])
{
    int rc = ERR_PARAM;
    for (unsigned i = 0; i < EC_TRIES && rc == ERR_PARAM; i++) {
        rc = rng->bytes(rng->ctx, d, P256_SCALAR);
        if (rc == ERR_OK) {
            rc = public_of(d, EC_ONCE, rng, pub); /* out of range: draw again */
        }
    }
    if (rc != ERR_OK) {
        secret_wipe(d, P256_SCALAR);
        memset(pub, 0, P256_POINT);
    }
    return rc == ERR_PARAM ? ERR_ENTROPY : rc;
}

/* The secrets of one signature, wiped together. */
struct work {
    struct fe256 d, k, blind, e, t;
    struct ec_point point;
    uint8_t nonce[P256_SCALAR], x[P256_POINT];
};

/* s = (e + r d) / k, the inverse taken of k times a random factor. */
static int make_s(struct work *w, const struct fe256 *r, struct fe256 *s)
{
    const struct fe256_field *n = ec_p256.n;
    fe256_mul(&w->t, &w->k, &w->blind, n);
    fe256_inv(&w->t, &w->t, n);
    fe256_mul(&w->t, &w->t, &w->blind, n);
    fe256_mul(&w->d, &w->d, r, n);
    fe256_add(&w->e, &w->e, &w->d, n);
    fe256_mul(s, &w->t, &w->e, n);
    uint32_t bad = fe256_is_zero(s) | fe256_is_zero(r);
    SECRET_PUBLIC(&bad, sizeof bad);
    return bad == 0 ? ERR_OK : ERR_VERIFY;
}

/* Checked before it leaves, as in sm2_sign.c: r = x1, s k = e + r d, from the bytes again. */
static int holds(struct work *w, const uint8_t d[P256_SCALAR], const uint8_t digest[32],
                 const uint8_t sig[P256_SIGNATURE])
{
    const struct fe256_field *n = ec_p256.n;
    struct fe256 r;
    (void)fe256_from_bytes(&r, sig, n);
    (void)fe256_from_bytes(&w->t, w->x, n);
    uint32_t good = fe256_equal(&w->t, &r);
    (void)fe256_from_bytes(&w->d, d, n);
    (void)fe256_from_bytes(&w->e, digest, n);
    fe256_mul(&w->d, &w->d, &r, n);
    fe256_add(&w->e, &w->e, &w->d, n);
    (void)fe256_from_bytes(&w->t, sig + 32, n);
    (void)fe256_from_bytes(&w->k, w->nonce, n);
    fe256_mul(&w->t, &w->t, &w->k, n);
    good &= fe256_equal(&w->t, &w->e);
    SECRET_PUBLIC(&good, sizeof good);
    return good != 0 ? ERR_OK : ERR_CRYPTO;
}

static int sign_once(struct work *w, const uint8_t d[P256_SCALAR], const uint8_t digest[32],
                     const struct sm2_rng *rng, uint8_t sig[P256_SIGNATURE])
{
    struct fe256 r, s;
    int rc = ec_nonce(w->nonce, &ec_p256, rng, d, P256_SCALAR, digest, 32);
    if (rc == ERR_OK) {
        rc = ec_random_factor(&w->blind, &ec_p256, rng);
    }
    if (rc == ERR_OK) {
        rc = ec_mul_base(&w->point, w->nonce, EC_ONCE, &ec_p256, rng);
    }
    if (rc == ERR_OK) {
        rc = ec_write(w->x, &w->point, &ec_p256);
    }
    if (rc == ERR_OK) {
        (void)fe256_from_bytes(&w->d, d, ec_p256.n);
        (void)fe256_from_bytes(&w->k, w->nonce, ec_p256.n);
        (void)fe256_from_bytes(&w->e, digest, ec_p256.n); /* any 32 bytes, taken modulo n */
        (void)fe256_from_bytes(&r, w->x, ec_p256.n);
        rc = make_s(w, &r, &s);
    }
    if (rc == ERR_OK) {
        fe256_to_bytes(sig, &r, ec_p256.n);
        fe256_to_bytes(sig + 32, &s, ec_p256.n);
        rc = holds(w, d, digest, sig);
    }
    if (rc != ERR_OK) {
        memset(sig, 0, P256_SIGNATURE);
    }
    SECRET_PUBLIC(sig, P256_SIGNATURE);
    secret_wipe(&r, sizeof r);
    secret_wipe(&s, sizeof s);
    return rc;
}

int p256_sign(const uint8_t d[P256_SCALAR], const uint8_t digest[32], const struct sm2_rng *rng,
              uint8_t sig[P256_SIGNATURE])
{
    struct work w;
    memset(sig, 0, P256_SIGNATURE);
    int rc = check_scalar(d);
    if (rc == ERR_OK) {
        rc = ERR_VERIFY; /* r or s zero: another nonce */
        for (unsigned i = 0; i < EC_TRIES && rc == ERR_VERIFY; i++) {
            rc = sign_once(&w, d, digest, rng, sig);
        }
    }
    secret_wipe(&w, sizeof w);
    return rc == ERR_VERIFY ? ERR_ENTROPY : rc;
}

int p256_verify(const uint8_t pub[P256_POINT], const uint8_t digest[32],
                const uint8_t sig[P256_SIGNATURE])
{
    const struct fe256_field *n = ec_p256.n;
    struct ec_affine p;
    struct ec_point sum;
    struct fe256 w, u;
    uint8_t u1[P256_SCALAR], u2[P256_SCALAR];
    if (ec_read(&p, pub, &ec_p256) != ERR_OK) {
        return ERR_POINT;
    }
    if (ec_scalar_valid(sig, &ec_p256) == 0 || ec_scalar_valid(sig + 32, &ec_p256) == 0) {
        return ERR_VERIFY;
    }
    (void)fe256_from_bytes(&w, sig + 32, n);
    fe256_inv(&w, &w, n);
    (void)fe256_from_bytes(&u, digest, n);
    fe256_mul(&u, &u, &w, n);
    fe256_to_bytes(u1, &u, n);
    (void)fe256_from_bytes(&u, sig, n);
    fe256_mul(&u, &u, &w, n);
    fe256_to_bytes(u2, &u, n);
    ec_mul_public(&sum, u1, u2, &p, &ec_p256);
    return ec_x_is(&sum, sig, &ec_p256) != 0 ? ERR_OK : ERR_VERIFY;
}

int p256_ecdh(const uint8_t d[P256_SCALAR], const uint8_t peer[P256_POINT],
              const struct sm2_rng *rng, uint8_t x[32])
{
    struct ec_affine p;
    struct ec_point q;
    uint8_t shared[P256_POINT];
    memset(x, 0, 32);
    int rc = check_scalar(d);
    if (rc == ERR_OK) {
        rc = ec_read(&p, peer, &ec_p256);
    }
    if (rc == ERR_OK) {
        rc = ec_mul(&q, d, &p, EC_LASTING, &ec_p256, rng);
    }
    if (rc == ERR_OK) {
        rc = ec_write(shared, &q, &ec_p256);
    }
    if (rc == ERR_OK) {
        memcpy(x, shared, 32);
    }
    secret_wipe(&q, sizeof q);
    secret_wipe(shared, sizeof shared);
    return rc;
}
