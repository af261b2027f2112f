/* SPDX-License-Identifier: Apache-2.0 */
/* Random cases of SM2, SM3, HMAC, SM4 against OpenSSL, both directions. REQ: K2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "crypto/sha1.h"
#include "crypto/sha256.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "crypto/sm4.h"
#include "err.h"
#include "support/fixed_rng.h"
#include "support/openssl.h"
#include "support/sm2_der.h"

#include <openssl/hmac.h>
#include <openssl/param_build.h>

#define MOST 1200u

static const char ID[] = "1234567812345678";

static unsigned cases(unsigned quick)
{
    return getenv("HUFU_TEST_LONG") != NULL ? quick * 25 : quick;
}

static void digests(void **state)
{
    (void)state;
    struct fixed_rng r = {21, -1};
    uint8_t m[MOST], key[200], ours[32], theirs[EVP_MAX_MD_SIZE];
    unsigned n;
    for (unsigned i = 0; i < cases(3000); i++) {
        size_t len = fixed_data(&r, m, MOST), key_len = fixed_data(&r, key, sizeof key);
        sm3(m, len, ours);
        assert_int_equal(EVP_Digest(m, len, theirs, &n, EVP_sm3(), NULL), 1);
        assert_memory_equal(ours, theirs, 32);
        hmac_sm3(key, key_len, m, len, ours);
        assert_non_null(HMAC(EVP_sm3(), key, (int)key_len, m, len, theirs, &n));
        assert_memory_equal(ours, theirs, 32);
        assert_int_equal(sha1(m, len, ours), ERR_OK);
        assert_int_equal(EVP_Digest(m, len, theirs, &n, EVP_sha1(), NULL), 1);
        assert_memory_equal(ours, theirs, 20);
        assert_int_equal(sha256(m, len, ours), ERR_OK);
        assert_int_equal(EVP_Digest(m, len, theirs, &n, EVP_sha256(), NULL), 1);
        assert_memory_equal(ours, theirs, 32);
    }
}

static void openssl_cipher(const EVP_CIPHER *cipher, int encrypt, const uint8_t *key,
                           const uint8_t *iv, const uint8_t *in, size_t len, uint8_t *out)
{
    int n = 0, last = 0;
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    assert_int_equal(EVP_CipherInit_ex(c, cipher, NULL, key, iv, encrypt), 1);
    assert_int_equal(EVP_CIPHER_CTX_set_padding(c, 0), 1);
    assert_int_equal(EVP_CipherUpdate(c, out, &n, in, (int)len), 1);
    assert_int_equal(EVP_CipherFinal_ex(c, out + n, &last), 1);
    assert_int_equal((size_t)(n + last), len);
    EVP_CIPHER_CTX_free(c);
}

static void ciphers(void **state)
{
    (void)state;
    struct fixed_rng r = {22, -1};
    uint8_t m[MOST], key[16], iv[16], v[16], ours[MOST], theirs[MOST];
    for (unsigned i = 0; i < cases(3000); i++) {
        struct sm4 c;
        size_t len = fixed_data(&r, m, MOST), whole = len / 16 * 16;
        assert_int_equal(fixed_bytes(&r, key, 16), ERR_OK);
        assert_int_equal(fixed_bytes(&r, iv, 16), ERR_OK);
        if (i % 4 == 0) {
            memset(iv + 4, 0xFF, 12); /* the counter carries */
        }
        sm4_set_key(&c, key);
        openssl_cipher(EVP_sm4_ecb(), 1, key, NULL, m, whole, theirs);
        assert_int_equal(sm4_ecb_encrypt(&c, m, ours, whole), ERR_OK);
        assert_memory_equal(ours, theirs, whole);
        assert_int_equal(sm4_ecb_decrypt(&c, ours, ours, whole), ERR_OK);
        assert_memory_equal(ours, m, whole);
        openssl_cipher(EVP_sm4_cbc(), 1, key, iv, m, whole, theirs);
        memcpy(v, iv, 16);
        size_t cut = whole / 32 * 16; /* two calls that follow one another */
        assert_int_equal(sm4_cbc_encrypt(&c, v, m, ours, cut), ERR_OK);
        assert_int_equal(sm4_cbc_encrypt(&c, v, m + cut, ours + cut, whole - cut), ERR_OK);
        assert_memory_equal(ours, theirs, whole);
        memcpy(v, iv, 16);
        assert_int_equal(sm4_cbc_decrypt(&c, v, ours, ours, cut), ERR_OK);
        assert_int_equal(sm4_cbc_decrypt(&c, v, ours + cut, ours + cut, whole - cut), ERR_OK);
        assert_memory_equal(ours, m, whole);
        openssl_cipher(EVP_sm4_ctr(), 1, key, iv, m, len, theirs);
        memcpy(v, iv, 16);
        sm4_ctr(&c, v, m, ours, cut);
        sm4_ctr(&c, v, m + cut, ours + cut, len - cut);
        assert_memory_equal(ours, theirs, len);
    }
}

