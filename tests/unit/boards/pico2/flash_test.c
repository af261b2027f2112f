/* SPDX-License-Identifier: Apache-2.0 */
/* REQ: K1, T3: the flash driver, against a chip that refuses what a W25Q32 and the QMI refuse. */
#include "board.h"
#include "fixture.h"
#include "layout.h"
#include "mmio.h"
#include <string.h>

static struct hal_flash store, firmware;

static int fresh(void **state)
{
    (void)state;
    chip_reset();
    flash_store_hal(&store);
    flash_firmware_hal(&firmware);
    assert_int_equal(flash_start(), HAL_OK);
    return 0;
}

static void pattern(uint8_t *bytes, size_t len, unsigned seed)
{
    for (size_t i = 0; i < len; i++) {
        bytes[i] = (uint8_t)(seed + 31u * i);
    }
}

static void reads_what_is_there(void **state)
{
    (void)state;
    static uint8_t got[3000];
    pattern(chip.flash.bytes + FLASH_STORE, 5000, 7);
    assert_int_equal(store.read(store.ctx, 123, got, sizeof got), HAL_OK);
    assert_memory_equal(got, chip.flash.bytes + FLASH_STORE + 123, sizeof got);
    assert_int_equal(store.read(store.ctx, FLASH_STORE_SIZE, got, 0), HAL_OK);
    memset(chip.flash.bytes + FLASH_STORE + FLASH_STORE_SIZE - 4, 0xA5, 4);
    assert_int_equal(store.read(store.ctx, FLASH_STORE_SIZE - 4, got, 4), HAL_OK);
    assert_int_equal(got[3], 0xA5);
}

static void programs_and_erases(void **state)
{
    (void)state;
    uint8_t page[256], got[256];
    uint32_t programs, erases, before, erased_before;
    flash_count(&before, &erased_before);
    pattern(page, sizeof page, 1);
    assert_int_equal(store.program(store.ctx, 0x1000, page, 256), HAL_OK);
    assert_memory_equal(chip.flash.bytes + FLASH_STORE + 0x1000, page, 256);
    assert_int_equal(store.program(store.ctx, 0x2003, page, 5), HAL_OK);
    assert_int_equal(store.read(store.ctx, 0x2000, got, 10), HAL_OK);
    assert_int_equal(got[2], 0xFF);
    assert_memory_equal(got + 3, page, 5);
    assert_int_equal(got[8], 0xFF);
    /* The same bits once more, and fewer: both are programming. */
    assert_int_equal(store.program(store.ctx, 0x2003, page, 5), HAL_OK);
    memset(got, 0, 5);
    assert_int_equal(store.program(store.ctx, 0x2003, got, 5), HAL_OK);
    assert_int_equal(store.erase(store.ctx, 0x2000), HAL_OK);
    assert_int_equal(chip.flash.bytes[FLASH_STORE + 0x2003], 0xFF);
    assert_memory_equal(chip.flash.bytes + FLASH_STORE + 0x1000, page, 256);
    flash_count(&programs, &erases);
    assert_int_equal(programs - before, 4);
    assert_int_equal(erases - erased_before, 1);
    assert_int_equal(chip.flash.programs, 4);
    assert_int_equal(chip.flash.erases, 1);
}

static void refuses(void **state)
{
    (void)state;
    uint8_t bytes[300] = {0};
    const uint32_t end = FLASH_STORE_SIZE;
    assert_int_equal(store.program(store.ctx, 0, bytes, 0), HAL_FAIL);
    assert_int_equal(store.program(store.ctx, 0, bytes, 257), HAL_FAIL);
    assert_int_equal(store.program(store.ctx, 250, bytes, 10), HAL_FAIL); /* across a page */
    assert_int_equal(store.program(store.ctx, end - 1, bytes, 2), HAL_FAIL);
    assert_int_equal(store.program(store.ctx, end, bytes, 1), HAL_FAIL);
    assert_int_equal(store.program(store.ctx, 0xFFFFFFFFu, bytes, 2), HAL_FAIL);
    assert_int_equal(store.read(store.ctx, end - 1, bytes, 2), HAL_FAIL);
    assert_int_equal(store.read(store.ctx, 0xFFFFFFF0u, bytes, 32), HAL_FAIL);
    assert_int_equal(store.read(store.ctx, 1, bytes, SIZE_MAX), HAL_FAIL);
    assert_int_equal(store.erase(store.ctx, 1), HAL_FAIL);
    assert_int_equal(store.erase(store.ctx, end), HAL_FAIL);
    assert_int_equal(store.erase(store.ctx, 0xFFFFF000u), HAL_FAIL);
    assert_int_equal(flash_chip_program(FLASH_SIZE - 1, bytes, 2), HAL_FAIL);
    assert_int_equal(flash_chip_erase(FLASH_SIZE), HAL_FAIL);
    assert_int_equal(chip.flash.programs + chip.flash.erases, 0);
    /* A bit that is 0 cannot become 1; nothing is changed. */
    assert_int_equal(store.program(store.ctx, 8, "\x0F", 1), HAL_OK);
    assert_int_equal(store.program(store.ctx, 7, "\x00\x1F\x00", 3), HAL_FAIL);
    assert_int_equal(chip.flash.bytes[FLASH_STORE + 7], 0xFF);
    assert_int_equal(chip.flash.bytes[FLASH_STORE + 8], 0x0F);
    assert_int_equal(chip.flash.programs, 1);
}

