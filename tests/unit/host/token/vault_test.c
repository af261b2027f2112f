/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libhufu against the real vault: the whole life of a token, PIN flows, the dual certificate.
 * REQ: K1 K2 K6 L7
 */
#include "hufu/attest.h"
#include "made.h"
#include "vault_transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t transport_key[16] = "1234567812345678";
static const uint8_t own_key[16] = "a key of our own";

static struct {
    hufu_token *token;
    uint16_t app, container;
} t;

static int blank(void **state)
{
    (void)state;
    t.token = vault_token_open(7);
    return 0;
}

static int ready(void **state)
{
    blank(state);
    return hufu_device_auth(t.token, transport_key) != HUFU_OK ||
           hufu_change_device_key(t.token, transport_key, own_key) != HUFU_OK ||
           vault_token_app(t.token, own_key, &t.app) != HUFU_OK ||
           hufu_container_create(t.token, t.app, "sign", &t.container) != HUFU_OK;
}

static int down(void **state)
{
    (void)state;
    vault_token_close(t.token);
    return 0;
}

static void first_info(void **state)
{
    (void)state;
    struct hufu_info info;
    char names[8];
    size_t len = sizeof names;
    assert_int_equal(hufu_get_info(t.token, &info), HUFU_OK);
    assert_int_equal(info.lifecycle, HUFU_PROVISIONED);
    assert_true(info.development);
    assert_false(info.error_state);
    assert_string_not_equal(info.serial, "");
    assert_int_equal(info.max_apdu, HUFU_APDU_MAX_DATA);
    assert_int_equal(hufu_app_list(t.token, names, &len), HUFU_OK);
    assert_int_equal(names[0], 0);
    assert_int_equal(hufu_set_label(t.token, "虎符"), HUFU_OK);
    assert_int_equal(hufu_dev_info(t.token, &info), HUFU_OK);
    assert_string_equal(info.label, "虎符");
    assert_int_equal(hufu_selftest(t.token), HUFU_OK);
}

static void randoms(void **state)
{
    (void)state;
    uint8_t a[3000], b[3000];
    memset(a, 0, sizeof a);
    assert_int_equal(hufu_random(t.token, a, sizeof a), HUFU_OK);
    assert_int_equal(hufu_random(t.token, b, sizeof b), HUFU_OK);
    assert_memory_not_equal(a, b, sizeof a);
    assert_memory_not_equal(a, a + 1024, 1024);
}

static void device_key(void **state)
{
    (void)state;
    const uint8_t wrong[16] = "not the key     ";
    assert_int_equal(hufu_app_create(t.token, &vault_app), HUFU_ERR_DEVICE_AUTH);
    assert_int_equal(hufu_device_auth(t.token, wrong), HUFU_ERR_DEVICE_AUTH);
    assert_int_equal(hufu_change_device_key(t.token, wrong, own_key), HUFU_ERR_DEVICE_AUTH);
    assert_int_equal(hufu_device_auth(t.token, transport_key), HUFU_OK);
    assert_int_equal(hufu_change_device_key(t.token, transport_key, own_key), HUFU_OK);
    assert_int_equal(hufu_device_auth(t.token, transport_key), HUFU_ERR_DEVICE_AUTH);
    assert_int_equal(hufu_device_auth(t.token, own_key), HUFU_OK);
}

