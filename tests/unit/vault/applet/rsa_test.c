/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSA in the token, judged by OpenSSL: keys made and imported, signatures in every form, session
 * keys out and in, certificates; and each command with what it must refuse. REQ: K1 K2
 */
#include "crypto/pool.h"
#include "fixture/each_test.h"
#include "fixture/rsa.h"
#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static uint16_t box; /* of RSA; r.container is an SM2 box */
static struct rsa_pub made;
static EVP_PKEY *pair; /* OpenSSL's */
static struct rsa_pub paired;
static uint8_t data[HUFU_APDU_MAX_DATA];

static int setup(void **state)
{
    (void)setup_ready(state);
    assert_int_equal(host_create_container(&t, r.app, "rsa", &box), SW_OK);
    assert_int_equal(rsa_host_generate(&t, r.app, box, 2048, &made), SW_OK);
    pair = rsa_object_pair(2048);
    rsa_object_public(pair, &paired);
    return 0;
}

static int teardown(void **state)
{
    EVP_PKEY_free(pair);
    return teardown_token(state);
}

static size_t put(size_t at, uint32_t v, unsigned bytes)
{
    for (unsigned i = bytes; i-- != 0;) {
        data[at++] = (uint8_t)(v >> (8 * i));
    }
    return at;
}

static size_t add(size_t at, const void *p, size_t len)
{
    memcpy(data + at, p, len);
    return at + len;
}

static size_t ids(uint16_t container)
{
    return put(put(0, r.app, 2), container, 2);
}

static void info_is(const char *name, const char *want)
{
    size_t n = add(put(0, r.app, 2), name, strlen(name));
    assert_int_equal(token_skf(&t, HUFU_INS_GET_CONTAINER_INFO, 0, 0, data, n), SW_OK);
    assert_int_equal(t.answer_len, 11);
    assert_memory_equal(t.answer, want, 11);
}

static void generation(void **state)
{
    struct rsa_pub got;
    uint16_t fresh;
    (void)state;
    assert_int_equal(made.e, 65537);
    assert_true(made.n[0] >= 0x80);
    info_is("rsa", "\1\0\0\x08\0\0\0\0\0\0\0");
    info_is("box", "\2\0\0\1\0\0\0\0\0\0\0");
    assert_int_equal(rsa_host_public(&t, r.app, box, true, &got), SW_OK);
    assert_true(got.bits == made.bits && got.e == made.e);
    assert_memory_equal(got.n, made.n, 256);
    assert_int_equal(rsa_host_public(&t, r.app, box, false, &got), SW_NO_KEYPAIR);
    /* Lengths. */
    assert_int_equal(rsa_host_generate(&t, r.app, box, 1024, &got), SW_FUNC_UNSUPPORTED);
    assert_int_equal(rsa_host_generate(&t, r.app, box, 512, &got), SW_WRONG_DATA);
    assert_int_equal(rsa_host_generate(&t, r.app, box, 2047, &got), SW_WRONG_DATA);
    assert_int_equal(rsa_host_generate(&t, r.app, box, 0, &got), SW_WRONG_DATA);
    size_t n = ids(box);
    assert_int_equal(token_skf(&t, 0x54, 0, 0, data, n), SW_WRONG_LENGTH);
    assert_int_equal(token_skf(&t, 0x54, 0, 0, data, put(n, 2048, 4)), SW_WRONG_LENGTH);
    assert_int_equal(token_skf(&t, 0x54, 1, 0, data, put(n, 2048, 2)), SW_WRONG_P1P2);
    /* A container holds keys of one kind. */
    uint8_t sm2[64];
    assert_int_equal(rsa_host_generate(&t, r.app, r.container, 2048, &got), SW_CONDITIONS);
    assert_int_equal(host_generate(&t, r.app, box, sm2), SW_CONDITIONS);
    assert_int_equal(rsa_host_generate(&t, r.app, 31, 2048, &got), SW_CONTAINER_ID);
    /* Nothing depends on it: a new pair takes its place; the largest keys, too. */
    assert_int_equal(host_create_container(&t, r.app, "big", &fresh), SW_OK);
    assert_int_equal(rsa_host_generate(&t, r.app, fresh, 3072, &got), SW_OK);
    assert_int_equal(rsa_host_generate(&t, r.app, fresh, 4096, &got), SW_OK);
    info_is("big", "\1\0\0\x10\0\0\0\0\0\0\0");
    assert_int_equal(rsa_host_sign(&t, r.app, fresh, 2, 0, "raw", 3), SW_OK);
    assert_int_equal(t.answer_len, 512);
    assert_true(rsa_object_verify(&got, (const uint8_t *)"raw", 3, t.answer));
    n = add(put(0, r.app, 2), "big", 3);
    assert_int_equal(token_skf(&t, HUFU_INS_DELETE_CONTAINER, 0, 0, data, n), SW_OK);
    assert_int_equal(rsa_host_sign(&t, r.app, fresh, 2, 0, "raw", 3), SW_CONTAINER_ID);
    assert_int_equal(host_create_container(&t, r.app, "big", &fresh), SW_OK);
    info_is("big", "\0\0\0\0\0\0\0\0\0\0\0");
    assert_int_equal(rsa_host_sign(&t, r.app, fresh, 2, 0, "raw", 3), SW_NO_KEYPAIR);
    /* The key outlives a power cut, and the pool is free. */
    (void)pool_high_water();
    assert_int_equal(pool_high_water(), 0);
}

