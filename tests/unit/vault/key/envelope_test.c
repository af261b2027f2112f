/* SPDX-License-Identifier: Apache-2.0 */
/* Enveloped pairs and certificates: all content kinds, one answer to every failure. REQ: K1 K6 L7
 */
#include "fixture/each_test.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static uint8_t d[32], enc[64], env[1024], sc[1024], ec[1024];
static size_t sl, el;

static int setup(void **state)
{
    (void)setup_ready(state);
    object_pair(d, enc);
    sl = object_certificate(r.pub, 1, sc);
    el = object_certificate(enc, 2, ec);
    return 0;
}

static bool has_pair(void)
{
    uint8_t pub[64];
    return host_public(&t, r.app, r.container, false, pub) == SW_OK;
}

static void content_kinds(void **state)
{
    uint8_t plain[64] = {0}, pub[64];
    (void)state;
    for (unsigned cbc = 0; cbc < 2; cbc++) {
        for (unsigned kind = 0; kind < 3; kind++) {
            object_pair(d, enc);
            memset(plain, 0, sizeof plain);
            memcpy(plain + (kind == 1 ? 32 : 0), d, 32);
            size_t n = object_envelope(r.pub, enc, plain, kind == 0 ? 32 : 64, cbc, env);
            assert_int_equal(host_import_pair(&t, r.app, r.container, env, n), SW_OK);
            assert_int_equal(host_public(&t, r.app, r.container, false, pub), SW_OK);
            assert_memory_equal(pub, enc, 64);
        }
    }
}

static void parse_errors_do_not_count(void **state)
{
    size_t n = object_envelope(r.pub, enc, d, 32, false, env);
    (void)state;
    for (size_t len = 0; len < n; len++) {
        assert_int_equal(host_import_pair(&t, r.app, r.container, env, len), SW_WRONG_LENGTH);
    }
    env[n] = 0;
    assert_int_equal(host_import_pair(&t, r.app, r.container, env, n + 1), SW_WRONG_LENGTH);
    env[7] ^= 8;
    assert_int_equal(host_import_pair(&t, r.app, r.container, env, n), SW_SYM_ALG);
    env[7] ^= 8;
    env[10] ^= 2; /* bits */
    assert_int_equal(host_import_pair(&t, r.app, r.container, env, n), SW_WRONG_DATA);
    env[10] ^= 2;
    env[0] ^= 1; /* asymmetric algorithm */
    assert_int_equal(host_import_pair(&t, r.app, r.container, env, n), SW_WRONG_DATA);
    env[0] ^= 1;
    assert_false(has_pair());
    assert_int_equal(host_import_pair(&t, r.app, r.container, env, n), SW_OK);
}

/* A bit flipped anywhere in C1, C3, C2, public key or cipher: the one word, nothing kept; after ten
 * in a row the key opens no more, even what is right. */
static void one_word_and_a_lock(void **state)
{
    size_t n = object_envelope(r.pub, enc, d, 32, false, env);
    const size_t spots[] = {12, 75, 76, 107, 112, 127, 132, 195, n - 32, n - 1};
    (void)state;
    for (unsigned i = 0; i < 9; i++) {
        env[spots[i]] ^= 0x10;
        assert_int_equal(host_import_pair(&t, r.app, r.container, env, n), SW_DECRYPT_FAILED);
        assert_int_equal(t.answer_len, 0);
        env[spots[i]] ^= 0x10;
        assert_false(has_pair());
    }
    /* a good one gives the tries back */
    assert_int_equal(host_import_pair(&t, r.app, r.container, env, n), SW_OK);
    for (unsigned i = 0; i < 10; i++) {
        env[spots[i]] ^= 1;
        assert_int_equal(host_import_pair(&t, r.app, r.container, env, n), SW_DECRYPT_FAILED);
        env[spots[i]] ^= 1;
    }
    assert_int_equal(host_import_pair(&t, r.app, r.container, env, n), SW_LOCKED);
    token_restart(&t);
    assert_int_equal(host_verify_pin(&t, r.app, 1, USER_PIN), SW_OK);
    assert_int_equal(host_import_pair(&t, r.app, r.container, env, n), SW_LOCKED);
    assert_int_equal(host_install_dual(&t, r.app, r.container, env, n, sc, sl, ec, el), SW_LOCKED);
}

static void for_another_token(void **state)
{
    uint8_t od[32], other[64], wrong[32];
    (void)state;
    object_pair(od, other);
    size_t n = object_envelope(other, enc, d, 32, false, env);
    assert_int_equal(host_import_pair(&t, r.app, r.container, env, n), SW_DECRYPT_FAILED);
    /* d that does not belong to the public key, d of zero, d of all ones */
    n = object_envelope(r.pub, other, d, 32, false, env);
    assert_int_equal(host_import_pair(&t, r.app, r.container, env, n), SW_DECRYPT_FAILED);
    memset(wrong, 0, sizeof wrong);
    n = object_envelope(r.pub, enc, wrong, 32, false, env);
    assert_int_equal(host_import_pair(&t, r.app, r.container, env, n), SW_DECRYPT_FAILED);
    memset(wrong, 0xFF, sizeof wrong);
    n = object_envelope(r.pub, enc, wrong, 32, true, env);
    assert_int_equal(host_import_pair(&t, r.app, r.container, env, n), SW_DECRYPT_FAILED);
    assert_false(has_pair());
}

