/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sm2_exchange.h"

#include "crypto/ec.h"
#include "crypto/ec_scalar.h"
#include "crypto/sm2_scalar.h"
#include "crypto/sm3.h"
#include "err.h"
#include "wipe.h"

#include <string.h>

/* 2^127 + (x mod 2^127): w = 127 for this curve. */
static void shorten(const uint8_t x[SM2_SCALAR], uint8_t out[SM2_SCALAR])
{
    memset(out, 0, SM2_SCALAR / 2);
    memcpy(out + SM2_SCALAR / 2, x + SM2_SCALAR / 2, SM2_SCALAR / 2);
    out[SM2_SCALAR / 2] |= 0x80u;
}

/* t = d + half(r_pub) r; zero unless rc, the result so far, is ERR_OK. r_pub is zeroed then. */
static int combine(int rc, const uint8_t d[SM2_SCALAR], const uint8_t r[SM2_SCALAR],
                   uint8_t r_pub[SM2_POINT], uint8_t t[SM2_SCALAR])
{
    struct fe256 key, once, x;
    uint8_t half[SM2_SCALAR];
    memset(t, 0, SM2_SCALAR);
    if (rc == ERR_OK) {
        rc = sm2_key_read(&key, d);
    }
    if (rc == ERR_OK) {
        shorten(r_pub, half);
        (void)fe256_from_bytes(&x, half, &fe256_sm2_n);
        (void)fe256_from_bytes(&once, r, &fe256_sm2_n);
        fe256_mul(&once, &once, &x, &fe256_sm2_n);
        fe256_add(&once, &once, &key, &fe256_sm2_n);
        fe256_to_bytes(t, &once, &fe256_sm2_n);
    } else {
        memset(r_pub, 0, SM2_POINT);
    }
    secret_wipe(&key, sizeof key);
    secret_wipe(&once, sizeof once);
    return rc;
}

int sm2_exchange_begin_with(const uint8_t d[SM2_SCALAR], const uint8_t r[SM2_SCALAR],
                            const struct sm2_rng *rng, uint8_t r_pub[SM2_POINT],
                            uint8_t t[SM2_SCALAR])
{
    return combine(sm2_public_of(r, EC_ONCE, rng, r_pub), d, r, r_pub, t);
}

int sm2_exchange_begin(const uint8_t d[SM2_SCALAR], const struct sm2_rng *rng,
                       uint8_t r_pub[SM2_POINT], uint8_t t[SM2_SCALAR])
{
    uint8_t r[SM2_SCALAR];
    int rc = combine(sm2_generate(rng, r, r_pub), d, r, r_pub, t);
    secret_wipe(r, sizeof r);
    return rc;
}

/* q = pub + half(r_pub) r_pub: public values all. */
static int other_side(const uint8_t pub[SM2_POINT], const uint8_t r_pub[SM2_POINT],
                      struct ec_affine *q)
{
    static const uint8_t zero[SM2_SCALAR];
    uint8_t half[SM2_SCALAR], bytes[SM2_POINT];
    struct ec_affine p, r;
    struct ec_point sum;
    int rc = ec_read(&p, pub, &ec_sm2);
    if (rc == ERR_OK) {
        rc = ec_read(&r, r_pub, &ec_sm2);
    }
    if (rc == ERR_OK) {
        shorten(r_pub, half);
        ec_mul_public(&sum, zero, half, &r, &ec_sm2);
        /* Equal or opposite points give infinity here, which the next step refuses: an honest
         * side's never are. */
        ec_add(&sum, &sum, &p, NULL, &ec_sm2);
        rc = ec_write(bytes, &sum, &ec_sm2) == ERR_OK ? ERR_OK : ERR_POINT;
    }
    return rc == ERR_OK ? ec_read(q, bytes, &ec_sm2) : rc;
}

int sm2_exchange_finish(const uint8_t t[SM2_SCALAR], const uint8_t pub[SM2_POINT],
                        const uint8_t r_pub[SM2_POINT], const uint8_t z_initiator[32],
                        const uint8_t z_responder[32], const struct sm2_rng *rng, uint8_t *key,
                        size_t len)
{
    uint8_t shared[SM2_POINT + 64];
    struct ec_affine q;
    struct ec_point u;
    uint32_t valid = ec_scalar_valid(t, &ec_sm2);
    SECRET_PUBLIC(&valid, sizeof valid);
    int rc = valid != 0 && len != 0 ? other_side(pub, r_pub, &q) : ERR_PARAM;
    if (rc == ERR_OK) {
        rc = ec_mul(&u, t, &q, EC_LASTING, &ec_sm2, rng);
    }
    if (rc == ERR_OK) {
        rc = ec_write(shared, &u, &ec_sm2);
    }
    if (rc == ERR_OK) {
        memcpy(shared + SM2_POINT, z_initiator, 32);
        memcpy(shared + SM2_POINT + 32, z_responder, 32);
        sm3_kdf(shared, sizeof shared, key, len);
    } else {
        memset(key, 0, len);
    }
    secret_wipe(&u, sizeof u);
    secret_wipe(shared, sizeof shared);
    return rc;
}
