/* SPDX-License-Identifier: Apache-2.0 */
/* Session keys: opening, decryption in parts of every size, padding, owners. REQ: K1 K2 */
#include "crypto/sm4.h"
#include "fixture/each_test.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static uint8_t d[32], enc[64];
static const uint8_t secret[16] = "a session's key";
static const uint8_t iv[16] = "initial vector!";

static int setup(void **state)
{
    uint8_t env[1024];
    (void)setup_ready(state);
    object_pair(d, enc);
    size_t n = object_envelope(r.pub, enc, d, 32, false, env);
    assert_int_equal(host_import_pair(&t, r.app, r.container, env, n), SW_OK);
    return 0;
}

/* App . Cont . [Key] . data */
static uint16_t send(uint8_t ins, uint16_t container, const uint16_t *key, const void *data,
                     size_t len)
{
    uint8_t out[4096] = {0, (uint8_t)r.app, (uint8_t)(container >> 8), (uint8_t)container};
    size_t n = 4;
    if (key != NULL) {
        out[n++] = (uint8_t)(*key >> 8);
        out[n++] = (uint8_t)*key;
    }
    if (len != 0) {
        memcpy(out + n, data, len);
    }
    return token_skf(&t, ins, 0, 0, out, n + len);
}

static uint16_t import(uint16_t *key)
{
    uint8_t wrapped[256];
    size_t n = object_session_key(enc, SGD_SM4_CBC_ID, secret, wrapped);
    uint16_t sw = send(HUFU_INS_IMPORT_SESSION_KEY, r.container, NULL, wrapped, n);
    if (sw == SW_OK) {
        assert_int_equal(t.answer_len, 2);
        *key = (uint16_t)((t.answer[0] << 8) | t.answer[1]);
    }
    return sw;
}

static uint16_t begin(uint16_t key, bool cbc, unsigned padding, bool block_form)
{
    uint8_t p[48] = {0, 0, 4, cbc ? 2 : 1};
    if (block_form) { /* BLOCKCIPHERPARAM */
        memcpy(p + 4, iv, 16);
        p[4 + 35] = 16;
        p[4 + 39] = (uint8_t)padding;
        return send(HUFU_INS_DECRYPT_INIT, r.container, &key, p, 48);
    }
    p[5] = cbc ? 16 : 0;
    memcpy(p + 6, iv, cbc ? 16 : 0);
    p[(cbc ? 22 : 6) + 3] = (uint8_t)padding;
    return send(HUFU_INS_DECRYPT_INIT, r.container, &key, p, cbc ? 30 : 14);
}

static size_t encrypt(bool cbc, bool padded, const uint8_t *plain, size_t len, uint8_t *out)
{
    uint8_t v[16], pad = (uint8_t)(16 - len % 16);
    struct sm4 c;
    memcpy(out, plain, len);
    if (padded) {
        memset(out + len, pad, pad);
        len += pad;
    }
    memcpy(v, iv, 16);
    sm4_set_key(&c, secret);
    assert_int_equal(
        cbc ? sm4_cbc_encrypt(&c, v, out, out, len) : sm4_ecb_encrypt(&c, out, out, len), 0);
    return len;
}

static void parts_of_every_size(void **state)
{
    uint8_t plain[100], cipher[128], got[128];
    uint16_t key = 0;
    (void)state;
    for (unsigned i = 0; i < sizeof plain; i++) {
        plain[i] = (uint8_t)(i * 7);
    }
    assert_int_equal(import(&key), SW_OK);
    for (unsigned round = 0; round < 160; round++) {
        bool cbc = (round & 1) != 0, padded = (round & 2) != 0;
        size_t step = 1 + round / 4, len = padded ? round % 70 : 16 * (round % 6);
        size_t n = encrypt(cbc, padded, plain, len, cipher), have = 0;
        assert_int_equal(begin(key, cbc, padded, (round & 4) != 0), SW_OK);
        for (size_t at = 0; at < n; at += step) {
            size_t part = n - at < step ? n - at : step;
            assert_int_equal(send(HUFU_INS_DECRYPT_UPDATE, r.container, &key, cipher + at, part),
                             SW_OK);
            memcpy(got + have, t.answer, t.answer_len);
            have += t.answer_len;
        }
        assert_int_equal(send(HUFU_INS_DECRYPT_FINAL, r.container, &key, NULL, 0), SW_OK);
        memcpy(got + have, t.answer, t.answer_len);
        have += t.answer_len;
        assert_int_equal(have, len);
        assert_memory_equal(got, plain, len);
        /* in one */
        assert_int_equal(begin(key, cbc, padded, false), SW_OK);
        assert_int_equal(send(HUFU_INS_DECRYPT, r.container, &key, cipher, n), SW_OK);
        assert_int_equal(t.answer_len, len);
        assert_memory_equal(t.answer, plain, len);
    }
}

