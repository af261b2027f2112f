/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What libhufu asks the token to do with data: messages signed and verified with their signer's id,
 * hashes, MACs in parts, keys in clear used inside, encryption for any key. OpenSSL judges.
 * REQ: K1 K2
 */
#include "pki/forms.h"
#include "pki/pki.h"
#include "vault_transport.h"

#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define OK(call) assert_int_equal((call), HUFU_OK)

static struct {
    hufu_token *token;
    uint16_t app, con;
    uint8_t pub[64];
} t;

static uint8_t text[20000];

static int up(void **state)
{
    (void)state;
    t.token = vault_token_open(5);
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (uint8_t)(i * 7 + i / 251);
    }
    OK(vault_token_app(t.token, (const uint8_t *)"1234567812345678", &t.app));
    OK(hufu_container_create(t.token, t.app, "box", &t.con));
    OK(hufu_generate_sm2(t.token, t.app, t.con, t.pub));
    return 0;
}

static int down(void **state)
{
    (void)state;
    vault_token_close(t.token);
    return 0;
}

static void digest(const EVP_MD *md, const uint8_t *z, const uint8_t *in, size_t len, uint8_t *out)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestInit_ex(ctx, md, NULL), 1);
    assert_int_equal(z == NULL || EVP_DigestUpdate(ctx, z, 32) == 1, 1);
    assert_int_equal(EVP_DigestUpdate(ctx, in, len), 1);
    assert_int_equal(EVP_DigestFinal_ex(ctx, out, NULL), 1);
    EVP_MD_CTX_free(ctx);
}

static void messages(void **state)
{
    (void)state;
    static const size_t lens[] = {0, 1, 55, 56, 1000, HUFU_MESSAGE_MAX};
    const uint8_t *id = (const uint8_t *)"somebody";
    uint8_t sig[64], z[32], e[32], der[72];
    size_t der_len;
    EVP_PKEY *key = pki_sm2_public(t.pub);
    assert_int_equal(pki_sm2_z_id(key, id, 8, z), PKI_OK);
    for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        OK(hufu_sign_message(t.token, t.app, t.con, id, 8, text, lens[i], sig));
        digest(EVP_sm3(), z, text, lens[i], e);
        assert_int_equal(pki_sig_to_der(sig, der, &der_len), PKI_OK);
        assert_int_equal(pki_sm2_verify_digest(key, e, der, der_len), PKI_OK);
        OK(hufu_verify_message(t.token, t.pub, id, 8, text, lens[i], sig));
        OK(hufu_verify_digest(t.token, t.pub, e, sig));
        assert_int_equal(hufu_verify_message(t.token, t.pub, id, 7, text, lens[i], sig),
                         HUFU_ERR_VERIFY);
        e[31] ^= 1;
        assert_int_equal(hufu_verify_digest(t.token, t.pub, e, sig), HUFU_ERR_VERIFY);
    }
    EVP_PKEY_free(key);
    assert_int_equal(hufu_sign_message(t.token, t.app, t.con, id, 0, text, 1, sig), HUFU_ERR_PARAM);
    assert_int_equal(hufu_sign_message(t.token, t.app, t.con, text, 65, text, 1, sig),
                     HUFU_ERR_PARAM);
    assert_int_equal(
        hufu_sign_message(t.token, t.app, t.con, id, 8, text, HUFU_MESSAGE_MAX + 1, sig),
        HUFU_ERR_PARAM);
    t.pub[9] ^= 1;
    assert_int_equal(hufu_verify_message(t.token, t.pub, id, 8, text, 1, sig), HUFU_ERR_REFUSED);
    OK(hufu_logout(t.token, t.app));
    assert_int_equal(hufu_sign_message(t.token, t.app, t.con, id, 8, text, 1, sig),
                     HUFU_ERR_NOT_LOGGED_IN);
}

static void hashes(void **state)
{
    (void)state;
    const struct {
        uint32_t alg;
        const EVP_MD *md;
        size_t len;
    } all[] = {{SGD_SM3_ID, EVP_sm3(), 32},
               {SGD_SHA1_ID, EVP_sha1(), 20},
               {SGD_SHA256_ID, EVP_sha256(), 32}};
    uint8_t out[32], judge[32], z[32];
    size_t len;
    for (size_t i = 0; i < 3; i++) {
        OK(hufu_digest_init(t.token, all[i].alg, NULL, NULL, 0));
        OK(hufu_digest_update(t.token, text, 11));
        OK(hufu_digest_update(t.token, text + 11, sizeof text - 11));
        OK(hufu_digest_final(t.token, out, &len));
        assert_int_equal(len, all[i].len);
        digest(all[i].md, NULL, text, sizeof text, judge);
        assert_memory_equal(out, judge, len);
        assert_int_equal(hufu_digest_final(t.token, out, &len), HUFU_ERR_STATE);
    }
    EVP_PKEY *key = pki_sm2_public(t.pub);
    assert_int_equal(pki_sm2_z_id(key, (const uint8_t *)"me", 2, z), PKI_OK);
    EVP_PKEY_free(key);
    OK(hufu_digest_init(t.token, SGD_SM3_ID, t.pub, (const uint8_t *)"me", 2));
    OK(hufu_digest_update(t.token, text, 100));
    OK(hufu_digest_final(t.token, out, &len));
    digest(EVP_sm3(), z, text, 100, judge);
    assert_memory_equal(out, judge, 32);
    assert_int_equal(hufu_digest_init(t.token, 8, NULL, NULL, 0), HUFU_ERR_UNSUPPORTED);
}