static void pins(void **state)
{
    (void)state;
    struct hufu_pin_info info;
    unsigned tries = 99;
    assert_int_equal(hufu_pin_verify(t.token, t.app, HUFU_PIN_USER, "wrong-pin", &tries),
                     HUFU_ERR_PIN_WRONG);
    assert_int_equal(tries, 2);
    assert_int_equal(hufu_pin_info(t.token, t.app, HUFU_PIN_USER, &info), HUFU_OK);
    assert_int_equal(info.max_tries, 3);
    assert_int_equal(info.tries_left, 2);
    /* A wrong old PIN is a try, too; the new PIN does not come in. */
    assert_int_equal(
        hufu_pin_change(t.token, t.app, HUFU_PIN_USER, "wrong-pin", "new-user-1", &tries),
        HUFU_ERR_PIN_WRONG);
    assert_int_equal(tries, 1);
    assert_int_equal(
        hufu_pin_change(t.token, t.app, HUFU_PIN_USER, VAULT_USER_PIN, "new-user-1", &tries),
        HUFU_OK);
    assert_int_equal(hufu_pin_verify(t.token, t.app, HUFU_PIN_USER, "new-user-1", &tries), HUFU_OK);
    for (unsigned left = 2; left > 0; left--) {
        assert_int_equal(hufu_pin_verify(t.token, t.app, HUFU_PIN_USER, VAULT_USER_PIN, &tries),
                         HUFU_ERR_PIN_WRONG);
        assert_int_equal(tries, left);
    }
    assert_int_equal(hufu_pin_verify(t.token, t.app, HUFU_PIN_USER, VAULT_USER_PIN, &tries),
                     HUFU_ERR_PIN_LOCKED);
    assert_int_equal(tries, 0);
    assert_int_equal(hufu_pin_verify(t.token, t.app, HUFU_PIN_USER, "new-user-1", &tries),
                     HUFU_ERR_PIN_LOCKED);
    assert_int_equal(hufu_pin_unblock(t.token, t.app, "wrong-admin", "user-5678", &tries),
                     HUFU_ERR_PIN_WRONG);
    assert_int_equal(tries, 4);
    assert_int_equal(hufu_pin_unblock(t.token, t.app, VAULT_ADMIN_PIN, "user-5678", &tries),
                     HUFU_OK);
    assert_int_equal(hufu_pin_verify(t.token, t.app, HUFU_PIN_USER, "user-5678", &tries), HUFU_OK);
    assert_int_equal(hufu_pin_info(t.token, t.app, HUFU_PIN_ADMIN, &info), HUFU_OK);
    assert_int_equal(info.tries_left, 5);
}

/* Signs a fresh message and lets OpenSSL judge. */
static void sign_and_verify(const uint8_t pub[64])
{
    uint8_t e[32], sig[64], der[72];
    size_t der_len;
    EVP_PKEY *key = pki_sm2_public(pub);
    assert_non_null(key);
    assert_int_equal(pki_sm2_digest(key, "message", 7, e), PKI_OK);
    assert_int_equal(hufu_sign_digest(t.token, t.app, t.container, e, sig), HUFU_OK);
    assert_int_equal(pki_sig_to_der(sig, der, &der_len), PKI_OK);
    assert_int_equal(pki_sm2_verify(key, "message", 7, der, der_len), PKI_OK);
    assert_int_equal(pki_sm2_verify(key, "massage", 7, der, der_len), PKI_ERR_SIGNATURE);
    EVP_PKEY_free(key);
}

