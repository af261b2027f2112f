/* SPDX-License-Identifier: Apache-2.0 */
/* RSA against OpenSSL: keys, signatures, encryption; what is refused; fresh blinding; the pool.
 * REQ: K1 K2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <string.h>

#include "crypto/pool.h"
#include "crypto/rsa.h"
#include "progress.h"
#include "support/fixed_rng.h"
#include "support/openssl.h"
#include "wipe.h"

#include <openssl/bn.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

static struct fixed_rng state_of_rng;
static struct sm2_rng rng;
static uint8_t parts[RSA_PRIVATE_MAX], modulus[RSA_BYTES_MAX];
static struct rsa_private key;
static struct rsa_public pub;
static EVP_PKEY *theirs; /* the same key in OpenSSL, public half */

static EVP_PKEY *openssl_key(const uint8_t *n, size_t len, uint32_t e)
{
    EVP_PKEY *made = NULL;
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    BIGNUM *bn = BN_bin2bn(n, (int)len, NULL);
    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, bn);
    OSSL_PARAM_BLD_push_uint32(build, OSSL_PKEY_PARAM_RSA_E, e);
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
    assert_int_equal(EVP_PKEY_fromdata(ctx, &made, EVP_PKEY_PUBLIC_KEY, params), 1);
    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    BN_free(bn);
    return made;
}

static void make(uint32_t bits)
{
    EVP_PKEY_free(theirs);
    assert_int_equal(rsa_generate(bits, &rng, parts), ERR_OK);
    key = (struct rsa_private){bits, RSA_EXPONENT, parts};
    assert_int_equal(rsa_modulus(&key, modulus), ERR_OK);
    pub = (struct rsa_public){bits, RSA_EXPONENT, modulus};
    theirs = openssl_key(modulus, bits / 8, RSA_EXPONENT);
}

static int set_up(void **unused)
{
    (void)unused;
    rng = fixed_rng(&state_of_rng, 20261121);
    make(2048);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    EVP_PKEY_free(theirs);
    return 0;
}

static bool openssl_verifies(const uint8_t *data, size_t len, const uint8_t *sig)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(theirs, NULL);
    bool good = EVP_PKEY_verify_init(ctx) == 1 &&
                EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
                EVP_PKEY_verify(ctx, sig, key.bits / 8, data, len) == 1;
    EVP_PKEY_CTX_free(ctx);
    return good;
}

/* Each number of the key is what FIPS 186-5 asks for. */
static void key_is_one(void **unused)
{
    (void)unused;
    BN_CTX *ctx = BN_CTX_new();
    const size_t len = key.bits / 16;
    BIGNUM *part[RSA_PARTS], *t = BN_new(), *e = BN_new();
    BN_set_word(e, RSA_EXPONENT);
    for (unsigned i = 0; i < RSA_PARTS; i++) {
        part[i] = BN_bin2bn(parts + i * len, (int)len, NULL);
    }
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(BN_check_prime(part[i], ctx, NULL), 1);
        assert_int_equal(BN_num_bits(part[i]), 8 * len);
        /* p^2 >= 2^(bits - 1): so p is at least sqrt(2) 2^(half - 1) */
        BN_sqr(t, part[i], ctx);
        assert_int_equal(BN_num_bits(t), key.bits);
        BN_copy(t, part[i]);
        BN_sub_word(t, 1);
        BIGNUM *inverse = BN_mod_inverse(NULL, e, t, ctx);
        assert_int_equal(BN_cmp(inverse, part[2 + i]), 0);
        BN_free(inverse);
    }
    BIGNUM *inverse = BN_mod_inverse(NULL, part[1], part[0], ctx);
    assert_int_equal(BN_cmp(inverse, part[4]), 0);
    BN_sub(t, part[0], part[1]);
    assert_true(BN_num_bits(t) > (int)(8 * len) - 100);
    BN_free(inverse);
    for (unsigned i = 0; i < RSA_PARTS; i++) {
        BN_free(part[i]);
    }
    BN_free(t);
    BN_free(e);
    BN_CTX_free(ctx);
}