static void key_in_clear(void **state)
{
    (void)state;
    static uint8_t out[sizeof text + 16], judge[sizeof text + 16];
    const uint8_t value[16] = "key to be used.";
    uint8_t iv[16] = {4}, mac[16];
    uint16_t key;
    size_t len;
    int n = 0, rest = 0;
    OK(hufu_set_session_key(t.token, t.app, t.con, SGD_SM4_CBC_ID, value, &key));
    OK(hufu_encrypt_init(t.token, t.app, t.con, key, SGD_SM4_CBC_ID, iv, 16, true));
    OK(hufu_encrypt(t.token, t.app, t.con, key, text, sizeof text, out, &len));
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    assert_int_equal(EVP_EncryptInit_ex(ctx, EVP_sm4_cbc(), NULL, value, iv), 1);
    assert_int_equal(EVP_EncryptUpdate(ctx, judge, &n, text, sizeof text), 1);
    assert_int_equal(EVP_EncryptFinal_ex(ctx, judge + n, &rest), 1);
    assert_int_equal(len, n + rest);
    assert_memory_equal(out, judge, len);
    /* The MAC of whole blocks is the last of CBC without padding. */
    assert_int_equal(EVP_EncryptInit_ex(ctx, NULL, NULL, NULL, iv), 1);
    assert_int_equal(EVP_EncryptUpdate(ctx, judge, &n, text, sizeof text), 1);
    EVP_CIPHER_CTX_free(ctx);
    OK(hufu_mac_init(t.token, t.app, t.con, key, iv));
    OK(hufu_mac_update(t.token, t.app, t.con, key, text, 9001));
    OK(hufu_mac(t.token, t.app, t.con, key, text + 9001, sizeof text - 9001, mac));
    assert_memory_equal(mac, judge + sizeof text - 16, 16);
    assert_int_equal(hufu_mac(t.token, t.app, t.con, key, NULL, 0, mac), HUFU_ERR_STATE);
    assert_int_equal(hufu_encrypt(t.token, t.app, t.con, key, text, 16, out, &len), HUFU_ERR_STATE);
    OK(hufu_destroy_session_key(t.token, t.app, t.con, key));
    assert_int_equal(hufu_mac_init(t.token, t.app, t.con, key, NULL), HUFU_ERR_NO_KEY);
}

/* What the token encrypts for any key, OpenSSL opens with that key. */
static void encrypted_for(void **state)
{
    (void)state;
    uint8_t pub[64], c1[64], c3[32], c2[HUFU_MESSAGE_MAX];
    static uint8_t opened[HUFU_MESSAGE_MAX + 512];
    static const size_t lens[] = {2, 16, 33, HUFU_MESSAGE_MAX};
    EVP_PKEY *pair = pki_sm2_generate();
    assert_int_equal(pki_sm2_xy(pair, pub), PKI_OK);
    for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        uint8_t *der = NULL;
        size_t len = sizeof opened;
        OK(hufu_encrypt_for(t.token, pub, text, lens[i], c1, c3, c2));
        PKI_SM2_CIPHER *form = PKI_SM2_CIPHER_new();
        assert_int_equal(pki_int32_set(form->x, c1), PKI_OK);
        assert_int_equal(pki_int32_set(form->y, c1 + 32), PKI_OK);
        assert_int_equal(ASN1_STRING_set(form->hash, c3, sizeof c3), 1);
        assert_int_equal(ASN1_STRING_set(form->cipher, c2, (int)lens[i]), 1);
        int der_len = i2d_PKI_SM2_CIPHER(form, &der);
        EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pair, NULL);
        assert_int_equal(EVP_PKEY_decrypt_init(ctx), 1);
        assert_int_equal(EVP_PKEY_decrypt(ctx, opened, &len, der, (size_t)der_len), 1);
        assert_int_equal(len, lens[i]);
        assert_memory_equal(opened, text, len);
        EVP_PKEY_CTX_free(ctx);
        OPENSSL_free(der);
        PKI_SM2_CIPHER_free(form);
    }
    EVP_PKEY_free(pair);
    assert_int_equal(hufu_encrypt_for(t.token, pub, text, 0, c1, c3, c2), HUFU_ERR_PARAM);
    assert_int_equal(hufu_encrypt_for(t.token, pub, text, HUFU_MESSAGE_MAX + 1, c1, c3, c2),
                     HUFU_ERR_PARAM);
    pub[0] ^= 1;
    assert_int_equal(hufu_encrypt_for(t.token, pub, text, 5, c1, c3, c2), HUFU_ERR_REFUSED);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, up, down)
    const struct CMUnitTest tests[] = {T(messages), T(hashes), T(key_in_clear), T(encrypted_for)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
