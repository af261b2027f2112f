/* SPDX-License-Identifier: Apache-2.0 */
/* PIN and device key: tries, locks, forms, and a power cut between spending and comparing. REQ: K1
 * K4
 */
#include "err.h"
#include "fixture/each_test.h"
#include "object.h"
#include "pin/pin_key.h"
#include "session.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static uint16_t app;

static int setup(void **state)
{
    (void)setup_token(state);
    app = host_make_app(&t, 2, 3);
    return 0;
}

static bool logged_in(void)
{
    uint16_t id;
    uint16_t sw = host_create_container(&t, app, "probe", &id);
    if (sw == SW_OK) {
        const uint8_t data[] = {(uint8_t)(app >> 8), (uint8_t)app, 'p', 'r', 'o', 'b', 'e'};
        assert_int_equal(token_skf(&t, HUFU_INS_DELETE_CONTAINER, 0, 0, data, sizeof data), SW_OK);
    } else {
        assert_int_equal(sw, SW_SECURITY_STATUS);
    }
    return sw == SW_OK;
}

static void both_block_forms(void **state)
{
    (void)state;
    assert_false(logged_in());
    assert_int_equal(host_verify_pin(&t, app, 1, USER_PIN), SW_OK);
    assert_true(logged_in());
    token_restart(&t);
    assert_false(logged_in());
    assert_int_equal(host_verify_pin_framed(&t, app, 1, USER_PIN), SW_OK);
    assert_true(logged_in());
    /* the admin right is another one */
    token_restart(&t);
    assert_int_equal(host_verify_pin(&t, app, 0, ADMIN_PIN), SW_OK);
    assert_false(logged_in());
}

static void tries_and_lock(void **state)
{
    (void)state;
    assert_int_equal(host_tries(&t, app, 1), 3);
    assert_int_equal(host_verify_pin(&t, app, 1, "wrong1"), 0x63C2);
    assert_int_equal(host_tries(&t, app, 1), 2);
    assert_int_equal(host_verify_pin(&t, app, 1, USER_PIN), SW_OK);
    assert_int_equal(host_tries(&t, app, 1), 3);
    /* a wrong value takes the right away that was there */
    assert_int_equal(host_verify_pin(&t, app, 1, "wrong1"), 0x63C2);
    assert_false(logged_in());
    assert_int_equal(host_verify_pin_framed(&t, app, 1, "wrong1"), 0x63C1);
    token_restart(&t);
    assert_int_equal(host_tries(&t, app, 1), 1);
    assert_int_equal(host_change_pin(&t, app, 1, "wrong1", "another"), 0x63C0);
    assert_int_equal(host_verify_pin(&t, app, 1, USER_PIN), SW_LOCKED);
    assert_int_equal(host_change_pin(&t, app, 1, USER_PIN, "another"), SW_LOCKED);
    token_restart(&t);
    assert_int_equal(host_verify_pin(&t, app, 1, USER_PIN), SW_LOCKED);
    assert_int_equal(host_tries(&t, app, 0), 2);
}

static void change(void **state)
{
    (void)state;
    assert_int_equal(host_change_pin(&t, app, 1, "wrong1", "another"), 0x63C2);
    assert_int_equal(host_change_pin(&t, app, 1, USER_PIN, "another"), SW_OK);
    assert_int_equal(host_tries(&t, app, 1), 3);
    assert_int_equal(host_verify_pin(&t, app, 1, USER_PIN), 0x63C2);
    assert_int_equal(host_verify_pin(&t, app, 1, "another"), SW_OK);
    /* new values that are no PIN: the old one was right, so nothing is lost, nothing changes */
    assert_int_equal(host_change_pin(&t, app, 1, "another", "short"), SW_WRONG_DATA);
    assert_int_equal(host_tries(&t, app, 1), 3);
    assert_int_equal(host_verify_pin(&t, app, 1, "another"), SW_OK);
    assert_int_equal(host_change_pin(&t, app, 1, "another", "sixteen-bytes-ok"), SW_OK);
    assert_int_equal(host_verify_pin(&t, app, 1, "sixteen-bytes-ok"), SW_OK);
    assert_int_equal(host_change_pin(&t, app, 0, ADMIN_PIN, "new-admin"), SW_OK);
    assert_int_equal(host_verify_pin(&t, app, 0, "new-admin"), SW_OK);
}

