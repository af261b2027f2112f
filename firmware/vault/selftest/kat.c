/* SPDX-License-Identifier: Apache-2.0 */
#include "selftest/kat.h"

#include "crypto/p256.h"
#include "crypto/sha1.h"
#include "crypto/sha256.h"
#include "crypto/sm2_exchange.h"
#include "crypto/sm2_scalar.h"
#include "crypto/sm3.h"
#include "crypto/sm4_block.h"
#include "err.h"
#include "hufu/build.h"
#include "random/drbg.h"
#include "selftest/rsa.h"
#include "wipe.h"

#include <string.h>

#include "selftest/kat_vectors.h"

#if defined(HUFU_TEST_HOOKS)
static enum selftest_kat broken = KAT_COUNT;
static int pairwise_broken;

void selftest_kat_break(enum selftest_kat which)
{
    broken = which;
}

void selftest_pairwise_break(int fails)
{
    pairwise_broken = fails;
}

int selftest_pairwise_is_broken(void)
{
    return pairwise_broken;
}
#endif

/* Every result passes here, so that a test build can spoil any of them. */
static int same(enum selftest_kat which, uint8_t *got, const uint8_t *want, size_t len)
{
#if defined(HUFU_TEST_HOOKS)
    HUFU_TEST_ONLY("broken self tests");
    got[0] ^= which == broken;
#else
    (void)which;
#endif
    return secret_equal(got, want, len) == SECURE_TRUE ? ERR_OK : ERR_SELFTEST;
}

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

static int kat_sm3(void)
{
    uint8_t got[SM3_DIGEST];
    sm3("abc", 3, got);
    return same(KAT_SM3, got, kat_sm3_abc, sizeof got);
}

static int kat_hmac(void)
{
    uint8_t got[SM3_DIGEST];
    hmac_sm3("key", 3, "abc", 3, got);
    return same(KAT_HMAC_SM3, got, kat_hmac_abc, sizeof got);
}

static int kat_ecb(void)
{
    struct sm4 c;
    uint8_t x[sizeof kat_sm4_plain];
    sm4_set_key(&c, kat_sm4_key);
    (void)sm4_ecb_encrypt(&c, kat_sm4_plain, x, sizeof x);
    int rc = same(KAT_SM4_ECB, x, kat_sm4_ecb, sizeof x);
    (void)sm4_ecb_decrypt(&c, kat_sm4_ecb, x, sizeof x);
    return rc == ERR_OK ? same(KAT_SM4_ECB, x, kat_sm4_plain, sizeof x) : rc;
}

static int kat_cbc(void)
{
    struct sm4 c;
    uint8_t x[sizeof kat_sm4_plain], iv[SM4_BLOCK];
    sm4_set_key(&c, kat_sm4_key);
    memcpy(iv, kat_sm4_iv, sizeof iv);
    (void)sm4_cbc_encrypt(&c, iv, kat_sm4_plain, x, sizeof x);
    int rc = same(KAT_SM4_CBC, x, kat_sm4_cbc, sizeof x);
    memcpy(iv, kat_sm4_iv, sizeof iv);
    (void)sm4_cbc_decrypt(&c, iv, kat_sm4_cbc, x, sizeof x);
    return rc == ERR_OK ? same(KAT_SM4_CBC, x, kat_sm4_plain, sizeof x) : rc;
}

/* The path of a whole set of blocks and that of one, which continues the counter. */
static int kat_ctr(void)
{
    struct sm4 c;
    uint8_t x[SM4_WIDE + SM4_BLOCK], one[SM4_BLOCK], counter[SM4_BLOCK];
    sm4_set_key(&c, kat_sm4_key);
    memset(x, 0, sizeof x);
    memcpy(x, kat_sm4_plain, sizeof kat_sm4_plain);
    memcpy(counter, kat_sm4_iv, sizeof counter);
    sm4_ctr(&c, counter, x, x, sizeof x);
    int rc = same(KAT_SM4_CTR, x, kat_sm4_ctr, sizeof kat_sm4_ctr);
    memcpy(one, kat_sm4_iv, sizeof one);
    one[SM4_BLOCK - 1] = (uint8_t)(one[SM4_BLOCK - 1] + SM4_SET);
    sm4_encrypt_block(&c, one, one);
    if (rc == ERR_OK) {
        rc = same(KAT_SM4_CTR, x + SM4_WIDE, one, sizeof one);
    }
    memcpy(counter, kat_sm4_iv, sizeof counter);
    sm4_ctr(&c, counter, x, x, sizeof x);
    return rc == ERR_OK ? same(KAT_SM4_CTR, x, kat_sm4_plain, sizeof kat_sm4_plain) : rc;
}

