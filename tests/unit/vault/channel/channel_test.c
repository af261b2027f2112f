/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The session channel against an independent model: handshake, commands and errors inside it, one
 * session apart from another, what ends a session, the issuer's switch. REQ: K1 K5 T2
 */
#include "fixture/each_test.h"
#include "fixture/model.h"
#include "identity.h"
#include "session.h"
#include "vault.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static uint16_t pins(uint8_t ins, unsigned type, uint16_t app, const char *one, const char *two)
{
    uint8_t data[34] = {(uint8_t)(app >> 8), (uint8_t)app};
    memcpy(data + 2, one, strlen(one));
    if (two != NULL) {
        memcpy(data + 18, two, strlen(two));
    }
    return token_skf(&t, ins, 0, (uint8_t)type, data, two == NULL ? 18 : 34);
}

static void handshake(void **state)
{
    struct model a, b;
    (void)state;
    model_open(&t, &a);
    assert_memory_equal(a.reply + 132, "20260101000", 11);
    model_open(&t, &b);
    /* fresh on the token's side each time, the same token */
    assert_memory_not_equal(a.reply + 4, b.reply + 4, 64);
    assert_memory_equal(a.reply + 68, b.reply + 68, 64 + 24 + 64 + 64);
    assert_memory_not_equal(a.cipher, b.cipher, 16);
    assert_int_not_equal(a.id, b.id);
    /* and after a power cut still the same token */
    token_restart(&t);
    model_open(&t, &b);
    assert_memory_equal(a.reply + 68, b.reply + 68, 64 + 24 + 64 + 64);
}

/* Identity survives reset; the channel key does not, and is certified anew. */
static void identity_survives_reset(void **state)
{
    struct model a, b;
    (void)state;
    model_open(&t, &a);
    t.via = &a;
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    /* the session ends with the reset, and its last answer is protected all the same */
    assert_int_equal(token_skf(&t, HUFU_INS_ADMIN_RESET, 0, 0, NULL, 0), SW_OK);
    assert_false(a.refused);
    assert_int_equal(token_skf(&t, HUFU_INS_GET_DEV_INFO, 0, 0, NULL, 0), SW_MAC_WRONG);
    assert_true(a.refused);
    t.via = NULL;
    model_open(&t, &b);
    assert_memory_equal(a.reply + 156, b.reply + 156, 64);
    assert_memory_equal(a.reply + 132, b.reply + 132, 24);
    assert_memory_not_equal(a.reply + 68, b.reply + 68, 64);
}

/* The whole job of unit tests' host, every command of it inside. */
static void commands(void **state)
{
    struct model m;
    uint8_t e[32] = {7}, sig[64];
    (void)state;
    model_open(&t, &m);
    t.via = &m;
    host_ready(&t, &r);
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_OK);
    assert_true(object_verify(r.pub, e, sig));
    /* errors come back under protection */
    assert_int_equal(token_skf(&t, 0xFE, 0, 0, NULL, 0), SW_INS_UNKNOWN);
    assert_false(m.refused);
    assert_int_equal(token_raw(&t, (const uint8_t[]){0x80}, 1), SW_WRONG_LENGTH);
    assert_false(m.refused);
    assert_int_equal(token_command(&t, 0x90, HUFU_INS_GET_DEV_INFO, 0, 0, "x", 1, 0),
                     SW_CLA_UNKNOWN);
    assert_int_equal(token_skf(&t, HUFU_INS_CHANNEL_OPEN, 1, 0, m.hello, 65), SW_INS_UNKNOWN);
    assert_int_equal(token_skf(&t, HUFU_INS_CHANNEL_RECORD, 0, 0, m.hello, 65), SW_INS_UNKNOWN);
    assert_false(m.refused);
    /* the session's own end */
    assert_int_equal(token_command(&t, 0x80, HUFU_INS_CHANNEL_CLOSE, 0, 0, NULL, 0, 0), SW_OK);
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_MAC_WRONG);
    assert_true(m.refused);
}

/* The largest command and answer that fit; one byte more is refused. */
static void sizes(void **state)
{
    struct model m;
    static uint8_t apdu[HUFU_APDU_MAX];
    const size_t most = HUFU_CHANNEL_MAX_ANSWER;
    (void)state;
    model_open(&t, &m);
    t.via = &m;
    const uint8_t random[7] = {0x80, 0x50, 0, 0, 0, (uint8_t)(most >> 8), (uint8_t)most};
    assert_int_equal(token_raw(&t, random, 7), SW_OK);
    assert_int_equal(t.answer_len, most);
    const uint8_t more[7] = {0x80, 0x50, 0, 0, 0, (uint8_t)((most + 1) >> 8), (uint8_t)(most + 1)};
    assert_int_equal(token_raw(&t, more, 7), SW_WRONG_LENGTH);
    assert_false(m.refused);
    memset(apdu, 0x55, sizeof apdu);
    const size_t data = HUFU_CHANNEL_MAX_DATA;
    memcpy(apdu, (const uint8_t[]){0x80, 0x24, 0, 0, 0, (uint8_t)(data >> 8), (uint8_t)data}, 7);
    assert_int_equal(token_raw(&t, apdu, 7 + data), SW_WRONG_LENGTH); /* no name is that long */
    assert_false(m.refused);
}