static void containers_and_keys(void **state)
{
    (void)state;
    uint8_t pub[64], again[64], e[32] = {1}, sig[64];
    char names[256];
    size_t len = sizeof names;
    uint16_t other;
    struct hufu_container_info info;
    assert_int_equal(hufu_container_create(t.token, t.app, "sign", &other), HUFU_ERR_EXISTS);
    assert_int_equal(hufu_container_open(t.token, t.app, "none", &other), HUFU_ERR_NOT_FOUND);
    assert_int_equal(hufu_public_key(t.token, t.app, t.container, true, pub), HUFU_ERR_NO_KEY);
    assert_int_equal(hufu_sign_digest(t.token, t.app, t.container, e, sig), HUFU_ERR_NO_KEY);
    assert_int_equal(hufu_generate_sm2(t.token, t.app, t.container, pub), HUFU_OK);
    assert_int_equal(hufu_public_key(t.token, t.app, t.container, true, again), HUFU_OK);
    assert_memory_equal(pub, again, sizeof pub);
    sign_and_verify(pub);
    assert_int_equal(hufu_container_list(t.token, t.app, names, &len), HUFU_OK);
    assert_memory_equal(names, "sign\0", 6);
    assert_int_equal(hufu_container_info(t.token, t.app, "sign", &info), HUFU_OK);
    assert_int_equal(info.type, 2);
    assert_int_equal(info.sign_bits, 256);
    assert_int_equal(info.enc_bits, 0);
    assert_false(info.sign_cert);
    /* A lost session: the same key is there, the login is not. */
    vault_token_restart(t.token);
    assert_int_equal(hufu_app_open(t.token, "HUFU", &t.app), HUFU_OK);
    assert_int_equal(hufu_container_open(t.token, t.app, "sign", &t.container), HUFU_OK);
    assert_int_equal(hufu_sign_digest(t.token, t.app, t.container, e, sig), HUFU_ERR_NOT_LOGGED_IN);
    assert_int_equal(hufu_pin_verify(t.token, t.app, HUFU_PIN_USER, VAULT_USER_PIN, NULL), HUFU_OK);
    sign_and_verify(pub);
    assert_int_equal(hufu_logout(t.token, t.app), HUFU_OK);
    assert_int_equal(hufu_sign_digest(t.token, t.app, t.container, e, sig), HUFU_ERR_NOT_LOGGED_IN);
    assert_int_equal(hufu_container_delete(t.token, t.app, "sign"), HUFU_ERR_NOT_LOGGED_IN);
    assert_int_equal(hufu_pin_verify(t.token, t.app, HUFU_PIN_USER, VAULT_USER_PIN, NULL), HUFU_OK);
    assert_int_equal(hufu_container_delete(t.token, t.app, "sign"), HUFU_OK);
    assert_int_equal(hufu_container_open(t.token, t.app, "sign", &other), HUFU_ERR_NOT_FOUND);
}

/* A key pair wrapped for the token's signing key, re-framed as libhufu wants it. */
static struct hufu_envelope envelope_for(const uint8_t pub[64], EVP_PKEY *pair)
{
    struct hufu_envelope out;
    uint8_t *der;
    size_t len;
    EVP_PKEY *recipient = pki_sm2_public(pub);
    assert_int_equal(pki_enveloped_key_make(recipient, pair, &der, &len), PKI_OK);
    assert_int_equal(pki_enveloped_key_parse(der, len, &out), PKI_OK);
    free(der);
    EVP_PKEY_free(recipient);
    return out;
}

static size_t certificate(EVP_PKEY *key, const char *usage, struct made_world *w, uint8_t *der)
{
    const struct made_cert what = {.name = "Zhang San",
                                   .serial = 77,
                                   .from = time(NULL) - DAY,
                                   .to = time(NULL) + DAY,
                                   .key_usage = usage};
    X509 *cert = made_certificate(&what, key, w->ca, w->ca_key);
    int len = i2d_X509(cert, &der);
    X509_free(cert);
    assert_true(len > 0);
    return (size_t)len;
}

