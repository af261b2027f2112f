/* SPDX-License-Identifier: Apache-2.0 */
#include "clocks.h"
#include "bits.h"
#include "hal.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/clocks.h"
#include "hardware/regs/pll.h"
#include "hardware/regs/resets.h"
#include "hardware/regs/ticks.h"
#include "hardware/regs/timer.h"
#include "hardware/regs/xosc.h"
#include "layout.h"

/* Every wait ends: at the ring oscillator's 15 MHz at most, a million readings are near a second.
 */
#define TURNS 1000000u

/* The crystal is let settle for 6 ms: six times the usual, some boards' start slowly. In 256
 * cycles. */
#define XOSC_STARTUP (6u * (CRYSTAL_HZ / 1000u) / 256u)

#define USED                                                                                       \
    (RESETS_RESET_USBCTRL_BITS | RESETS_RESET_UART0_BITS | RESETS_RESET_TRNG_BITS |                \
     RESETS_RESET_TIMER0_BITS | RESETS_RESET_TIMER1_BITS | RESETS_RESET_SYSCFG_BITS |              \
     RESETS_RESET_SYSINFO_BITS | RESETS_RESET_PLL_SYS_BITS | RESETS_RESET_PLL_USB_BITS |           \
     RESETS_RESET_PADS_QSPI_BITS | RESETS_RESET_PADS_BANK0_BITS | RESETS_RESET_IO_QSPI_BITS |      \
     RESETS_RESET_IO_BANK0_BITS | RESETS_RESET_I2C0_BITS | RESETS_RESET_BUSCTRL_BITS |             \
     RESETS_RESET_JTAG_BITS)
/* Running since the ROM: the flash pins and the bus must not be reset under us. */
#define KEPT                                                                                       \
    (RESETS_RESET_PADS_QSPI_BITS | RESETS_RESET_IO_QSPI_BITS | RESETS_RESET_BUSCTRL_BITS |         \
     RESETS_RESET_SYSCFG_BITS | RESETS_RESET_SYSINFO_BITS | RESETS_RESET_JTAG_BITS)

/* These leave their reset only once their own clock runs. */
#define LATE (RESETS_RESET_USBCTRL_BITS | RESETS_RESET_UART0_BITS)

struct pll {
    uint32_t base;
    uint32_t feedback; /* CRYSTAL_HZ times this is the oscillator, 750 MHz to 1.6 GHz */
    uint32_t div1, div2;
};
static const struct pll sys = {PLL_SYS_BASE, 125, 5, 2}; /* 1,500 MHz / 10 = 150 MHz */
static const struct pll usb = {PLL_USB_BASE, 100, 5, 5}; /* 1,200 MHz / 25 = 48 MHz */
_Static_assert(CRYSTAL_HZ / 10 * 125 == CPU_HZ, "the PLL gives what layout.h says");

static bool pll_start(const struct pll *p)
{
    mmio_write(p->base + PLL_CS_OFFSET, 1); /* reference divider */
    mmio_write(p->base + PLL_FBDIV_INT_OFFSET, p->feedback);
    mmio_clear(p->base + PLL_PWR_OFFSET, PLL_PWR_PD_BITS | PLL_PWR_VCOPD_BITS);
    if (!mmio_wait(p->base + PLL_CS_OFFSET, PLL_CS_LOCK_BITS, PLL_CS_LOCK_BITS, TURNS)) {
        return false;
    }
    mmio_write(p->base + PLL_PRIM_OFFSET,
               p->div1 << PLL_PRIM_POSTDIV1_LSB | p->div2 << PLL_PRIM_POSTDIV2_LSB);
    mmio_clear(p->base + PLL_PWR_OFFSET, PLL_PWR_POSTDIVPD_BITS);
    return true;
}

static bool crystal_start(void)
{
    mmio_write(XOSC_BASE + XOSC_CTRL_OFFSET, XOSC_CTRL_FREQ_RANGE_VALUE_1_15MHZ);
    mmio_write(XOSC_BASE + XOSC_STARTUP_OFFSET, XOSC_STARTUP);
    mmio_set(XOSC_BASE + XOSC_CTRL_OFFSET, XOSC_CTRL_ENABLE_VALUE_ENABLE << XOSC_CTRL_ENABLE_LSB);
    return mmio_wait(XOSC_BASE + XOSC_STATUS_OFFSET, XOSC_STATUS_STABLE_BITS,
                     XOSC_STATUS_STABLE_BITS, TURNS);
}