/* OpenSSL 3.0 has no DigestInfo of SM3: it gets one, with GM/T 0006's OID. */
static bool verifies_sm3(const void *message, size_t len)
{
    uint8_t info[18 + 32] = {0x30, 0x30, 0x30, 0x0C, 0x06, 0x08, 0x2A, 0x81, 0x1C,
                             0xCF, 0x55, 0x01, 0x83, 0x11, 0x05, 0x00, 0x04, 0x20};
    unsigned n = 0;
    return EVP_Digest(message, len, info + 18, &n, EVP_sm3(), NULL) == 1 &&
           rsa_object_verify(&made, info, sizeof info, t.answer);
}

static bool verifies(const EVP_MD *md, const void *message, size_t len)
{
    if (md == EVP_sm3()) {
        return verifies_sm3(message, len);
    }
    EVP_PKEY *key = rsa_object_key(&made);
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    bool good = EVP_DigestVerifyInit(c, NULL, md, NULL, key) == 1 &&
                EVP_DigestVerify(c, t.answer, t.answer_len, message, len) == 1;
    EVP_MD_CTX_free(c);
    EVP_PKEY_free(key);
    return good;
}

static void signing(void **state)
{
    static const char text[] = "a message of some length that is hashed in the token or before it";
    const EVP_MD *const mds[] = {NULL, EVP_sm3(), EVP_sha1(), EVP_sha256()};
    (void)state;
    for (uint8_t p2 = 1; p2 <= 3; p2++) {
        uint8_t hash[32];
        unsigned n = 0;
        assert_int_equal(rsa_host_sign(&t, r.app, box, 1, p2, text, sizeof text), SW_OK);
        assert_true(verifies(mds[p2], text, sizeof text));
        assert_int_equal(EVP_Digest(text, sizeof text, hash, &n, mds[p2], NULL), 1);
        assert_int_equal(rsa_host_sign(&t, r.app, box, 2, p2, hash, n), SW_OK);
        assert_true(verifies(mds[p2], text, sizeof text));
        assert_int_equal(rsa_host_sign(&t, r.app, box, 2, p2, hash, n - 1), SW_WRONG_LENGTH);
        assert_int_equal(rsa_host_sign(&t, r.app, box, 2, p2, text, sizeof text), SW_WRONG_LENGTH);
        assert_int_equal(rsa_host_sign(&t, r.app, box, 1, p2, text, 0), SW_OK);
        assert_true(verifies(mds[p2], text, 0));
    }
    memset(data, 0x3C, 300);
    uint8_t most[246];
    memset(most, 0x3C, sizeof most);
    assert_int_equal(rsa_host_sign(&t, r.app, box, 2, 0, most, 245), SW_OK);
    assert_int_equal(t.answer_len, 256);
    assert_true(rsa_object_verify(&made, most, 245, t.answer));
    assert_int_equal(rsa_host_sign(&t, r.app, box, 2, 0, most, 246), SW_WRONG_LENGTH);
    assert_int_equal(rsa_host_sign(&t, r.app, box, 1, 0, most, 20), SW_WRONG_P1P2);
    assert_int_equal(rsa_host_sign(&t, r.app, box, 0, 1, most, 20), SW_WRONG_P1P2);
    assert_int_equal(rsa_host_sign(&t, r.app, box, 3, 1, most, 20), SW_WRONG_P1P2);
    assert_int_equal(rsa_host_sign(&t, r.app, box, 2, 4, most, 20), SW_WRONG_P1P2);
    assert_int_equal(rsa_host_sign(&t, r.app, r.container, 2, 0, most, 20), SW_NO_KEYPAIR);
    /* An SM2 command on an RSA container. */
    uint8_t e[32] = {1}, sig[64];
    assert_int_equal(host_sign(&t, r.app, box, e, sig), SW_NO_KEYPAIR);
}