static void signatures(void **unused)
{
    uint8_t digest[32] = {1, 2, 3}, info[RSA_DIGEST_INFO_MAX], sig[RSA_BYTES_MAX];
    static const enum rsa_hash hashes[] = {RSA_SM3, RSA_SHA1, RSA_SHA256};
    (void)unused;
    for (unsigned i = 0; i < 3; i++) {
        size_t len = 0;
        const size_t digest_len = hashes[i] == RSA_SHA1 ? 20 : 32;
        assert_int_equal(rsa_digest_info(hashes[i], digest, digest_len, info, &len), ERR_OK);
        assert_int_equal(rsa_sign(&key, &rng, info, len, sig), ERR_OK);
        assert_true(openssl_verifies(info, len, sig));
        assert_int_equal(rsa_verify(&pub, info, len, sig), ERR_OK);
        info[len - 1] ^= 1;
        assert_int_equal(rsa_verify(&pub, info, len, sig), ERR_VERIFY);
        info[len - 1] ^= 1;
        assert_int_equal(rsa_verify(&pub, info, len - 1, sig), ERR_VERIFY);
        sig[100] ^= 4;
        assert_int_equal(rsa_verify(&pub, info, len, sig), ERR_VERIFY);
    }
    size_t len;
    assert_int_equal(rsa_digest_info(RSA_SHA1, digest, 32, info, &len), ERR_PARAM);
    assert_int_equal(rsa_digest_info(RSA_SM3, digest, 20, info, &len), ERR_PARAM);
    assert_int_equal(rsa_digest_info((enum rsa_hash)4, digest, 32, info, &len), ERR_PARAM);
    /* Data of no length and of the greatest. */
    uint8_t data[256 - 10] = {0x77};
    assert_int_equal(rsa_sign(&key, &rng, data, 0, sig), ERR_OK);
    assert_int_equal(rsa_verify(&pub, data, 0, sig), ERR_OK);
    assert_int_equal(rsa_sign(&key, &rng, data, 245, sig), ERR_OK);
    assert_true(openssl_verifies(data, 245, sig));
    assert_int_equal(rsa_sign(&key, &rng, data, 246, sig), ERR_PARAM);
    assert_int_equal(rsa_verify(&pub, data, 246, sig), ERR_PARAM);
}

static void raw_range(void **unused)
{
    uint8_t out[RSA_BYTES_MAX], zero[RSA_BYTES_MAX] = {0};
    (void)unused;
    assert_int_equal(rsa_raw_private(&key, &rng, modulus, out), ERR_PARAM);
    assert_memory_equal(out, zero, 256);
    assert_int_equal(rsa_raw_public(&pub, modulus, out), ERR_PARAM);
    assert_int_equal(rsa_verify(&pub, zero, 1, modulus), ERR_VERIFY);
    struct rsa_public bad = pub;
    bad.bits = 1024;
    assert_int_equal(rsa_raw_public(&bad, zero, out), ERR_PARAM);
    bad = pub;
    bad.e = 65536;
    assert_int_equal(rsa_raw_public(&bad, zero, out), ERR_PARAM);
    bad.e = 1;
    assert_int_equal(rsa_raw_public(&bad, zero, out), ERR_PARAM);
    uint8_t n[256];
    memcpy(n, modulus, sizeof n);
    bad = (struct rsa_public){2048, 3, n};
    assert_int_equal(rsa_raw_public(&bad, zero, out), ERR_OK);
    n[255] ^= 1;
    assert_int_equal(rsa_raw_public(&bad, zero, out), ERR_PARAM);
    n[255] ^= 1;
    n[0] &= 0x7F;
    assert_int_equal(rsa_raw_public(&bad, zero, out), ERR_PARAM);
    assert_int_equal(rsa_generate(1024, &rng, out), ERR_PARAM);
    assert_int_equal(rsa_generate(2056, &rng, out), ERR_PARAM);
}

