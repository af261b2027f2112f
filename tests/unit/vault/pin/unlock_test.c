/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Remote unlock: one answer of the authority to one challenge replaces one PIN once; everything
 * else is refused, counted, and after five failures locked. REQ: K5
 */
#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "fixture/each_test.h"
#include "fixture/model.h"
#include <openssl/rand.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum {
    REQUEST = 96,
    SERIAL_AT = 1,
    APP_AT = 25,
    NAME_AT = 27,
    TYPE_AT = 75,
    COUNT_AT = 76,
    NONCE_AT = 80
};
#define LABEL "hufu unlock response"

static struct model channel;
static uint16_t app;
static uint8_t d[32], pub[64]; /* the authority's */
static uint8_t request[REQUEST];

static void in_channel(void)
{
    t.via = NULL;
    model_open(&t, &channel);
    t.via = &channel;
}

/* UNLOCK_AUTHORITY of the admin applet. */
static uint16_t authority(uint8_t p1, uint8_t p2, const void *data, size_t len)
{
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    uint16_t sw = token_skf(&t, HUFU_INS_ADMIN_UNLOCK_AUTHORITY, p1, p2, data, len);
    assert_int_equal(token_select(&t, HUFU_AID_SKF), SW_OK);
    return sw;
}

static int setup(void **state)
{
    (void)setup_token(state);
    in_channel();
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    object_pair(d, pub);
    assert_int_equal(authority(0, 0, pub, 64), SW_OK);
    assert_int_equal(host_create_app(&t, "app", ADMIN_PIN, 5, USER_PIN, 3), SW_OK);
    assert_int_equal(host_open_app(&t, "app", &app), SW_OK);
    return 0;
}

/* --- commands -------------------------------------------------------------------------------- */

static uint16_t ask(uint8_t type)
{
    const uint8_t ids[] = {(uint8_t)(app >> 8), (uint8_t)app};
    uint16_t sw = token_skf(&t, HUFU_INS_UNLOCK_REQUEST, 0, type, ids, 2);
    if (sw == SW_OK) {
        assert_int_equal(t.answer_len, REQUEST);
        memcpy(request, t.answer, REQUEST);
    }
    return sw;
}

static uint16_t respond(uint8_t type, const uint8_t sig[64], const char *pin)
{
    uint8_t data[2 + 64 + 16] = {(uint8_t)(app >> 8), (uint8_t)app};
    memcpy(data + 2, sig, 64);
    memcpy(data + 66, pin, strlen(pin));
    return token_skf(&t, HUFU_INS_UNLOCK_RESPOND, 0, type, data, sizeof data);
}

static uint16_t verify(uint8_t type, const char *pin)
{
    uint8_t data[18] = {(uint8_t)(app >> 8), (uint8_t)app};
    memcpy(data + 2, pin, strlen(pin));
    return token_skf(&t, HUFU_INS_PIN_VERIFY, 0, type, data, sizeof data);
}

struct seen {
    unsigned authority, counter, judged, accepted, out, left;
};

static unsigned at32(size_t at)
{
    return (unsigned)t.answer[at] << 24 | (unsigned)t.answer[at + 1] << 16 |
           (unsigned)t.answer[at + 2] << 8 | t.answer[at + 3];
}

static struct seen look(uint8_t type)
{
    const uint8_t ids[] = {(uint8_t)(app >> 8), (uint8_t)app};
    assert_int_equal(token_skf(&t, HUFU_INS_GET_PIN_STATE, 0, type, ids, 2), SW_OK);
    assert_int_equal(t.answer_len, HUFU_PIN_STATE);
    return (struct seen){t.answer[3], at32(12), at32(16), at32(20), t.answer[24], t.answer[25]};
}

static void check_seen(uint8_t type, unsigned counter, unsigned judged, unsigned accepted,
                       unsigned out, unsigned left)
{
    const struct seen s = look(type);
    assert_int_equal(s.counter, counter);
    assert_int_equal(s.judged, judged);
    assert_int_equal(s.accepted, accepted);
    assert_int_equal(s.out, out);
    assert_int_equal(s.left, left);
}

static int rng(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    return RAND_bytes(out, (int)len) == 1 ? 0 : -1;
}

