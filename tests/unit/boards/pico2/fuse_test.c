/* SPDX-License-Identifier: Apache-2.0 */
/* REQ: K1, T3: one-time memory: the chip's rows, their stand-in in flash, and which of them counts.
 */
#include "board.h"
#include "err.h"
#include "fixture.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/otp.h"
#include "hardware/regs/otp_data.h"
#include "identity.h"
#include "layout.h"
#include "otp_map.h"
#include "rollback.h"
#include <string.h>

static struct hal_otp otp;

static int fresh(void **state)
{
    (void)state;
    chip_reset();
    return flash_start() == HAL_OK ? 0 : -1;
}

static void provision(void)
{
    for (uint32_t i = 0; i < OTP_MARK_COPIES; i++) {
        chip.otp.raw[OTP_MARK_ROW + i] = OTP_MARK;
    }
}

static int key_bytes(uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        out[i] = (uint8_t)(0x5A + 3 * i);
    }
    return ERR_OK;
}

/* What struct hal_otp promises, whichever it is. */
static void keeps_the_contract(void)
{
    uint8_t row[HAL_OTP_ROW], got[HAL_OTP_ROW];
    static const uint8_t zero[HAL_OTP_SIZE];
    uint8_t all[HAL_OTP_SIZE];
    assert_int_equal(otp.read(otp.ctx, 0, all, sizeof all), HAL_OK);
    assert_memory_equal(all, zero, sizeof all);
    (void)key_bytes(row, sizeof row);
    assert_int_equal(otp.burn(otp.ctx, 64, row, sizeof row), HAL_OK);
    assert_int_equal(otp.read(otp.ctx, 64, got, sizeof got), HAL_OK);
    assert_memory_equal(got, row, sizeof row);
    /* More bits, in part of a row and over two rows; no bit is lost. */
    assert_int_equal(otp.burn(otp.ctx, 94, "\xFF\xFF\x81\x01", 4), HAL_OK);
    assert_int_equal(otp.read(otp.ctx, 94, got, 4), HAL_OK);
    assert_memory_equal(got, "\xFF\xFF\x81\x01", 4);
    assert_int_equal(otp.burn(otp.ctx, 96, "\x7E", 1), HAL_OK);
    assert_int_equal(otp.read(otp.ctx, 96, got, 1), HAL_OK);
    assert_int_equal(got[0], 0xFF);
    assert_int_equal(otp.read(otp.ctx, 64, got, 30), HAL_OK);
    assert_memory_equal(got, row, 30);
    /* A locked row is read and no longer burnt; its neighbours are. */
    assert_int_equal(otp.lock(otp.ctx, 2), HAL_OK);
    assert_int_equal(otp.lock(otp.ctx, 2), HAL_OK);
    assert_int_equal(otp.burn(otp.ctx, 64, "\xFF", 1), HAL_FAIL);
    assert_int_equal(otp.burn(otp.ctx, 60, "\x01\x01\x01\x01\x80", 5), HAL_FAIL);
    assert_int_equal(otp.read(otp.ctx, 60, got, 5), HAL_OK);
    assert_memory_equal(got, "\0\0\0\0\x5A", 5);
    assert_int_equal(otp.burn(otp.ctx, 60, "\x01\x01\x01\x01", 4), HAL_OK);
    assert_int_equal(otp.burn(otp.ctx, 64, "\0\0", 2), HAL_OK); /* nothing is asked */
    /* Bounds. */
    assert_int_equal(otp.read(otp.ctx, 255, got, 2), HAL_FAIL);
    assert_int_equal(otp.read(otp.ctx, 0xFFFFFFFFu, got, 2), HAL_FAIL);
    assert_int_equal(otp.burn(otp.ctx, 250, row, 7), HAL_FAIL);
    assert_int_equal(otp.burn(otp.ctx, 1, row, SIZE_MAX), HAL_FAIL);
    assert_int_equal(otp.lock(otp.ctx, 8), HAL_FAIL);
}