static void verification(void **state)
{
    uint8_t sig[256];
    (void)state;
    assert_int_equal(rsa_host_sign(&t, r.app, box, 1, 1, "hello", 5), SW_OK);
    memcpy(sig, t.answer, sizeof sig);
    size_t key = rsa_object_wire(&made, data);
    size_t n = add(add(put(key, 5, 4), "hello", 5), sig, sizeof sig);
    assert_int_equal(token_skf(&t, 0x5E, 1, 1, data, n), SW_OK);
    assert_int_equal(token_skf(&t, 0x5E, 1, 3, data, n), SW_VERIFY_FAILED);
    assert_int_equal(token_skf(&t, 0x5E, 2, 0, data, n), SW_VERIFY_FAILED);
    assert_int_equal(token_skf(&t, 0x5E, 2, 1, data, n), SW_WRONG_LENGTH);
    assert_int_equal(token_skf(&t, 0x5E, 1, 1, data, n - 1), SW_WRONG_LENGTH);
    assert_int_equal(token_skf(&t, 0x5E, 1, 1, data, n + 1), SW_WRONG_LENGTH);
    data[n - 9] ^= 1;
    assert_int_equal(token_skf(&t, 0x5E, 1, 1, data, n), SW_VERIFY_FAILED);
    data[n - 9] ^= 1;
    put(0, 1024, 4);
    assert_int_equal(token_skf(&t, 0x5E, 1, 1, data, n), SW_WRONG_DATA);
    put(0, 2048, 4);
    data[4 + 255] ^= 1; /* an even modulus */
    assert_int_equal(token_skf(&t, 0x5E, 1, 1, data, n), SW_WRONG_DATA);
    data[4 + 255] ^= 1;
    put(key - 4, 4, 4); /* an even exponent */
    assert_int_equal(token_skf(&t, 0x5E, 1, 1, data, n), SW_WRONG_DATA);
    /* The raw public operation gives the padded block back. */
    key = rsa_object_wire(&made, data);
    n = add(key, sig, sizeof sig);
    assert_int_equal(token_skf(&t, 0x60, 0, 0, data, n), SW_OK);
    assert_int_equal(t.answer_len, 256);
    assert_true(t.answer[0] == 0 && t.answer[1] == 1 && t.answer[2] == 0xFF);
    assert_int_equal(token_skf(&t, 0x60, 0, 0, data, n - 1), SW_WRONG_LENGTH);
    memset(data + key, 0xFF, 256); /* not below the modulus */
    assert_int_equal(token_skf(&t, 0x60, 0, 0, data, n), SW_WRONG_DATA);
}

