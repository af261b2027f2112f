/* SPDX-License-Identifier: Apache-2.0 */
/* The lifecycle table against a second one, exhaustively; the redundancy of the record. */
#include "err.h"
#include "lifecycle.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* from x command -> to (-1: no row), and who may ask; written from docs/gmt0017.md. */
static int expected_to(int from, int command, unsigned *authority)
{
    bool working =
        from == LIFECYCLE_PROVISIONED || from == LIFECYCLE_INITIALISED || from == LIFECYCLE_IN_USE;
    switch (command) {
    case MOVE_FIRST_START:
        *authority = AUTHORITY_VAULT;
        return from == LIFECYCLE_BLANK ? LIFECYCLE_PROVISIONED : -1;
    case MOVE_CREATE_APPLICATION:
        *authority = AUTHORITY_DEVICE;
        return !working ? -1 : from == LIFECYCLE_IN_USE ? from : LIFECYCLE_INITIALISED;
    case MOVE_GENERATE_KEY:
        *authority = AUTHORITY_USER;
        return from == LIFECYCLE_LOCKED                                    ? from
               : from == LIFECYCLE_INITIALISED || from == LIFECYCLE_IN_USE ? LIFECYCLE_IN_USE
                                                                           : -1;
    case MOVE_DEVICE_KEY_LOCKED:
        *authority = AUTHORITY_VAULT;
        return working ? LIFECYCLE_LOCKED : from == LIFECYCLE_FACTORY ? from : -1;
    case MOVE_RESET:
        *authority =
            from == LIFECYCLE_LOCKED ? AUTHORITY_PANEL : AUTHORITY_PANEL | AUTHORITY_DEVICE;
        return working || from == LIFECYCLE_LOCKED ? LIFECYCLE_PROVISIONED : -1;
    case MOVE_DESTROY:
        *authority = AUTHORITY_DEVICE;
        return working ? LIFECYCLE_DESTROYED : -1;
    case MOVE_PROVISION:
        *authority = AUTHORITY_FACTORY;
        return from == LIFECYCLE_BLANK ? LIFECYCLE_FACTORY : -1;
    case MOVE_LEAVE_FACTORY:
        *authority = AUTHORITY_FACTORY;
        return from == LIFECYCLE_FACTORY ? LIFECYCLE_PROVISIONED : -1;
    default:
        return -1;
    }
}

static void table(void **state)
{
    (void)state;
    for (int from = 0; from <= LIFECYCLE_FACTORY + 1; from++) {
        for (int command = 0; command <= MOVE_LEAVE_FACTORY + 1; command++) {
            for (unsigned authority = 0; authority < 32; authority++) {
                struct lifecycle_move move = {LIFECYCLE_BLANK, false};
                unsigned may = 0;
                int to = expected_to(from, command, &may);
                int err = lifecycle_next((enum lifecycle)from, (enum lifecycle_command)command,
                                         authority, &move);
                if (to < 0) {
                    assert_int_equal(err, ERR_STATE);
                } else if ((authority & may) == 0) {
                    assert_int_equal(err, ERR_DENIED);
                } else {
                    assert_int_equal(err, ERR_OK);
                    assert_int_equal(move.to, to);
                    /* only commissioning leaves the acting session */
                    assert_int_equal(move.wipes_all, command != MOVE_CREATE_APPLICATION &&
                                                         command != MOVE_GENERATE_KEY);
                }
            }
        }
    }
}

static void record(void **state)
{
    uint8_t r[LIFECYCLE_RECORD];
    enum lifecycle got;
    (void)state;
    for (int s = 0; s <= LIFECYCLE_FACTORY; s++) {
        lifecycle_encode((enum lifecycle)s, r);
        assert_int_equal(lifecycle_decode(r, sizeof r, &got), ERR_OK);
        assert_int_equal(got, s);
        assert_int_equal(lifecycle_decode(r, sizeof r - 1, &got), ERR_INTEGRITY);
        /* no one, two or three wrong bits make another state of it */
        for (unsigned a = 0; a < 8 * sizeof r; a++) {
            r[a / 8] ^= (uint8_t)(1u << (a % 8));
            assert_int_equal(lifecycle_decode(r, sizeof r, &got), ERR_INTEGRITY);
            for (unsigned b = 0; b < a; b++) {
                r[b / 8] ^= (uint8_t)(1u << (b % 8));
                assert_int_equal(lifecycle_decode(r, sizeof r, &got), ERR_INTEGRITY);
                r[b / 8] ^= (uint8_t)(1u << (b % 8));
            }
            r[a / 8] ^= (uint8_t)(1u << (a % 8));
        }
    }
    memset(r, 0, sizeof r);
    assert_int_equal(lifecycle_decode(r, sizeof r, &got), ERR_INTEGRITY);
    memset(r, 0xFF, sizeof r);
    assert_int_equal(lifecycle_decode(r, sizeof r, &got), ERR_INTEGRITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(table), cmocka_unit_test(record)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