static void encryption(void **unused)
{
    uint8_t secret[16] = "sixteen bytes...", cipher[256], out[16], again[16];
    size_t len = sizeof cipher;
    (void)unused;
    assert_int_equal(rsa_encrypt(&pub, &rng, secret, sizeof secret, cipher), ERR_OK);
    assert_int_equal(rsa_decrypt(&key, &rng, cipher, out, sizeof out), ERR_OK);
    assert_memory_equal(out, secret, sizeof secret);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(theirs, NULL);
    assert_int_equal(EVP_PKEY_encrypt_init(ctx), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING), 1);
    assert_int_equal(EVP_PKEY_encrypt(ctx, cipher, &len, secret, sizeof secret), 1);
    assert_int_equal(rsa_decrypt(&key, &rng, cipher, out, sizeof out), ERR_OK);
    assert_memory_equal(out, secret, sizeof secret);
    /* 17 bytes are no 16: not told, and the value belongs to this cipher. */
    len = sizeof cipher;
    assert_int_equal(EVP_PKEY_encrypt(ctx, cipher, &len, (const uint8_t *)"seventeen bytes..", 17),
                     1);
    EVP_PKEY_CTX_free(ctx);
    assert_int_equal(rsa_decrypt(&key, &rng, cipher, out, sizeof out), ERR_OK);
    assert_int_equal(rsa_decrypt(&key, &rng, cipher, again, sizeof again), ERR_OK);
    assert_memory_equal(out, again, sizeof out);
    assert_memory_not_equal(out, "eventeen bytes..", 16);
    cipher[100] ^= 1;
    assert_int_equal(rsa_decrypt(&key, &rng, cipher, again, sizeof again), ERR_OK);
    assert_memory_not_equal(out, again, sizeof out);
    assert_int_equal(rsa_decrypt(&key, &rng, modulus, again, sizeof again), ERR_PARAM);
    assert_int_equal(rsa_decrypt(&key, &rng, cipher, again, 33), ERR_PARAM);
}

/* Each wrong place of the block yields the same as garbage does. */
static void wrong_blocks(void **unused)
{
    static const struct {
        size_t at;
        uint8_t value;
    } wrong[] = {{0, 1}, {1, 1}, {2, 0}, {100, 0}, {238, 0}, {239, 7}};
    uint8_t block[256], cipher[256], out[16];
    (void)unused;
    for (unsigned i = 0; i <= 6; i++) {
        memset(block, 0x5A, sizeof block);
        block[0] = 0;
        block[1] = 2;
        block[239] = 0;
        if (i < 6) {
            block[wrong[i].at] = wrong[i].value;
        }
        assert_int_equal(rsa_raw_public(&pub, block, cipher), ERR_OK);
        assert_int_equal(rsa_decrypt(&key, &rng, cipher, out, sizeof out), ERR_OK);
        assert_int_equal(memcmp(out, block + 240, 16) == 0, i == 6);
    }
}

/* Base and exponent blinding draw anew for each use: a source that repeats itself is seen to be
 * asked for as much each time, and one that fails stops the operation. */
struct recorder {
    struct fixed_rng source;
    size_t len;
    uint8_t drawn[4096];
};

static int record(void *ctx, uint8_t *out, size_t len)
{
    struct recorder *r = ctx;
    int err = fixed_bytes(&r->source, out, len);
    assert_true(r->len + len <= sizeof r->drawn);
    memcpy(r->drawn + r->len, out, len);
    r->len += len;
    return err;
}

static void blinding_is_fresh(void **unused)
{
    static struct recorder r[2];
    uint8_t in[256] = {0, 1}, out[256], first[256];
    (void)unused;
    for (unsigned i = 0; i < 2; i++) {
        r[i].source = (struct fixed_rng){99 + i, -1};
        const struct sm2_rng recorded = {record, &r[i]};
        assert_int_equal(rsa_raw_private(&key, &recorded, in, i == 0 ? first : out), ERR_OK);
        /* Two numbers for the base, modulo p and q, and 28 bytes for each exponent. */
        assert_true(r[i].len >= 2 * 128 + 2 * 28);
    }
    assert_memory_equal(out, first, sizeof out);
    assert_memory_not_equal(r[0].drawn, r[1].drawn, 128);
    /* And again from one source: nothing that was drawn comes twice. */
    r[0].len = 0;
    const struct sm2_rng recorded = {record, &r[0]};
    assert_int_equal(rsa_raw_private(&key, &recorded, in, out), ERR_OK);
    const size_t once = r[0].len;
    assert_int_equal(rsa_raw_private(&key, &recorded, in, out), ERR_OK);
    assert_true(r[0].len >= once + 2 * 128 + 2 * 28);
    assert_memory_not_equal(r[0].drawn, r[0].drawn + once, 128);
    for (int left = 0; left < 4; left++) {
        struct fixed_rng failing = {5, left};
        const struct sm2_rng source = {fixed_bytes, &failing};
        memset(out, 0xEE, sizeof out);
        assert_int_equal(rsa_raw_private(&key, &source, in, out), ERR_ENTROPY);
        assert_true(out[0] == 0 && out[255] == 0);
    }
}

