/* SPDX-License-Identifier: Apache-2.0 */
#include "chip.h"
#include "bits.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/io_qspi.h"
#include "hardware/regs/psm.h"
#include "hardware/regs/sio.h"
#include "hardware/regs/timer.h"
#include "hardware/regs/uart.h"
#include "hardware/regs/watchdog.h"
#include <stdlib.h>
#include <string.h>

struct chip chip;

#define SELECT_PIN (IO_QSPI_BASE + IO_QSPI_GPIO_QSPI_SS_CTRL_OFFSET)

void chip_fault(const char *why)
{
    chip.faults++;
    chip.why = why;
}

void chip_reset(void)
{
    static uint8_t flash[CHIP_FLASH];
    memset(&chip, 0, sizeof chip);
    memset(flash, 0xFF, sizeof flash);
    chip.flash.bytes = flash;
    chip.step_us = 1;
    chip.us = 1000000;
    chip.trng.seed = 1;
    chip.otp.weak_row = 0xFFFFFFFFu;
    chip_core_reset();
    chip_clocks_reset();
}

static void tick(void)
{
    chip.us += chip.step_us;
    if ((chip.watchdog_ctrl & WATCHDOG_CTRL_ENABLE_BITS) != 0 && chip.us >= chip.watchdog_at) {
        chip.resets++;
        chip.watchdog_ctrl &= ~WATCHDOG_CTRL_ENABLE_BITS;
    }
    if (chip.alarm_armed && (int32_t)((uint32_t)chip.us - chip.alarm) >= 0) {
        chip.alarm_armed = false;
        chip.alarm_pending = true;
    }
    if (chip.on_time != NULL) {
        chip.on_time();
    }
}

void chip_wait_us(uint64_t us)
{
    chip.us += us - 1;
    chip.us -= chip.step_us - 1;
    tick();
}

uint32_t irq_hold(void)
{
    const uint32_t before = chip.held > 0;
    if (!before) {
        chip.flash.in_hold = 0;
    }
    chip.held = 1;
    return before;
}

void irq_release(uint32_t before)
{
    if (chip.held == 0) {
        chip_fault("interrupts released twice");
    }
    if (before == 0 && chip.flash.selected) {
        chip_fault("interrupts on while a command is on the lines");
    }
    if (before == 0 && (chip.select_pin & IO_QSPI_GPIO_QSPI_SS_CTRL_OEOVER_BITS) != 0) {
        chip_fault("interrupts on while the flash has no chip select");
    }
    chip.held = before;
}

static bool small_read(uint32_t address, uint32_t *value)
{
    switch (address) {
    case TIMER0_BASE + TIMER_TIMERAWL_OFFSET:
        tick();
        *value = (uint32_t)chip.us;
        return true;
    case TIMER0_BASE + TIMER_TIMERAWH_OFFSET:
        *value = (uint32_t)(chip.us >> 32);
        return true;
    case TIMER1_BASE + TIMER_TIMERAWL_OFFSET:
        *value = (uint32_t)chip.us;
        return true;
    case SELECT_PIN:
        *value = chip.select_pin;
        return true;
    case SIO_BASE + SIO_GPIO_HI_IN_OFFSET:
        if ((chip.select_pin & IO_QSPI_GPIO_QSPI_SS_CTRL_OEOVER_BITS) !=
            IO_QSPI_GPIO_QSPI_SS_CTRL_OEOVER_VALUE_DISABLE
                << IO_QSPI_GPIO_QSPI_SS_CTRL_OEOVER_LSB) {
            chip_fault("BOOTSEL read while the pin is driven");
        }
        *value = chip.bootsel ? 0 : SIO_GPIO_HI_IN_QSPI_CSN_BITS;
        return true;
    case UART0_BASE + UART_UARTFR_OFFSET:
        *value = 0;
        return true;
    case WATCHDOG_BASE + WATCHDOG_CTRL_OFFSET:
        *value = chip.watchdog_ctrl;
        return true;
    case PSM_BASE + PSM_FRCE_OFF_OFFSET:
        *value = chip.psm_off;
        return true;
    default:
        return false;
    }
}

static void watchdog_write(uint32_t value)
{
    const bool was = (chip.watchdog_ctrl & WATCHDOG_CTRL_ENABLE_BITS) != 0;
    chip.watchdog_ctrl = value & ~WATCHDOG_CTRL_TRIGGER_BITS;
    if ((value & WATCHDOG_CTRL_TRIGGER_BITS) != 0) {
        chip.resets++;
    }
    if (!was && (value & WATCHDOG_CTRL_ENABLE_BITS) != 0) {
        chip.watchdog_at = chip.us + chip.watchdog_load;
    }
}