static void exported_session_key(void **state)
{
    uint8_t key[512], got[32], wanted[32];
    size_t len = sizeof key;
    int n = 0;
    (void)state;
    size_t at = put(ids(box), SGD_SM4_ECB_ID, 4);
    uint8_t wire[600];
    const size_t wire_len = rsa_object_wire(&paired, wire);
    at = add(at, wire, wire_len);
    assert_int_equal(token_skf(&t, 0x5A, 0, 0, data, at), SW_OK);
    assert_int_equal(t.answer_len, 258);
    const uint16_t id = (uint16_t)(t.answer[256] << 8 | t.answer[257]);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pair, NULL);
    assert_int_equal(EVP_PKEY_decrypt_init(ctx), 1);
    assert_int_equal(EVP_PKEY_decrypt(ctx, key, &len, t.answer, 256), 1);
    EVP_PKEY_CTX_free(ctx);
    assert_int_equal(len, 16);
    assert_int_equal(token_skf(&t, 0x5A, 0, 0, data, at - 1), SW_WRONG_LENGTH);
    put(4, 0x101, 4);
    assert_int_equal(token_skf(&t, 0x5A, 0, 0, data, at), SW_SYM_ALG);
    put(4, SGD_SM4_ECB_ID, 4);
    put(8, 1024, 4);
    assert_int_equal(token_skf(&t, 0x5A, 0, 0, data, at), SW_WRONG_DATA);
    /* The handle enciphers under it. */
    at = put(put(put(put(put(ids(box), id, 2), SGD_SM4_ECB_ID, 4), 0, 2), 0, 4), 0, 4);
    assert_int_equal(token_skf(&t, HUFU_INS_ENCRYPT_INIT, 0, 0, data, at), SW_OK);
    at = add(put(ids(box), id, 2), "sixteen bytes...sixteen bytes...", 32);
    assert_int_equal(token_skf(&t, HUFU_INS_ENCRYPT, 0, 0, data, at), SW_OK);
    assert_int_equal(t.answer_len, 32);
    memcpy(got, t.answer, 32);
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    assert_int_equal(EVP_EncryptInit_ex(c, EVP_sm4_ecb(), NULL, key, NULL), 1);
    assert_int_equal(EVP_EncryptUpdate(c, wanted, &n, data + 6, 32), 1);
    EVP_CIPHER_CTX_free(c);
    assert_memory_equal(got, wanted, 32);
    assert_int_equal(token_skf(&t, HUFU_INS_DESTROY_SESSION_KEY, 0, 0, data, put(ids(box), id, 2)),
                     SW_OK);
}

static uint16_t import_session_key(const void *key, size_t key_len, bool spoilt)
{
    uint8_t block[RSA_MAX];
    size_t len = rsa_object_encrypt(&paired, key, key_len, block);
    block[77] ^= spoilt;
    size_t n = put(put(ids(box), SGD_SM4_ECB_ID, 4), (uint32_t)len, 4);
    return token_skf(&t, HUFU_INS_IMPORT_SESSION_KEY, 0, 0, data, add(n, block, len));
}

static void destroy(void)
{
    const uint16_t id = (uint16_t)(t.answer[0] << 8 | t.answer[1]);
    assert_int_equal(token_skf(&t, HUFU_INS_DESTROY_SESSION_KEY, 0, 0, data, put(ids(box), id, 2)),
                     SW_OK);
}

static void import(void **state)
{
    static uint8_t env[RSA_ENVELOPE_MAX];
    static const unsigned forms[] = {RSA_PLAIN, RSA_ZEROS, RSA_CBC, RSA_PKCS8, RSA_PKCS8 | RSA_CBC};
    struct rsa_pub got;
    (void)state;
    for (unsigned i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        size_t n = rsa_object_envelope(&made, pair, forms[i], env);
        assert_int_equal(rsa_host_import(&t, r.app, box, env, n), SW_OK);
        assert_int_equal(t.answer_len, 0);
        assert_int_equal(rsa_host_public(&t, r.app, box, false, &got), SW_OK);
        assert_memory_equal(got.n, paired.n, 256);
    }
    info_is("rsa", "\1\0\0\x08\0\0\0\x08\0\0\0");
    /* Now something depends on the signing pair. */
    assert_int_equal(rsa_host_generate(&t, r.app, box, 2048, &got), SW_CONDITIONS);
    assert_int_equal(import_session_key("sixteen bytes...", 16, false), SW_OK);
    const uint16_t id = (uint16_t)(t.answer[0] << 8 | t.answer[1]);
    size_t n = put(put(put(put(put(ids(box), id, 2), SGD_SM4_ECB_ID, 4), 0, 2), 0, 4), 0, 4);
    assert_int_equal(token_skf(&t, HUFU_INS_ENCRYPT_INIT, 0, 0, data, n), SW_OK);
    n = add(put(ids(box), id, 2), "plain text block", 16);
    assert_int_equal(token_skf(&t, HUFU_INS_ENCRYPT, 0, 0, data, n), SW_OK);
    uint8_t wanted[32];
    int done = 0;
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    assert_int_equal(
        EVP_EncryptInit_ex(c, EVP_sm4_ecb(), NULL, (const uint8_t *)"sixteen bytes...", NULL), 1);
    assert_int_equal(EVP_EncryptUpdate(c, wanted, &done, (const uint8_t *)"plain text block", 16),
                     1);
    EVP_CIPHER_CTX_free(c);
    assert_memory_equal(t.answer, wanted, 16);
    t.answer[0] = (uint8_t)(id >> 8);
    t.answer[1] = (uint8_t)id;
    destroy();
    /* No oracle: a wrong block and a key of another length answer as a right one does. */
    assert_int_equal(import_session_key("sixteen bytes...", 16, true), SW_OK);
    destroy();
    assert_int_equal(import_session_key("fifteen bytes..", 15, false), SW_OK);
    destroy();
    n = put(put(ids(box), SGD_SM4_ECB_ID, 4), 256, 4);
    memset(data + n, 0xFF, 256); /* not below the modulus: anyone can see that */
    assert_int_equal(token_skf(&t, HUFU_INS_IMPORT_SESSION_KEY, 0, 0, data, n + 256),
                     SW_DECRYPT_FAILED);
    put(n - 4, 128, 4);
    assert_int_equal(token_skf(&t, HUFU_INS_IMPORT_SESSION_KEY, 0, 0, data, n + 128),
                     SW_DECRYPT_FAILED);
    assert_int_equal(token_skf(&t, HUFU_INS_IMPORT_SESSION_KEY, 0, 0, data, n + 129),
                     SW_WRONG_LENGTH);
}

