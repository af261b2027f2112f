/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What belongs to which world. Memory: what no region of the SAU covers is secure; the link has its
 * own 64 kB and the gateway. The banks below are given the same way once more in ACCESSCTRL.
 * Devices: the IDAU leaves them to ACCESSCTRL alone, where the link gets the USB controller. No
 * rule lets in DMA, core 1 or a debugger, so what the link could make of them reaches nothing; core
 * 1 is held in reset, the DMA as well (clocks.c), and its own MPU is never asked. ACCESSCTRL is
 * locked then, until the next reset, for both cores and the debugger.
 *
 * The chip has no lock for SAU and VTOR; only secure privileged code reaches them.
 */
#include "protect.h"
#include "bits.h"
#include "hal.h"
#include "hardware/regs/accessctrl.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/intctrl.h"
#include "hardware/regs/m33.h"
#include "hardware/regs/psm.h"
#include "layout.h"

#define PRIORITY_TIMER  0x20u
#define PRIORITY_LOWEST 0xF0u /* the core has four bits of priority */
#define AIRCR_KEY       0x05FA0000u
#define AIRCR_KEPT      (M33_AIRCR_PRIS_BITS | M33_AIRCR_BFHFNMINS_BITS | M33_AIRCR_SYSRESETREQS_BITS)
#define IRQ_WORDS       2u

#define CORE(offset) (PPB_BASE + (offset))
#define RULE(name, a)                                                                              \
    {                                                                                              \
        ACCESSCTRL_##name##_OFFSET, a                                                              \
    }

const struct access_rule access_rules[] = {
    RULE(ROM, ACCESS_VAULT),
    RULE(XIP_MAIN, ACCESS_NOBODY),
    RULE(SRAM0, ACCESS_VAULT),
    RULE(SRAM1, ACCESS_VAULT),
    RULE(SRAM2, ACCESS_VAULT),
    RULE(SRAM3, ACCESS_VAULT),
    RULE(SRAM4, ACCESS_LINK),
    RULE(SRAM5, ACCESS_LINK),
    RULE(SRAM6, ACCESS_LINK),
    RULE(SRAM7, ACCESS_LINK),
    RULE(SRAM8, ACCESS_VAULT),
    RULE(SRAM9, ACCESS_VAULT),
    RULE(DMA, ACCESS_NOBODY),
    RULE(USBCTRL, ACCESS_LINK),
    RULE(PIO0, ACCESS_NOBODY),
    RULE(PIO1, ACCESS_NOBODY),
    RULE(PIO2, ACCESS_NOBODY),
    RULE(CORESIGHT_TRACE, ACCESS_NOBODY),
    RULE(CORESIGHT_PERIPH, ACCESS_NOBODY),
    RULE(SYSINFO, ACCESS_VAULT),
    RULE(RESETS, ACCESS_VAULT),
    RULE(IO_BANK0, ACCESS_VAULT),
    RULE(IO_BANK1, ACCESS_VAULT), /* the flash's pins, BOOTSEL among them */
    RULE(PADS_BANK0, ACCESS_VAULT),
    RULE(PADS_QSPI, ACCESS_VAULT),
    RULE(BUSCTRL, ACCESS_NOBODY),
    RULE(ADC0, ACCESS_NOBODY),
    RULE(HSTX, ACCESS_NOBODY),
    RULE(I2C0, ACCESS_VAULT),
    RULE(I2C1, ACCESS_NOBODY),
    RULE(PWM, ACCESS_NOBODY),
    RULE(SPI0, ACCESS_NOBODY),
    RULE(SPI1, ACCESS_NOBODY),
    RULE(TIMER0, ACCESS_VAULT),
    RULE(TIMER1, ACCESS_VAULT),
    RULE(UART0, ACCESS_VAULT),
    RULE(UART1, ACCESS_NOBODY),
    RULE(OTP, ACCESS_VAULT),
    RULE(TBMAN, ACCESS_NOBODY),
    RULE(POWMAN, ACCESS_NOBODY),
    RULE(TRNG, ACCESS_VAULT),
    RULE(SHA256, ACCESS_NOBODY),
    RULE(SYSCFG, ACCESS_VAULT),
    RULE(CLOCKS, ACCESS_VAULT),
    RULE(XOSC, ACCESS_VAULT),
    RULE(ROSC, ACCESS_VAULT),
    RULE(PLL_SYS, ACCESS_VAULT),
    RULE(PLL_USB, ACCESS_VAULT),
    RULE(TICKS, ACCESS_VAULT),
    RULE(WATCHDOG, ACCESS_VAULT),
    RULE(RSM, ACCESS_VAULT), /* the power-on state machine: core 1, and what a watchdog resets */
    RULE(XIP_CTRL, ACCESS_NOBODY),
    RULE(XIP_QMI, ACCESS_VAULT),
    RULE(XIP_AUX, ACCESS_NOBODY),
};
const uint32_t access_rule_count = sizeof access_rules / sizeof *access_rules;

static int failures;

static void set(uint32_t address, uint32_t value, uint32_t mask)
{
    mmio_write(address, value);
    failures += (mmio_read(address) & mask) != (value & mask);
}

