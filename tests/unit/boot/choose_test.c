/* SPDX-License-Identifier: Apache-2.0 */
/* Which image is started, in every state of record and slots. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "board.h"
#include "choose.h"
#include "err.h"
#include "fixture.h"
#include "rollback.h"
#include <string.h>
#include <sys/mman.h>

#define SIZE (2u * FIXTURE_SLOT + 2u * HAL_FLASH_SECTOR)

static uint8_t old_image[FIXTURE_IMAGE], new_image[FIXTURE_IMAGE];
static struct board_flash flash;
static struct board_otp otp;
static _Alignas(0x1000) uint8_t memory[2][0x6000];
static bool load_fails, unlock_fails, lock_fails, locked;
static struct choose_board board;
static struct image_token token;
static char said[512];

/* As boot does: who writes there now dies of it. */
static int lock(void *ctx, bool yes)
{
    (void)ctx;
    if (yes ? lock_fails : unlock_fails) {
        return HAL_FAIL;
    }
    assert_int_equal(mprotect(memory, sizeof memory, yes ? PROT_READ : PROT_READ | PROT_WRITE), 0);
    locked = yes;
    return HAL_OK;
}

static const void *load(void *ctx, const struct hufu_image_part *part, uint32_t flash_address)
{
    (void)ctx;
    uint8_t *to = memory[part->kind == HUFU_IMAGE_VAULT ? 0 : 1];
    assert_true(part->size <= sizeof memory[0]);
    if (load_fails || board.flash.read(board.flash.ctx, flash_address, to, part->size) != HAL_OK) {
        return NULL;
    }
    return to;
}

static void say(void *ctx, const char *text)
{
    (void)ctx;
    assert_true(strlen(said) + strlen(text) < sizeof said);
    strcat(said, text);
}

static int open_group(void **state)
{
    fixture_open(state);
    const struct hufu_image_signed a = fixture_head(1u << 24, 1), b = fixture_head(2u << 24, 2);
    fixture_image(&a, old_image);
    fixture_image(&b, new_image);
    return 0;
}

static void put(uint32_t slot, const uint8_t *image)
{
    memcpy(flash.bytes + slot * FIXTURE_SLOT, image, FIXTURE_IMAGE);
}

static void record(uint32_t slot, enum slot_phase phase)
{
    const struct slot_record r = {slot, phase};
    assert_int_equal(slots_write(&board.flash, &r), ERR_OK);
}

static int setup(void **state)
{
    (void)state;
    assert_int_equal(board_flash_init(&flash, SIZE, 1), HAL_OK);
    board_otp_init(&otp);
    load_fails = unlock_fails = lock_fails = false;
    token = fixture_token();
    board = (struct choose_board){.token = &token,
                                  .flash = board_flash_hal(&flash),
                                  .otp = board_otp_hal(&otp),
                                  .lock = lock,
                                  .load = load,
                                  .say = say};
    put(0, old_image);
    put(1, new_image);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    board_flash_close(&flash);
    board_otp_close(&otp);
    return 0;
}

/* want: 0 or 1, or -1: nothing may be started. */
static void starts(int want, bool trial)
{
    static struct hufu_image image;
    struct boot_note note;
    said[0] = '\0';
    assert_int_equal(mprotect(memory, sizeof memory, PROT_READ | PROT_WRITE), 0);
    memset(memory, 0, sizeof memory);
    assert_int_equal(mprotect(memory, sizeof memory, PROT_READ), 0);
    locked = true;
    const secure_bool good = choose_image(&board, &image, &note);
    assert_int_equal(good == SECURE_TRUE, want >= 0);
    assert_int_equal(note.magic == BOOT_NOTE, want >= 0);
    if (want >= 0) {
        assert_int_equal(note.slot, want);
        assert_int_equal(note.trial == SECURE_TRUE, trial);
        assert_true(locked);
        /* what was put in place is that image */
        const uint8_t *from = want == 0 ? flash.bytes : flash.bytes + FIXTURE_SLOT;
        assert_memory_equal(memory[0], from + HUFU_IMAGE_HEADER_SIZE, FIXTURE_VAULT_SIZE);
    }
}

static void test_every_record(void **state)
{
    (void)state;
    starts(1, false); /* undecided: the newer */
    record(0, SLOT_CONFIRMED);
    starts(0, false);
    starts(0, false);
    record(1, SLOT_TRIAL);
    starts(1, true);  /* once, */
    starts(0, false); /* and then no more */
    starts(0, false);
    record(1, SLOT_TRIED);
    starts(0, false);
    record(1, SLOT_CONFIRMED);
    starts(1, false);
}

static void test_damage_is_passed_over(void **state)
{
    (void)state;
    record(1, SLOT_CONFIRMED);
    flash.bytes[FIXTURE_SLOT + 2 * HUFU_IMAGE_HEADER_SIZE] ^= 1; /* in the vault part */
    starts(0, false);
    assert_non_null(strstr(said, "slot B wrong digest"));
    put(1, new_image);
    flash.bytes[FIXTURE_SLOT + 600] ^= 1; /* in the LMS signature */
    starts(0, false);
    assert_non_null(strstr(said, "slot B wrong signature"));
    /* a trial whose image is damaged costs its try and gives way */
    record(1, SLOT_TRIAL);
    starts(0, false);
    /* the old one damaged, too: the tried one is still an allowed image, better than none */
    put(1, new_image);
    memset(flash.bytes, 0xFF, FIXTURE_SLOT);
    starts(1, false);
    flash.bytes[FIXTURE_SLOT] ^= 1;
    starts(-1, false);
    assert_non_null(strstr(said, "slot A no image header"));
}

static void test_rollback_and_revocation(void **state)
{
    (void)state;
    struct rollback to = {2, 0, 0};
    record(0, SLOT_CONFIRMED);
    assert_int_equal(rollback_raise(&board.otp, &to), ERR_OK);
    starts(1, false); /* the confirmed one is too old by now */
    assert_non_null(strstr(said, "slot A older than"));
    to.counter = 3;
    assert_int_equal(rollback_raise(&board.otp, &to), ERR_OK);
    starts(-1, false);
    board_otp_close(&otp);
    board_otp_init(&otp);
    to = (struct rollback){0, 1, 0};
    assert_int_equal(rollback_raise(&board.otp, &to), ERR_OK);
    starts(-1, false); /* both are signed by the root that was given up */
    assert_non_null(strstr(said, "given up"));
    otp.fuses[5 * HAL_OTP_ROW] = 0x01; /* fuses that say nothing sensible */
    starts(-1, false);
}

static void test_what_fails(void **state)
{
    (void)state;
    load_fails = true;
    starts(-1, false);
    load_fails = false;
    /* nor is anything started where it could not be copied, or could still be changed */
    unlock_fails = true;
    starts(-1, false);
    unlock_fails = false;
    lock_fails = true;
    starts(-1, false);
    lock_fails = false;
    /* the try cannot be written down: the new image is not tried */
    record(1, SLOT_TRIAL);
    flash.off = false;
    board_flash_cut(&flash, BOARD_CUT_BEFORE, 1, 1);
    static struct hufu_image image;
    struct boot_note note;
    said[0] = '\0';
    (void)choose_image(&board, &image, &note);
    assert_null(strstr(said, "on trial"));
    board_flash_power_on(&flash);
    starts(1, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_record, setup, teardown),
        cmocka_unit_test_setup_teardown(test_damage_is_passed_over, setup, teardown),
        cmocka_unit_test_setup_teardown(test_rollback_and_revocation, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_fails, setup, teardown),
    };
    return cmocka_run_group_tests(tests, open_group, fixture_close);
}
