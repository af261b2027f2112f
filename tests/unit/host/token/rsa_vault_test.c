/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSA pairs through libhufu into the real vault, OpenSSL on the other side: what each call gives,
 * and every error that it may give. REQ: K1 K2
 */
#include "vault_transport.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define OK(call)          assert_int_equal((call), HUFU_OK)
#define GIVES(code, call) assert_int_equal((call), (code))

enum { BITS = 2048, MODULUS = BITS / 8, MOST = MODULUS - 11 };

static hufu_token *token;
static uint16_t app, box, empty;
static struct hufu_rsa_public made;
static EVP_PKEY *pair; /* OpenSSL's */
static struct hufu_rsa_public paired;
static uint8_t data[HUFU_RSA_MAX + 1], sig[HUFU_RSA_MAX], wrapped[HUFU_RSA_MAX];
static uint8_t cipher[HUFU_RSA_CONTENT_MAX + 16];
static const uint8_t sm4_key[16] = "a wrapping key.";

static void public_of(const EVP_PKEY *key, struct hufu_rsa_public *pub)
{
    BIGNUM *n = NULL;
    assert_int_equal(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n), 1);
    pub->bits = (uint32_t)BN_num_bits(n);
    pub->e = 65537;
    assert_int_equal(BN_bn2binpad(n, pub->n, (int)(pub->bits / 8)), (int)(pub->bits / 8));
    BN_free(n);
}

/* A public key of OpenSSL's with another's modulus: through its X.509 form. */
static EVP_PKEY *key_of(const struct hufu_rsa_public *pub)
{
    EVP_PKEY *key = NULL;
    uint8_t e[4] = {1, 0, 1};
    uint8_t n[HUFU_RSA_MAX];
    for (uint32_t i = 0; i < pub->bits / 8; i++) {
        n[i] = pub->n[pub->bits / 8 - 1 - i]; /* native numbers: little-endian */
    }
    OSSL_PARAM of[] = {OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, n, pub->bits / 8),
                       OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, e, sizeof e),
                       OSSL_PARAM_construct_end()};
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
    assert_int_equal(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, of), 1);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static void wrap_for(EVP_PKEY *key, const uint8_t *in, size_t len)
{
    size_t n = sizeof wrapped;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    assert_int_equal(EVP_PKEY_encrypt_init(ctx), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING), 1);
    assert_int_equal(EVP_PKEY_encrypt(ctx, wrapped, &n, in, len), 1);
    EVP_PKEY_CTX_free(ctx);
}

/* OpenSSL's signature of a whole block, or of data that it pads. */
static void sign_by(EVP_PKEY *key, int padding, const uint8_t *in, size_t len)
{
    size_t n = sizeof sig;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, padding), 1);
    assert_int_equal(EVP_PKEY_sign(ctx, sig, &n, in, len), 1);
    EVP_PKEY_CTX_free(ctx);
}

static int setup(void **state)
{
    (void)state;
    token = vault_token_open(23);
    OK(vault_token_app(token, (const uint8_t *)"1234567812345678", &app));
    OK(hufu_container_create(token, app, "rsa", &box));
    OK(hufu_container_create(token, app, "empty", &empty));
    OK(hufu_generate_rsa(token, app, box, BITS, &made));
    pair = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)BITS);
    public_of(pair, &paired);
    memset(data, 0x3C, sizeof data);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    EVP_PKEY_free(pair);
    vault_token_close(token);
    return 0;
}

static void generation(void **state)
{
    static const uint32_t bad[] = {0, 512, 1024, 2047, 2049, 8192, 0xFFFFFFFF};
    struct hufu_rsa_public pub = {.bits = 7};
    struct hufu_container_info info;
    uint8_t point[64];
    (void)state;
    assert_true(made.bits == BITS && made.e == 65537 && made.n[0] >= 0x80);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        GIVES(HUFU_ERR_PARAM, hufu_generate_rsa(token, app, empty, bad[i], &pub));
    }
    GIVES(HUFU_ERR_PARAM, hufu_generate_rsa(token, app, empty, BITS, NULL));
    GIVES(HUFU_ERR_PARAM, hufu_generate_rsa(NULL, app, empty, BITS, &pub));
    GIVES(HUFU_ERR_NOT_FOUND, hufu_generate_rsa(token, app, 31, BITS, &pub));
    GIVES(HUFU_ERR_STATE, hufu_generate_sm2(token, app, box, point));
    assert_int_equal(pub.bits, 7);
    OK(hufu_container_info(token, app, "empty", &info));
    assert_int_equal(info.type, 0);
    OK(hufu_rsa_public_key(token, app, box, true, &pub));
    assert_true(pub.bits == made.bits && pub.e == made.e);
    assert_memory_equal(pub.n, made.n, MODULUS);
    GIVES(HUFU_ERR_NO_KEY, hufu_rsa_public_key(token, app, box, false, &pub));
    GIVES(HUFU_ERR_NO_KEY, hufu_rsa_public_key(token, app, empty, true, &pub));
    GIVES(HUFU_ERR_PARAM, hufu_rsa_public_key(token, app, box, true, NULL));
    /* A container of the other kind. */
    OK(hufu_generate_sm2(token, app, empty, point));
    GIVES(HUFU_ERR_STATE, hufu_generate_rsa(token, app, empty, BITS, &pub));
    GIVES(HUFU_ERR_NO_KEY, hufu_rsa_public_key(token, app, empty, true, &pub));
}