static void stand_in_keeps_the_contract(void **state)
{
    (void)state;
    fuse_flash_hal(&otp);
    keeps_the_contract();
    assert_true(otp.development);
    assert_int_equal(chip.otp.rom_calls, 0);
    assert_int_equal(chip.flash.erases, 0); /* it only ever burns */
}

static void rows_keep_the_contract(void **state)
{
    (void)state;
    provision();
    otp_hal(&otp);
    keeps_the_contract();
    assert_int_equal(chip.flash.programs, 0);
    /* A byte three times in its row; the page locked in its row of locks as well. */
    assert_int_equal(chip.otp.raw[otp_row_of(64)], 0x5A5A5A);
    assert_int_equal(chip.otp.raw[OTP_DATA_PAGE0_LOCK1_ROW + 2 * 34], 0x3D3D3D);
    assert_int_equal(chip.otp.sw_lock[34], 0xD);
    for (uint32_t page = 32; page <= 40; page++) { /* none of them is the link's to read */
        assert_int_equal(chip.otp.sw_lock[page] & OTP_SW_LOCK0_NSEC_BITS, OTP_SW_LOCK0_NSEC_BITS);
    }
}

/* Two of three copies decide, and a bit that two of them lost is an error. */
static void weak_bits(void **state)
{
    (void)state;
    uint8_t byte = 0;
    provision();
    otp_hal(&otp);
    chip.otp.weak_row = otp_row_of(5);
    chip.otp.weak_bits = 0x000010;
    assert_int_equal(otp.burn(otp.ctx, 5, "\x1F", 1), HAL_OK);
    assert_int_equal(otp.read(otp.ctx, 5, &byte, 1), HAL_OK);
    assert_int_equal(byte, 0x1F);
    chip.otp.weak_row = otp_row_of(6);
    chip.otp.weak_bits = 0x101000;
    assert_int_equal(otp.burn(otp.ctx, 6, "\x1F", 1), HAL_FAIL);
    chip.otp.raw[otp_row_of(7)] = 0x000080; /* one copy alone is no bit */
    assert_int_equal(otp.read(otp.ctx, 7, &byte, 1), HAL_OK);
    assert_int_equal(byte, 0);
}

static void closed_pages_are_errors(void **state)
{
    (void)state;
    uint8_t got[4] = {9, 9, 9, 9};
    provision();
    otp_hal(&otp);
    chip.otp.sw_lock[33] = 0xF;
    assert_int_equal(otp.read(otp.ctx, 30, got, 4), HAL_FAIL);
    assert_memory_equal(got, "\0\0\0\0", 4);
    assert_int_equal(otp.burn(otp.ctx, 40, "\x01", 1), HAL_FAIL);
}

/* Nothing is ever burnt into a board that nobody provisioned: a whole first life, to the end. */
static void unprovisioned_burns_nothing(void **state)
{
    (void)state;
    enum identity_state life;
    struct rollback to = {.counter = 3, .revoked_sm2 = 1};
    uint8_t root[STORE_ROOT_KEY];
    fuse_hal(&otp);
    assert_true(otp.development);
    assert_int_equal(identity_burn(&otp, key_bytes), ERR_OK);
    assert_int_equal(identity_begin_format(&otp), ERR_OK);
    assert_int_equal(identity_end_format(&otp), ERR_OK);
    assert_int_equal(identity_state(&otp, &life), ERR_OK);
    assert_int_equal(life, IDENTITY_READY);
    assert_int_equal(identity_root_key(&otp, root), ERR_OK);
    assert_int_equal(rollback_raise(&otp, &to), ERR_OK);
    assert_int_equal(identity_mark_destroyed(&otp), ERR_OK);
    assert_int_equal(chip.otp.rom_calls, 0);
    for (uint32_t row = 0; row < 4096; row++) {
        assert_int_equal(chip.otp.raw[row], 0);
    }
    /* It is in the flash, and comes back from there after a reset. */
    fuse_hal(&otp);
    assert_int_equal(identity_state(&otp, &life), ERR_OK);
    assert_int_equal(life, IDENTITY_DESTROYED);
}