/* Sources are switched one at a time, each waited for: the switches are free of glitches only then.
 */
static bool select(uint32_t ctrl, uint32_t selected, uint32_t source)
{
    mmio_write(CLOCKS_BASE + ctrl, source);
    return mmio_wait(CLOCKS_BASE + selected, 0xFu, 1u << source, TURNS);
}

static bool ticks(uint32_t ctrl, uint32_t cycles)
{
    mmio_write(TICKS_BASE + cycles, CRYSTAL_HZ / 1000000u);
    mmio_write(TICKS_BASE + ctrl, 1);
    return (mmio_read(TICKS_BASE + ctrl) & 1u) != 0;
}

int clocks_start(void)
{
    const uint32_t reset = RESETS_BASE + RESETS_RESET_OFFSET;
    const uint32_t done = RESETS_BASE + RESETS_RESET_DONE_OFFSET;
    bool good = select(CLOCKS_CLK_SYS_CTRL_OFFSET, CLOCKS_CLK_SYS_SELECTED_OFFSET,
                       CLOCKS_CLK_SYS_CTRL_SRC_VALUE_CLK_REF);
    /* The ROM may have left a divider of its own. */
    mmio_write(CLOCKS_BASE + CLOCKS_CLK_REF_DIV_OFFSET, 1u << CLOCKS_CLK_REF_DIV_INT_LSB);
    good = good && crystal_start() &&
           select(CLOCKS_CLK_REF_CTRL_OFFSET, CLOCKS_CLK_REF_SELECTED_OFFSET,
                  CLOCKS_CLK_REF_CTRL_SRC_VALUE_XOSC_CLKSRC);
    if (!good) {
        return HAL_FAIL;
    }
    mmio_write(reset, RESETS_RESET_BITS & ~KEPT);
    mmio_clear(reset, USED & ~LATE);
    good = mmio_wait(done, USED & ~LATE, USED & ~LATE, TURNS) && pll_start(&sys) && pll_start(&usb);
    if (!good) {
        return HAL_FAIL;
    }
    mmio_write(CLOCKS_BASE + CLOCKS_CLK_SYS_DIV_OFFSET, 1u << CLOCKS_CLK_SYS_DIV_INT_LSB);
    good = select(CLOCKS_CLK_SYS_CTRL_OFFSET, CLOCKS_CLK_SYS_SELECTED_OFFSET,
                  CLOCKS_CLK_SYS_CTRL_SRC_VALUE_CLKSRC_CLK_SYS_AUX);
    mmio_write(CLOCKS_BASE + CLOCKS_CLK_USB_DIV_OFFSET, 1u << CLOCKS_CLK_USB_DIV_INT_LSB);
    mmio_write(CLOCKS_BASE + CLOCKS_CLK_USB_CTRL_OFFSET, CLOCKS_CLK_USB_CTRL_ENABLE_BITS);
    mmio_write(CLOCKS_BASE + CLOCKS_CLK_PERI_DIV_OFFSET, 1u << CLOCKS_CLK_PERI_DIV_INT_LSB);
    mmio_write(CLOCKS_BASE + CLOCKS_CLK_PERI_CTRL_OFFSET, CLOCKS_CLK_PERI_CTRL_ENABLE_BITS);
    good = good && ticks(TICKS_TIMER0_CTRL_OFFSET, TICKS_TIMER0_CYCLES_OFFSET) &&
           ticks(TICKS_TIMER1_CTRL_OFFSET, TICKS_TIMER1_CYCLES_OFFSET) &&
           ticks(TICKS_WATCHDOG_CTRL_OFFSET, TICKS_WATCHDOG_CYCLES_OFFSET);
    mmio_clear(reset, LATE);
    good = good && mmio_wait(done, USED, USED, TURNS);
    return good ? HAL_OK : HAL_FAIL;
}

uint32_t time_us(void)
{
    return mmio_read(TIMER0_BASE + TIMER_TIMERAWL_OFFSET);
}

uint32_t time_ms(void)
{
    uint32_t high = mmio_read(TIMER0_BASE + TIMER_TIMERAWH_OFFSET);
    for (;;) {
        const uint32_t low = mmio_read(TIMER0_BASE + TIMER_TIMERAWL_OFFSET);
        const uint32_t again = mmio_read(TIMER0_BASE + TIMER_TIMERAWH_OFFSET);
        if (again == high) {
            return (uint32_t)(((uint64_t)high << 32 | low) / 1000u);
        }
        high = again;
    }
}