static int kat_sign(void)
{
    uint32_t seed = 1;
    const struct sm2_rng rng = {fixed_bytes, &seed};
    uint8_t sig[SM2_SIGNATURE];
    if (sm2_sign_nonce(kat_sm2_d, kat_sm2_e, kat_sm2_k, &rng, sig) != ERR_OK) {
        return ERR_SELFTEST;
    }
    return same(KAT_SM2_SIGN, sig, kat_sm2_signature, sizeof sig);
}

/* A verification that accepts everything is found by a signature of r = s = 1, which nobody makes:
 * it takes a tenth of the time of another one. */
static int refuses_forgery(const uint8_t pub[SM2_POINT])
{
    uint8_t sig[SM2_SIGNATURE] = {0};
    sig[SM2_SCALAR - 1u] = 1;
    sig[SM2_SIGNATURE - 1u] = 1;
    return sm2_verify(pub, kat_sm2_e, sig) == ERR_VERIFY ? ERR_OK : ERR_SELFTEST;
}

static int kat_verify(void)
{
    uint8_t sig[SM2_SIGNATURE];
    memcpy(sig, kat_sm2_signature, sizeof sig);
    (void)same(KAT_SM2_VERIFY, sig, kat_sm2_signature, sizeof sig);
    return sm2_verify(kat_sm2_pub, kat_sm2_e, sig) == ERR_OK ? refuses_forgery(kat_sm2_pub)
                                                             : ERR_SELFTEST;
}

static int kat_encrypt(void)
{
    uint32_t seed = 2;
    const struct sm2_rng rng = {fixed_bytes, &seed};
    uint8_t c1[SM2_POINT], c3[32], c2[sizeof kat_sm2_plain];
    if (sm2_encrypt_nonce(kat_sm2_pub, kat_sm2_plain, sizeof c2, kat_sm2_k, &rng, c1, c3, c2) !=
            ERR_OK ||
        same(KAT_SM2_ENCRYPT, c1, kat_sm2_c1, sizeof c1) != ERR_OK ||
        same(KAT_SM2_ENCRYPT, c3, kat_sm2_c3, sizeof c3) != ERR_OK) {
        return ERR_SELFTEST;
    }
    return same(KAT_SM2_ENCRYPT, c2, kat_sm2_c2, sizeof c2);
}

static int kat_decrypt(void)
{
    uint32_t seed = 3;
    const struct sm2_rng rng = {fixed_bytes, &seed};
    uint8_t out[sizeof kat_sm2_plain];
    if (sm2_decrypt(kat_sm2_d, kat_sm2_c1, kat_sm2_c3, kat_sm2_c2, sizeof out, &rng, out) !=
        ERR_OK) {
        return ERR_SELFTEST;
    }
    return same(KAT_SM2_DECRYPT, out, kat_sm2_plain, sizeof out);
}

static int kat_drbg(void)
{
    struct drbg d;
    uint8_t entropy[64], nonce[64], out[sizeof kat_drbg_second];
    for (unsigned i = 0; i < 64; i++) {
        entropy[i] = (uint8_t)i;
        nonce[i] = (uint8_t)(0x80u + i);
    }
    drbg_instantiate(&d, entropy, sizeof entropy, nonce, sizeof nonce, "hufu", 4);
    int rc = drbg_generate(&d, NULL, 0, out, sizeof out);
    if (rc == ERR_OK) {
        rc = drbg_generate(&d, NULL, 0, out, sizeof out); /* the second shows that V moves on */
    }
    if (rc != ERR_OK) {
        return ERR_SELFTEST;
    }
    return same(KAT_DRBG, out, kat_drbg_second, sizeof out);
}

static int kat_sha1(void)
{
    uint8_t got[SHA1_DIGEST];
    if (sha1("abc", 3, got) != ERR_OK) {
        return ERR_SELFTEST;
    }
    return same(KAT_SHA1, got, kat_sha1_abc, sizeof got);
}

static int kat_sha256(void)
{
    uint8_t got[SHA256_DIGEST];
    if (sha256("abc", 3, got) != ERR_OK) {
        return ERR_SELFTEST;
    }
    return same(KAT_SHA256, got, kat_sha256_abc, sizeof got);
}