static void faults_tell_nothing(void **unused)
{
    uint8_t in[256] = {0, 1, 2}, out[256], spoilt[RSA_PRIVATE(2048)];
    (void)unused;
    for (unsigned part = 0; part < RSA_PARTS; part++) {
        memcpy(spoilt, parts, sizeof spoilt);
        spoilt[part * 128 + 60] ^= 0x10;
        const struct rsa_private broken = {2048, RSA_EXPONENT, spoilt};
        memset(out, 0xEE, sizeof out);
        assert_int_not_equal(rsa_raw_private(&broken, &rng, in, out), ERR_OK);
        assert_true(out[0] == 0 && out[128] == 0 && out[255] == 0);
    }
}

static void adoption(void **unused)
{
    uint8_t got[RSA_PRIVATE(2048)], d[256], n[256], p[128];
    BIGNUM *bd = NULL, *bn = NULL, *bp = NULL, *bq = NULL;
    (void)unused;
    EVP_PKEY *made = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
    EVP_PKEY_get_bn_param(made, OSSL_PKEY_PARAM_RSA_D, &bd);
    EVP_PKEY_get_bn_param(made, OSSL_PKEY_PARAM_RSA_N, &bn);
    EVP_PKEY_get_bn_param(made, OSSL_PKEY_PARAM_RSA_FACTOR1, &bp);
    EVP_PKEY_get_bn_param(made, OSSL_PKEY_PARAM_RSA_FACTOR2, &bq);
    uint8_t q[128];
    BN_bn2binpad(bd, d, 256);
    BN_bn2binpad(bn, n, 256);
    BN_bn2binpad(bp, p, 128);
    BN_bn2binpad(bq, q, 128);
    struct rsa_public of = {2048, 65537, n};
    assert_int_equal(rsa_adopt(&of, p, q, d, 256, &rng, got), ERR_OK);
    const struct rsa_private taken = {2048, 65537, got};
    uint8_t in[256] = {0, 9}, out[256], back[256];
    assert_int_equal(rsa_raw_private(&taken, &rng, in, out), ERR_OK);
    assert_int_equal(rsa_raw_public(&of, out, back), ERR_OK);
    assert_memory_equal(in, back, sizeof in);
    /* What does not belong together. */
    d[255] ^= 4;
    assert_int_equal(rsa_adopt(&of, p, q, d, 256, &rng, got), ERR_VERIFY);
    assert_true(got[0] == 0 && got[300] == 0);
    d[255] ^= 4;
    n[20] ^= 1;
    assert_int_equal(rsa_adopt(&of, p, q, d, 256, &rng, got), ERR_VERIFY);
    n[20] ^= 1;
    assert_int_equal(rsa_adopt(&of, p, p, d, 256, &rng, got), ERR_VERIFY);
    of.e = 3;
    assert_int_equal(rsa_adopt(&of, p, q, d, 256, &rng, got), ERR_PARAM);
    of.e = 65539;
    assert_int_equal(rsa_adopt(&of, p, q, d, 256, &rng, got), ERR_VERIFY);
    of.e = 65537;
    of.bits = 1024;
    assert_int_equal(rsa_adopt(&of, p, q, d, 256, &rng, got), ERR_PARAM);
    /* p not prime, but n = p q: p = 3 p', found by its factor. */
    BN_sub_word(bp, BN_mod_word(bp, 3));
    if (!BN_is_odd(bp)) {
        BN_sub_word(bp, 3);
    }
    BN_CTX *ctx = BN_CTX_new();
    BN_mul(bn, bp, bq, ctx);
    BN_CTX_free(ctx);
    BN_bn2binpad(bn, n, 256);
    BN_bn2binpad(bp, p, 128);
    of.bits = 2048;
    assert_int_equal(rsa_adopt(&of, p, q, d, 256, &rng, got), ERR_VERIFY);
    BN_free(bd);
    BN_free(bn);
    BN_free(bp);
    BN_free(bq);
    EVP_PKEY_free(made);
}

