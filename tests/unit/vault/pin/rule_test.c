/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The issuer's rule for new PINs: every way a PIN can be set keeps it, with a status of its own;
 * and uses of a PIN's or the device's key by MAC are tries like any other. REQ: K3 K4
 */
#include "err.h"
#include "fixture/each_test.h"
#include "fixture/model.h"
#include "object.h"
#include "pin/rule.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { DIGIT = 1, LOWER = 2, UPPER = 4, OTHER = 8 };
enum { NOT_ONE_BYTE = 1, NOT_SEQUENCE = 2, NOT_PRESENT = 4 };

static struct model channel;
static uint16_t app;

static int setup(void **state)
{
    (void)setup_token(state);
    model_open(&t, &channel);
    t.via = &channel;
    app = host_make_app(&t, 10, 10);
    return 0;
}

static uint16_t set_rule(uint16_t whose, uint8_t type, uint8_t min, uint8_t classes, uint8_t flags)
{
    const uint8_t data[] = {(uint8_t)(whose >> 8), (uint8_t)whose, min, classes, flags};
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    uint16_t sw = token_skf(&t, HUFU_INS_ADMIN_SET_PIN_RULE, 0, type, data, sizeof data);
    assert_int_equal(token_select(&t, HUFU_AID_SKF), SW_OK);
    return sw;
}

static void check_rule(uint8_t type, uint8_t min, uint8_t classes, uint8_t flags)
{
    const uint8_t data[] = {(uint8_t)(app >> 8), (uint8_t)app}, expect[] = {min, classes, flags};
    assert_int_equal(token_skf(&t, HUFU_INS_GET_PIN_STATE, 0, type, data, 2), SW_OK);
    assert_int_equal(t.answer_len, HUFU_PIN_STATE);
    assert_memory_equal(t.answer, expect, 3);
}

/* PIN_VERIFY, PIN_CHANGE, PIN_UNBLOCK of the channel. */
static uint16_t pins(uint8_t ins, uint8_t type, const char *first, const char *second)
{
    uint8_t data[34] = {(uint8_t)(app >> 8), (uint8_t)app};
    memcpy(data + 2, first, strlen(first));
    if (second != NULL) {
        memcpy(data + 18, second, strlen(second));
    }
    return token_skf(&t, ins, 0, type, data, second != NULL ? 34 : 18);
}

