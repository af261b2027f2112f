/* SPDX-License-Identifier: Apache-2.0 */
/* The whole road through one token: init, key, dual certificates, sign, decrypt. REQ: K1 K2 K6 L7
 */
#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "crypto/sm4.h"
#include "fixture/token.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void digest_of(const uint8_t pub[64], const char *message, uint8_t e[32])
{
    struct sm3 c;
    uint8_t z[32];
    assert_int_equal(sm2_z(pub, "1234567812345678", 16, z), 0);
    sm3_init(&c);
    sm3_update(&c, z, sizeof z);
    sm3_update(&c, message, strlen(message));
    sm3_final(&c, e);
}

static void first_answers(void **state)
{
    static struct token t;
    (void)state;
    token_make(&t, 1);
    token_restart(&t);
    assert_int_equal(token_select(&t, HUFU_AID_SKF), SW_OK);
    assert_memory_equal(t.answer, "\x6F\x0A\x84\x08" HUFU_AID_SKF, 12);
    assert_int_equal(token_skf(&t, HUFU_INS_GET_DEV_INFO, 0, 0, NULL, 0), SW_OK);
    assert_int_equal(t.answer_len, 288);
    assert_memory_equal(t.answer + 4, "Hufu", 5);
    assert_memory_equal(t.answer + 164, "20260101", 8);
    assert_int_equal(token_command(&t, 0x80, HUFU_INS_GEN_RANDOM, 0, 0, NULL, 0, 1000), SW_OK);
    assert_int_equal(t.answer_len, 1000);
    struct token_status s = token_status(&t);
    assert_int_equal(s.lifecycle, 1);
    assert_int_equal(s.error, 0);
    assert_int_equal(s.boots, 1);
    token_free(&t);
}

static void main_job(void **state)
{
    static struct token t;
    struct ready r;
    uint8_t e[32], sig[64], d[32], enc[64], env[1024], sc[1024], ec[1024], pub[64];
    (void)state;
    token_make(&t, 2);
    token_restart(&t);
    host_ready(&t, &r);
    assert_int_equal(token_status(&t).lifecycle, 3);

    digest_of(r.pub, "message", e);
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_OK);
    assert_true(object_verify(r.pub, e, sig));
    assert_true(object_verify_message(r.pub, "1234567812345678", "message", 7, sig));
    sig[5] ^= 1;
    assert_false(object_verify(r.pub, e, sig));

    object_pair(d, enc);
    size_t env_len = object_envelope(r.pub, enc, d, 32, false, env);
    size_t sl = object_certificate(r.pub, 1, sc), el = object_certificate(enc, 2, ec);
    assert_int_equal(host_install_dual(&t, r.app, r.container, env, env_len, sc, sl, ec, el),
                     SW_OK);
    assert_int_equal(host_public(&t, r.app, r.container, false, pub), SW_OK);
    assert_memory_equal(pub, enc, 64);
    assert_int_equal(host_export_cert(&t, r.app, r.container, true), SW_OK);
    assert_int_equal(t.answer_len, sl + 4);
    assert_memory_equal(t.answer + 4, sc, sl);
    assert_int_equal(host_export_cert(&t, r.app, r.container, false), SW_OK);
    assert_memory_equal(t.answer + 4, ec, el);

    /* after a power cut: same key, and a login is needed again */
    token_restart(&t);
    assert_int_equal(host_open_app(&t, "app", &r.app), SW_OK);
    assert_int_equal(host_open_container(&t, r.app, "box", &r.container), SW_OK);
    assert_int_equal(host_public(&t, r.app, r.container, true, pub), SW_OK);
    assert_memory_equal(pub, r.pub, 64);
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_SECURITY_STATUS);
    assert_int_equal(host_verify_pin(&t, r.app, 1, USER_PIN), SW_OK);
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_OK);
    assert_true(object_verify(r.pub, e, sig));
    token_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_answers),
        cmocka_unit_test(main_job),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