static void signing(void **state)
{
    size_t len = 0;
    (void)state;
    EVP_PKEY *key = key_of(&made);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    assert_int_equal(EVP_PKEY_verify_init(ctx), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING), 1);
    static const size_t lens[] = {1, 51, MOST};
    for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        OK(hufu_rsa_sign(token, app, box, data, lens[i], sig, &len));
        assert_int_equal(len, MODULUS);
        assert_int_equal(EVP_PKEY_verify(ctx, sig, len, data, lens[i]), 1);
        OK(hufu_rsa_verify(token, &made, data, lens[i], sig));
    }
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(key);
    GIVES(HUFU_ERR_PARAM, hufu_rsa_sign(token, app, box, data, MOST + 1, sig, &len));
    GIVES(HUFU_ERR_PARAM, hufu_rsa_sign(token, app, box, data, HUFU_RSA_MAX + 1, sig, &len));
    GIVES(HUFU_ERR_PARAM, hufu_rsa_sign(token, app, box, NULL, 1, sig, &len));
    GIVES(HUFU_ERR_PARAM, hufu_rsa_sign(token, app, box, data, 1, NULL, &len));
    GIVES(HUFU_ERR_PARAM, hufu_rsa_sign(token, app, box, data, 1, sig, NULL));
    GIVES(HUFU_ERR_NO_KEY, hufu_rsa_sign(token, app, empty, data, 1, sig, &len));
    GIVES(HUFU_ERR_NOT_FOUND, hufu_rsa_sign(token, app, 31, data, 1, sig, &len));
}

