/* SPDX-License-Identifier: Apache-2.0 */
/* REQ: K1: BOOTSEL as the button, the display if there is one, the watchdog, a command's slice. */
#include "board.h"
#include "fixture.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/psm.h"
#include "hardware/regs/watchdog.h"
#include "slicer.h"
#include <string.h>

static struct hal_panel panel;

static int fresh(void **state)
{
    (void)state;
    chip_reset();
    chip_wait_us(10000000); /* whatever a test before asked is long ago */
    assert_int_equal(flash_start(), HAL_OK);
    return 0;
}

/* Asks for so long as the vault's question does, and returns what came first. */
static uint32_t ask(uint32_t us)
{
    const uint64_t from = chip.us;
    while (chip.us - from < us) {
        const uint32_t pressed = bootsel_pressed();
        if (pressed != 0) {
            return pressed;
        }
        chip_wait_us(500);
    }
    return 0;
}

static void pressed_and_let_go_is_ok(void **state)
{
    (void)state;
    assert_int_equal(ask(100000), 0);
    chip.bootsel = true;
    assert_int_equal(ask(300000), 0); /* still down */
    chip.bootsel = false;
    assert_int_equal(ask(300000), HAL_BUTTON_OK);
    assert_int_equal(ask(3000000), 0); /* once */
}

static void held_is_cancel(void **state)
{
    (void)state;
    assert_int_equal(ask(100000), 0);
    chip.bootsel = true;
    assert_int_equal(ask(1900000), 0);
    assert_int_equal(ask(300000), HAL_BUTTON_CANCEL);
    assert_int_equal(ask(5000000), 0);
    chip.bootsel = false;
    assert_int_equal(ask(500000), 0); /* letting go is not OK then */
}

/* A press that began before the question says nothing. */
static void old_press_is_none(void **state)
{
    (void)state;
    chip.bootsel = true;
    assert_int_equal(ask(4000000), 0);
    chip.bootsel = false;
    assert_int_equal(ask(500000), 0);
    chip.bootsel = true;
    assert_int_equal(ask(100000), 0);
    chip.bootsel = false;
    assert_int_equal(ask(100000), HAL_BUTTON_OK); /* a new one does */
    /* Down when nobody asks, and up again in the next question. */
    chip.bootsel = true;
    assert_int_equal(ask(100000), 0);
    chip_wait_us(300000);
    assert_int_equal(ask(10000), 0);
    chip.bootsel = false;
    assert_int_equal(ask(500000), 0);
}

static void bounces_are_none(void **state)
{
    (void)state;
    assert_int_equal(ask(50000), 0);
    for (unsigned i = 0; i < 40; i++) {
        chip.bootsel = i % 2 == 0;
        assert_int_equal(ask(7000), 0);
    }
    chip.bootsel = false;
    assert_int_equal(ask(500000), 0);
}

/* The pin goes back as it was, and the flash works between two readings. */
static void flash_and_button_share_a_pin(void **state)
{
    (void)state;
    uint8_t byte = 0x3C;
    chip.bootsel = true;
    assert_true(bootsel_down());
    assert_int_equal(chip.select_pin, 0);
    assert_int_equal(flash_chip_program(0x380000, &byte, 1), HAL_OK);
    assert_true(bootsel_down());
    assert_int_equal(flash_chip_read(0x380000, &byte, 1), HAL_OK);
    assert_int_equal(byte, 0x3C);
}

static void no_display_is_an_error_not_a_wait(void **state)
{
    (void)state;
    const uint64_t from = chip.us;
    panel_hal(&panel);
    assert_int_equal(panel.show(panel.ctx), HAL_FAIL);
    assert_true(chip.us - from < 10000);
    assert_int_equal(chip.i2c.messages, 0);
    chip.i2c.present = true; /* plugged in later: it was not set up, so it is none */
    assert_int_equal(panel.show(panel.ctx), HAL_FAIL);
}

static bool dot(unsigned x, unsigned y)
{
    return (chip.display.memory[y / 8][x] >> y % 8 & 1) != 0;
}