/* A source that fails in the middle of making a key; progress is told and never falls. */
static void generation_fails(void **unused)
{
    uint8_t out[RSA_PRIVATE(2048)];
    (void)unused;
    for (int left = 0; left < 100; left = 3 * left + 1) {
        struct fixed_rng failing = {7, left};
        const struct sm2_rng source = {fixed_bytes, &failing};
        memset(out, 0xEE, sizeof out);
        progress_clear();
        assert_int_equal(rsa_generate(2048, &source, out), ERR_ENTROPY);
        assert_true(out[0] == 0 && out[639] == 0);
    }
    assert_int_equal(progress_told(), 99);
    progress_clear();
}

static int stuck(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    memset(out, 0, len);
    return ERR_OK;
}

static void stuck_source(void **unused)
{
    uint8_t out[RSA_PRIVATE(2048)];
    const struct sm2_rng source = {stuck, NULL};
    (void)unused;
    assert_int_equal(rsa_generate(2048, &source, out), ERR_ENTROPY);
}

/* All sizes, and that the pool is large enough for the largest and free afterwards. */
static void sizes_and_pool(void **unused)
{
    static const uint32_t bits[] = {3072, 4096};
    uint8_t data[51] = {5}, sig[RSA_BYTES_MAX];
    (void)unused;
    for (unsigned i = 0; i < 2; i++) {
        (void)pool_high_water();
        make(bits[i]);
        const size_t making = pool_high_water();
        key_is_one(NULL);
        assert_int_equal(rsa_sign(&key, &rng, data, sizeof data, sig), ERR_OK);
        const size_t signing = pool_high_water();
        assert_true(openssl_verifies(data, sizeof data, sig));
        print_message("%u bits: pool %zu to make, %zu to sign, of %u\n", bits[i], making, signing,
                      POOL_BYTES);
        (void)pool_high_water();
        assert_int_equal(pool_high_water(), 0);
    }
}

static void pool_itself(void **unused)
{
    (void)unused;
    pool_wipe();
    assert_null(pool_calloc(0, 1));
    assert_null(pool_calloc(1, 0));
    assert_null(pool_calloc(SIZE_MAX, 16));
    assert_null(pool_calloc(POOL_BYTES, 1));
    pool_free(NULL);
    uint8_t *a = pool_calloc(100, 1), *b = pool_calloc(7, 3), *c = pool_calloc(1, 1);
    assert_true(a != NULL && b != NULL && c != NULL);
    assert_true(((uintptr_t)a | (uintptr_t)b | (uintptr_t)c) % 8 == 0);
    memset(a, 1, 100);
    memset(b, 2, 21);
    memset(c, 3, 1);
    pool_free(a);
    pool_free(b);
    assert_int_equal(a[50], 0); /* wiped */
    uint8_t *d = pool_calloc(120, 1);
    assert_ptr_equal(d, a); /* neighbours joined */
    for (unsigned i = 0; i < 120; i++) {
        assert_int_equal(d[i], 0);
    }
    assert_int_equal(c[0], 3);
    /* Full, then free again. */
    unsigned n = 0;
    while (pool_calloc(1, 1000) != NULL) {
        n++;
    }
    assert_true(n >= POOL_BYTES / 1008 - 2);
    c[0] = 9;
    pool_wipe();
    assert_int_equal(c[0], 0);
    assert_non_null(pool_calloc(POOL_BYTES - 8, 1));
    pool_wipe();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_is_one),          cmocka_unit_test(signatures),
        cmocka_unit_test(raw_range),           cmocka_unit_test(encryption),
        cmocka_unit_test(wrong_blocks),        cmocka_unit_test(blinding_is_fresh),
        cmocka_unit_test(faults_tell_nothing), cmocka_unit_test(adoption),
        cmocka_unit_test(generation_fails),    cmocka_unit_test(stuck_source),
        cmocka_unit_test(sizes_and_pool),      cmocka_unit_test(pool_itself),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