static void verification(void **state)
{
    uint8_t block[MODULUS] = {0, 1};
    struct hufu_rsa_public pub = paired;
    (void)state;
    sign_by(pair, RSA_PKCS1_PADDING, data, 51);
    OK(hufu_rsa_verify(token, &pub, data, 51, sig));
    GIVES(HUFU_ERR_VERIFY, hufu_rsa_verify(token, &pub, data, 50, sig));
    GIVES(HUFU_ERR_VERIFY, hufu_rsa_verify(token, &pub, data, 52, sig));
    GIVES(HUFU_ERR_VERIFY, hufu_rsa_verify(token, &made, data, 51, sig));
    data[50] ^= 1;
    GIVES(HUFU_ERR_VERIFY, hufu_rsa_verify(token, &pub, data, 51, sig));
    data[50] ^= 1;
    for (size_t i = 0; i < MODULUS; i += 51) {
        sig[i] ^= 1;
        GIVES(HUFU_ERR_VERIFY, hufu_rsa_verify(token, &pub, data, 51, sig));
        sig[i] ^= 1;
    }
    memset(sig, 0, sizeof sig);
    GIVES(HUFU_ERR_VERIFY, hufu_rsa_verify(token, &pub, data, 51, sig));
    memset(sig, 0xFF, sizeof sig); /* not below the modulus */
    GIVES(HUFU_ERR_VERIFY, hufu_rsa_verify(token, &pub, data, 51, sig));
    /* Short padding with something behind the data, and a block of the type for encryption: what a
     * verifier that parses has been fooled with. */
    memset(block + 2, 0xFF, 8);
    memcpy(block + 11, data, 51);
    memset(block + 62, 0x77, sizeof block - 62);
    sign_by(pair, RSA_NO_PADDING, block, sizeof block);
    GIVES(HUFU_ERR_VERIFY, hufu_rsa_verify(token, &pub, data, 51, sig));
    memset(block + 1, 0xFF, sizeof block - 1);
    block[1] = 2;
    block[sizeof block - 52] = 0;
    memcpy(block + sizeof block - 51, data, 51);
    sign_by(pair, RSA_NO_PADDING, block, sizeof block);
    GIVES(HUFU_ERR_VERIFY, hufu_rsa_verify(token, &pub, data, 51, sig));
    block[1] = 1; /* and this is the right one */
    sign_by(pair, RSA_NO_PADDING, block, sizeof block);
    OK(hufu_rsa_verify(token, &pub, data, 51, sig));
    /* No keys. */
    pub.e = 1;
    GIVES(HUFU_ERR_REFUSED, hufu_rsa_verify(token, &pub, data, 51, sig));
    pub.e = 65536;
    GIVES(HUFU_ERR_REFUSED, hufu_rsa_verify(token, &pub, data, 51, sig));
    pub = paired;
    pub.n[MODULUS - 1] ^= 1;
    GIVES(HUFU_ERR_REFUSED, hufu_rsa_verify(token, &pub, data, 51, sig));
    pub = paired;
    pub.n[0] &= 0x7F;
    GIVES(HUFU_ERR_REFUSED, hufu_rsa_verify(token, &pub, data, 51, sig));
    pub.bits = 1024;
    GIVES(HUFU_ERR_PARAM, hufu_rsa_verify(token, &pub, data, 51, sig));
    GIVES(HUFU_ERR_PARAM, hufu_rsa_verify(token, NULL, data, 51, sig));
    GIVES(HUFU_ERR_PARAM, hufu_rsa_verify(token, &paired, NULL, 51, sig));
    GIVES(HUFU_ERR_PARAM, hufu_rsa_verify(token, &paired, data, 51, NULL));
    GIVES(HUFU_ERR_PARAM, hufu_rsa_verify(token, &paired, data, HUFU_RSA_MAX + 1, sig));
}

/* The longest keys come from elsewhere. */
static void longest(void **state)
{
    struct hufu_rsa_public pub;
    (void)state;
    EVP_PKEY *big = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)4096);
    public_of(big, &pub);
    assert_int_equal(pub.bits, 4096);
    sign_by(big, RSA_PKCS1_PADDING, data, 501);
    OK(hufu_rsa_verify(token, &pub, data, 501, sig));
    sig[511] ^= 1;
    GIVES(HUFU_ERR_VERIFY, hufu_rsa_verify(token, &pub, data, 501, sig));
    EVP_PKEY_free(big);
}

static struct hufu_rsa_envelope envelope(bool cbc)
{
    struct hufu_rsa_envelope e = {.sym_alg = cbc ? SGD_SM4_CBC_ID : SGD_SM4_ECB_ID,
                                  .bits = BITS,
                                  .wrapped = wrapped,
                                  .wrapped_len = MODULUS,
                                  .iv = {9, 8, 7},
                                  .cipher = cipher};
    uint8_t plain[HUFU_RSA_CONTENT_MAX], *at = plain;
    int n = 0, last = 0;
    const int len = i2d_PrivateKey(pair, &at);
    EVP_PKEY *key = key_of(&made);
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    wrap_for(key, sm4_key, sizeof sm4_key);
    EVP_PKEY_free(key);
    assert_int_equal(
        EVP_EncryptInit_ex(c, cbc ? EVP_sm4_cbc() : EVP_sm4_ecb(), NULL, sm4_key, e.iv), 1);
    assert_int_equal(EVP_EncryptUpdate(c, cipher, &n, plain, len), 1);
    assert_int_equal(EVP_EncryptFinal_ex(c, cipher + n, &last), 1);
    EVP_CIPHER_CTX_free(c);
    e.cipher_len = (size_t)(n + last);
    return e;
}