static void install_dual(void **state)
{
    uint8_t od[32], other[64], oc[1024];
    object_pair(od, other);
    size_t ol = object_certificate(other, 3, oc);
    size_t n = object_envelope(r.pub, enc, d, 32, false, env);
    (void)state;
    assert_int_equal(host_install_dual(&t, r.app, r.container, env, n, oc, ol, ec, el),
                     SW_DATA_ERROR);
    assert_int_equal(host_install_dual(&t, r.app, r.container, env, n, sc, sl, oc, ol),
                     SW_DATA_ERROR);
    assert_int_equal(host_install_dual(&t, r.app, r.container, env, n, sc, sl, sc, sl),
                     SW_DATA_ERROR);
    assert_int_equal(host_install_dual(&t, r.app, r.container, env, n, sc, sl - 1, ec, el),
                     SW_WRONG_DATA);
    assert_int_equal(host_install_dual(&t, r.app, r.container, env, n, sc, 0, ec, el),
                     SW_WRONG_DATA);
    assert_int_equal(host_install_dual(&t, r.app, r.container, env, n - 1, sc, sl, ec, el),
                     SW_WRONG_LENGTH);
    env[20] ^= 1;
    assert_int_equal(host_install_dual(&t, r.app, r.container, env, n, sc, sl, ec, el),
                     SW_DECRYPT_FAILED);
    env[20] ^= 1;
    assert_false(has_pair());
    assert_int_equal(host_export_cert(&t, r.app, r.container, true), SW_NO_CERT);
    assert_int_equal(host_export_cert(&t, r.app, r.container, false), SW_NO_CERT);
    assert_int_equal(host_install_dual(&t, r.app, r.container, env, n, sc, sl, ec, el), SW_OK);
    assert_true(has_pair());
    /* a key with certificates is not replaced; the same delivery again is */
    assert_int_equal(host_generate(&t, r.app, r.container, other), SW_CONDITIONS);
    assert_int_equal(host_install_dual(&t, r.app, r.container, env, n, sc, sl, ec, el), SW_OK);
}

static void certificates(void **state)
{
    uint8_t od[32], other[64], oc[1024];
    object_pair(od, other);
    size_t ol = object_certificate(other, 3, oc);
    (void)state;
    assert_int_equal(host_import_cert(&t, r.app, r.container, true, oc, ol), SW_DATA_ERROR);
    assert_int_equal(host_import_cert(&t, r.app, r.container, false, ec, el), SW_NO_KEYPAIR);
    assert_int_equal(host_import_cert(&t, r.app, r.container, true, sc, sl - 1), SW_WRONG_DATA);
    assert_int_equal(host_export_cert(&t, r.app, r.container, true), SW_NO_CERT);
    assert_int_equal(host_import_cert(&t, r.app, r.container, true, sc, sl), SW_OK);
    assert_int_equal(host_export_cert(&t, r.app, r.container, true), SW_OK);
    assert_int_equal(t.answer_len, sl + 4);
    /* another encryption pair makes the old one's certificate stale */
    size_t n = object_envelope(r.pub, enc, d, 32, false, env);
    assert_int_equal(host_import_pair(&t, r.app, r.container, env, n), SW_OK);
    assert_int_equal(host_import_cert(&t, r.app, r.container, false, ec, el), SW_OK);
    assert_int_equal(host_import_pair(&t, r.app, r.container, env, n), SW_OK);
    assert_int_equal(host_export_cert(&t, r.app, r.container, false), SW_OK);
    n = object_envelope(r.pub, other, od, 32, false, env);
    assert_int_equal(host_import_pair(&t, r.app, r.container, env, n), SW_OK);
    assert_int_equal(host_export_cert(&t, r.app, r.container, false), SW_NO_CERT);
}

/* Nothing of this answers without the user's right. */
static void rights(void **state)
{
    uint8_t e[32] = {1}, sig[64];
    size_t n = object_envelope(r.pub, enc, d, 32, false, env);
    (void)state;
    const uint8_t app[2] = {0, (uint8_t)r.app};
    assert_int_equal(token_skf(&t, HUFU_INS_CLEAR_SECURE_STATE, 0, 0, app, 2), SW_OK);
    assert_int_equal(host_verify_pin(&t, r.app, 0, ADMIN_PIN), SW_OK); /* not the user's */
    assert_int_equal(host_import_pair(&t, r.app, r.container, env, n), SW_SECURITY_STATUS);
    assert_int_equal(host_install_dual(&t, r.app, r.container, env, n, sc, sl, ec, el),
                     SW_SECURITY_STATUS);
    assert_int_equal(host_import_cert(&t, r.app, r.container, true, sc, sl), SW_SECURITY_STATUS);
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_SECURITY_STATUS);
    assert_int_equal(host_generate(&t, r.app, r.container, sig), SW_SECURITY_STATUS);
    assert_int_equal(host_public(&t, r.app, r.container, true, sig), SW_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(content_kinds, setup, teardown_token),
        cmocka_unit_test_setup_teardown(parse_errors_do_not_count, setup, teardown_token),
        cmocka_unit_test_setup_teardown(one_word_and_a_lock, setup, teardown_token),
        cmocka_unit_test_setup_teardown(for_another_token, setup, teardown_token),
        cmocka_unit_test_setup_teardown(install_dual, setup, teardown_token),
        cmocka_unit_test_setup_teardown(certificates, setup, teardown_token),
        cmocka_unit_test_setup_teardown(rights, setup, teardown_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