/* What the authority signs, by docs/unblock.md; OpenSSL agrees that it is that. */
static void sign_as(const uint8_t key[32], const uint8_t key_pub[64], const char *label,
                    size_t label_len, const uint8_t *text, uint8_t sig[64])
{
    static const struct sm2_rng source = {rng, NULL};
    uint8_t z[32], e[32], whole[64 + REQUEST];
    struct sm3 sm3;
    memcpy(whole, label, label_len);
    memcpy(whole + label_len, text, REQUEST);
    assert_int_equal(sm2_z(key_pub, "1234567812345678", 16, z), 0);
    sm3_init(&sm3);
    sm3_update(&sm3, z, 32);
    sm3_update(&sm3, whole, label_len + REQUEST);
    sm3_final(&sm3, e);
    assert_int_equal(sm2_sign(key, e, &source, sig), 0);
    assert_true(
        object_verify_message(key_pub, "1234567812345678", whole, label_len + REQUEST, sig));
}

static void sign(const uint8_t *text, uint8_t sig[64])
{
    sign_as(d, pub, LABEL, sizeof LABEL, text, sig);
}

static void lock(void)
{
    for (unsigned left = 3; left-- != 0;) {
        assert_int_equal(verify(1, "wrong-pin"), SW_PIN_TRIES | left);
    }
    assert_int_equal(verify(1, USER_PIN), SW_LOCKED);
}

/* --- tests ----------------------------------------------------------------------------------- */

static void the_road(void **state)
{
    uint8_t sig[64], serial[32];
    (void)state;
    assert_int_equal(token_skf(&t, HUFU_INS_GET_DEV_INFO, 0, 0, NULL, 0), SW_OK);
    memcpy(serial, t.answer + 164, 32);
    assert_int_equal(look(1).authority, 1);
    uint8_t digest[32];
    sm3(pub, 64, digest);
    assert_memory_equal(t.answer + 4, digest, 8);
    check_seen(1, 0, 0, 0, 0, 5);
    lock();
    assert_int_equal(ask(1), SW_OK);
    /* the challenge says whose it is */
    assert_int_equal(request[0], 1);
    assert_memory_equal(request + SERIAL_AT, serial, 24);
    assert_int_equal(request[APP_AT] << 8 | request[APP_AT + 1], app);
    assert_string_equal((const char *)request + NAME_AT, "app");
    assert_int_equal(request[TYPE_AT], 1);
    assert_memory_equal(request + COUNT_AT, "\0\0\0\1", 4);
    check_seen(1, 1, 0, 0, 1, 5);
    sign(request, sig);
    /* days later, after power */
    token_restart(&t);
    in_channel();
    assert_int_equal(respond(1, sig, "fresh-pin"), SW_OK);
    check_seen(1, 1, 1, 1, 0, 5);
    assert_int_equal(host_tries(&t, app, 1), 3);
    assert_int_equal(verify(1, "fresh-pin"), SW_OK);
    assert_int_equal(verify(1, USER_PIN), 0x63C2);
    /* once */
    assert_int_equal(respond(1, sig, "other-pin"), SW_CONDITIONS);
    check_seen(1, 1, 1, 1, 0, 5);
    assert_int_equal(verify(1, "fresh-pin"), SW_OK);
    /* the admin PIN has its own challenge and its own count; nobody's right came of it */
    assert_int_equal(ask(0), SW_OK);
    assert_memory_equal(request + COUNT_AT, "\0\0\0\1", 4);
    assert_int_equal(request[TYPE_AT], 0);
    sign(request, sig);
    assert_int_equal(respond(1, sig, "other-pin"), SW_CONDITIONS);
    assert_int_equal(respond(0, sig, "new-admin"), SW_OK);
    assert_int_equal(verify(0, "new-admin"), SW_OK);
    check_seen(1, 1, 1, 1, 0, 5);
}

/* A login of before does not outlive the PIN. */
static void ends_logins(void **state)
{
    uint8_t sig[64];
    uint16_t box;
    (void)state;
    assert_int_equal(verify(1, USER_PIN), SW_OK);
    assert_int_equal(ask(1), SW_OK);
    sign(request, sig);
    assert_int_equal(host_create_container(&t, app, "a", &box), SW_OK);
    assert_int_equal(respond(1, sig, "fresh-pin"), SW_OK);
    assert_int_equal(host_create_container(&t, app, "b", &box), SW_SECURITY_STATUS);
}

/* Each thing the statement binds, changed by itself, and the other ways to be wrong. Every one is
 * counted, and the challenge still stands for the right answer. */