static void import(void **state)
{
    struct hufu_rsa_public pub;
    (void)state;
    struct hufu_rsa_envelope e = envelope(false), bad = e;
    GIVES(HUFU_ERR_PARAM, hufu_import_rsa_pair(token, app, box, NULL));
    bad.wrapped = NULL;
    GIVES(HUFU_ERR_PARAM, hufu_import_rsa_pair(token, app, box, &bad));
    bad = e;
    bad.cipher = NULL;
    GIVES(HUFU_ERR_PARAM, hufu_import_rsa_pair(token, app, box, &bad));
    bad = e;
    bad.wrapped_len = HUFU_RSA_MAX + 1;
    GIVES(HUFU_ERR_PARAM, hufu_import_rsa_pair(token, app, box, &bad));
    bad.wrapped_len = 0;
    GIVES(HUFU_ERR_PARAM, hufu_import_rsa_pair(token, app, box, &bad));
    bad = e;
    bad.cipher_len = HUFU_RSA_CONTENT_MAX + 1;
    GIVES(HUFU_ERR_PARAM, hufu_import_rsa_pair(token, app, box, &bad));
    bad.cipher_len = 0;
    GIVES(HUFU_ERR_PARAM, hufu_import_rsa_pair(token, app, box, &bad));
    bad = e;
    bad.sym_alg = 9;
    GIVES(HUFU_ERR_UNSUPPORTED, hufu_import_rsa_pair(token, app, box, &bad));
    bad = e;
    bad.bits = 1024;
    GIVES(HUFU_ERR_REFUSED, hufu_import_rsa_pair(token, app, box, &bad));
    bad.bits = 3072; /* not what is in it */
    GIVES(HUFU_ERR_REFUSED, hufu_import_rsa_pair(token, app, box, &bad));
    GIVES(HUFU_ERR_NO_KEY, hufu_import_rsa_pair(token, app, empty, &e));
    cipher[40] ^= 1;
    GIVES(HUFU_ERR_REFUSED, hufu_import_rsa_pair(token, app, box, &e));
    cipher[40] ^= 1;
    GIVES(HUFU_ERR_NO_KEY, hufu_rsa_public_key(token, app, box, false, &pub));
    OK(hufu_import_rsa_pair(token, app, box, &e));
    e = envelope(true);
    OK(hufu_import_rsa_pair(token, app, box, &e));
    OK(hufu_rsa_public_key(token, app, box, false, &pub));
    assert_int_equal(pub.bits, BITS);
    assert_memory_equal(pub.n, paired.n, MODULUS);
    /* Something depends on the signing pair now. */
    GIVES(HUFU_ERR_STATE, hufu_generate_rsa(token, app, box, BITS, &pub));
}

static void session_keys(void **state)
{
    uint16_t key = 0;
    uint8_t plain[MODULUS];
    size_t len = sizeof plain;
    (void)state;
    wrap_for(pair, sm4_key, sizeof sm4_key);
    OK(hufu_rsa_import_session_key(token, app, box, SGD_SM4_ECB_ID, wrapped, MODULUS, &key));
    assert_int_not_equal(key, 0);
    wrapped[200] ^= 1; /* what is no block is not told */
    OK(hufu_rsa_import_session_key(token, app, box, SGD_SM4_ECB_ID, wrapped, MODULUS, &key));
    GIVES(HUFU_ERR_REFUSED,
          hufu_rsa_import_session_key(token, app, box, SGD_SM4_ECB_ID, wrapped, MODULUS - 1, &key));
    memset(wrapped, 0xFF, sizeof wrapped);
    GIVES(HUFU_ERR_REFUSED,
          hufu_rsa_import_session_key(token, app, box, SGD_SM4_ECB_ID, wrapped, MODULUS, &key));
    GIVES(HUFU_ERR_UNSUPPORTED,
          hufu_rsa_import_session_key(token, app, box, 0x101, wrapped, MODULUS, &key));
    GIVES(HUFU_ERR_PARAM,
          hufu_rsa_import_session_key(token, app, box, SGD_SM4_ECB_ID, NULL, MODULUS, &key));
    GIVES(HUFU_ERR_PARAM,
          hufu_rsa_import_session_key(token, app, box, SGD_SM4_ECB_ID, wrapped, 0, &key));
    GIVES(HUFU_ERR_PARAM, hufu_rsa_import_session_key(token, app, box, SGD_SM4_ECB_ID, wrapped,
                                                      HUFU_RSA_MAX + 1, &key));
    /* The other way. */
    OK(hufu_rsa_export_session_key(token, app, box, SGD_SM4_ECB_ID, &paired, wrapped, &key));
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pair, NULL);
    assert_int_equal(EVP_PKEY_decrypt_init(ctx), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING), 1);
    assert_int_equal(EVP_PKEY_decrypt(ctx, plain, &len, wrapped, MODULUS), 1);
    EVP_PKEY_CTX_free(ctx);
    assert_int_equal(len, 16);
    struct hufu_rsa_public pub = paired;
    pub.n[MODULUS - 1] ^= 1;
    GIVES(HUFU_ERR_REFUSED,
          hufu_rsa_export_session_key(token, app, box, SGD_SM4_ECB_ID, &pub, wrapped, &key));
    pub.bits = 1024;
    GIVES(HUFU_ERR_PARAM,
          hufu_rsa_export_session_key(token, app, box, SGD_SM4_ECB_ID, &pub, wrapped, &key));
    GIVES(HUFU_ERR_UNSUPPORTED,
          hufu_rsa_export_session_key(token, app, box, 0x101, &paired, wrapped, &key));
    GIVES(HUFU_ERR_PARAM,
          hufu_rsa_export_session_key(token, app, box, SGD_SM4_ECB_ID, NULL, wrapped, &key));
}

