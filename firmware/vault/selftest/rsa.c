/* SPDX-License-Identifier: Apache-2.0 */
#include "selftest/rsa.h"

#include "err.h"
#include "selftest/kat.h"

#include "selftest/rsa_vectors.h"

static const struct rsa_private key_of_test = {2048, RSA_EXPONENT, rsa_parts};

/* Values for blinding in a test of public numbers. */
static int fixed_bytes(void *ctx, uint8_t *out, size_t len)
{
    uint32_t *state = ctx;
    for (size_t i = 0; i < len; i++) {
        *state = *state * 1664525u + 1013904223u;
        out[i] = (uint8_t)(*state >> 24);
    }
    return ERR_OK;
}

int selftest_rsa_sign(uint8_t sig[SELFTEST_RSA])
{
    uint32_t seed = 4;
    const struct sm2_rng rng = {fixed_bytes, &seed};
    return rsa_sign(&key_of_test, &rng, rsa_text, sizeof rsa_text, sig);
}

/* The text less its last byte is the forgery. */
static int judge(const struct rsa_public *pub, const uint8_t *sig)
{
    return rsa_verify(pub, rsa_text, sizeof rsa_text, sig) == ERR_OK &&
                   rsa_verify(pub, rsa_text, sizeof rsa_text - 1u, sig) == ERR_VERIFY
               ? ERR_OK
               : ERR_SELFTEST;
}

int selftest_rsa_verify(const uint8_t sig[SELFTEST_RSA])
{
    uint8_t n[SELFTEST_RSA];
    const struct rsa_public pub = {2048, RSA_EXPONENT, n};
    return rsa_modulus(&key_of_test, n) == ERR_OK ? judge(&pub, sig) : ERR_SELFTEST;
}

int selftest_rsa_pairwise(const struct rsa_private *key, const struct sm2_rng *rng)
{
    uint8_t n[RSA_BYTES_MAX], sig[RSA_BYTES_MAX];
    const struct rsa_public pub = {key->bits, key->e, n};
#if defined(HUFU_TEST_HOOKS)
    if (selftest_pairwise_is_broken() != 0) {
        return ERR_SELFTEST;
    }
#endif
    int err = rsa_modulus(key, n);
    if (err == ERR_OK) {
        err = rsa_sign(key, rng, rsa_text, sizeof rsa_text, sig);
    }
    if (err != ERR_OK) {
        return err == ERR_CRYPTO || err == ERR_PARAM ? ERR_SELFTEST : err;
    }
    return judge(&pub, sig);
}