static void certificates(void **state)
{
    uint8_t der[2048], sm2[1024];
    static uint8_t env[RSA_ENVELOPE_MAX];
    (void)state;
    EVP_PKEY *own = rsa_object_key(&made);
    size_t n = rsa_object_certificate(own, der);
    assert_int_equal(host_import_cert(&t, r.app, box, true, der, n), SW_OK);
    assert_int_equal(host_export_cert(&t, r.app, box, true), SW_OK);
    assert_int_equal(host_import_cert(&t, r.app, box, false, der, n), SW_DATA_ERROR);
    assert_int_equal(host_import_cert(&t, r.app, r.container, true, der, n), SW_WRONG_DATA);
    assert_int_equal(host_import_cert(&t, r.app, box, true, der, n - 1), SW_WRONG_DATA);
    n = rsa_object_certificate(pair, der);
    assert_int_equal(host_import_cert(&t, r.app, box, true, der, n), SW_DATA_ERROR);
    assert_int_equal(host_import_cert(&t, r.app, box, false, der, n), SW_OK);
    n = object_certificate(r.pub, 1, sm2);
    assert_int_equal(host_import_cert(&t, r.app, box, true, sm2, n), SW_WRONG_DATA);
    info_is("rsa", "\1\0\0\x08\0\0\0\x08\0\1\1");
    EVP_PKEY_free(own);
    /* The same pair again keeps the certificate, another one drops it. */
    n = rsa_object_envelope(&made, pair, RSA_PLAIN, env);
    assert_int_equal(rsa_host_import(&t, r.app, box, env, n), SW_OK);
    assert_int_equal(host_export_cert(&t, r.app, box, false), SW_OK);
    EVP_PKEY *other = rsa_object_pair(3072);
    n = rsa_object_envelope(&made, other, RSA_PLAIN, env);
    assert_int_equal(rsa_host_import(&t, r.app, box, env, n), SW_OK);
    assert_int_equal(host_export_cert(&t, r.app, box, false), SW_NO_CERT);
    info_is("rsa", "\1\0\0\x08\0\0\0\x0C\0\1\0");
    EVP_PKEY_free(other);
}