static void dual_certificate(void **state)
{
    (void)state;
    uint8_t pub[64], got[64], sign_der[HUFU_CERT_MAX], enc_der[HUFU_CERT_MAX], back[HUFU_CERT_MAX];
    struct made_world w;
    struct hufu_container_info info;
    made_world(&w);
    assert_int_equal(hufu_generate_sm2(t.token, t.app, t.container, pub), HUFU_OK);
    EVP_PKEY *sign_key = pki_sm2_public(pub);
    EVP_PKEY *pair = pki_sm2_generate();
    size_t sign_len = certificate(sign_key, "critical,digitalSignature", &w, sign_der);
    size_t enc_len = certificate(pair, "critical,keyEncipherment", &w, enc_der);
    struct hufu_envelope good = envelope_for(pub, pair), bad = good;

    /* One flipped bit anywhere in the envelope: refused, and nothing of it is there. */
    uint8_t *const fields[] = {bad.c1 + 5, bad.c3 + 5, bad.c2 + 5, bad.pub + 5, bad.cipher + 5};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        bad = good;
        *fields[i] ^= 0x10;
        int error = hufu_install_dual(t.token, t.app, t.container, &bad, sign_der, sign_len,
                                      enc_der, enc_len);
        assert_int_not_equal(error, HUFU_OK);
        assert_int_not_equal(error, HUFU_ERR_PROTOCOL);
    }
    /* Certificates the wrong way round. */
    assert_int_not_equal(
        hufu_install_dual(t.token, t.app, t.container, &good, enc_der, enc_len, sign_der, sign_len),
        HUFU_OK);
    assert_int_equal(hufu_container_info(t.token, t.app, "sign", &info), HUFU_OK);
    assert_int_equal(info.enc_bits, 0);
    assert_false(info.sign_cert || info.enc_cert);

    assert_int_equal(
        hufu_install_dual(t.token, t.app, t.container, &good, sign_der, sign_len, enc_der, enc_len),
        HUFU_OK);
    assert_int_equal(hufu_container_info(t.token, t.app, "sign", &info), HUFU_OK);
    assert_int_equal(info.enc_bits, 256);
    assert_true(info.sign_cert && info.enc_cert);
    assert_int_equal(hufu_public_key(t.token, t.app, t.container, false, got), HUFU_OK);
    assert_memory_equal(got, good.pub, sizeof got);
    size_t len = sizeof back;
    assert_int_equal(hufu_export_cert(t.token, t.app, t.container, true, back, &len), HUFU_OK);
    assert_int_equal(len, sign_len);
    assert_memory_equal(back, sign_der, len);
    len = sizeof back;
    assert_int_equal(hufu_export_cert(t.token, t.app, t.container, false, back, &len), HUFU_OK);
    assert_memory_equal(back, enc_der, enc_len);
    EVP_PKEY_free(pair);
    EVP_PKEY_free(sign_key);
    made_world_free(&w);
}

static void pair_and_certificates_one_by_one(void **state)
{
    (void)state;
    uint8_t pub[64], der[HUFU_CERT_MAX];
    struct made_world w;
    size_t len = sizeof der;
    made_world(&w);
    assert_int_equal(hufu_generate_sm2(t.token, t.app, t.container, pub), HUFU_OK);
    assert_int_equal(hufu_export_cert(t.token, t.app, t.container, true, der, &len),
                     HUFU_ERR_NO_CERT);
    EVP_PKEY *sign_key = pki_sm2_public(pub), *pair = pki_sm2_generate();
    struct hufu_envelope envelope = envelope_for(pub, pair);
    assert_int_equal(hufu_import_pair(t.token, t.app, t.container, &envelope), HUFU_OK);
    len = certificate(pair, "critical,keyEncipherment", &w, der);
    assert_int_not_equal(hufu_import_cert(t.token, t.app, t.container, true, der, len), HUFU_OK);
    assert_int_equal(hufu_import_cert(t.token, t.app, t.container, false, der, len), HUFU_OK);
    len = certificate(sign_key, "critical,digitalSignature", &w, der);
    assert_int_equal(hufu_import_cert(t.token, t.app, t.container, true, der, len), HUFU_OK);
    EVP_PKEY_free(pair);
    EVP_PKEY_free(sign_key);
    made_world_free(&w);
}

/* SM2 cipher of a session key for the encryption pair, in the parts that the call takes. */
struct wrapped {
    uint8_t c1[64], c3[32], c2[16];
};

static struct wrapped wrap(EVP_PKEY *to, const uint8_t key[16])
{
    struct wrapped out;
    uint8_t *der;
    size_t len;
    assert_int_equal(pki_sm2_encrypt(to, key, 16, &der, &len), PKI_OK);
    const uint8_t *p = der, *end = der + len;
    /* SEQUENCE { INTEGER x, INTEGER y, OCTET STRING c3, OCTET STRING c2 } */
    assert_int_equal(*p, 0x30);
    p += 2 + (p[1] & 0x80 ? p[1] & 0x7F : 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(*p, 2);
        size_t n = p[1];
        const uint8_t *number = p + 2;
        p = number + n;
        for (; n > 32; n--) {
            number++;
        }
        memset(out.c1 + 32 * i, 0, 32);
        memcpy(out.c1 + 32 * i + 32 - n, number, n);
    }
    assert_int_equal(p[1], 32);
    memcpy(out.c3, p + 2, 32);
    p += 34;
    assert_int_equal(p[1], 16);
    memcpy(out.c2, p + 2, 16);
    assert_true(p + 18 == end);
    OPENSSL_free(der);
    return out;
}

