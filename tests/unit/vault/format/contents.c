/* SPDX-License-Identifier: Apache-2.0 */
#include "contents.h"
#include "support/check.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define OTHER_PIN      "the-other-pin"
#define DEV_INFO_LABEL 132u /* GM/T 0016: behind two versions, manufacturer and issuer */

static const uint8_t device_key[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
static const uint8_t e[32] = {0x5A, 1, 2};
static const char note[] = "A file that was there before.";

uint16_t contents_admin(struct token *t, uint8_t ins, uint8_t p1, uint8_t p2, const void *data,
                        size_t len)
{
    check(token_select(t, HUFU_AID_ADMIN) == SW_OK);
    const uint16_t sw = token_skf(t, ins, p1, p2, data, len);
    const size_t answered = t->answer_len;
    uint8_t answer[128];
    check(answered <= sizeof answer);
    memcpy(answer, t->answer, answered);
    check(token_select(t, HUFU_AID_SKF) == SW_OK);
    memcpy(t->answer, answer, answered);
    t->answer_len = answered;
    return sw;
}

/* --- making it ---------------------------------------------------------------------------- */

static size_t file_range(const struct contents *c, uint8_t data[64])
{
    const uint8_t head[] = {
        (uint8_t)(c->r.app >> 8), (uint8_t)c->r.app, 0, 0, 0, 4, 'n', 'o', 't', 'e'};
    memcpy(data, head, sizeof head);
    return sizeof head;
}

static void make_file(struct token *t, const struct contents *c)
{
    uint8_t data[64] = "note";
    data[51] = sizeof note;
    data[55] = data[59] = 0x10; /* the user's */
    check(token_skf(t, HUFU_INS_CREATE_FILE, (uint8_t)(c->r.app >> 8), (uint8_t)c->r.app, data,
                    60) == SW_OK);
    size_t n = file_range(c, data);
    data[n++] = 0;
    data[n++] = sizeof note;
    memcpy(data + n, note, sizeof note);
    check(token_skf(t, HUFU_INS_WRITE_FILE, 0, 0, data, n + sizeof note) == SW_OK);
}

static void make_issuer_choices(struct token *t, const struct contents *c)
{
    const uint8_t rule[5] = {(uint8_t)(c->r.app >> 8), (uint8_t)c->r.app, 8, 0, 0};
    check(contents_admin(t, HUFU_INS_ADMIN_SET_PIN_RULE, 0, 1, rule, sizeof rule) == SW_OK);
    check(contents_admin(t, HUFU_INS_ADMIN_UNLOCK_AUTHORITY, 0, 0, c->r.pub, sizeof c->r.pub) ==
          SW_OK);
}

static void make_rsa(struct token *t, struct contents *c)
{
    check(host_create_container(t, c->r.app, "rsa", &c->rsa_box) == SW_OK);
    check(rsa_host_generate(t, c->r.app, c->rsa_box, 2048, &c->rsa) == SW_OK);
    const uint8_t mode[5] = {(uint8_t)(c->r.app >> 8), (uint8_t)c->r.app,
                             (uint8_t)(c->rsa_box >> 8), (uint8_t)c->rsa_box, 1 /* once */};
    check(token_skf(t, HUFU_INS_SET_KEY_MODE, 0, 0, mode, sizeof mode) == SW_OK);
}

void contents_make(struct token *t, struct contents *c, bool rsa)
{
    static uint8_t envelope[1024], sign_cert[1024], enc_cert[1024];
    uint8_t d[32];
    memset(c, 0, sizeof *c);
    host_ready(t, &c->r);
    check(host_change_device_key(t, TRANSPORT_KEY, device_key) == SW_OK);
    check(token_skf(t, HUFU_INS_SET_LABEL, 0, 0, CONTENTS_LABEL, sizeof CONTENTS_LABEL - 1) ==
          SW_OK);
    object_pair(d, c->enc);
    const size_t envelope_len = object_envelope(c->r.pub, c->enc, d, 32, false, envelope);
    const size_t sign_len = object_certificate(c->r.pub, 1, sign_cert);
    const size_t enc_len = object_certificate(c->enc, 2, enc_cert);
    check(host_install_dual(t, c->r.app, c->r.container, envelope, envelope_len, sign_cert,
                            sign_len, enc_cert, enc_len) == SW_OK);
    if (rsa) {
        make_rsa(t, c);
    }
    make_file(t, c);
    make_issuer_choices(t, c);
    check(host_change_pin(t, c->r.app, 0, ADMIN_PIN, OTHER_PIN) == SW_OK);
    check(host_verify_pin(t, c->r.app, 0, "wrong-admin-pin") == 0x63C9);
    check(host_verify_pin(t, c->r.app, 1, "wrong-user-pin") == 0x63C2);
}

/* --- looking at it ------------------------------------------------------------------------ */

void contents_open(struct token *t, struct contents *c)
{
    const struct token_status status = token_status(t);
    assert_int_equal(status.error, 0);
    assert_int_equal(status.lifecycle, 3);
    assert_int_equal(host_open_app(t, "app", &c->r.app), SW_OK);
}

void contents_pins_hold(struct token *t, struct contents *c)
{
    assert_int_equal(host_tries(t, c->r.app, 0), 9);
    assert_int_equal(host_tries(t, c->r.app, 1), 2);
    assert_int_equal(host_device_auth(t, TRANSPORT_KEY), 0x63C9);
    assert_int_equal(host_device_auth(t, device_key), SW_OK);
    assert_int_equal(host_verify_pin(t, c->r.app, 0, ADMIN_PIN), 0x63C8);
    assert_int_equal(host_verify_pin(t, c->r.app, 0, OTHER_PIN), SW_OK);
    assert_int_equal(host_verify_pin(t, c->r.app, 1, "wrong-user-pin"), 0x63C1);
    assert_int_equal(host_verify_pin(t, c->r.app, 1, USER_PIN), SW_OK);
    assert_int_equal(host_tries(t, c->r.app, 1), 3);
    /* the issuer's rule: eight characters */
    assert_int_equal(host_change_pin(t, c->r.app, 1, USER_PIN, "seven77"), SW_PIN_LENGTH);
}

static void rsa_works(struct token *t, struct contents *c)
{
    struct rsa_pub rsa;
    assert_int_equal(host_open_container(t, c->r.app, "rsa", &c->rsa_box), SW_OK);
    assert_int_equal(rsa_host_public(t, c->r.app, c->rsa_box, true, &rsa), SW_OK);
    assert_memory_equal(rsa.n, c->rsa.n, 256);
    /* its mode: once for each PIN */
    assert_int_equal(rsa_host_sign(t, c->r.app, c->rsa_box, 2, 0, "raw", 3), SW_OK);
    assert_true(rsa_object_verify(&c->rsa, (const uint8_t *)"raw", 3, t->answer));
    assert_int_equal(rsa_host_sign(t, c->r.app, c->rsa_box, 2, 0, "raw", 3), SW_SECURITY_STATUS);
    assert_int_equal(host_verify_pin(t, c->r.app, 1, USER_PIN), SW_OK);
}

void contents_keys_work(struct token *t, struct contents *c)
{
    uint8_t sig[64], pub[64], data[4 + 256] = {0}, key[16] = {7};
    assert_int_equal(host_open_container(t, c->r.app, "box", &c->r.container), SW_OK);
    assert_int_equal(host_public(t, c->r.app, c->r.container, true, pub), SW_OK);
    assert_memory_equal(pub, c->r.pub, 64);
    assert_int_equal(host_sign(t, c->r.app, c->r.container, e, sig), SW_OK);
    assert_true(object_verify(c->r.pub, e, sig));
    assert_int_equal(host_public(t, c->r.app, c->r.container, false, pub), SW_OK);
    assert_memory_equal(pub, c->enc, 64);
    data[1] = (uint8_t)c->r.app;
    data[2] = (uint8_t)(c->r.container >> 8);
    data[3] = (uint8_t)c->r.container;
    const size_t len = object_session_key(c->enc, SGD_SM4_ECB_ID, key, data + 4);
    assert_int_equal(token_skf(t, HUFU_INS_IMPORT_SESSION_KEY, 0, 0, data, 4 + len), SW_OK);
    if (c->rsa.bits != 0) {
        rsa_works(t, c);
    }
}

void contents_stand(struct token *t, const struct contents *c, const char *label)
{
    static uint8_t der[1024];
    uint8_t data[64];
    size_t len = object_certificate(c->r.pub, 1, der);
    assert_int_equal(host_export_cert(t, c->r.app, c->r.container, true), SW_OK);
    assert_memory_equal(t->answer + 4, der, len);
    len = object_certificate(c->enc, 2, der);
    assert_int_equal(host_export_cert(t, c->r.app, c->r.container, false), SW_OK);
    assert_memory_equal(t->answer + 4, der, len);
    assert_int_equal(
        token_command(t, 0x80, HUFU_INS_READ_FILE, 0, 0, data, file_range(c, data), sizeof note),
        SW_OK);
    assert_int_equal(t->answer_len, sizeof note);
    assert_memory_equal(t->answer, note, sizeof note);
    assert_int_equal(token_command(t, 0x80, HUFU_INS_GET_DEV_INFO, 0, 0, NULL, 0, NE_ALL), SW_OK);
    assert_true(t->answer_len > DEV_INFO_LABEL + 32);
    assert_string_equal((const char *)t->answer + DEV_INFO_LABEL, label);
}