static bool small_write(uint32_t address, uint32_t value)
{
    switch (address) {
    case SELECT_PIN:
        if (chip.held == 0) {
            chip_fault("the flash's chip select changed with interrupts on");
        }
        chip.select_pin = value;
        return true;
    case TIMER1_BASE + TIMER_ALARM0_OFFSET:
        chip.alarm = value;
        chip.alarm_armed = true;
        return true;
    case TIMER1_BASE + TIMER_ARMED_OFFSET: /* a 1 disarms */
        chip.alarm_armed = chip.alarm_armed && (value & 1) == 0;
        return true;
    case TIMER1_BASE + TIMER_INTR_OFFSET:
        chip.alarm_pending = chip.alarm_pending && (value & 1) == 0;
        return true;
    case TIMER1_BASE + TIMER_INTE_OFFSET:
        chip.alarm_enabled = (value & 1) != 0;
        return true;
    case UART0_BASE + UART_UARTDR_OFFSET:
        if (chip.log_len < sizeof chip.log - 1) {
            chip.log[chip.log_len++] = (char)value;
        }
        return true;
    case WATCHDOG_BASE + WATCHDOG_CTRL_OFFSET:
        watchdog_write(value);
        return true;
    case WATCHDOG_BASE + WATCHDOG_LOAD_OFFSET:
        chip.watchdog_load = value;
        chip.watchdog_at = chip.us + value;
        return true;
    case WATCHDOG_BASE + WATCHDOG_SCRATCH4_OFFSET:
        chip.watchdog_scratch4 = value;
        return true;
    case PSM_BASE + PSM_WDSEL_OFFSET:
        chip.watchdog_reset_by = value;
        return true;
    case PSM_BASE + PSM_FRCE_OFF_OFFSET:
        chip.psm_off = value;
        return true;
    default:
        return false;
    }
}

typedef bool reader(uint32_t address, uint32_t *value);
typedef bool writer(uint32_t address, uint32_t value);

static reader *const readers[] = {small_read,    chip_flash_read, chip_trng_read, chip_otp_read,
                                  chip_i2c_read, chip_usb_read,   chip_core_read, chip_clocks_read};
static writer *const writers[] = {small_write,     chip_flash_write, chip_trng_write,
                                  chip_otp_write,  chip_i2c_write,   chip_usb_write,
                                  chip_core_write, chip_clocks_write};

static bool known_read(uint32_t address, uint32_t *value)
{
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        if (readers[i](address, value)) {
            return true;
        }
    }
    return false;
}

static void known_write(uint32_t address, uint32_t value)
{
    if (address == chip.stuck_address) {
        return;
    }
    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
        if (writers[i](address, value)) {
            return;
        }
    }
    chip_fault("write to an address that the model does not know");
    chip.unknown = address;
}

uint32_t mmio_read(uint32_t address)
{
    uint32_t value = 0;
    if (address % 4 != 0) {
        chip_fault("unaligned");
    } else if (!known_read(address, &value)) {
        chip_fault("read of an address that the model does not know");
        chip.unknown = address;
    }
    return value;
}

/* Blocks on APB have aliases; the core, SIO, OTP's data and ACCESSCTRL have none. */
static bool has_aliases(uint32_t address)
{
    return address >= 0x40000000u && address < 0x40120000u &&
           (address & 0xFFFF8000u) != ACCESSCTRL_BASE;
}

void mmio_write(uint32_t address, uint32_t value)
{
    const uint32_t alias = address & ALIAS_CLEAR;
    uint32_t now = 0;
    if (address % 4 != 0) {
        chip_fault("unaligned");
    } else if (!has_aliases(address) || alias == 0) {
        known_write(address, value);
    } else if (!known_read(address & ~ALIAS_CLEAR, &now)) {
        chip_fault("alias of an address that the model does not know");
    } else if (alias == ALIAS_SET) {
        known_write(address & ~ALIAS_CLEAR, now | value);
    } else if (alias == ALIAS_CLEAR) {
        known_write(address & ~ALIAS_CLEAR, now & ~value);
    } else {
        known_write(address & ~ALIAS_CLEAR, now ^ value);
    }
}