static size_t encrypt(const uint8_t key[16], const uint8_t iv[16], const uint8_t *in, size_t len,
                      uint8_t *out)
{
    int n = 0, rest = 0;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    assert_int_equal(EVP_EncryptInit_ex(ctx, EVP_sm4_cbc(), NULL, key, iv), 1);
    assert_int_equal(EVP_EncryptUpdate(ctx, out, &n, in, (int)len), 1);
    assert_int_equal(EVP_EncryptFinal_ex(ctx, out + n, &rest), 1);
    EVP_CIPHER_CTX_free(ctx);
    return (size_t)n + (size_t)rest;
}

static void session_keys(void **state)
{
    (void)state;
    uint8_t pub[64], key[16] = "session key  16", iv[16] = {9};
    static uint8_t plain[20001], cipher[20032], out[20064];
    uint16_t id;
    size_t got, rest;
    assert_int_equal(hufu_generate_sm2(t.token, t.app, t.container, pub), HUFU_OK);
    EVP_PKEY *pair = pki_sm2_generate();
    struct hufu_envelope envelope = envelope_for(pub, pair);
    assert_int_equal(hufu_import_pair(t.token, t.app, t.container, &envelope), HUFU_OK);
    struct wrapped w = wrap(pair, key);
    EVP_PKEY_free(pair);
    assert_int_equal(hufu_import_session_key(t.token, t.app, t.container, SGD_SM4_CBC_ID, w.c1,
                                             w.c3, w.c2, 16, &id),
                     HUFU_OK);
    for (size_t i = 0; i < sizeof plain; i++) {
        plain[i] = (uint8_t)(i * 7);
    }
    size_t len = encrypt(key, iv, plain, sizeof plain, cipher);
    assert_int_equal(
        hufu_decrypt_init(t.token, t.app, t.container, id, SGD_SM4_CBC_ID, iv, 16, true), HUFU_OK);
    assert_int_equal(hufu_decrypt_update(t.token, t.app, t.container, id, cipher, len, out, &got),
                     HUFU_OK);
    assert_int_equal(hufu_decrypt_final(t.token, t.app, t.container, id, out + got, &rest),
                     HUFU_OK);
    assert_int_equal(got + rest, sizeof plain);
    assert_memory_equal(out, plain, sizeof plain);
    assert_int_equal(hufu_destroy_session_key(t.token, t.app, t.container, id), HUFU_OK);
    assert_int_equal(
        hufu_decrypt_init(t.token, t.app, t.container, id, SGD_SM4_CBC_ID, iv, 16, true),
        HUFU_ERR_NO_KEY);
    w.c3[0] ^= 1;
    assert_int_equal(hufu_import_session_key(t.token, t.app, t.container, SGD_SM4_CBC_ID, w.c1,
                                             w.c3, w.c2, 16, &id),
                     HUFU_ERR_REFUSED);
}

static void reset(void **state)
{
    (void)state;
    struct hufu_info info;
    char names[64];
    size_t len = sizeof names;
    uint8_t pub[64];
    assert_int_equal(hufu_generate_sm2(t.token, t.app, t.container, pub), HUFU_OK);
    assert_int_equal(hufu_reset(t.token, transport_key), HUFU_ERR_DEVICE_AUTH);
    assert_int_equal(hufu_reset(t.token, own_key), HUFU_OK);
    assert_int_equal(hufu_get_info(t.token, &info), HUFU_OK);
    assert_int_equal(info.lifecycle, HUFU_PROVISIONED);
    assert_int_equal(hufu_app_list(t.token, names, &len), HUFU_OK);
    assert_int_equal(names[0], 0);
    assert_int_equal(hufu_device_auth(t.token, transport_key), HUFU_OK);
}

