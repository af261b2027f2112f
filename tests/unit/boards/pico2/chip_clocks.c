/* SPDX-License-Identifier: Apache-2.0 */
/* Resets, crystal, PLLs, clock switches, ticks and pads, as far as clocks.c and pins.h use them. */
#include "chip.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/clocks.h"
#include "hardware/regs/io_bank0.h"
#include "hardware/regs/pads_bank0.h"
#include "hardware/regs/pll.h"
#include "hardware/regs/resets.h"
#include "hardware/regs/ticks.h"
#include "hardware/regs/timer.h"
#include "hardware/regs/uart.h"
#include "hardware/regs/xosc.h"
#include <string.h>

#define CRYSTAL 12000000u

struct pll {
    uint32_t cs, pwr, fbdiv, prim;
};

static struct {
    enum chip_clock_ill ill;
    uint32_t reset, crystal_ctrl, crystal_startup;
    struct pll pll[2];
    uint32_t ref_ctrl, ref_div, sys_ctrl, sys_div, usb_ctrl, usb_div, peri_ctrl, peri_div;
    uint32_t tick_ctrl[3], tick_cycles[3];
} clocks;

void chip_clocks_reset(void)
{
    memset(&clocks, 0, sizeof clocks);
    clocks.ref_div = 4u << CLOCKS_CLK_REF_DIV_INT_LSB; /* as the ROM may leave it */
    clocks.reset = RESETS_RESET_BITS & ~(RESETS_RESET_IO_QSPI_BITS | RESETS_RESET_PADS_QSPI_BITS);
    for (unsigned i = 0; i < 2; i++) {
        clocks.pll[i].pwr = 0x2D;
    }
}

void chip_clock_ill(enum chip_clock_ill ill)
{
    clocks.ill = ill;
}

static bool crystal_runs(void)
{
    return clocks.ill != CHIP_NO_CRYSTAL && clocks.crystal_startup >= 47 &&
           clocks.crystal_ctrl == (XOSC_CTRL_ENABLE_VALUE_ENABLE << XOSC_CTRL_ENABLE_LSB |
                                   XOSC_CTRL_FREQ_RANGE_VALUE_1_15MHZ);
}

static bool pll_locked(unsigned n)
{
    const struct pll *p = &clocks.pll[n];
    const uint32_t vco = CRYSTAL * p->fbdiv;
    if (clocks.ill == (n == 0 ? CHIP_NO_LOCK_SYS : CHIP_NO_LOCK_USB) || !crystal_runs() ||
        (p->pwr & (PLL_PWR_PD_BITS | PLL_PWR_VCOPD_BITS)) != 0 || p->cs != 1) {
        return false;
    }
    return vco >= 750000000u && vco <= 1600000000u;
}

static uint32_t pll_hz(unsigned n)
{
    const struct pll *p = &clocks.pll[n];
    const uint32_t d1 = p->prim >> PLL_PRIM_POSTDIV1_LSB & 7u;
    const uint32_t d2 = p->prim >> PLL_PRIM_POSTDIV2_LSB & 7u;
    const bool out = pll_locked(n) && (p->pwr & PLL_PWR_POSTDIVPD_BITS) == 0 && d1 > 0 && d2 > 0;
    return out ? CRYSTAL * p->fbdiv / d1 / d2 : 0;
}

uint32_t chip_ref_hz(void)
{
    return (clocks.ref_ctrl & 3u) == CLOCKS_CLK_REF_CTRL_SRC_VALUE_XOSC_CLKSRC ? CRYSTAL
                                                                               : 11000000u;
}

uint32_t chip_sys_hz(void)
{
    const uint32_t div = clocks.sys_div >> CLOCKS_CLK_SYS_DIV_INT_LSB;
    return (clocks.sys_ctrl & 1u) == 0 ? chip_ref_hz() : div > 0 ? pll_hz(0) / div : 0;
}

uint32_t chip_usb_hz(void)
{
    const uint32_t div = clocks.usb_div >> CLOCKS_CLK_USB_DIV_INT_LSB;
    const bool on = (clocks.usb_ctrl & CLOCKS_CLK_USB_CTRL_ENABLE_BITS) != 0 &&
                    (clocks.usb_ctrl & CLOCKS_CLK_USB_CTRL_AUXSRC_BITS) == 0;
    return on && div > 0 ? pll_hz(1) / div : 0;
}