/* What each PIN is answered under each rule; the PIN is the present one's successor, or not. */
static const struct {
    uint8_t min, classes, flags;
    const char *pin;
    uint16_t sw;
} rows[] = {
    {6, 0, 0, "aaaaaa", SW_OK},
    {6, 0, 0, "12345", SW_WRONG_DATA},
    {8, 0, 0, "1234567", SW_PIN_LENGTH},
    {8, 0, 0, "12345678", SW_OK},
    {16, 0, 0, "123456789012345", SW_PIN_LENGTH},
    {16, 0, 0, "1234567890123456", SW_OK},
    {6, DIGIT, 0, "abcdef", SW_PIN_RULE},
    {6, DIGIT, 0, "abcde0", SW_OK},
    {6, DIGIT, 0, "abcde9", SW_OK},
    {6, DIGIT, 0, "abcd/:", SW_PIN_RULE},
    {6, LOWER, 0, "ABCDE`", SW_PIN_RULE},
    {6, LOWER, 0, "ABCDE{", SW_PIN_RULE},
    {6, LOWER, 0, "ABCDEz", SW_OK},
    {6, LOWER, 0, "ABCDEa", SW_OK},
    {6, UPPER, 0, "abcd@[", SW_PIN_RULE},
    {6, UPPER, 0, "abcdeA", SW_OK},
    {6, UPPER, 0, "abcdeZ", SW_OK},
    {6, OTHER, 0, "aZ09aZ", SW_PIN_RULE},
    {6, OTHER, 0, "aZ09a-", SW_OK},
    {6, OTHER, 0, "\xE8\x99\x8E\xE7\xAC\xA6", SW_OK},
    {6, 15, 0, "aA1-aA", SW_OK},
    {6, 15, 0, "aA1aA1", SW_PIN_RULE},
    {6, 0, NOT_ONE_BYTE, "aaaaaa", SW_PIN_RULE},
    {6, 0, NOT_ONE_BYTE, "aaaaaaaaaaaaaaaa", SW_PIN_RULE},
    {6, 0, NOT_ONE_BYTE, "aaaaab", SW_OK},
    {6, 0, NOT_ONE_BYTE, "baaaaa", SW_OK},
    {6, 0, NOT_SEQUENCE, "123456", SW_PIN_RULE},
    {6, 0, NOT_SEQUENCE, "abcdefghijklmnop", SW_PIN_RULE},
    {6, 0, NOT_SEQUENCE, "987654", SW_PIN_RULE},
    {6, 0, NOT_SEQUENCE, "123457", SW_OK},
    {6, 0, NOT_SEQUENCE, "023456", SW_OK},
    {6, 0, NOT_SEQUENCE, "aaaaaa", SW_OK},
    {6, 0, NOT_PRESENT, "present", SW_PIN_REUSED},
    {6, 0, NOT_PRESENT, "presenu", SW_OK},
    {16, DIGIT, NOT_ONE_BYTE, "aaaaaa", SW_PIN_LENGTH},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

/* In the channel and bare, by the PIN itself and by the admin PIN, for both PINs. */
static void every_way(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ROWS; i++) {
        for (unsigned way = 0; way < 5; way++) {
            const uint8_t type = way == 0 ? 0 : 1;
            const char *present = "present", *admin = ADMIN_PIN;
            uint16_t sw = 0;
            assert_int_equal(set_rule(app, type, 6, 0, 0), SW_OK);
            const char *was = type == 0 ? ADMIN_PIN : USER_PIN;
            assert_int_equal(pins(HUFU_INS_PIN_CHANGE, type, was, present), SW_OK);
            assert_int_equal(set_rule(app, type, rows[i].min, rows[i].classes, rows[i].flags),
                             SW_OK);
            switch (way) {
            case 0:
            case 1:
                sw = pins(HUFU_INS_PIN_CHANGE, type, present, rows[i].pin);
                break;
            case 2:
                sw = pins(HUFU_INS_PIN_UNBLOCK, 0, admin, rows[i].pin);
                break;
            case 3:
                sw = host_change_pin(&t, app, 1, present, rows[i].pin);
                break;
            default:
                sw = host_unblock_pin(&t, app, admin, rows[i].pin);
                break;
            }
            assert_int_equal(sw, rows[i].sw);
            /* nothing changed, or all of it; no try is lost by a PIN that will not do */
            const char *now = sw == SW_OK ? rows[i].pin : present;
            assert_int_equal(host_tries(&t, app, type), 10);
            assert_int_equal(pins(HUFU_INS_PIN_VERIFY, type, now, NULL), SW_OK);
            assert_int_equal(set_rule(app, type, 6, 0, 0), SW_OK);
            assert_int_equal(pins(HUFU_INS_PIN_CHANGE, type, now, was), SW_OK);
        }
    }
}