static void unblock(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        (void)host_verify_pin(&t, app, 1, "wrong1");
    }
    assert_int_equal(host_verify_pin(&t, app, 1, USER_PIN), SW_LOCKED);
    assert_int_equal(host_unblock_pin(&t, app, "wrong1", "fresh-pin"), 0x63C1);
    assert_int_equal(host_tries(&t, app, 0), 1);
    assert_int_equal(host_unblock_pin(&t, app, ADMIN_PIN, "fresh-pin"), SW_OK);
    assert_int_equal(host_tries(&t, app, 0), 2);
    assert_int_equal(host_tries(&t, app, 1), 3);
    assert_int_equal(host_verify_pin(&t, app, 1, USER_PIN), 0x63C2);
    assert_int_equal(host_verify_pin(&t, app, 1, "fresh-pin"), SW_OK);
    /* an admin PIN that is locked can unblock nothing */
    assert_int_equal(host_unblock_pin(&t, app, "wrong1", "fresh-pin"), 0x63C1);
    assert_int_equal(host_unblock_pin(&t, app, "wrong1", "fresh-pin"), 0x63C0);
    assert_int_equal(host_unblock_pin(&t, app, ADMIN_PIN, "fresh-pin"), SW_LOCKED);
}

/* Commands whose form is wrong are refused before the counter is touched. */
static void malformed_costs_nothing(void **state)
{
    uint8_t data[64] = {(uint8_t)(app >> 8), (uint8_t)app};
    uint8_t challenge[8];
    (void)state;
    for (size_t len = 2; len < sizeof data; len++) {
        host_challenge(&t, challenge);
        if (len != 18) {
            assert_int_equal(token_skf(&t, HUFU_INS_VERIFY_PIN, 0, 1, data, len), SW_WRONG_LENGTH);
        }
        host_challenge(&t, challenge);
        if (len != 22) {
            assert_int_equal(token_command(&t, 0x84, HUFU_INS_CHANGE_PIN, 0, 1, data, len, 0),
                             SW_WRONG_LENGTH);
            host_challenge(&t, challenge);
            assert_int_equal(token_command(&t, 0x84, HUFU_INS_UNBLOCK_PIN, 0, 0, data, len, 0),
                             SW_WRONG_LENGTH);
        }
    }
    host_challenge(&t, challenge);
    assert_int_equal(token_skf(&t, HUFU_INS_VERIFY_PIN, 0, 2, data, 18), SW_WRONG_P1P2);
    host_challenge(&t, challenge);
    assert_int_equal(token_skf(&t, HUFU_INS_VERIFY_PIN, 1, 1, data, 18), SW_WRONG_P1P2);
    host_challenge(&t, challenge);
    assert_int_equal(token_command(&t, 0x84, HUFU_INS_VERIFY_PIN, 0, 1, data, 18, 0),
                     SW_CLA_UNKNOWN);
    host_challenge(&t, challenge);
    assert_int_equal(token_command(&t, 0x80, HUFU_INS_CHANGE_PIN, 0, 1, data, 22, 0),
                     SW_CLA_UNKNOWN);
    data[1] = 7; /* no such application */
    host_challenge(&t, challenge);
    assert_int_equal(token_skf(&t, HUFU_INS_VERIFY_PIN, 0, 1, data, 18), SW_APP_NOT_FOUND);
    /* no challenge */
    data[1] = (uint8_t)app;
    assert_int_equal(token_skf(&t, HUFU_INS_VERIFY_PIN, 0, 1, data, 18), SW_DATA_INVALID);
    assert_int_equal(host_tries(&t, app, 1), 3);
    assert_int_equal(host_tries(&t, app, 0), 2);
}