/* d NULL: a public key alone. */
static EVP_PKEY *openssl_key(const uint8_t *d, const uint8_t pub[64])
{
    uint8_t point[65] = {4};
    memcpy(point + 1, pub, 64);
    EVP_PKEY *key = NULL;
    OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
    BIGNUM *bn = d != NULL ? BN_bin2bn(d, 32, NULL) : NULL;
    assert_int_equal(OSSL_PARAM_BLD_push_utf8_string(b, "group", "SM2", 0), 1);
    assert_int_equal(OSSL_PARAM_BLD_push_octet_string(b, "pub", point, sizeof point), 1);
    if (bn != NULL) {
        assert_int_equal(OSSL_PARAM_BLD_push_BN(b, "priv", bn), 1);
    }
    OSSL_PARAM *p = OSSL_PARAM_BLD_to_param(b);
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
    assert_int_equal(EVP_PKEY_fromdata_init(c), 1);
    assert_int_equal(
        EVP_PKEY_fromdata(c, &key, d != NULL ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, p), 1);
    EVP_PKEY_CTX_free(c);
    OSSL_PARAM_free(p);
    OSSL_PARAM_BLD_free(b);
    BN_free(bn);
    return key;
}

static EVP_MD_CTX *md_context(EVP_PKEY *key, EVP_PKEY_CTX **c)
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    *c = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    assert_int_equal(EVP_PKEY_CTX_set1_id(*c, ID, sizeof ID - 1), 1);
    EVP_MD_CTX_set_pkey_ctx(md, *c);
    return md;
}

static int openssl_verify(EVP_PKEY *key, const uint8_t *m, size_t len, const uint8_t sig[64])
{
    uint8_t der[80];
    EVP_PKEY_CTX *c;
    EVP_MD_CTX *md = md_context(key, &c);
    assert_int_equal(EVP_DigestVerifyInit(md, NULL, EVP_sm3(), NULL, key), 1);
    int rc = EVP_DigestVerify(md, der, sm2_der_signature(der, sig), m, len);
    EVP_MD_CTX_free(md);
    EVP_PKEY_CTX_free(c);
    return rc;
}

static void openssl_sign(EVP_PKEY *key, const uint8_t *m, size_t len, uint8_t sig[64])
{
    uint8_t der[80];
    size_t der_len = sizeof der;
    EVP_PKEY_CTX *c;
    EVP_MD_CTX *md = md_context(key, &c);
    assert_int_equal(EVP_DigestSignInit(md, NULL, EVP_sm3(), NULL, key), 1);
    assert_int_equal(EVP_DigestSign(md, der, &der_len, m, len), 1);
    assert_true(sm2_der_read_signature(sig, der, der_len));
    EVP_MD_CTX_free(md);
    EVP_PKEY_CTX_free(c);
}

static void digest_of(const uint8_t pub[64], const uint8_t *m, size_t len, uint8_t e[32])
{
    struct sm3 c;
    assert_int_equal(sm2_z(pub, ID, sizeof ID - 1, e), ERR_OK);
    sm3_init(&c);
    sm3_update(&c, e, 32);
    sm3_update(&c, m, len);
    sm3_final(&c, e);
}