/* No part reaches another's first or last byte. */
static void parts_are_apart(void **state)
{
    (void)state;
    static const struct {
        uint32_t base, size;
    } parts[] = {{FLASH_BOOT, FLASH_BOOT_SIZE},
                 {FLASH_FUSES, FLASH_FUSES_SIZE},
                 {FLASH_FIRMWARE, FLASH_FIRMWARE_SIZE},
                 {FLASH_STORE, FLASH_STORE_SIZE}};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(parts[i].base % HAL_FLASH_SECTOR, 0);
        assert_int_equal(parts[i].size % HAL_FLASH_SECTOR, 0);
        assert_true(parts[i].base + parts[i].size <= (i < 3 ? parts[i + 1].base : FLASH_SIZE));
    }
    assert_int_equal(firmware.size, FLASH_FIRMWARE_SIZE);
    assert_int_equal(firmware.program(firmware.ctx, 0, "\x11", 1), HAL_OK);
    assert_int_equal(chip.flash.bytes[FLASH_FIRMWARE], 0x11);
    assert_int_equal(firmware.erase(firmware.ctx, FLASH_FIRMWARE_SIZE - 4096), HAL_OK);
}

/* The window is off from the start on, and stays off. */
static void window_stays_off(void **state)
{
    uint8_t byte = 0;
    (void)state;
    assert_true(chip.flash.direct);
    assert_int_equal(store.program(store.ctx, 0, &byte, 1), HAL_OK);
    assert_int_equal(store.erase(store.ctx, 0), HAL_OK);
    assert_int_equal(store.read(store.ctx, 0, &byte, 1), HAL_OK);
    assert_true(chip.flash.direct);
    (void)mmio_read(0x10000000u);
    assert_int_equal(chip.faults, 1);
    assert_string_equal(chip.why, "XIP access while it is off");
    chip.faults = 0;
}

/* Interrupts are held for one command at a time, never while the chip is at work. */
static unsigned held_looks;
static uint64_t looked_from;
static void watch_time(void)
{
    held_looks += chip.held > 0;
    if (looked_from == 0) {
        looked_from = chip.us;
    }
}

static void interrupts_are_held_briefly(void **state)
{
    (void)state;
    uint8_t page[256] = {0};
    held_looks = 0;
    looked_from = 0;
    chip.on_time = watch_time;
    assert_int_equal(store.erase(store.ctx, 0x3000), HAL_OK);
    assert_true(chip.us - looked_from >= 45000); /* it was waited for */
    assert_int_equal(store.program(store.ctx, 0x3000, page, 256), HAL_OK);
    assert_int_equal(held_looks, 0);
    /* WREN 1, status 2, program 4 + 256. */
    assert_true(chip.flash.longest <= 263);
}

/* A command that is discarded while the chip works: what comes next waits, and works. */
static jmp_buf gone;
static unsigned looks;
static void leave(void)
{
    if (++looks == 10) {
        chip.on_time = NULL;
        longjmp(gone, 1);
    }
}

static void survives_a_discarded_command(void **state)
{
    (void)state;
    uint8_t byte = 0x55;
    chip.flash.bytes[FLASH_STORE + 0x4000] = 0;
    looks = 0;
    chip.on_time = leave;
    if (setjmp(gone) == 0) {
        (void)store.erase(store.ctx, 0x4000);
        fail_msg("the erase ended at once");
    }
    assert_int_equal(chip.held, 0);
    assert_true(chip.us < chip.flash.busy_until);
    assert_int_equal(store.program(store.ctx, 0x4000, &byte, 1), HAL_OK);
    assert_int_equal(chip.flash.bytes[FLASH_STORE + 0x4000], 0x55);
}

static void ills_are_errors(void **state)
{
    (void)state;
    uint8_t byte = 0;
    chip.flash.never_enabled = true;
    assert_int_equal(store.program(store.ctx, 0, &byte, 1), HAL_FAIL);
    assert_int_equal(store.erase(store.ctx, 0), HAL_FAIL);
    assert_int_equal(chip.flash.bytes[FLASH_STORE], 0xFF);
    chip.flash.never_enabled = false;

    chip.flash.weak_bits = 0x10; /* read back, and found out */
    assert_int_equal(store.program(store.ctx, 0, &byte, 1), HAL_FAIL);
    chip.flash.weak_bits = 0;

    const uint64_t from = chip.us;
    chip.step_us = 50;
    chip.flash.never_ready = true;
    assert_int_equal(store.erase(store.ctx, 0), HAL_FAIL);
    assert_int_equal(store.read(store.ctx, 0, &byte, 1), HAL_FAIL);
    assert_true(chip.us - from < 3000000); /* bounded */
    chip.flash.never_ready = false;
    chip.step_us = 1;

    chip.flash.interface_dead = true;
    assert_int_equal(store.read(store.ctx, 0, &byte, 1), HAL_FAIL);
    assert_int_equal(flash_start(), HAL_FAIL);
    assert_int_equal(chip.held, 0);
    assert_false(chip.flash.selected);
    chip.flash.interface_dead = false;
    chip.flash.absent = true;
    chip.step_us = 1000;
    assert_int_equal(flash_start(), HAL_FAIL);
    chip.flash.absent = false;
    chip.step_us = 1;
    assert_int_equal(flash_start(), HAL_OK);
}

#define FLASH_TEST(f) cmocka_unit_test_setup_teardown(f, fresh, chip_no_faults)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FLASH_TEST(reads_what_is_there),
        FLASH_TEST(programs_and_erases),
        FLASH_TEST(refuses),
        FLASH_TEST(parts_are_apart),
        FLASH_TEST(window_stays_off),
        FLASH_TEST(interrupts_are_held_briefly),
        FLASH_TEST(survives_a_discarded_command),
        FLASH_TEST(ills_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