/* The initiator's side of the example. */
static int kat_exchange(void)
{
    uint32_t seed = 4;
    const struct sm2_rng rng = {fixed_bytes, &seed};
    uint8_t r_pub[SM2_POINT], t[SM2_SCALAR], key[sizeof kat_exchange_key];
    if (sm2_exchange_begin_with(kat_exchange_d, kat_exchange_r, &rng, r_pub, t) != ERR_OK ||
        sm2_exchange_finish(t, kat_exchange_peer, kat_exchange_peer_r, kat_exchange_z,
                            kat_exchange_peer_z, &rng, key, sizeof key) != ERR_OK) {
        return ERR_SELFTEST;
    }
    return same(KAT_SM2_EXCHANGE, key, kat_exchange_key, sizeof key);
}

static int kat_rsa(void)
{
    uint8_t sig[SELFTEST_RSA];
    if (selftest_rsa_sign(sig) != ERR_OK ||
        same(KAT_RSA, sig, selftest_rsa_signature, sizeof sig) != ERR_OK) {
        return ERR_SELFTEST;
    }
    return selftest_rsa_verify(sig);
}

/* Multiplication of the base point, and verification. What signing does beyond them is checked in
 * every signature (crypto/p256.c), whose nonce cannot be given. */
static int kat_p256(void)
{
    uint32_t seed = 5;
    const struct sm2_rng rng = {fixed_bytes, &seed};
    uint8_t pub[P256_POINT], e[SHA256_DIGEST];
    if (p256_public(kat_p256_d, &rng, pub) != ERR_OK ||
        same(KAT_P256, pub, kat_p256_pub, sizeof pub) != ERR_OK ||
        sha256("sample", 6, e) != ERR_OK ||
        p256_verify(kat_p256_pub, e, kat_p256_signature) != ERR_OK) {
        return ERR_SELFTEST;
    }
    e[0] ^= 1;
    return p256_verify(kat_p256_pub, e, kat_p256_signature) == ERR_VERIFY ? ERR_OK : ERR_SELFTEST;
}

static int (*const tests[KAT_COUNT])(void) = {
    [KAT_SM3] = kat_sm3,
    [KAT_HMAC_SM3] = kat_hmac,
    [KAT_SM4_ECB] = kat_ecb,
    [KAT_SM4_CBC] = kat_cbc,
    [KAT_SM4_CTR] = kat_ctr,
    [KAT_SM2_SIGN] = kat_sign,
    [KAT_SM2_VERIFY] = kat_verify,
    [KAT_SM2_ENCRYPT] = kat_encrypt,
    [KAT_SM2_DECRYPT] = kat_decrypt,
    [KAT_DRBG] = kat_drbg,
    [KAT_SHA1] = kat_sha1,
    [KAT_SHA256] = kat_sha256,
    [KAT_SM2_EXCHANGE] = kat_exchange,
    [KAT_RSA] = kat_rsa,
    [KAT_P256] = kat_p256,
};

/* Passed since the last start. */
static secure_bool passed[KAT_COUNT];

static int run(unsigned count)
{
    unsigned good = 0;
    for (unsigned i = 0; i < KAT_COUNT; i++) {
        passed[i] = SECURE_FALSE;
    }
    for (unsigned i = 0; i < count; i++) {
        if (tests[i]() != ERR_OK) {
            return ERR_SELFTEST;
        }
        passed[i] = SECURE_TRUE;
        good++;
    }
    /* Counted, so that a loop left early by a glitch is no pass. */
    return good == count ? ERR_OK : ERR_SELFTEST;
}

int selftest_start(void)
{
    return run(KAT_AT_START);
}

int selftest_kat(void)
{
    return run(KAT_COUNT);
}

int selftest_one(enum selftest_kat which)
{
    passed[which] = SECURE_FALSE;
    if (tests[which]() == ERR_OK) {
        passed[which] = SECURE_TRUE;
    }
    return passed[which] == SECURE_TRUE ? ERR_OK : ERR_SELFTEST;
}

int selftest_first_use(enum selftest_kat which)
{
    return passed[which] == SECURE_TRUE ? ERR_OK : selftest_one(which);
}

int selftest_pairwise(const uint8_t d[SM2_SCALAR], const uint8_t pub[SM2_POINT],
                      const struct sm2_rng *rng)
{
    uint8_t sig[SM2_SIGNATURE];
#if defined(HUFU_TEST_HOOKS)
    if (pairwise_broken != 0) {
        return ERR_SELFTEST;
    }
#endif
    int rc = sm2_sign(d, kat_sm2_e, rng, sig);
    if (rc == ERR_PARAM || rc == ERR_CRYPTO) {
        return ERR_SELFTEST;
    }
    if (rc != ERR_OK) {
        return rc;
    }
    return sm2_verify(pub, kat_sm2_e, sig) == ERR_OK ? refuses_forgery(pub) : ERR_SELFTEST;
}