/* The rule of applications that are made later, and their own afterwards. */
static void from_creation_on(void **state)
{
    (void)state;
    assert_int_equal(set_rule(0, 1, 8, DIGIT | LOWER, NOT_SEQUENCE), SW_OK);
    assert_int_equal(set_rule(0, 0, 10, 0, 0), SW_OK);
    check_rule(1, 6, 0, 0);
    assert_int_equal(host_create_app(&t, "b", "long-admin-pin", 3, "short1", 3), SW_PIN_LENGTH);
    assert_int_equal(host_create_app(&t, "b", "long-admin-pin", 3, "only-letters", 3), SW_PIN_RULE);
    assert_int_equal(host_create_app(&t, "b", "nine-long", 3, "letters-and-1", 3), SW_PIN_LENGTH);
    assert_int_equal(host_open_app(&t, "b", &app), SW_APP_NAME_NOT_FOUND);
    assert_int_equal(host_create_app(&t, "b", "long-admin-pin", 3, "letters-and-1", 3), SW_OK);
    assert_int_equal(host_open_app(&t, "b", &app), SW_OK);
    check_rule(1, 8, DIGIT | LOWER, NOT_SEQUENCE);
    check_rule(0, 10, 0, 0);
    /* what is set later is not of this application any more, nor the other way */
    assert_int_equal(set_rule(0, 1, 6, 0, 0), SW_OK);
    check_rule(1, 8, DIGIT | LOWER, NOT_SEQUENCE);
    token_restart(&t);
    t.via = NULL;
    model_open(&t, &channel);
    t.via = &channel;
    check_rule(1, 8, DIGIT | LOWER, NOT_SEQUENCE);
    assert_int_equal(pins(HUFU_INS_PIN_CHANGE, 1, "letters-and-1", "nodigits"), SW_PIN_RULE);
    /* a deleted application's rule is not the next one's of its id */
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    assert_int_equal(token_skf(&t, HUFU_INS_DELETE_APPLICATION, 0, 0, "b", 1), SW_OK);
    assert_int_equal(set_rule(0, 0, 6, 0, 0), SW_OK);
    const uint16_t old = app;
    assert_int_equal(host_create_app(&t, "c", ADMIN_PIN, 3, "aaaaaa", 3), SW_OK);
    assert_int_equal(host_open_app(&t, "c", &app), SW_OK);
    assert_int_equal(app, old);
    check_rule(1, 6, 0, 0);
    check_rule(0, 6, 0, 0);
}

static void who_may_set_what(void **state)
{
    (void)state;
    assert_int_equal(set_rule(app, 1, 5, 0, 0), SW_WRONG_DATA);
    assert_int_equal(set_rule(app, 1, 17, 0, 0), SW_WRONG_DATA);
    assert_int_equal(set_rule(app, 1, 6, 16, 0), SW_WRONG_DATA);
    assert_int_equal(set_rule(app, 1, 6, 0, 8), SW_WRONG_DATA);
    assert_int_equal(set_rule(app, 2, 6, 0, 0), SW_WRONG_P1P2);
    assert_int_equal(set_rule(77, 1, 6, 0, 0), SW_APP_NOT_FOUND);
    check_rule(1, 6, 0, 0);
    /* neither PIN is the issuer */
    token_restart(&t);
    t.via = NULL;
    model_open(&t, &channel);
    t.via = &channel;
    assert_int_equal(pins(HUFU_INS_PIN_VERIFY, 1, USER_PIN, NULL), SW_OK);
    assert_int_equal(pins(HUFU_INS_PIN_VERIFY, 0, ADMIN_PIN, NULL), SW_OK);
    assert_int_equal(set_rule(app, 1, 8, 0, 0), SW_SECURITY_STATUS);
    assert_int_equal(set_rule(0, 1, 8, 0, 0), SW_SECURITY_STATUS);
    check_rule(1, 6, 0, 0);
}

/* Whether the new PIN is the present one is told to nobody who has not proven himself, and a
 * breach of the rule says nothing of the old PIN. */
static void no_oracle_in_the_rule(void **state)
{
    (void)state;
    assert_int_equal(set_rule(app, 1, 8, DIGIT, NOT_PRESENT), SW_OK);
    assert_int_equal(pins(HUFU_INS_PIN_CHANGE, 1, "wrong-pin", USER_PIN "1"), 0x63C9);
    assert_int_equal(pins(HUFU_INS_PIN_CHANGE, 1, "wrong-pin", "nodigits"), SW_PIN_RULE);
    assert_int_equal(pins(HUFU_INS_PIN_CHANGE, 1, USER_PIN, "nodigits"), SW_PIN_RULE);
    assert_int_equal(host_tries(&t, app, 1), 9);
    assert_int_equal(set_rule(app, 1, 6, 0, NOT_PRESENT), SW_OK);
    assert_int_equal(pins(HUFU_INS_PIN_CHANGE, 1, "wrong-pin", USER_PIN), 0x63C8);
    assert_int_equal(pins(HUFU_INS_PIN_UNBLOCK, 0, "wrong-pin", USER_PIN), 0x63C9);
    assert_int_equal(host_change_pin(&t, app, 1, "wrong-pin", USER_PIN), 0x63C7);
    assert_int_equal(host_unblock_pin(&t, app, "wrong-pin", USER_PIN), 0x63C8);
}