static void forgeries(void **state)
{
    static const size_t bound[] = {0,        SERIAL_AT,    SERIAL_AT + 23, APP_AT + 1,
                                   NAME_AT,  NAME_AT + 47, TYPE_AT,        COUNT_AT + 3,
                                   NONCE_AT, NONCE_AT + 15};
    uint8_t good[64], sig[64], other_d[32], other_pub[64], text[REQUEST], old[REQUEST];
    unsigned judged = 0;
    (void)state;
    object_pair(other_d, other_pub);
    assert_int_equal(ask(1), SW_OK);
    memcpy(old, request, REQUEST);
    assert_int_equal(ask(1), SW_OK);
    assert_memory_not_equal(old + NONCE_AT, request + NONCE_AT, 16);
    sign(request, good);
    for (unsigned i = 0; i < sizeof bound / sizeof bound[0] + 8; i++) {
        const size_t n = sizeof bound / sizeof bound[0];
        memcpy(text, request, REQUEST);
        memcpy(sig, good, 64);
        if (i < n) {
            text[bound[i]] ^= 1;
            sign(text, sig);
        } else if (i == n) {
            sign(old, sig); /* an older challenge */
        } else if (i == n + 1) {
            sign_as(other_d, other_pub, LABEL, sizeof LABEL, request, sig);
        } else if (i == n + 2) {
            sign_as(d, pub, LABEL, sizeof LABEL - 1, request, sig); /* no closing zero */
        } else if (i == n + 3) {
            sign_as(d, pub, "hufu unlock request", 20, request, sig);
        } else if (i == n + 4) {
            sign_as(d, pub, "", 0, request, sig); /* the bare challenge */
        } else if (i == n + 5) {
            memset(sig, 0, 64);
        } else if (i == n + 6) {
            memset(sig, 0xFF, 64);
        } else {
            sig[63] ^= 1;
        }
        assert_int_equal(respond(1, sig, "fresh-pin"), 0x63C4);
        judged++;
        check_seen(1, 2, judged, 0, 1, 4);
        assert_int_equal(verify(1, USER_PIN), SW_OK);
        const uint8_t ids[] = {(uint8_t)(app >> 8), (uint8_t)app};
        assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
        assert_int_equal(authority(1, 1, ids, 2), SW_OK);
    }
    assert_int_equal(respond(1, good, "fresh-pin"), SW_OK);
    check_seen(1, 2, judged + 1, 1, 0, 5);
    /* and for one success the failures before it are forgiven */
}

static void five_failures(void **state)
{
    uint8_t good[64], bad[64];
    const uint8_t ids[] = {(uint8_t)(app >> 8), (uint8_t)app};
    (void)state;
    lock();
    assert_int_equal(ask(1), SW_OK);
    sign(request, good);
    memcpy(bad, good, 64);
    bad[0] ^= 1;
    for (unsigned left = 5; left-- != 0;) {
        assert_int_equal(respond(1, bad, "fresh-pin"), SW_PIN_TRIES | left);
    }
    /* the right answer comes too late; neither asking anew nor power helps */
    assert_int_equal(respond(1, good, "fresh-pin"), SW_LOCKED);
    assert_int_equal(ask(1), SW_LOCKED);
    token_restart(&t);
    in_channel();
    assert_int_equal(respond(1, good, "fresh-pin"), SW_LOCKED);
    check_seen(1, 1, 5, 0, 1, 0);
    assert_int_equal(ask(0), SW_OK); /* the other PIN's count is another one */
    assert_int_equal(ask(1), SW_LOCKED);
    /* the issuer alone enables it again */
    assert_int_equal(verify(0, ADMIN_PIN), SW_OK);
    assert_int_equal(authority(1, 1, ids, 2), SW_SECURITY_STATUS);
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    assert_int_equal(authority(1, 1, ids, 2), SW_OK);
    assert_int_equal(respond(1, good, "fresh-pin"), SW_OK);
    assert_int_equal(verify(1, "fresh-pin"), SW_OK);
}