static void sau(const struct sau_region regions[2])
{
    const uint32_t have = mmio_read(CORE(M33_SAU_TYPE_OFFSET)) & M33_SAU_TYPE_SREGION_BITS;
    failures += have < 2;
    mmio_write(CORE(M33_SAU_CTRL_OFFSET), 0);
    for (uint32_t i = 0; i < have; i++) {
        const bool used = i < 2;
        set(CORE(M33_SAU_RNR_OFFSET), i, 0xFFu);
        if (used) {
            set(CORE(M33_SAU_RBAR_OFFSET), regions[i].base, 0xFFFFFFFFu);
        }
        set(CORE(M33_SAU_RLAR_OFFSET),
            used ? (regions[i].end & ~31u) | regions[i].gateway | M33_SAU_RLAR_ENABLE_BITS : 0,
            0xFFFFFFFFu);
    }
    /* Enabled, and without ALLNS: what no region covers is secure. */
    set(CORE(M33_SAU_CTRL_OFFSET), M33_SAU_CTRL_ENABLE_BITS, 0xFFFFFFFFu);
}

static void devices(void)
{
    const uint32_t lock =
        ACCESSCTRL_LOCK_CORE0_BITS | ACCESSCTRL_LOCK_CORE1_BITS | ACCESSCTRL_LOCK_DEBUG_BITS;
    const uint32_t key = 0xACCE0000u;
    for (uint32_t i = 0; i < access_rule_count; i++) {
        set(ACCESSCTRL_BASE + access_rules[i].offset, key | access_rules[i].access, 0xFFu);
    }
    set(ACCESSCTRL_BASE + ACCESSCTRL_GPIO_NSMASK0_OFFSET, 0, 0xFFFFFFFFu);
    set(ACCESSCTRL_BASE + ACCESSCTRL_GPIO_NSMASK1_OFFSET, 0, ACCESSCTRL_GPIO_NSMASK1_BITS);
    set(ACCESSCTRL_BASE + ACCESSCTRL_FORCE_CORE_NS_OFFSET,
        key | ACCESSCTRL_FORCE_CORE_NS_CORE1_BITS, ACCESSCTRL_FORCE_CORE_NS_BITS);
    set(ACCESSCTRL_BASE + ACCESSCTRL_LOCK_OFFSET, key | lock, lock);
}

static void core_one(void)
{
    const uint32_t off = PSM_BASE + PSM_FRCE_OFF_OFFSET;
    mmio_set(off, PSM_FRCE_OFF_PROC1_BITS);
    failures += (mmio_read(off) & PSM_FRCE_OFF_PROC1_BITS) == 0;
}

static void interrupts(void)
{
    for (uint32_t i = 0; i < IRQ_WORDS; i++) {
        const uint32_t links = USBCTRL_IRQ / 32u == i ? 1u << USBCTRL_IRQ % 32u : 0;
        mmio_write(CORE(M33_NVIC_ICER0_OFFSET + 4u * i), 0xFFFFFFFFu);
        mmio_write(CORE(M33_NVIC_ICPR0_OFFSET + 4u * i), 0xFFFFFFFFu);
        set(CORE(M33_NVIC_ITNS0_OFFSET + 4u * i), links, i == 0 ? 0xFFFFFFFFu : 0x000FFFFFu);
    }
    mmio_write(CORE(M33_NVIC_IPR0_OFFSET + (TIMER1_IRQ_0 & ~3u)), PRIORITY_TIMER);
    mmio_write(CORE(M33_SHPR2_OFFSET), 0); /* SVC first */
    mmio_write(CORE(M33_SHPR3_OFFSET),
               PRIORITY_TIMER << 24 | PRIORITY_LOWEST << 16); /* PendSV last */
    /* PRIS: every non-secure interrupt ranks below the secure ones. BFHFNMINS clear: bus and hard
     * faults come to the vault. Only the vault may reset the machine. */
    mmio_write(CORE(M33_AIRCR_OFFSET),
               AIRCR_KEY | M33_AIRCR_PRIS_BITS | M33_AIRCR_SYSRESETREQS_BITS);
    failures += (mmio_read(CORE(M33_AIRCR_OFFSET)) & AIRCR_KEPT) !=
                (M33_AIRCR_PRIS_BITS | M33_AIRCR_SYSRESETREQS_BITS);
    mmio_write(CORE(M33_SHCSR_OFFSET), 7u << 16 | 1u << 19);
    /* No coprocessor and no floating point for the link; the vault keeps the ROM's redundancy
     * coprocessor (CP7), which the ROM's functions need. */
    set(CORE(M33_NSACR_OFFSET), 0, 0xFFFFFFFFu);
    set(CORE(M33_CPACR_OFFSET), 3u << 14, 3u << 14 | 3u << 20 | 0xFFu);
}

void protect_regions(struct sau_region regions[2], uint32_t gateway_start, uint32_t gateway_end)
{
    regions[0] = (struct sau_region){NS_RAM, NS_RAM_END, 0};
    regions[1] = (struct sau_region){gateway_start, gateway_end - 1u, M33_SAU_RLAR_NSC_BITS};
}

int protect_apply(const struct sau_region regions[2])
{
    failures = 0;
    sau(regions);
    core_one();
    interrupts();
    devices();
    return failures == 0 ? HAL_OK : HAL_FAIL;
}