static void cut_short(uint8_t *bytes, size_t *len)
{
    if (*len > 3) { /* one byte less before the status word */
        memmove(bytes + *len - 3, bytes + *len - 2, 2);
        (*len)--;
    }
}

/* A token that answers too little, and one that has gone: outputs stay as they were. */
static void bad_answers(void **state)
{
    struct hufu_rsa_public pub = {.bits = 7};
    uint16_t key = 7;
    size_t len;
    (void)state;
    hufu_token *bare = vault_token_join();
    bare->bare = true;
    OK(hufu_app_open(bare, "HUFU", &app));
    vault_token_line()->answer = cut_short;
    GIVES(HUFU_ERR_PROTOCOL, hufu_rsa_public_key(bare, app, box, true, &pub));
    vault_token_line()->answer = NULL;
    vault_token_line()->removed = true;
    GIVES(HUFU_ERR_REMOVED, hufu_rsa_public_key(bare, app, box, true, &pub));
    GIVES(HUFU_ERR_REMOVED, hufu_generate_rsa(token, app, box, BITS, &pub));
    GIVES(HUFU_ERR_REMOVED, hufu_rsa_sign(token, app, box, data, 1, sig, &len));
    GIVES(HUFU_ERR_REMOVED,
          hufu_rsa_export_session_key(token, app, box, SGD_SM4_ECB_ID, &paired, wrapped, &key));
    vault_token_line()->removed = false;
    assert_true(pub.bits == 7 && key == 7);
    hufu_close(bare);
    /* The removal was the end of the session. */
    OK(hufu_app_open(token, "HUFU", &app));
    OK(hufu_pin_verify(token, app, HUFU_PIN_USER, VAULT_USER_PIN, NULL));
}

/* Ten failures in a row are the end of opening pairs; then nobody is logged in. Runs last. */
static void locked_and_without_rights(void **state)
{
    struct hufu_rsa_public pub;
    uint8_t none[HUFU_RSA_MAX];
    uint16_t key;
    size_t len;
    (void)state;
    struct hufu_rsa_envelope e = envelope(false);
    wrapped[100] ^= 1;
    for (unsigned i = 0; i < 10; i++) {
        GIVES(HUFU_ERR_REFUSED, hufu_import_rsa_pair(token, app, box, &e));
    }
    wrapped[100] ^= 1;
    GIVES(HUFU_ERR_PIN_LOCKED, hufu_import_rsa_pair(token, app, box, &e));
    OK(hufu_rsa_sign(token, app, box, data, 51, sig, &len));
    OK(hufu_logout(token, app));
    GIVES(HUFU_ERR_NOT_LOGGED_IN, hufu_generate_rsa(token, app, box, BITS, &pub));
    GIVES(HUFU_ERR_NOT_LOGGED_IN, hufu_rsa_sign(token, app, box, data, 51, none, &len));
    GIVES(HUFU_ERR_NOT_LOGGED_IN, hufu_import_rsa_pair(token, app, box, &e));
    GIVES(HUFU_ERR_NOT_LOGGED_IN,
          hufu_rsa_import_session_key(token, app, box, SGD_SM4_ECB_ID, wrapped, MODULUS, &key));
    GIVES(HUFU_ERR_NOT_LOGGED_IN,
          hufu_rsa_export_session_key(token, app, box, SGD_SM4_ECB_ID, &paired, wrapped, &key));
    OK(hufu_rsa_public_key(token, app, box, true, &pub));
    OK(hufu_rsa_verify(token, &pub, data, 51, sig));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generation),   cmocka_unit_test(signing),
        cmocka_unit_test(verification), cmocka_unit_test(longest),
        cmocka_unit_test(import),       cmocka_unit_test(session_keys),
        cmocka_unit_test(bad_answers),  cmocka_unit_test(locked_and_without_rights),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