static uint32_t *plain(uint32_t address)
{
    switch (address) {
    case XOSC_BASE + XOSC_CTRL_OFFSET:
        return &clocks.crystal_ctrl;
    case XOSC_BASE + XOSC_STARTUP_OFFSET:
        return &clocks.crystal_startup;
    case CLOCKS_BASE + CLOCKS_CLK_REF_CTRL_OFFSET:
        return &clocks.ref_ctrl;
    case CLOCKS_BASE + CLOCKS_CLK_REF_DIV_OFFSET:
        return &clocks.ref_div;
    case CLOCKS_BASE + CLOCKS_CLK_PERI_DIV_OFFSET:
        return &clocks.peri_div;
    case CLOCKS_BASE + CLOCKS_CLK_SYS_CTRL_OFFSET:
        return &clocks.sys_ctrl;
    case CLOCKS_BASE + CLOCKS_CLK_SYS_DIV_OFFSET:
        return &clocks.sys_div;
    case CLOCKS_BASE + CLOCKS_CLK_USB_CTRL_OFFSET:
        return &clocks.usb_ctrl;
    case CLOCKS_BASE + CLOCKS_CLK_USB_DIV_OFFSET:
        return &clocks.usb_div;
    case CLOCKS_BASE + CLOCKS_CLK_PERI_CTRL_OFFSET:
        return &clocks.peri_ctrl;
    case TICKS_BASE + TICKS_TIMER0_CTRL_OFFSET:
        return &clocks.tick_ctrl[0];
    case TICKS_BASE + TICKS_TIMER1_CTRL_OFFSET:
        return &clocks.tick_ctrl[1];
    case TICKS_BASE + TICKS_WATCHDOG_CTRL_OFFSET:
        return &clocks.tick_ctrl[2];
    case TICKS_BASE + TICKS_TIMER0_CYCLES_OFFSET:
        return &clocks.tick_cycles[0];
    case TICKS_BASE + TICKS_TIMER1_CYCLES_OFFSET:
        return &clocks.tick_cycles[1];
    case TICKS_BASE + TICKS_WATCHDOG_CYCLES_OFFSET:
        return &clocks.tick_cycles[2];
    default:
        return NULL;
    }
}

static uint32_t *pll_register(uint32_t address)
{
    const unsigned n = address >= PLL_USB_BASE;
    const uint32_t offset = address - (n == 0 ? PLL_SYS_BASE : PLL_USB_BASE);
    const uint32_t bit = n == 0 ? RESETS_RESET_PLL_SYS_BITS : RESETS_RESET_PLL_USB_BITS;
    if (address < PLL_SYS_BASE || offset > PLL_PRIM_OFFSET) {
        return NULL;
    }
    if ((clocks.reset & bit) != 0) {
        chip_fault("a PLL used while it is in reset");
    }
    struct pll *p = &clocks.pll[n];
    uint32_t *const registers[] = {&p->cs, &p->pwr, &p->fbdiv, &p->prim};
    return registers[offset / 4];
}

bool chip_clocks_read(uint32_t address, uint32_t *value)
{
    const uint32_t *reg = plain(address);
    switch (address) {
    case XOSC_BASE + XOSC_STATUS_OFFSET:
        *value = crystal_runs() ? XOSC_STATUS_STABLE_BITS : 0;
        return true;
    case RESETS_BASE + RESETS_RESET_OFFSET:
        *value = clocks.reset;
        return true;
    case RESETS_BASE + RESETS_RESET_DONE_OFFSET:
        *value = clocks.ill == CHIP_NO_RESET_DONE ? 0 : RESETS_RESET_BITS & ~clocks.reset;
        /* Nothing leaves its reset without its clock. */
        if (chip_usb_hz() == 0) {
            *value &= ~RESETS_RESET_USBCTRL_BITS;
        }
        if ((clocks.peri_ctrl & CLOCKS_CLK_PERI_CTRL_ENABLE_BITS) == 0 || clocks.peri_div == 0) {
            *value &= ~RESETS_RESET_UART0_BITS;
        }
        return true;
    case CLOCKS_BASE + CLOCKS_CLK_REF_SELECTED_OFFSET:
        *value = clocks.ill == CHIP_NO_SWITCH ? 1u : 1u << (clocks.ref_ctrl & 3u);
        return true;
    case CLOCKS_BASE + CLOCKS_CLK_SYS_SELECTED_OFFSET:
        *value = 1u << (clocks.sys_ctrl & 1u);
        return true;
    default:
        break;
    }
    if (reg == NULL) {
        reg = pll_register(address);
    }
    if (reg == NULL) {
        return false;
    }
    *value = *reg;
    if (address == PLL_SYS_BASE || address == PLL_USB_BASE) {
        *value |= pll_locked(address == PLL_USB_BASE) ? PLL_CS_LOCK_BITS : 0;
    }
    return true;
}

/* Registers that the model takes and does not look at. */
static bool taken(uint32_t address)
{
    return (address >= UART0_BASE && address < UART0_BASE + 0x1000) ||
           (address >= PADS_BANK0_BASE && address < PADS_BANK0_BASE + 0x1000) ||
           (address >= IO_BANK0_BASE && address < IO_BANK0_BASE + 0x1000);
}

bool chip_clocks_write(uint32_t address, uint32_t value)
{
    uint32_t *reg = plain(address);
    if (address == RESETS_BASE + RESETS_RESET_OFFSET) {
        if ((value & (RESETS_RESET_IO_QSPI_BITS | RESETS_RESET_PADS_QSPI_BITS)) != 0) {
            chip_fault("the flash's pins put into reset");
        }
        clocks.reset = value & RESETS_RESET_BITS;
        return true;
    }
    if (reg == NULL) {
        reg = pll_register(address);
    }
    if (reg == NULL) {
        return taken(address);
    }
    if (clocks.ill == CHIP_NO_TICK && reg >= clocks.tick_ctrl && reg < clocks.tick_ctrl + 3) {
        return true;
    }
    *reg = value;
    if (reg == &clocks.ref_ctrl && (value & 3u) == 2 && !crystal_runs()) {
        chip_fault("switched to a crystal that does not run");
    }
    if (reg == &clocks.sys_ctrl && (value & 1u) == 1 && pll_hz(0) == 0) {
        chip_fault("switched to a PLL that does not run");
    }
    return true;
}