/* What has not the form of an answer, or comes with a PIN that will not do, costs nothing. */
static void malformed_costs_nothing(void **state)
{
    uint8_t sig[64], data[128] = {(uint8_t)(app >> 8), (uint8_t)app};
    (void)state;
    assert_int_equal(ask(1), SW_OK);
    sign(request, sig);
    for (size_t len = 0; len < sizeof data; len++) {
        if (len != 82) {
            assert_int_equal(token_skf(&t, HUFU_INS_UNLOCK_RESPOND, 0, 1, data, len),
                             SW_WRONG_LENGTH);
        }
        if (len != 2) {
            assert_int_equal(token_skf(&t, HUFU_INS_UNLOCK_REQUEST, 0, 1, data, len),
                             SW_WRONG_LENGTH);
        }
    }
    assert_int_equal(respond(2, sig, "fresh-pin"), SW_WRONG_P1P2);
    assert_int_equal(ask(2), SW_WRONG_P1P2);
    assert_int_equal(respond(1, sig, "short"), SW_WRONG_DATA);
    const uint16_t was = app;
    app = 7;
    assert_int_equal(ask(1), SW_APP_NOT_FOUND);
    assert_int_equal(respond(1, sig, "fresh-pin"), SW_APP_NOT_FOUND);
    app = was;
    /* the rule: length before anything is tried, the present PIN after the authority was heard */
    const uint8_t rule[] = {(uint8_t)(app >> 8), (uint8_t)app, 9, 0, 4};
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    assert_int_equal(token_skf(&t, HUFU_INS_ADMIN_SET_PIN_RULE, 0, 1, rule, 5), SW_OK);
    assert_int_equal(token_select(&t, HUFU_AID_SKF), SW_OK);
    assert_int_equal(respond(1, sig, "eight-by"), SW_PIN_LENGTH);
    check_seen(1, 1, 0, 0, 1, 5);
    /* never outside a channel */
    t.via = NULL;
    assert_int_equal(respond(1, sig, "fresh-pin"), SW_SECURITY_STATUS);
    assert_int_equal(ask(1), SW_SECURITY_STATUS);
    t.via = &channel;
    check_seen(1, 1, 0, 0, 1, 5);
    assert_int_equal(respond(1, sig, "fresh-pin"), SW_OK);
    assert_int_equal(ask(1), SW_OK);
    sign(request, sig);
    assert_int_equal(respond(1, sig, "fresh-pin"), SW_PIN_REUSED);
    check_seen(1, 2, 2, 1, 1, 5);
    assert_int_equal(respond(1, sig, "fresh-pin-2"), SW_OK);
}

static void the_authority(void **state)
{
    uint8_t sig[64], off[64], d2[32], pub2[64];
    const uint8_t ids[] = {(uint8_t)(app >> 8), (uint8_t)app};
    (void)state;
    memcpy(off, pub, 64);
    off[63] ^= 1;
    assert_int_equal(authority(0, 0, off, 64), SW_WRONG_DATA);
    assert_int_equal(authority(0, 0, pub, 63), SW_WRONG_LENGTH);
    assert_int_equal(authority(0, 0, pub, 0), SW_WRONG_LENGTH);
    assert_int_equal(authority(0, 1, pub, 64), SW_WRONG_P1P2);
    assert_int_equal(authority(2, 0, pub, 64), SW_WRONG_LENGTH);
    assert_int_equal(authority(1, 1, ids, 1), SW_WRONG_LENGTH);
    assert_int_equal(authority(1, 1, "\0\x09", 2), SW_APP_NOT_FOUND);
    assert_int_equal(authority(3, 0, NULL, 0), SW_WRONG_P1P2);
    /* a change of authority makes what the old one signed void */
    assert_int_equal(ask(1), SW_OK);
    sign(request, sig);
    object_pair(d2, pub2);
    assert_int_equal(authority(0, 0, pub2, 64), SW_OK);
    assert_int_equal(respond(1, sig, "fresh-pin"), 0x63C4);
    sign_as(d2, pub2, LABEL, sizeof LABEL, request, sig);
    assert_int_equal(respond(1, sig, "fresh-pin"), SW_OK);
    /* none, or none any more: nothing is tried, nothing is counted */
    assert_int_equal(ask(1), SW_OK);
    sign_as(d2, pub2, LABEL, sizeof LABEL, request, sig);
    assert_int_equal(authority(2, 0, NULL, 0), SW_OK);
    assert_int_equal(look(1).authority, 0);
    assert_int_equal(ask(1), SW_KEY_NOT_FOUND);
    assert_int_equal(respond(1, sig, "fresh-pin"), SW_KEY_NOT_FOUND);
    assert_int_equal(look(1).left, 5);
    /* only device authentication sets, changes, removes, enables */
    token_restart(&t);
    in_channel();
    assert_int_equal(verify(0, ADMIN_PIN), SW_OK);
    assert_int_equal(authority(0, 0, pub, 64), SW_SECURITY_STATUS);
    assert_int_equal(authority(1, 1, ids, 2), SW_SECURITY_STATUS);
    assert_int_equal(authority(2, 0, NULL, 0), SW_SECURITY_STATUS);
    assert_int_equal(look(1).authority, 0);
}