/* --- MACs are tries -------------------------------------------------------------------------- */

/* Flash operations of one attempt, and what it was answered. */
struct cost {
    uint16_t sw;
    uint64_t operations;
};

static struct cost attempt(unsigned how, uint8_t seed)
{
    uint8_t data[22] = {(uint8_t)(app >> 8), (uint8_t)app}, challenge[8];
    struct cost c;
    for (unsigned i = 2; i < sizeof data; i++) {
        data[i] = (uint8_t)(seed * 31u + i * 7u);
    }
    host_challenge(&t, challenge);
    board_flash_reset_counters(&t.board.flash);
    switch (how) {
    case 0:
        c.sw = token_skf(&t, HUFU_INS_VERIFY_PIN, 0, 1, data, 18);
        break;
    case 1:
        c.sw = token_command(&t, 0x84, HUFU_INS_CHANGE_PIN, 0, 1, data, 22, 0);
        break;
    case 2:
        c.sw = token_command(&t, 0x84, HUFU_INS_CHANGE_PIN, 0, 0, data, 22, 0);
        break;
    case 3:
        c.sw = token_command(&t, 0x84, HUFU_INS_UNBLOCK_PIN, 0, 0, data, 22, 0);
        break;
    case 4:
        c.sw = token_skf(&t, HUFU_INS_DEV_AUTH, 0, 2, data + 2, 16);
        break;
    default:
        c.sw = token_command(&t, 0x84, HUFU_INS_CHANGE_DEV_AUTH_KEY, 0, 2, data + 2, 20, 0);
        break;
    }
    c.operations = t.board.flash.operations;
    return c;
}

/* As much as a wrong PIN costs; a sector of the log that fills up is one operation more, once in a
 * while. 1: it was. */
static unsigned same_work(struct cost c, struct cost plain)
{
    assert_true(c.operations == plain.operations || c.operations == plain.operations + 1);
    return c.operations != plain.operations;
}

/* Ten wrong MACs, no two alike: each is one try of the counter it hangs on, each is answered as a
 * wrong PIN is and costs the same work in flash, and the last one locks. */
static void wrong_macs(void **state)
{
    unsigned more = 0;
    static const struct {
        unsigned how, type;
    } uses[] = {{1, 1}, {2, 0}, {3, 0}};
    (void)state;
    t.via = NULL;
    const struct cost plain = attempt(0, 1);
    assert_int_equal(plain.sw, 0x63C9);
    for (unsigned u = 0; u < sizeof uses / sizeof uses[0]; u++) {
        assert_int_equal(host_verify_pin(&t, app, 1, USER_PIN), SW_OK);
        assert_int_equal(host_verify_pin(&t, app, 0, ADMIN_PIN), SW_OK);
        for (unsigned i = 0; i < 8; i++) {
            const struct cost c = attempt(uses[u].how, (uint8_t)i);
            assert_int_equal(c.sw, SW_PIN_TRIES | (9 - i));
            more += same_work(c, plain);
            assert_int_equal(host_tries(&t, app, uses[u].type), 9 - i);
        }
    }
    assert_int_equal(host_verify_pin(&t, app, 0, ADMIN_PIN), SW_OK);
    for (unsigned i = 0; i < 10; i++) {
        assert_int_equal(attempt(3, (uint8_t)i).sw, SW_PIN_TRIES | (9 - i));
    }
    assert_int_equal(attempt(3, 11).sw, SW_LOCKED);
    assert_int_equal(host_verify_pin(&t, app, 0, ADMIN_PIN), SW_LOCKED);
    /* the device key: ChangeDevAuthKey needs its right, and a wrong MAC takes that away */
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
        const struct cost c = attempt(5, (uint8_t)i);
        assert_int_equal(c.sw, 0x63C9);
        assert_int_equal(attempt(5, 99).sw, SW_SECURITY_STATUS);
        const struct cost d = attempt(4, (uint8_t)i);
        assert_int_equal(d.sw, 0x63C8);
        more += same_work(c, plain) + same_work(d, plain);
    }
    assert_in_range(more, 0, 5); /* of 34 */
}

