/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sm2.h"

#include "crypto/bytes.h"
#include "crypto/ec.h"
#include "crypto/sm2_scalar.h"
#include "crypto/sm3.h"
#include "err.h"
#include "hufu/apdu.h"
#include "wipe.h"

#include <string.h>

/*
 * out = in XOR KDF(x2 || y2). Returns the mask of "t was all zero", in which case out equals in.
 * The hash state after x2 || y2 (exactly one block) is shared by all counters.
 */
__attribute__((noinline)) static uint32_t xor_kdf(const uint8_t shared[SM2_POINT],
                                                  const uint8_t *in, uint8_t *out, size_t len)
{
    struct sm3 base, c;
    uint8_t t[SM3_DIGEST], counter[4];
    uint32_t any = 0;
    sm3_init(&base);
    sm3_update(&base, shared, SM2_POINT);
    for (size_t done = 0; done < len; done += SM3_DIGEST) {
        size_t n = len - done < SM3_DIGEST ? len - done : SM3_DIGEST;
        c = base;
        store_be32(counter, (uint32_t)(done / SM3_DIGEST) + 1u);
        sm3_update(&c, counter, sizeof counter);
        sm3_final(&c, t);
        for (size_t i = 0; i < n; i++) {
            any |= t[i];
            out[done + i] = in[done + i] ^ t[i];
        }
    }
    secret_wipe(&base, sizeof base);
    secret_wipe(t, sizeof t);
    return 0u - ((any - 1u) >> 31);
}

/* C3 = SM3(x2 || M || y2). Not inlined, like the other: hash states would stand on the stack below
 * the multiplication. */
__attribute__((noinline)) static void tag(const uint8_t shared[SM2_POINT], const uint8_t *m,
                                          size_t len, uint8_t c3[32])
{
    struct sm3 c;
    sm3_init(&c);
    sm3_update(&c, shared, 32);
    sm3_update(&c, m, len);
    sm3_update(&c, shared + 32, 32);
    sm3_final(&c, c3);
}

int sm2_encrypt_nonce(const uint8_t pub[SM2_POINT], const uint8_t *in, size_t len,
                      const uint8_t k[SM2_SCALAR], const struct sm2_rng *rng, uint8_t c1[SM2_POINT],
                      uint8_t c3[32], uint8_t *c2)
{
    struct ec_affine p;
    struct ec_point q;
    uint8_t shared[SM2_POINT];
    uint32_t valid = ec_scalar_valid(k, &ec_sm2);
    SECRET_PUBLIC(&valid, sizeof valid);
    int rc = valid != 0 ? ERR_OK : ERR_PARAM;
    if (rc == ERR_OK) {
        rc = ec_read(&p, pub, &ec_sm2);
    }
    if (rc == ERR_OK) {
        rc = ec_mul(&q, k, &p, EC_ONCE, &ec_sm2, rng);
    }
    if (rc == ERR_OK) {
        rc = ec_write(shared, &q, &ec_sm2);
    }
    if (rc == ERR_OK) {
        rc = ec_mul_base(&q, k, EC_ONCE, &ec_sm2, rng);
    }
    if (rc == ERR_OK) {
        rc = ec_write(c1, &q, &ec_sm2);
    }
    if (rc == ERR_OK) {
        /* The tag first: in and c2 may be the same. */
        tag(shared, in, len, c3);
        uint32_t zero = xor_kdf(shared, in, c2, len);
        SECRET_PUBLIC(&zero, sizeof zero);
        SECRET_PUBLIC(c1, SM2_POINT);
        SECRET_PUBLIC(c3, 32);
        SECRET_PUBLIC(c2, len);
        rc = zero == 0 ? ERR_OK : ERR_VERIFY;
    }
    secret_wipe(&q, sizeof q);
    secret_wipe(shared, sizeof shared);
    if (rc != ERR_OK) {
        memset(c1, 0, SM2_POINT);
        memset(c3, 0, 32);
    }
    return rc;
}

int sm2_encrypt(const uint8_t pub[SM2_POINT], const uint8_t *in, size_t len,
                const struct sm2_rng *rng, uint8_t c1[SM2_POINT], uint8_t c3[32], uint8_t *c2)
{
    uint8_t k[SM2_SCALAR];
    int rc = ERR_VERIFY;
    if (len == 0 || len > HUFU_APDU_MAX_DATA) {
        memset(c1, 0, SM2_POINT);
        memset(c3, 0, 32);
        return ERR_PARAM;
    }
    /* A short message has an all-zero t with a chance of 2^-8 for one byte: draw again. */
    for (unsigned i = 0; i < 4u * EC_TRIES && rc == ERR_VERIFY; i++) {
        rc = ec_nonce(k, &ec_sm2, rng, pub, SM2_POINT, in, len);
        if (rc == ERR_OK) {
            rc = sm2_encrypt_nonce(pub, in, len, k, rng, c1, c3, c2);
        }
        secret_wipe(k, sizeof k);
    }
    if (rc != ERR_OK) {
        memset(c1, 0, SM2_POINT);
        memset(c3, 0, 32);
        memset(c2, 0, len);
    }
    return rc == ERR_VERIFY ? ERR_ENTROPY : rc;
}

int sm2_decrypt(const uint8_t d[SM2_SCALAR], const uint8_t c1[SM2_POINT], const uint8_t c3[32],
                const uint8_t *c2, size_t len, const struct sm2_rng *rng, uint8_t *out)
{
    struct ec_affine p;
    struct ec_point q;
    struct fe256 key;
    uint8_t shared[SM2_POINT], expected[32];
    if (len == 0 || len > HUFU_APDU_MAX_DATA) {
        return ERR_PARAM;
    }
    int rc = sm2_key_read(&key, d);
    secret_wipe(&key, sizeof key);
    if (rc == ERR_OK) {
        rc = ec_read(&p, c1, &ec_sm2);
    }
    if (rc == ERR_OK) {
        rc = ec_mul(&q, d, &p, EC_LASTING, &ec_sm2, rng);
    }
    if (rc == ERR_OK) {
        rc = ec_write(shared, &q, &ec_sm2);
    }
    if (rc == ERR_OK) {
        uint32_t zero = xor_kdf(shared, c2, out, len);
        tag(shared, out, len, expected);
        secure_bool equal = secret_equal(expected, c3, sizeof expected);
        equal &= ~zero;
        SECRET_PUBLIC(&equal, sizeof equal); /* the answer itself */
        rc = equal == SECURE_TRUE ? ERR_OK : ERR_CRYPTO;
    }
    secret_wipe(&q, sizeof q);
    secret_wipe(shared, sizeof shared);
    secret_wipe(expected, sizeof expected);
    if (rc != ERR_OK) {
        memset(out, 0, len);
    }
    return rc;
}