static void provisioned_uses_its_rows(void **state)
{
    (void)state;
    enum identity_state life;
    struct rollback now, to = {.counter = 2};
    provision();
    fuse_hal(&otp);
    assert_true(otp.development); /* marked, and yet open */
    assert_int_equal(identity_burn(&otp, key_bytes), ERR_OK);
    assert_int_equal(identity_begin_format(&otp), ERR_OK);
    assert_int_equal(identity_end_format(&otp), ERR_OK);
    assert_int_equal(rollback_raise(&otp, &to), ERR_OK);
    assert_int_equal(chip.flash.programs, 0);
    assert_true(chip.otp.rows_burnt > 0);
    /* Closed: secure boot on and debug off; one of them is not enough. */
    static const struct {
        uint32_t critical;
        bool development;
    } closed[] = {
        {OTP_CRITICAL_SECURE_BOOT_ENABLE_BITS, true},
        {OTP_CRITICAL_DEBUG_DISABLE_BITS, true},
        {OTP_CRITICAL_SECURE_DEBUG_DISABLE_BITS, true},
        {OTP_CRITICAL_SECURE_BOOT_ENABLE_BITS | OTP_CRITICAL_DEBUG_DISABLE_BITS, false},
    };
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
        chip.otp.critical = closed[i].critical;
        fuse_hal(&otp);
        assert_int_equal(otp.development, closed[i].development);
        assert_int_equal(identity_state(&otp, &life), ERR_OK);
        assert_int_equal(life, IDENTITY_READY);
        assert_int_equal(rollback_read(&otp, &now), ERR_OK);
        assert_int_equal(now.counter, 2);
    }
}

/* Boot's view: the same bytes, and no way to burn. */
static void boot_reads_alone(void **state)
{
    (void)state;
    struct hal_otp boot;
    struct rollback now, to = {.counter = 5};
    for (unsigned provisioned = 0; provisioned < 2; provisioned++) {
        if (provisioned) {
            provision();
        }
        fuse_hal(&otp);
        assert_int_equal(rollback_raise(&otp, &to), ERR_OK);
        fuse_reading_hal(&boot);
        assert_int_equal(boot.development, otp.development);
        assert_int_equal(rollback_read(&boot, &now), ERR_OK);
        assert_int_equal(now.counter, to.counter);
        assert_null(boot.burn);
        assert_null(boot.lock);
        to.counter++;
    }
}

static void mark_is_two_of_three(void **state)
{
    (void)state;
    provision();
    assert_true(otp_provisioned());
    chip.otp.raw[OTP_MARK_ROW + 1] ^= 4;
    assert_true(otp_provisioned());
    chip.otp.raw[OTP_MARK_ROW + 2] = 0;
    assert_false(otp_provisioned());
}

/* The stand-in's lock that a cut left half programmed is one. */
static void torn_lock_is_a_lock(void **state)
{
    (void)state;
    fuse_flash_hal(&otp);
    chip.flash.bytes[FLASH_FUSES + HAL_FLASH_PAGE + 4 * 3] = 0xFE;
    assert_int_equal(otp.burn(otp.ctx, 3 * HAL_OTP_ROW, "\x01", 1), HAL_FAIL);
    assert_int_equal(otp.burn(otp.ctx, 4 * HAL_OTP_ROW, "\x01", 1), HAL_OK);
    chip.flash.interface_dead = true;
    assert_int_equal(otp.burn(otp.ctx, 4 * HAL_OTP_ROW, "\x02", 1), HAL_FAIL);
    assert_int_equal(otp.lock(otp.ctx, 1), HAL_FAIL);
}

#define FUSE_TEST(f) cmocka_unit_test_setup_teardown(f, fresh, chip_no_faults)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FUSE_TEST(stand_in_keeps_the_contract),
        FUSE_TEST(rows_keep_the_contract),
        FUSE_TEST(weak_bits),
        FUSE_TEST(closed_pages_are_errors),
        FUSE_TEST(unprovisioned_burns_nothing),
        FUSE_TEST(provisioned_uses_its_rows),
        FUSE_TEST(boot_reads_alone),
        FUSE_TEST(mark_is_two_of_three),
        FUSE_TEST(torn_lock_is_a_lock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