/* Every count from 1 to 10, both PINs: that many wrong ones and no more, and the default flag. */
static void every_count(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= 10; n++) {
        assert_int_equal(host_create_app(&t, "n", ADMIN_PIN, 11 - n, USER_PIN, n), SW_OK);
        assert_int_equal(host_open_app(&t, "n", &app), SW_OK);
        for (unsigned type = 0; type < 2; type++) {
            const unsigned tries = type == 1 ? n : 11 - n;
            const uint8_t info[] = {(uint8_t)(app >> 8), (uint8_t)app};
            assert_int_equal(token_skf(&t, HUFU_INS_GET_PIN_INFO, 0, (uint8_t)type, info, 2),
                             SW_OK);
            const uint8_t expect[] = {(uint8_t)tries, (uint8_t)tries, 0};
            assert_int_equal(t.answer_len, 3);
            assert_memory_equal(t.answer, expect, 3);
            for (unsigned left = tries; left-- != 0;) {
                assert_int_equal(pins(HUFU_INS_PIN_VERIFY, (uint8_t)type, "wrong-pin", NULL),
                                 SW_PIN_TRIES | left);
            }
            assert_int_equal(
                pins(HUFU_INS_PIN_VERIFY, (uint8_t)type, type == 1 ? USER_PIN : ADMIN_PIN, NULL),
                SW_LOCKED);
        }
        assert_int_equal(token_skf(&t, HUFU_INS_DELETE_APPLICATION, 0, 0, "n", 1), SW_OK);
    }
}

/* Power goes at every flash operation of a change of the rule: the old one or the new one. */
static void cut(void **state)
{
    static const enum board_cut kinds[] = {BOARD_CUT_BEFORE, BOARD_CUT_AFTER, BOARD_CUT_TORN};
    (void)state;
    t.via = NULL;
    for (unsigned k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        bool finished = false;
        for (unsigned at = 1; !finished; at++) {
            assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
            assert_int_equal(set_rule(app, 1, 7, DIGIT, 0), SW_OK);
            const uint8_t data[] = {(uint8_t)(app >> 8), (uint8_t)app, 9, LOWER, NOT_SEQUENCE};
            assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
            board_flash_cut(&t.board.flash, kinds[k], at, at);
            uint16_t sw = token_skf(&t, HUFU_INS_ADMIN_SET_PIN_RULE, 0, 1, data, sizeof data);
            finished = !t.board.flash.off;
            token_restart(&t);
            const uint8_t ids[] = {(uint8_t)(app >> 8), (uint8_t)app};
            assert_int_equal(token_skf(&t, HUFU_INS_GET_PIN_STATE, 0, 1, ids, 2), SW_OK);
            assert_true(t.answer[0] == 9 || (t.answer[0] == 7 && sw != SW_OK));
            check_rule(1, t.answer[0], t.answer[0] == 9 ? LOWER : DIGIT,
                       t.answer[0] == 9 ? NOT_SEQUENCE : 0);
            assert_true(!finished || sw == SW_OK);
        }
    }
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown_token)
    const struct CMUnitTest tests[] = {
        T(every_way),
        T(from_creation_on),
        T(who_may_set_what),
        T(no_oracle_in_the_rule),
        T(wrong_macs),
        T(every_count),
        T(cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