/* Whichever command a wrong PIN comes in, the right that its holder had in this session ends. */
static void wrong_pin_ends_the_right(void **state)
{
    (void)state;
    assert_int_equal(host_verify_pin(&t, app, 0, ADMIN_PIN), SW_OK);
    assert_int_equal(session_has(session_bare(), PIN_ADMIN(app)), SECURE_TRUE);
    assert_int_equal(host_unblock_pin(&t, app, "no-admin", "fresh-user"), 0x63C1);
    assert_int_equal(session_has(session_bare(), PIN_ADMIN(app)), SECURE_FALSE);
    assert_int_equal(host_verify_pin(&t, app, 0, ADMIN_PIN), SW_OK);
    assert_int_equal(host_change_pin(&t, app, 0, "no-admin", "fresh-admin"), 0x63C1);
    assert_int_equal(session_has(session_bare(), PIN_ADMIN(app)), SECURE_FALSE);
    assert_int_equal(host_verify_pin(&t, app, 1, USER_PIN), SW_OK);
    assert_int_equal(host_change_pin(&t, app, 1, "no-user", "fresh-user"), 0x63C2);
    assert_false(logged_in());
}

static void create_forms(void **state)
{
    static const struct {
        const char *name, *admin, *user;
        unsigned at, au;
        uint16_t sw;
    } rows[] = {
        {"b", "short", USER_PIN, 3, 3, SW_WRONG_DATA},
        {"b", ADMIN_PIN, "short", 3, 3, SW_WRONG_DATA},
        {"b", ADMIN_PIN, USER_PIN, 0, 3, SW_WRONG_DATA},
        {"b", ADMIN_PIN, USER_PIN, 3, 11, SW_WRONG_DATA},
        {"", ADMIN_PIN, USER_PIN, 3, 3, SW_WRONG_DATA},
        {"a\tb", ADMIN_PIN, USER_PIN, 3, 3, SW_WRONG_DATA},
        {"app", ADMIN_PIN, USER_PIN, 3, 3, SW_APP_EXISTS},
        {"123456789012345678901234567890123456789012345678", ADMIN_PIN, USER_PIN, 10, 1, SW_OK},
    };
    (void)state;
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(
            host_create_app(&t, rows[i].name, rows[i].admin, rows[i].at, rows[i].user, rows[i].au),
            rows[i].sw);
    }
    assert_int_equal(token_skf(&t, HUFU_INS_ENUM_APPLICATION, 0, 0, NULL, 0), SW_OK);
    assert_int_equal(t.answer_len, 4 + 49 + 1);
}

static void device_key(void **state)
{
    static const uint8_t fresh[16] = "another device k";
    (void)state;
    assert_int_equal(host_change_device_key(&t, fresh, fresh), 0x63C9);
    /* a wrong MAC took the right away */
    assert_int_equal(host_change_device_key(&t, TRANSPORT_KEY, fresh), SW_SECURITY_STATUS);
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    assert_int_equal(host_change_device_key(&t, TRANSPORT_KEY, fresh), SW_OK);
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), 0x63C9);
    token_restart(&t);
    assert_int_equal(host_change_device_key(&t, fresh, fresh), SW_SECURITY_STATUS);
    for (unsigned left = 8; left > 0; left--) {
        assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_PIN_TRIES | left);
    }
    assert_int_equal(token_status(&t).lifecycle, 2);
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), 0x63C0);
    assert_int_equal(host_device_auth(&t, fresh), SW_LOCKED);
    assert_int_equal(token_status(&t).lifecycle, 4);
    /* no administration any more, but the holder's PIN still works */
    assert_int_equal(host_create_app(&t, "b", ADMIN_PIN, 3, USER_PIN, 3), SW_SECURITY_STATUS);
    assert_int_equal(host_verify_pin(&t, app, 1, USER_PIN), SW_OK);
    assert_true(logged_in());
}

/* ChangeDevAuthKey spends the same tries: one counter, however the key is used. */
static void device_key_by_mac(void **state)
{
    static const uint8_t wrong[16] = "not the device k";
    (void)state;
    assert_int_equal(host_change_device_key(&t, wrong, wrong), 0x63C9);
    assert_int_equal(host_change_device_key(&t, wrong, wrong), SW_SECURITY_STATUS);
    for (unsigned left = 8; left > 0; left--) {
        assert_int_equal(host_device_auth(&t, wrong), SW_PIN_TRIES | left);
    }
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    assert_int_equal(host_change_device_key(&t, wrong, wrong), 0x63C9);
    assert_int_equal(token_status(&t).lifecycle, 2);
}