static void pins_inside(void **state)
{
    struct model m;
    uint8_t e[32] = {7}, sig[64];
    (void)state;
    host_ready(&t, &r);
    /* never in the open */
    assert_int_equal(pins(HUFU_INS_PIN_VERIFY, 1, r.app, USER_PIN, NULL), SW_SECURITY_STATUS);
    assert_int_equal(pins(HUFU_INS_PIN_CHANGE, 1, r.app, USER_PIN, "new-pin"), SW_SECURITY_STATUS);
    assert_int_equal(pins(HUFU_INS_PIN_UNBLOCK, 0, r.app, ADMIN_PIN, "new-pin"),
                     SW_SECURITY_STATUS);
    model_open(&t, &m);
    t.via = &m;
    /* the bare session's login is not this one's */
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_SECURITY_STATUS);
    assert_int_equal(pins(HUFU_INS_PIN_VERIFY, 1, r.app, "wrong-pin", NULL), 0x63C2);
    assert_int_equal(host_tries(&t, r.app, 1), 2);
    /* what is no PIN costs no try */
    assert_int_equal(pins(HUFU_INS_PIN_VERIFY, 1, r.app, "short", NULL), SW_WRONG_DATA);
    assert_int_equal(pins(HUFU_INS_PIN_CHANGE, 1, r.app, USER_PIN, "short"), SW_WRONG_DATA);
    assert_int_equal(host_tries(&t, r.app, 1), 2);
    assert_int_equal(pins(HUFU_INS_PIN_VERIFY, 1, r.app, USER_PIN, NULL), SW_OK);
    assert_int_equal(host_tries(&t, r.app, 1), 3);
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_OK);
    /* change: the others lose their right, this session keeps its own */
    assert_int_equal(pins(HUFU_INS_PIN_CHANGE, 1, r.app, "wrong-pin", "new-pin"), 0x63C2);
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_SECURITY_STATUS);
    assert_int_equal(pins(HUFU_INS_PIN_VERIFY, 1, r.app, USER_PIN, NULL), SW_OK);
    assert_int_equal(pins(HUFU_INS_PIN_CHANGE, 1, r.app, USER_PIN, "new-pin"), SW_OK);
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_OK);
    t.via = NULL;
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_SECURITY_STATUS);
    t.via = &m;
    /* to the end of the tries, and back */
    assert_int_equal(pins(HUFU_INS_PIN_VERIFY, 1, r.app, USER_PIN, NULL), 0x63C2);
    assert_int_equal(pins(HUFU_INS_PIN_VERIFY, 1, r.app, USER_PIN, NULL), 0x63C1);
    assert_int_equal(pins(HUFU_INS_PIN_VERIFY, 1, r.app, USER_PIN, NULL), 0x63C0);
    assert_int_equal(pins(HUFU_INS_PIN_VERIFY, 1, r.app, "new-pin", NULL), SW_LOCKED);
    assert_int_equal(pins(HUFU_INS_PIN_UNBLOCK, 0, r.app, "wrong-pin", "newer-pin"), 0x63C9);
    assert_int_equal(pins(HUFU_INS_PIN_UNBLOCK, 0, r.app, ADMIN_PIN, "newer-pin"), SW_OK);
    assert_int_equal(pins(HUFU_INS_PIN_VERIFY, 1, r.app, "newer-pin", NULL), SW_OK);
    /* the bare forms name the same PIN */
    t.via = NULL;
    assert_int_equal(host_verify_pin(&t, r.app, 1, "newer-pin"), SW_OK);
}

/* A cut at any flash operation of a wrong try: spent as soon as it can be answered, and the session
 * is gone. */
