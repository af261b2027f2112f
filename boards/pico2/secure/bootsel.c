/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The BOOTSEL button pulls the flash's chip select down. To read it, the pin's driver is switched
 * off for a moment; the flash sees a select without a clock, which is nothing. No command is on the
 * lines then: they run with interrupts held, and so does this.
 *
 * A press counts when it began while somebody asked: a button that is down at the first of a row of
 * calls must go up before. Pressed and let go is OK; held for two seconds is CANCEL.
 */
#include "bits.h"
#include "board.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/io_qspi.h"
#include "hardware/regs/sio.h"

#define SETTLE_US 20u     /* the pin against its pull-up: 10 kOhm and some pF, with room */
#define STEP_US   5000u   /* between two readings */
#define GAP_US    200000u /* nobody asked for so long: a new row of calls */
#define STEADY    4u      /* equal readings in a row count */
#define CANCEL_US 2000000u

static struct {
    bool started;
    bool down;          /* as judged after STEADY readings */
    bool counts;        /* the present press may still say something */
    uint32_t differing; /* readings in a row that say otherwise */
    uint32_t read_at;
    uint32_t asked_at;
    uint32_t down_at;
} button;

bool bootsel_down(void)
{
    const uint32_t pin = IO_QSPI_BASE + IO_QSPI_GPIO_QSPI_SS_CTRL_OFFSET;
    const uint32_t held = irq_hold();
    const uint32_t before = mmio_read(pin);
    mmio_write(pin, (before & ~IO_QSPI_GPIO_QSPI_SS_CTRL_OEOVER_BITS) |
                        IO_QSPI_GPIO_QSPI_SS_CTRL_OEOVER_VALUE_DISABLE
                            << IO_QSPI_GPIO_QSPI_SS_CTRL_OEOVER_LSB);
    const uint32_t from = time_us();
    while (time_us() - from < SETTLE_US) {
    }
    const uint32_t pins = mmio_read(SIO_BASE + SIO_GPIO_HI_IN_OFFSET);
    mmio_write(pin, before);
    irq_release(held);
    return (pins & SIO_GPIO_HI_IN_QSPI_CSN_BITS) == 0;
}

static void begin(uint32_t now)
{
    button.down = bootsel_down();
    button.counts = false;
    button.differing = 0;
    button.read_at = now;
    button.started = true;
}

uint32_t bootsel_pressed(void)
{
    const uint32_t now = time_us();
    const bool fresh = !button.started || now - button.asked_at > GAP_US;
    button.asked_at = now;
    if (fresh) {
        begin(now);
        return 0;
    }
    if (now - button.read_at < STEP_US) {
        return 0;
    }
    button.read_at = now;
    button.differing = bootsel_down() != button.down ? button.differing + 1u : 0;
    if (button.differing >= STEADY) {
        button.differing = 0;
        button.down = !button.down;
        if (button.down) {
            button.counts = true;
            button.down_at = now;
        } else if (button.counts) {
            button.counts = false;
            return HAL_BUTTON_OK;
        }
    }
    if (button.down && button.counts && now - button.down_at >= CANCEL_US) {
        button.counts = false;
        return HAL_BUTTON_CANCEL;
    }
    return 0;
}