static void wrong_use(void **state)
{
    uint8_t cipher[32] = {0}, wrapped[256];
    uint16_t key = 0, none = 999;
    (void)state;
    assert_int_equal(import(&key), SW_OK);
    assert_int_equal(send(HUFU_INS_DECRYPT_UPDATE, r.container, &key, cipher, 16), SW_CONDITIONS);
    assert_int_equal(send(HUFU_INS_DECRYPT_FINAL, r.container, &key, NULL, 0), SW_CONDITIONS);
    assert_int_equal(send(HUFU_INS_DECRYPT_UPDATE, r.container, &none, cipher, 16),
                     SW_SYMKEY_NOT_FOUND);
    none = 0;
    assert_int_equal(send(HUFU_INS_DECRYPT_UPDATE, r.container, &none, cipher, 16),
                     SW_SYMKEY_NOT_FOUND);
    assert_int_equal(begin(key, true, 2, false), SW_WRONG_DATA);
    assert_int_equal(begin(key, true, 1, false), SW_OK);
    assert_int_equal(send(HUFU_INS_DECRYPT, r.container, &key, cipher, 32), SW_DATA_ERROR);
    assert_int_equal(t.answer_len, 0);
    assert_int_equal(begin(key, true, 0, false), SW_OK);
    assert_int_equal(send(HUFU_INS_DECRYPT, r.container, &key, cipher, 17), SW_DATA_ERROR);
    /* another container does not reach it */
    uint16_t other = 0;
    assert_int_equal(host_create_container(&t, r.app, "other", &other), SW_OK);
    assert_int_equal(send(HUFU_INS_DECRYPT_UPDATE, other, &key, cipher, 16), SW_SYMKEY_NOT_FOUND);
    assert_int_equal(send(HUFU_INS_DESTROY_SESSION_KEY, other, &key, NULL, 0), SW_SYMKEY_NOT_FOUND);
    assert_int_equal(send(HUFU_INS_DESTROY_SESSION_KEY, r.container, &key, NULL, 0), SW_OK);
    assert_int_equal(send(HUFU_INS_DESTROY_SESSION_KEY, r.container, &key, NULL, 0),
                     SW_SYMKEY_NOT_FOUND);
    /* a wrapped key with a flipped bit, of another length, of an unknown algorithm, cut */
    size_t n = object_session_key(enc, SGD_SM4_CBC_ID, secret, wrapped);
    for (size_t at = 12; at < n; at += 5) {
        if (at >= 108 && at < 112) {
            continue; /* the length of C2: a matter of form */
        }
        wrapped[at] ^= 4;
        assert_int_equal(send(HUFU_INS_IMPORT_SESSION_KEY, r.container, NULL, wrapped, n),
                         SW_DECRYPT_FAILED);
        wrapped[at] ^= 4;
    }
    assert_int_equal(send(HUFU_INS_IMPORT_SESSION_KEY, r.container, NULL, wrapped, n - 1),
                     SW_WRONG_LENGTH);
    wrapped[3] = 9;
    assert_int_equal(send(HUFU_INS_IMPORT_SESSION_KEY, r.container, NULL, wrapped, n), SW_SYM_ALG);
    n = object_session_key(r.pub, SGD_SM4_CBC_ID, secret, wrapped); /* for the signing key */
    assert_int_equal(send(HUFU_INS_IMPORT_SESSION_KEY, r.container, NULL, wrapped, n),
                     SW_DECRYPT_FAILED);
    assert_int_equal(send(HUFU_INS_IMPORT_SESSION_KEY, other, NULL, wrapped, n), SW_NO_KEYPAIR);
}

static void bounded_and_owned(void **state)
{
    uint16_t key = 0, last = 0;
    uint8_t data[2] = {0, 0};
    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        assert_int_equal(import(&key), SW_OK);
        assert_int_not_equal(key, last);
        last = key;
    }
    assert_int_equal(import(&key), SW_NO_SPACE);
    /* logging out frees them; a login later does not bring them back */
    data[1] = (uint8_t)r.app;
    assert_int_equal(token_skf(&t, HUFU_INS_CLEAR_SECURE_STATE, 0, 0, data, 2), SW_OK);
    assert_int_equal(begin(last, true, 0, false), SW_SECURITY_STATUS);
    assert_int_equal(host_verify_pin(&t, r.app, 1, USER_PIN), SW_OK);
    assert_int_equal(begin(last, true, 0, false), SW_SYMKEY_NOT_FOUND);
    assert_int_equal(import(&key), SW_OK);
    /* deleting the container takes them too */
    const uint8_t name[] = {0, (uint8_t)r.app, 'b', 'o', 'x'};
    assert_int_equal(token_skf(&t, HUFU_INS_DELETE_CONTAINER, 0, 0, name, sizeof name), SW_OK);
    assert_int_equal(begin(key, true, 0, false), SW_CONTAINER_ID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(parts_of_every_size, setup, teardown_token),
        cmocka_unit_test_setup_teardown(wrong_use, setup, teardown_token),
        cmocka_unit_test_setup_teardown(bounded_and_owned, setup, teardown_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
