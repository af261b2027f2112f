/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The issuer's PIN rule through SKF: SAR_PIN_LEN_RANGE for a PIN that is too short for it,
 * SAR_PIN_INVALID for one that does not follow it, and no try for either. REQ: K1 K3
 */
#include "fixture.h"
#include "object.h"
#include "pin/rule.h"
#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* As an issuer's program has set it, with device authentication. */
static void set_rule(uint16_t id, uint8_t min, uint8_t classes, uint8_t flags)
{
    const struct pin_rule rule = {min, classes, flags};
    assert_int_equal(store_begin(), 0);
    assert_int_equal(pin_rule_put(id, &rule), 0);
    assert_int_equal(store_commit(), 0);
}

static ULONG change(const char *from, const char *to)
{
    ULONG tries = 99;
    return SKF_ChangePIN(bench.app, USER_TYPE, text(from), text(to), &tries);
}

static ULONG unblock(const char *to)
{
    ULONG tries = 99;
    return SKF_UnblockPIN(bench.app, text(ADMIN_PIN), text(to), &tries);
}

static ULONG create(const char *admin, const char *user)
{
    HANDLE app;
    return SKF_CreateApplication(bench.dev, text("ruled"), text(admin), 3, text(user), 3, 0, &app);
}

static void codes(void **state)
{
    static const struct {
        const char *pin;
        ULONG code;
    } rows[] = {{"short-1", SAR_PIN_LEN_RANGE},
                {"no-number", SAR_PIN_INVALID},
                {"12345678", SAR_PIN_INVALID},
                {"11111111", SAR_PIN_INVALID}};
    ULONG max, left;
    BOOL is_default;
    (void)state;
    const uint8_t all = PIN_NOT_ONE_BYTE | PIN_NOT_SEQUENCE | PIN_NOT_PRESENT;
    /* The fixture's application is the first on its token. */
    set_rule(PIN_USER(1), 8, PIN_CLASS_DIGIT, all);
    set_rule(PIN_RULE_LATER(1), 8, PIN_CLASS_DIGIT, all);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(change(USER_PIN, rows[i].pin), rows[i].code);
        assert_int_equal(unblock(rows[i].pin), rows[i].code);
        assert_int_equal(create(ADMIN_PIN, rows[i].pin), rows[i].code);
    }
    assert_int_equal(change(USER_PIN, USER_PIN "-and-7"), SAR_OK);
    assert_int_equal(change(USER_PIN "-and-7", USER_PIN "-and-7"), SAR_PIN_INVALID);
    assert_int_equal(unblock(USER_PIN "-and-7"), SAR_PIN_INVALID);
    assert_int_equal(SKF_GetPINInfo(bench.app, USER_TYPE, &max, &left, &is_default), SAR_OK);
    assert_int_equal(left, max);
    assert_false(is_default);
    assert_int_equal(create(ADMIN_PIN, "good-enough-8"), SAR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(codes, bench_up, bench_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