static void display_shows_rows(void **state)
{
    (void)state;
    uint8_t row[HAL_PANEL_ROW];
    chip.i2c.present = true;
    panel_hal(&panel);
    assert_true(chip.display.on && chip.display.pump && chip.display.horizontal);
    assert_true(chip.display.segments_turned && chip.display.rows_turned);
    assert_int_equal(chip.display.lines, 64);
    assert_int_equal(chip.display.unknown, 0);
    for (unsigned y = 0; y < HAL_PANEL_HEIGHT; y++) {
        memset(row, 0, sizeof row);
        row[y / 8] = (uint8_t)(0x80u >> y % 8); /* a diagonal */
        row[15] = 0x01;                         /* and the right edge */
        assert_int_equal(panel.row(panel.ctx, y, row), HAL_OK);
    }
    assert_false(dot(3, 3)); /* not before show */
    assert_int_equal(panel.show(panel.ctx), HAL_OK);
    for (unsigned y = 0; y < HAL_PANEL_HEIGHT; y++) {
        for (unsigned x = 0; x < HAL_PANEL_WIDTH; x++) {
            assert_int_equal(dot(x, y), x == y || x == 127);
        }
    }
    /* A row is replaced, not painted over. */
    memset(row, 0, sizeof row);
    assert_int_equal(panel.row(panel.ctx, 10, row), HAL_OK);
    assert_int_equal(panel.show(panel.ctx), HAL_OK);
    assert_false(dot(10, 10));
    assert_true(dot(11, 11));
    assert_int_equal(panel.row(panel.ctx, HAL_PANEL_HEIGHT, row), HAL_FAIL);
    assert_int_equal(chip.display.unknown, 0);
}

static void display_that_goes_away(void **state)
{
    (void)state;
    chip.i2c.present = true;
    panel_hal(&panel);
    chip.i2c.refuse_after = 40; /* in the middle of a page */
    assert_int_equal(panel.show(panel.ctx), HAL_FAIL);
    chip.i2c.refuse_after = 0;
    assert_int_equal(panel.show(panel.ctx), HAL_OK);
    chip.i2c.stuck = true; /* somebody holds the clock */
    const uint64_t from = chip.us;
    chip.step_us = 10;
    assert_int_equal(panel.show(panel.ctx), HAL_FAIL);
    assert_true(chip.us - from < 5000);
    assert_int_equal(i2c_write(0x3C, (const uint8_t *)"", 0), HAL_FAIL);
}

static void watchdog_bites_in_time(void **state)
{
    (void)state;
    watchdog_set(1000);
    chip_wait_us(900000);
    assert_int_equal(chip.resets, 0);
    watchdog_set(1000); /* anew */
    chip_wait_us(900000);
    assert_int_equal(chip.resets, 0);
    watchdog_stop();
    chip_wait_us(5000000);
    assert_int_equal(chip.resets, 0);
    watchdog_set(1000);
    chip_wait_us(1100000);
    assert_int_equal(chip.resets, 1);
    chip.watchdog_scratch4 = 0xB007C0D3u; /* the ROM would go elsewhere */
    watchdog_reset();
    assert_int_equal(chip.resets, 2);
    assert_int_equal(chip.watchdog_scratch4, 0);
    /* All is reset: the cores, the memories' rules, one-time memory's soft locks. */
    assert_int_equal(chip.watchdog_reset_by,
                     PSM_WDSEL_BITS & ~(PSM_WDSEL_ROSC_BITS | PSM_WDSEL_XOSC_BITS));
    assert_true((chip.watchdog_reset_by & PSM_WDSEL_ACCESSCTRL_BITS) != 0);
}

/* A slice: its interrupt in time, nothing left of it when it is over, a reset if it never ends. */
static void slices_end(void **state)
{
    (void)state;
    slicer_start(15);
    chip_wait_us(14000);
    assert_false(chip.alarm_pending);
    chip_wait_us(2000);
    assert_true(chip.alarm_pending && chip.alarm_enabled);
    slicer_stop();
    assert_false(chip.alarm_pending);
    slicer_start(15); /* over before its time */
    chip_wait_us(3000);
    slicer_stop();
    chip_wait_us(5000000);
    assert_false(chip.alarm_pending);
    assert_int_equal(chip.resets, 0);
    chip.us = 0xFFFFFFFFull - 4000; /* the clock's low word turns over in it */
    slicer_start(15);
    chip_wait_us(14000);
    assert_false(chip.alarm_pending);
    chip_wait_us(2000);
    assert_true(chip.alarm_pending);
    chip_wait_us(1000000);
    assert_int_equal(chip.resets, 1);
}

static void log_is_text(void **state)
{
    (void)state;
    log_start();
    log_value("started", 0xBEEFu);
    assert_string_equal(chip.log, "started 0000beef\r\n");
}

#define PANEL_TEST(f) cmocka_unit_test_setup_teardown(f, fresh, chip_no_faults)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PANEL_TEST(pressed_and_let_go_is_ok),
        PANEL_TEST(held_is_cancel),
        PANEL_TEST(old_press_is_none),
        PANEL_TEST(bounces_are_none),
        PANEL_TEST(flash_and_button_share_a_pin),
        PANEL_TEST(no_display_is_an_error_not_a_wait),
        PANEL_TEST(display_shows_rows),
        PANEL_TEST(display_that_goes_away),
        PANEL_TEST(watchdog_bites_in_time),
        PANEL_TEST(slices_end),
        PANEL_TEST(log_is_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