static void wrong_pin_power_cut(void **state)
{
    static const enum board_cut kinds[] = {BOARD_CUT_BEFORE, BOARD_CUT_AFTER, BOARD_CUT_TORN};
    (void)state;
    host_ready(&t, &r);
    for (unsigned k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        bool finished = false;
        for (unsigned at = 1; !finished; at++) {
            struct model m;
            model_open(&t, &m);
            t.via = &m;
            board_flash_cut(&t.board.flash, kinds[k], at, at);
            uint16_t sw = pins(HUFU_INS_PIN_VERIFY, 1, r.app, "wrong-pin", NULL);
            assert_false(m.refused);
            finished = !t.board.flash.off;
            assert_true(!finished || sw == 0x63C2);
            t.via = NULL;
            token_restart(&t);
            unsigned left = host_tries(&t, r.app, 1);
            assert_true(left == 2 || (left == 3 && !finished && sw != 0x63C2));
            t.via = &m;
            assert_int_equal(pins(HUFU_INS_PIN_VERIFY, 1, r.app, USER_PIN, NULL), SW_MAC_WRONG);
            t.via = NULL;
            assert_int_equal(host_verify_pin(&t, r.app, 1, USER_PIN), SW_OK);
        }
    }
}

static void sessions_are_apart(void **state)
{
    struct model m[SESSION_CHANNELS];
    uint8_t e[32] = {7}, sig[64], challenge[8], other[8];
    (void)state;
    host_ready(&t, &r);
    for (unsigned i = 0; i < SESSION_CHANNELS; i++) {
        model_open(&t, &m[i]);
    }
    /* interleaved: each its own login */
    for (unsigned i = 0; i < SESSION_CHANNELS; i++) {
        t.via = &m[i];
        assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_SECURITY_STATUS);
        assert_int_equal(pins(HUFU_INS_PIN_VERIFY, 1, r.app, USER_PIN, NULL), SW_OK);
    }
    for (unsigned i = 0; i < SESSION_CHANNELS; i++) {
        t.via = &m[i];
        assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_OK);
    }
    /* a wrong try and a logout in one touch no other */
    t.via = &m[3];
    assert_int_equal(pins(HUFU_INS_PIN_VERIFY, 1, r.app, "wrong-pin", NULL), 0x63C2);
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_SECURITY_STATUS);
    t.via = &m[4];
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_OK);
    /* its own applet */
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    t.via = &m[5];
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_OK);
    /* its own challenge: another session's commands do not spend it, nor can they use it */
    t.via = &m[6];
    host_challenge(&t, challenge);
    t.via = &m[7];
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    host_challenge(&t, other);
    assert_memory_not_equal(challenge, other, 8);
    t.via = &m[6];
    uint8_t data[16] = {0};
    assert_int_equal(token_skf(&t, HUFU_INS_DEV_AUTH, 0, 2, data, 16), 0x63C9);
    assert_int_equal(token_skf(&t, HUFU_INS_DEV_AUTH, 0, 2, data, 16), SW_DATA_INVALID);
}

/* The seventeenth takes the place of the oldest without a right while there are four such; else of
 * the oldest, so that the logins of the dead do not fill the token. */
static void seventeenth(void **state)
{
    struct model m[SESSION_CHANNELS], more;
    uint8_t e[32] = {7}, sig[64];
    (void)state;
    host_ready(&t, &r);
    for (unsigned i = 0; i < SESSION_CHANNELS; i++) {
        model_open(&t, &m[i]);
        t.via = &m[i];
        if (i != 5 && i != 9 && i != 10 && i != 11) {
            assert_int_equal(pins(HUFU_INS_PIN_VERIFY, 1, r.app, USER_PIN, NULL), SW_OK);
        }
        t.via = NULL;
    }
    /* 5 is older than 9, but was used since */
    t.via = &m[5];
    assert_int_equal(host_tries(&t, r.app, 1), 3);
    t.via = NULL;
    model_open(&t, &more);
    t.via = &m[9];
    assert_int_equal(host_tries(&t, r.app, 1), 255);
    assert_true(m[9].refused);
    t.via = &more;
    assert_int_equal(pins(HUFU_INS_PIN_VERIFY, 1, r.app, USER_PIN, NULL), SW_OK);
    t.via = &m[5];
    assert_int_equal(pins(HUFU_INS_PIN_VERIFY, 1, r.app, USER_PIN, NULL), SW_OK);
    t.via = &m[0];
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_OK);
    t.via = NULL;
    model_open(&t, &more);
    t.via = &m[1];
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_MAC_WRONG);
    t.via = &m[0];
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_OK);
    /* the newcomer has none of what the one before it had */
    t.via = &more;
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_SECURITY_STATUS);
}