/* An application of the same name and number has another past. */
static void another_application(void **state)
{
    uint8_t sig[64];
    (void)state;
    assert_int_equal(ask(1), SW_OK);
    sign(request, sig);
    assert_int_equal(token_skf(&t, HUFU_INS_DELETE_APPLICATION, 0, 0, "app", 3), SW_OK);
    assert_int_equal(host_create_app(&t, "app", ADMIN_PIN, 5, USER_PIN, 3), SW_OK);
    uint16_t id;
    assert_int_equal(host_open_app(&t, "app", &id), SW_OK);
    assert_int_equal(id, app);
    check_seen(1, 0, 0, 0, 0, 5);
    assert_int_equal(respond(1, sig, "fresh-pin"), SW_CONDITIONS);
    assert_int_equal(ask(1), SW_OK);
    assert_int_equal(request[COUNT_AT + 3], 1); /* the same counter, but another nonce */
    assert_int_equal(respond(1, sig, "fresh-pin"), 0x63C4);
    assert_int_equal(verify(1, USER_PIN), SW_OK);
}

/* Power goes at every flash operation. Before: the old PIN and the challenge; after: the new PIN
 * and no challenge; never between, and never a failure less. */
static void cut_in_an_answer(void **state)
{
    static const enum board_cut kinds[] = {BOARD_CUT_BEFORE, BOARD_CUT_AFTER, BOARD_CUT_TORN};
    (void)state;
    for (unsigned k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        for (unsigned good = 0; good < 2; good++) {
            bool finished = false;
            for (unsigned at = 1; !finished; at++) {
                uint8_t sig[64];
                const uint8_t ids[] = {(uint8_t)(app >> 8), (uint8_t)app};
                assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
                assert_int_equal(authority(1, 1, ids, 2), SW_OK);
                assert_int_equal(ask(1), SW_OK);
                sign(request, sig);
                sig[5] ^= good == 0;
                const struct seen before = look(1);
                board_flash_cut(&t.board.flash, kinds[k], at, at);
                t.via = NULL;
                struct model m = channel;
                t.via = &m;
                uint16_t sw = respond(1, sig, "fresh-pin");
                finished = !t.board.flash.off;
                token_restart(&t);
                in_channel();
                const struct seen s = look(1);
                assert_int_equal(s.counter, before.counter);
                bool done = verify(1, "fresh-pin") == SW_OK;
                assert_int_equal(s.accepted, before.accepted + done);
                assert_int_equal(s.out, !done);
                assert_true(!done || good == 1);
                if (good == 0) {
                    assert_true(s.left == 4 || (s.left == 5 && !finished && sw != 0x63C4));
                    assert_true(!finished || sw == 0x63C4);
                } else {
                    assert_true(s.left == 4 || s.left == 5);
                    assert_true(!finished || (sw == SW_OK && s.left == 5 && done));
                    assert_true(sw != SW_OK || done);
                }
                assert_true(s.judged == before.judged || s.judged == before.judged + 1);
                if (done) {
                    uint8_t data[34] = {(uint8_t)(app >> 8), (uint8_t)app};
                    memcpy(data + 2, "fresh-pin", 9);
                    memcpy(data + 18, USER_PIN, sizeof USER_PIN - 1);
                    assert_int_equal(token_skf(&t, HUFU_INS_PIN_CHANGE, 0, 1, data, 34), SW_OK);
                }
                assert_int_equal(verify(1, USER_PIN), SW_OK);
                assert_true(at < 100);
            }
        }
    }
}

/* Power goes while a challenge is made: it counts or it does not; the failures stay. */
static void cut_in_a_request(void **state)
{
    (void)state;
    unsigned counter = 0;
    for (bool finished = false; !finished;) {
        for (unsigned at = 1; !finished; at++) {
            board_flash_cut(&t.board.flash, BOARD_CUT_TORN, at, at);
            uint16_t sw = ask(1);
            finished = !t.board.flash.off;
            token_restart(&t);
            in_channel();
            const struct seen s = look(1);
            assert_true(s.counter == counter || s.counter == counter + 1);
            assert_true(sw != SW_OK || s.counter == counter + 1);
            assert_int_equal(s.out, s.counter != 0);
            assert_int_equal(s.left, 5);
            counter = s.counter;
        }
    }
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown_token)
    const struct CMUnitTest tests[] = {
        T(the_road),         T(ends_logins),
        T(forgeries),        T(five_failures),
        T(the_authority),    T(another_application),
        T(cut_in_an_answer), T(malformed_costs_nothing),
        T(cut_in_a_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