static void signatures(void **state)
{
    (void)state;
    struct fixed_rng r;
    struct sm2_rng rng = fixed_rng(&r, 23);
    uint8_t m[200], d[32], pub[64], e[32], sig[64];
    for (unsigned i = 0; i < cases(400); i++) {
        assert_int_equal(sm2_generate(&rng, d, pub), ERR_OK);
        EVP_PKEY *key = openssl_key(d, pub), *peer = openssl_key(NULL, pub);
        size_t len = fixed_data(&r, m, sizeof m);
        digest_of(pub, m, len, e);
        assert_int_equal(sm2_sign(d, e, &rng, sig), ERR_OK);
        assert_int_equal(openssl_verify(peer, m, len, sig), 1);
        sig[fixed_next(&r) % 64] ^= (uint8_t)(1u << fixed_next(&r) % 8);
        assert_int_not_equal(openssl_verify(peer, m, len, sig), 1);
        assert_int_equal(sm2_verify(pub, e, sig), ERR_VERIFY);
        openssl_sign(key, m, len, sig);
        assert_int_equal(sm2_verify(pub, e, sig), ERR_OK);
        sig[fixed_next(&r) % 64] ^= (uint8_t)(1u << fixed_next(&r) % 8);
        assert_int_equal(sm2_verify(pub, e, sig), ERR_VERIFY);
        EVP_PKEY_free(key);
        EVP_PKEY_free(peer);
    }
}

static void encryption(void **state)
{
    (void)state;
    struct fixed_rng r;
    struct sm2_rng rng = fixed_rng(&r, 24);
    uint8_t m[400], d[32], pub[64], c1[64], c3[32], c2[400], out[400], der[640];
    for (unsigned i = 0; i < cases(400); i++) {
        assert_int_equal(sm2_generate(&rng, d, pub), ERR_OK);
        EVP_PKEY *key = openssl_key(d, pub), *peer = openssl_key(NULL, pub);
        size_t len = 1 + fixed_data(&r, m, sizeof m - 1);
        /* ours to theirs */
        assert_int_equal(sm2_encrypt(pub, m, len, &rng, c1, c3, c2), ERR_OK);
        size_t der_len = sm2_der_cipher(der, c1, c3, c2, len), out_len = sizeof out;
        EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
        assert_int_equal(EVP_PKEY_decrypt_init(c), 1);
        assert_int_equal(EVP_PKEY_decrypt(c, out, &out_len, der, der_len), 1);
        assert_int_equal(out_len, len);
        assert_memory_equal(out, m, len);
        EVP_PKEY_CTX_free(c);
        /* theirs to ours */
        c = EVP_PKEY_CTX_new_from_pkey(NULL, peer, NULL);
        der_len = sizeof der;
        assert_int_equal(EVP_PKEY_encrypt_init(c), 1);
        assert_int_equal(EVP_PKEY_encrypt(c, der, &der_len, m, len), 1);
        EVP_PKEY_CTX_free(c);
        assert_int_equal(sm2_der_read_cipher(der, der_len, c1, c3, c2, sizeof c2), len);
        assert_int_equal(sm2_decrypt(d, c1, c3, c2, len, &rng, out), ERR_OK);
        assert_memory_equal(out, m, len);
        c2[fixed_next(&r) % len] ^= (uint8_t)(1u << fixed_next(&r) % 8);
        assert_int_equal(sm2_decrypt(d, c1, c3, c2, len, &rng, out), ERR_CRYPTO);
        c1[fixed_next(&r) % 64] ^= (uint8_t)(1u << fixed_next(&r) % 8);
        assert_int_equal(sm2_decrypt(d, c1, c3, c2, len, &rng, out), ERR_POINT);
        EVP_PKEY_free(key);
        EVP_PKEY_free(peer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests),
        cmocka_unit_test(ciphers),
        cmocka_unit_test(signatures),
        cmocka_unit_test(encryption),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