static void rights_are_per_application(void **state)
{
    uint16_t other = 0, id = 0;
    (void)state;
    assert_int_equal(host_create_app(&t, "other", ADMIN_PIN, 3, USER_PIN, 3), SW_OK);
    assert_int_equal(host_open_app(&t, "other", &other), SW_OK);
    assert_int_equal(host_verify_pin(&t, app, 1, USER_PIN), SW_OK);
    assert_int_equal(host_create_container(&t, other, "c", &id), SW_SECURITY_STATUS);
    assert_int_equal(host_verify_pin(&t, other, 1, "wrong1"), 0x63C2);
    assert_true(logged_in());
    const uint8_t data[2] = {0, (uint8_t)app};
    assert_int_equal(token_skf(&t, HUFU_INS_CLEAR_SECURE_STATE, 0, 0, data, 2), SW_OK);
    assert_false(logged_in());
    /* a deleted application's rights do not pass to the next of its id */
    assert_int_equal(host_verify_pin(&t, app, 1, USER_PIN), SW_OK);
    assert_int_equal(token_skf(&t, HUFU_INS_DELETE_APPLICATION, 0, 0, "app", 3), SW_OK);
    assert_int_equal(host_create_app(&t, "new", ADMIN_PIN, 3, "new-user", 3), SW_OK);
    assert_int_equal(host_open_app(&t, "new", &app), SW_OK);
    assert_false(logged_in());
}

/* Power goes at every flash operation of a wrong attempt (everything after it fails): the tries
 * never come back up, and when the answer was given the try is gone. */
static void cut_in_an_attempt(void **state)
{
    static const enum board_cut kinds[] = {BOARD_CUT_BEFORE, BOARD_CUT_AFTER, BOARD_CUT_TORN};
    (void)state;
    for (unsigned k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        bool finished = false;
        for (unsigned at = 1; !finished; at++) {
            board_flash_cut(&t.board.flash, kinds[k], at, at);
            uint16_t sw = host_verify_pin(&t, app, 1, "wrong1");
            finished = !t.board.flash.off;
            assert_true(!finished || sw == 0x63C2);
            token_restart(&t);
            unsigned now = host_tries(&t, app, 1);
            assert_true(now == 2 || (now == 3 && !finished && sw != 0x63C2));
            assert_int_equal(host_verify_pin(&t, app, 1, USER_PIN), SW_OK);
            assert_int_equal(host_tries(&t, app, 1), 3);
        }
    }
}

/* Every pattern of zero and other bytes: only 6 to 16 bytes and then zeros are a PIN. */
static void field_form(void **state)
{
    (void)state;
    for (unsigned pattern = 0; pattern < 1u << PIN_FIELD; pattern++) {
        uint8_t low[PIN_FIELD], high[PIN_FIELD];
        unsigned len = 0;
        for (unsigned i = 0; i < PIN_FIELD; i++) {
            low[i] = (uint8_t)(pattern >> i & 1u);
            high[i] = low[i] != 0 ? 0xFF : 0;
        }
        while (len < PIN_FIELD && low[len] != 0) {
            len++;
        }
        int expected = len >= PIN_MIN && pattern == (1u << len) - 1u ? ERR_OK : ERR_DATA;
        assert_int_equal(pin_field_check(low), expected);
        assert_int_equal(pin_field_check(high), expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(field_form),
        cmocka_unit_test_setup_teardown(both_block_forms, setup, teardown_token),
        cmocka_unit_test_setup_teardown(tries_and_lock, setup, teardown_token),
        cmocka_unit_test_setup_teardown(change, setup, teardown_token),
        cmocka_unit_test_setup_teardown(unblock, setup, teardown_token),
        cmocka_unit_test_setup_teardown(wrong_pin_ends_the_right, setup, teardown_token),
        cmocka_unit_test_setup_teardown(malformed_costs_nothing, setup, teardown_token),
        cmocka_unit_test_setup_teardown(create_forms, setup, teardown_token),
        cmocka_unit_test_setup_teardown(device_key, setup, teardown_token),
        cmocka_unit_test_setup_teardown(device_key_by_mac, setup, teardown_token),
        cmocka_unit_test_setup_teardown(rights_are_per_application, setup, teardown_token),
        cmocka_unit_test_setup_teardown(cut_in_an_attempt, setup, teardown_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
