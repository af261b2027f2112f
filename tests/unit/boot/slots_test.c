/* SPDX-License-Identifier: Apache-2.0 */
/* The record of the slots: whatever instant a write is cut, the old one or the new one is read, and
 * from then on always the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "board.h"
#include "err.h"
#include "fixture.h"
#include "rollback.h"

#define SIZE (2u * FIXTURE_SLOT + 2u * HAL_FLASH_SECTOR)

static void test_geometry(void **state)
{
    (void)state;
    struct board_flash flash;
    assert_int_equal(board_flash_init(&flash, SIZE, 1), HAL_OK);
    const struct hal_flash hal = board_flash_hal(&flash);
    struct slot_record record;
    assert_int_equal(slots_size(&hal), FIXTURE_SLOT);
    assert_int_equal(slots_address(&hal, 1), FIXTURE_SLOT);
    assert_int_equal(slots_read(&hal, &record), ERR_OK);
    assert_int_equal(record.phase, SLOT_UNDECIDED);
    for (uint32_t i = 0; i < 9; i++) {
        const struct slot_record want = {i % 2, (enum slot_phase)(1 + i % 3)};
        assert_int_equal(slots_write(&hal, &want), ERR_OK);
        assert_int_equal(slots_read(&hal, &record), ERR_OK);
        assert_int_equal(record.slot, want.slot);
        assert_int_equal(record.phase, want.phase);
    }
    board_flash_close(&flash);
}

static void test_cut_anywhere(void **state)
{
    (void)state;
    static const enum board_cut cuts[] = {BOARD_CUT_BEFORE, BOARD_CUT_AFTER, BOARD_CUT_TORN,
                                          BOARD_CUT_UNSTABLE};
    for (uint64_t seed = 1; seed <= 60; seed++) {
        for (unsigned c = 0; c < 4; c++) {
            for (uint32_t at = 1; at <= 3; at++) {
                struct board_flash flash;
                assert_int_equal(board_flash_init(&flash, SIZE, seed), HAL_OK);
                const struct hal_flash hal = board_flash_hal(&flash);
                const struct slot_record old = {1, SLOT_CONFIRMED}, new = {0, SLOT_TRIAL};
                const struct slot_record last = {1, SLOT_TRIED};
                struct slot_record record;
                assert_int_equal(slots_write(&hal, &old), ERR_OK);
                board_flash_cut(&flash, cuts[c], at, seed);
                (void)slots_write(&hal, &new);
                board_flash_power_on(&flash);
                assert_int_equal(slots_read(&hal, &record), ERR_OK);
                assert_true((record.slot == old.slot && record.phase == old.phase) ||
                            (record.slot == new.slot &&record.phase == new.phase));
                assert_int_equal(slots_write(&hal, &last), ERR_OK);
                for (unsigned again = 0; again < 4; again++) {
                    assert_int_equal(slots_read(&hal, &record), ERR_OK);
                    assert_true(record.slot == last.slot && record.phase == last.phase);
                }
                board_flash_close(&flash);
            }
        }
    }
}

/* The counter only rises, a cut repeat goes on, the roots are given up one by one. */
static void test_rollback(void **state)
{
    (void)state;
    struct board_otp otp;
    board_otp_init(&otp);
    const struct hal_otp hal = board_otp_hal(&otp);
    struct rollback now, to = {5, 0, 0};
    assert_int_equal(rollback_read(&hal, &now), ERR_OK);
    assert_int_equal(now.counter, 0);
    assert_int_equal(rollback_raise(&hal, &to), ERR_OK);
    to.counter = 2;
    to.revoked_lms = 1;
    assert_int_equal(rollback_raise(&hal, &to), ERR_OK);
    assert_int_equal(rollback_read(&hal, &now), ERR_OK);
    assert_int_equal(now.counter, 5);
    assert_int_equal(now.revoked_lms, 1);
    assert_int_equal(now.revoked_sm2, 0);
    to = (struct rollback){HUFU_IMAGE_ROLLBACK_MAX, 2, 0};
    assert_int_equal(rollback_raise(&hal, &to), ERR_OK);
    assert_int_equal(rollback_read(&hal, &now), ERR_OK);
    assert_int_equal(now.counter, HUFU_IMAGE_ROLLBACK_MAX);
    assert_int_equal(now.revoked_lms, 1);
    assert_int_equal(now.revoked_sm2, 2);
    to.counter++;
    assert_int_equal(rollback_raise(&hal, &to), ERR_PARAM);
    board_otp_close(&otp);
    /* a gap among the marks is no number */
    board_otp_init(&otp);
    otp.fuses[5 * HAL_OTP_ROW] = 0xA0;
    assert_int_equal(rollback_read(&hal, &now), ERR_INTEGRITY);
    board_otp_close(&otp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_geometry),
        cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_rollback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