/* The token's word on its keys: the login stays, whoever asks for too much is told so. */
static void attestation(void **state)
{
    (void)state;
    static const uint8_t challenge[HUFU_ATTEST_CHALLENGE] = {7};
    uint8_t pub[64], der[HUFU_ATTEST_MAX], sig[64], e[32] = {1};
    struct hufu_attest_request r = {.kind = HUFU_ATTEST_SIGNING,
                                    .app = t.app,
                                    .container = t.container,
                                    .challenge = challenge};
    size_t len = sizeof der;
    assert_int_equal(hufu_attest(t.token, &r, der, &len), HUFU_ERR_NO_KEY);
    assert_int_equal(hufu_generate_sm2(t.token, t.app, t.container, pub), HUFU_OK);
    len = sizeof der;
    assert_int_equal(hufu_attest(t.token, &r, der, &len), HUFU_OK);
    assert_int_equal(der[0], 0x30);
    assert_int_equal(hufu_sign_digest(t.token, t.app, t.container, e, sig), HUFU_OK);
    size_t less = len / 2;
    assert_int_equal(hufu_attest(t.token, &r, der, &less), HUFU_ERR_BUFFER);
    assert_true(less > len - 4 && less < len + 4); /* numbers of the signature differ in length */
    r.container = 999;
    assert_int_equal(hufu_attest(t.token, &r, der, &len), HUFU_ERR_NOT_FOUND);
    r.container = t.container;
    r.challenge = NULL;
    assert_int_equal(hufu_attest(t.token, &r, der, &len), HUFU_ERR_PARAM);
    r.challenge = challenge;
    r.kind = HUFU_ATTEST_ENCRYPTION + 1u;
    assert_int_equal(hufu_attest(t.token, &r, der, &len), HUFU_ERR_PARAM);
    r.kind = HUFU_ATTEST_IDENTITY;
    r.algorithm = HUFU_IDENTITY_P256 + 1u;
    assert_int_equal(hufu_attest(t.token, &r, der, &len), HUFU_ERR_PARAM);
    assert_int_equal(hufu_attest(NULL, &r, der, &len), HUFU_ERR_PARAM);

    len = sizeof der;
    assert_int_equal(hufu_identity_certificate_read(t.token, 0, der, &len), HUFU_ERR_NO_CERT);
    assert_int_equal(hufu_identity_certificate_read(t.token, 2, der, &len), HUFU_ERR_PARAM);
    /* well formed, for another key; device authentication stands since ready() */
    struct made_world w;
    made_world(&w);
    uint8_t *other = NULL;
    const int n = i2d_X509(w.sign, &other);
    assert_true(n > 0);
    assert_int_equal(hufu_identity_certificate_write(t.token, 0, other, (size_t)n),
                     HUFU_ERR_REFUSED);
    assert_int_equal(hufu_identity_certificate_write(t.token, 0, other, 0), HUFU_ERR_PARAM);
    assert_int_equal(
        hufu_identity_certificate_write(t.token, 0, other, HUFU_IDENTITY_CHAIN_MAX + 1u),
        HUFU_ERR_PARAM);
    assert_int_equal(hufu_end_sessions(t.token), HUFU_OK);
    assert_int_equal(hufu_identity_certificate_write(t.token, 0, other, (size_t)n),
                     HUFU_ERR_DEVICE_AUTH);
    OPENSSL_free(other);
    made_world_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(first_info, blank, down),
        cmocka_unit_test_setup_teardown(randoms, blank, down),
        cmocka_unit_test_setup_teardown(device_key, blank, down),
        cmocka_unit_test_setup_teardown(pins, ready, down),
        cmocka_unit_test_setup_teardown(containers_and_keys, ready, down),
        cmocka_unit_test_setup_teardown(dual_certificate, ready, down),
        cmocka_unit_test_setup_teardown(pair_and_certificates_one_by_one, ready, down),
        cmocka_unit_test_setup_teardown(session_keys, ready, down),
        cmocka_unit_test_setup_teardown(attestation, ready, down),
        cmocka_unit_test_setup_teardown(reset, ready, down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
