/* SPDX-License-Identifier: Apache-2.0 */
/* REQ: K1: clocks and resets: the figures that come out, and every wait that does not end. */
#include "clocks.h"
#include "fixture.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/resets.h"
#include "layout.h"
#include "mmio.h"

static void frequencies(void **state)
{
    (void)state;
    assert_int_equal(clocks_start(), HAL_OK);
    assert_int_equal(chip_sys_hz(), CPU_HZ);
    assert_int_equal(chip_usb_hz(), 48000000);
    assert_int_equal(chip_ref_hz(), CRYSTAL_HZ); /* what the ticks count */
    assert_int_equal(chip.faults, 0);
    /* What nobody uses stays in reset: DMA first of all. */
    const uint32_t reset = mmio_read(RESETS_BASE + RESETS_RESET_OFFSET);
    assert_true((reset & RESETS_RESET_DMA_BITS) != 0);
    assert_true((reset & RESETS_RESET_PIO0_BITS) != 0);
    assert_true((reset & RESETS_RESET_SPI0_BITS) != 0);
    assert_true((reset & RESETS_RESET_UART1_BITS) != 0);
    assert_int_equal(reset & (RESETS_RESET_USBCTRL_BITS | RESETS_RESET_TRNG_BITS |
                              RESETS_RESET_TIMER0_BITS | RESETS_RESET_TIMER1_BITS |
                              RESETS_RESET_I2C0_BITS | RESETS_RESET_IO_QSPI_BITS),
                     0);
}

static void again_after_a_reset_by_the_watchdog(void **state)
{
    (void)state;
    assert_int_equal(clocks_start(), HAL_OK);
    assert_int_equal(clocks_start(), HAL_OK);
    assert_int_equal(chip_sys_hz(), CPU_HZ);
}

static void what_never_settles_is_an_error(void **state)
{
    (void)state;
    for (enum chip_clock_ill ill = CHIP_NO_CRYSTAL; ill <= CHIP_NO_TICK; ill++) {
        chip_reset();
        chip_clock_ill(ill);
        assert_int_equal(clocks_start(), HAL_FAIL);
    }
}

static void time_goes_on(void **state)
{
    (void)state;
    chip.us = 0xFFFFFFFFull - 2; /* the low word turns over between two readings */
    const uint32_t before = time_ms();
    assert_in_range(before, 4294966, 4294968);
    chip.us += 5000000;
    assert_in_range(time_ms() - before, 4999, 5001);
    chip.us = 0x7FFFFFFFFFull;
    assert_int_equal(time_ms(), (uint32_t)(0x8000000000ull / 1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(frequencies, chip_fresh),
        cmocka_unit_test_setup(again_after_a_reset_by_the_watchdog, chip_fresh),
        cmocka_unit_test_setup(what_never_settles_is_an_error, chip_fresh),
        cmocka_unit_test_setup(time_goes_on, chip_fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