static void power_ends_all(void **state)
{
    static const enum vault_power ops[] = {VAULT_POWER_ON, VAULT_POWER_RESET, VAULT_POWER_OFF};
    uint8_t atr[VAULT_ATR_MAX];
    uint32_t len;
    (void)state;
    for (unsigned i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        struct model m, half;
        model_open(&t, &m);
        assert_int_equal(model_first(&t, &half), SW_OK);
        assert_int_equal(vault_power(ops[i], atr, &len), VAULT_DONE);
        assert_int_equal(vault_power(VAULT_POWER_ON, atr, &len), VAULT_DONE);
        t.via = &m;
        assert_int_equal(token_skf(&t, HUFU_INS_GET_DEV_INFO, 0, 0, NULL, 0), SW_MAC_WRONG);
        t.via = NULL;
        assert_int_equal(model_second(&t, &half), SW_MAC_WRONG);
    }
}

static void lifecycle_ends_others(void **state)
{
    struct model acting, other;
    (void)state;
    model_open(&t, &acting);
    model_open(&t, &other);
    t.via = &acting;
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    assert_int_equal(host_create_app(&t, "app", ADMIN_PIN, 10, USER_PIN, 3), SW_OK);
    assert_int_equal(host_create_app(&t, "two", ADMIN_PIN, 10, USER_PIN, 3), SW_OK);
    t.via = &other;
    assert_int_equal(token_skf(&t, HUFU_INS_GET_DEV_INFO, 0, 0, NULL, 0), SW_MAC_WRONG);
}

static uint16_t policy(uint8_t p1)
{
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    uint16_t sw = token_skf(&t, HUFU_INS_ADMIN_POLICY, p1, 0, NULL, 0);
    assert_int_equal(token_select(&t, HUFU_AID_SKF), SW_OK);
    return sw;
}

/* Bare forms refused before anything is counted; the same commands inside are served. */
static void issuers_switch(void **state)
{
    struct model m;
    (void)state;
    host_ready(&t, &r);
    model_open(&t, &m);
    t.via = &m;
    assert_int_equal(policy(0), SW_SECURITY_STATUS); /* the device key comes first */
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    assert_int_equal(policy(2), SW_WRONG_P1P2);
    assert_int_equal(policy(0), SW_OK);
    t.via = NULL;
    for (unsigned start = 0; start < 2; start++) {
        assert_int_equal(token_status(&t).flags, 1);
        assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_SECURITY_STATUS);
        assert_int_equal(host_verify_pin(&t, r.app, 1, USER_PIN), SW_SECURITY_STATUS);
        assert_int_equal(host_verify_pin(&t, r.app, 1, "wrong-pin"), SW_SECURITY_STATUS);
        assert_int_equal(host_change_pin(&t, r.app, 1, USER_PIN, "new-pin"), SW_SECURITY_STATUS);
        assert_int_equal(host_unblock_pin(&t, r.app, ADMIN_PIN, "new-pin"), SW_SECURITY_STATUS);
        assert_int_equal(
            host_change_device_key(&t, TRANSPORT_KEY, (const uint8_t *)"0123456789abcdef"),
            SW_SECURITY_STATUS);
        assert_int_equal(host_create_app(&t, "b", ADMIN_PIN, 3, USER_PIN, 3), SW_SECURITY_STATUS);
        assert_int_equal(host_tries(&t, r.app, 1), 3);
        assert_int_equal(host_tries(&t, r.app, 0), 10);
        token_restart(&t);
    }
    model_open(&t, &m);
    t.via = &m;
    assert_int_equal(host_verify_pin(&t, r.app, 1, USER_PIN), SW_OK);
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    assert_int_equal(policy(1), SW_OK);
    t.via = NULL;
    assert_int_equal(host_verify_pin(&t, r.app, 1, USER_PIN), SW_OK);
}

/* Who aborts a command ends the sessions with it. */
static void aborted_command_ends_sessions(void **state)
{
    struct model m;
    (void)state;
    host_ready(&t, &r);
    model_open(&t, &m);
    static uint8_t data[64];
    const uint8_t apdu[7] = {0x80, 0x50, 0, 0, 0, 0x10, 0};
    size_t len = model_seal(&m, apdu, sizeof apdu, data);
    t.abort_after = 1;
    (void)model_raw(&t, data, len);
    t.abort_after = 0;
    if (t.aborted) {
        t.via = &m;
        assert_int_equal(token_skf(&t, HUFU_INS_GET_DEV_INFO, 0, 0, NULL, 0), SW_MAC_WRONG);
    }
}

int main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, setup_token, teardown_token)
    const struct CMUnitTest tests[] = {
        EACH(handshake),          EACH(identity_survives_reset),
        EACH(commands),           EACH(sizes),
        EACH(pins_inside),        EACH(wrong_pin_power_cut),
        EACH(sessions_are_apart), EACH(seventeenth),
        EACH(power_ends_all),     EACH(lifecycle_ends_others),
        EACH(issuers_switch),     EACH(aborted_command_ends_sessions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