/* Each wrong envelope: one answer, counted, and nothing is kept. Runs last. */
static void wrong_envelopes(void **state)
{
    static uint8_t env[RSA_ENVELOPE_MAX];
    struct rsa_pub before, after;
    (void)state;
    assert_int_equal(rsa_host_public(&t, r.app, box, false, &before), SW_OK);
    const size_t n = rsa_object_envelope(&made, pair, RSA_PLAIN, env);
    /* Seen without opening: form. */
    assert_int_equal(rsa_host_import(&t, r.app, box, env, n - 1), SW_WRONG_LENGTH);
    assert_int_equal(rsa_host_import(&t, r.app, box, env, n - 16), SW_WRONG_LENGTH);
    env[3] = 9;
    assert_int_equal(rsa_host_import(&t, r.app, box, env, n), SW_SYM_ALG);
    env[3] = 1;
    env[8 + 256 + 2] = 4; /* 1024 bits */
    assert_int_equal(rsa_host_import(&t, r.app, box, env, n), SW_WRONG_DATA);
    env[8 + 256 + 2] = 8;
    assert_int_equal(rsa_host_import(&t, r.app, r.container, env, n), SW_NO_KEYPAIR);
    /* Seen by opening. */
    const struct {
        size_t at;
        uint8_t flip;
    } wrong[] = {{8 + 200, 1}, /* the wrapped key */
                 {8 + 256 + 8 + 5, 1} /* n's length */,
                 {8 + 256 + 8 + 40, 1} /* n */,
                 {n - 1, 1} /* the padding */,
                 {8 + 256 + 8 + 700, 1}}; /* p, or q */
    for (unsigned i = 0; i < 5; i++) {
        env[wrong[i].at] ^= wrong[i].flip;
        assert_int_equal(rsa_host_import(&t, r.app, box, env, n), SW_DECRYPT_FAILED);
        env[wrong[i].at] ^= wrong[i].flip;
    }
    env[8 + 256 + 2] = 12; /* 3,072 bits are told, 2,048 are in it */
    assert_int_equal(rsa_host_import(&t, r.app, box, env, n), SW_DECRYPT_FAILED);
    env[8 + 256 + 2] = 8;
    for (unsigned i = 0; i < 4; i++) {
        env[9] ^= 1;
        assert_int_equal(rsa_host_import(&t, r.app, box, env, n), SW_DECRYPT_FAILED);
        env[9] ^= 1;
    }
    assert_int_equal(rsa_host_import(&t, r.app, box, env, n), SW_LOCKED);
    assert_int_equal(rsa_host_public(&t, r.app, box, false, &after), SW_OK);
    assert_memory_equal(before.n, after.n, before.bits / 8);
    assert_int_equal(rsa_host_sign(&t, r.app, box, 2, 0, "still signs", 11), SW_OK);
}

static void rights(void **state)
{
    static uint8_t env[RSA_ENVELOPE_MAX];
    struct rsa_pub pub;
    (void)state;
    assert_int_equal(token_skf(&t, HUFU_INS_CLEAR_SECURE_STATE, 0, 0, data, put(0, r.app, 2)),
                     SW_OK);
    assert_int_equal(rsa_host_generate(&t, r.app, box, 2048, &pub), SW_SECURITY_STATUS);
    assert_int_equal(rsa_host_sign(&t, r.app, box, 2, 0, "x", 1), SW_SECURITY_STATUS);
    const size_t n = rsa_object_envelope(&made, pair, RSA_PLAIN, env);
    assert_int_equal(rsa_host_import(&t, r.app, box, env, n), SW_SECURITY_STATUS);
    assert_int_equal(import_session_key("sixteen bytes...", 16, false), SW_SECURITY_STATUS);
    size_t at = put(ids(box), SGD_SM4_ECB_ID, 4);
    uint8_t wire[600];
    at = add(at, wire, rsa_object_wire(&paired, wire));
    assert_int_equal(token_skf(&t, 0x5A, 0, 0, data, at), SW_SECURITY_STATUS);
    assert_int_equal(rsa_host_public(&t, r.app, box, true, &pub), SW_OK); /* free to read */
    assert_int_equal(host_verify_pin(&t, r.app, 1, USER_PIN), SW_OK);
    /* Private keys in clear have no command. */
    assert_int_equal(token_skf(&t, 0x52, 0, 0, data, 4), SW_INS_UNKNOWN);
    assert_int_equal(token_skf(&t, 0x5C, 0, 0, data, 4), SW_INS_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generation),   cmocka_unit_test(signing),
        cmocka_unit_test(verification), cmocka_unit_test(exported_session_key),
        cmocka_unit_test(import),       cmocka_unit_test(rights),
        cmocka_unit_test(certificates), cmocka_unit_test(wrong_envelopes),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
