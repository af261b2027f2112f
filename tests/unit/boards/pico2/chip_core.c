/* SPDX-License-Identifier: Apache-2.0 */
/* The core's own registers, ACCESSCTRL, and the question both answer together: who reaches what. */
#include "chip.h"
#include "hardware/regs/accessctrl.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/m33.h"
#include "hardware/regs/psm.h"
#include <string.h>

#define SAU_REGIONS 8u
#define RULES       (0x100u / 4u)

static struct {
    uint32_t sau_ctrl, rnr, rbar[SAU_REGIONS], rlar[SAU_REGIONS];
    uint32_t itns[2], airc, shcsr, nsacr, cpacr, shpr[2], vtor;
    uint32_t systick[3];
    uint32_t mpu_ctrl, mpu_rnr, mpu_rbar[8], mpu_rlar[8], mpu_mair;
    uint32_t access[RULES];
} core;

void chip_core_reset(void)
{
    memset(&core, 0, sizeof core);
    core.rnr = 0;
    for (uint32_t i = 0; i < SAU_REGIONS; i++) { /* the ROM leaves a region for its own loader */
        core.rlar[i] = i == 7 ? 0x7DE0u | M33_SAU_RLAR_ENABLE_BITS : 0;
    }
    for (uint32_t i = ACCESSCTRL_ROM_OFFSET / 4; i <= ACCESSCTRL_XIP_AUX_OFFSET / 4; i++) {
        core.access[i] = i <= ACCESSCTRL_SRAM9_OFFSET / 4 ? 0xFFu : 0xFCu;
    }
    core.access[0] = ACCESSCTRL_LOCK_DMA_BITS;
    core.nsacr = 0xCFF;
    core.cpacr = 0xC000;
}

static bool access_read(uint32_t offset, uint32_t *value)
{
    *value = core.access[offset / 4];
    return true;
}

static void access_write(uint32_t offset, uint32_t value)
{
    const bool plain =
        offset == ACCESSCTRL_GPIO_NSMASK0_OFFSET || offset == ACCESSCTRL_GPIO_NSMASK1_OFFSET;
    if ((core.access[0] & ACCESSCTRL_LOCK_CORE0_BITS) != 0) {
        return; /* locked: ignored, without an error */
    }
    if (!plain && value >> 16 != 0xACCEu) {
        chip_fault("ACCESSCTRL written without its key");
        return;
    }
    if (offset == ACCESSCTRL_LOCK_OFFSET) {
        core.access[0] |= value & ACCESSCTRL_LOCK_BITS;
    } else if (offset <= ACCESSCTRL_XIP_AUX_OFFSET) {
        core.access[offset / 4] = plain ? value : value & 0xFFu;
    } else {
        chip_fault("no such register of ACCESSCTRL");
    }
}

static uint32_t *core_register(uint32_t offset)
{
    switch (offset) {
    case M33_SAU_CTRL_OFFSET:
        return &core.sau_ctrl;
    case M33_SAU_RNR_OFFSET:
        return &core.rnr;
    case M33_SAU_RBAR_OFFSET:
        return &core.rbar[core.rnr % SAU_REGIONS];
    case M33_SAU_RLAR_OFFSET:
        return &core.rlar[core.rnr % SAU_REGIONS];
    case M33_NVIC_ITNS0_OFFSET:
        return &core.itns[0];
    case M33_NVIC_ITNS1_OFFSET:
        return &core.itns[1];
    case M33_AIRCR_OFFSET:
        return &core.airc;
    case M33_SHCSR_OFFSET:
        return &core.shcsr;
    case M33_NSACR_OFFSET:
        return &core.nsacr;
    case M33_CPACR_OFFSET:
        return &core.cpacr;
    case M33_SYST_CSR_OFFSET:
        return &core.systick[0];
    case M33_SYST_RVR_OFFSET:
        return &core.systick[1];
    case M33_SYST_CVR_OFFSET:
        return &core.systick[2];
    case M33_VTOR_OFFSET:
        return &core.vtor;
    case M33_MPU_CTRL_OFFSET:
        return &core.mpu_ctrl;
    case M33_MPU_RNR_OFFSET:
        return &core.mpu_rnr;
    case M33_MPU_RBAR_OFFSET:
        return &core.mpu_rbar[core.mpu_rnr % SAU_REGIONS];
    case M33_MPU_RLAR_OFFSET:
        return &core.mpu_rlar[core.mpu_rnr % SAU_REGIONS];
    case M33_MPU_MAIR0_OFFSET:
        return &core.mpu_mair;
    case M33_SHPR2_OFFSET:
        return &core.shpr[0];
    case M33_SHPR3_OFFSET:
        return &core.shpr[1];
    default:
        return NULL;
    }
}

bool chip_core_read(uint32_t address, uint32_t *value)
{
    if (address >= ACCESSCTRL_BASE && address < ACCESSCTRL_BASE + 0x100) {
        return access_read(address - ACCESSCTRL_BASE, value);
    }
    if (address < PPB_BASE || address >= PPB_BASE + 0x10000) {
        return false;
    }
    if (address - PPB_BASE == M33_SAU_TYPE_OFFSET) {
        *value = SAU_REGIONS;
        return true;
    }
    if (address - PPB_BASE == M33_MPU_TYPE_OFFSET) {
        *value = SAU_REGIONS << 8; /* as many */
        return true;
    }
    const uint32_t *reg = core_register(address - PPB_BASE);
    *value = reg != NULL ? *reg : 0;
    return reg != NULL;
}

bool chip_core_write(uint32_t address, uint32_t value)
{
    if (address >= ACCESSCTRL_BASE && address < ACCESSCTRL_BASE + 0x100) {
        access_write(address - ACCESSCTRL_BASE, value);
        return true;
    }
    if (address < PPB_BASE || address >= PPB_BASE + 0x10000) {
        return false;
    }
    const uint32_t offset = address - PPB_BASE;
    uint32_t *reg = core_register(offset);
    if (offset == M33_AIRCR_OFFSET) {
        if (value >> 16 != 0x05FAu) {
            chip_fault("AIRCR written without its key");
            return true;
        }
        value &= 0xFFFFu;
    }
    if (offset == M33_SAU_RBAR_OFFSET) {
        value &= ~31u;
    }
    if (reg != NULL) {
        *reg = value;
    }
    /* Enables, pending bits and priorities of interrupts: taken, and not looked at. */
    return reg != NULL || (offset >= M33_NVIC_ISER0_OFFSET && offset < M33_NVIC_IPR0_OFFSET + 64);
}

/* The IDAU: what the SAU is not asked for, and what it can close. */
static bool idau_exempt(uint32_t address)
{
    return address < 0x00004300u || address >= 0x40000000u;
}

static const uint32_t *sau_region(uint32_t address)
{
    for (uint32_t i = 0; i < SAU_REGIONS; i++) {
        if ((core.rlar[i] & M33_SAU_RLAR_ENABLE_BITS) != 0 && address >= core.rbar[i] &&
            address <= (core.rlar[i] | 31u)) {
            return &core.rlar[i];
        }
    }
    return NULL;
}

bool chip_gateway(uint32_t address)
{
    const uint32_t *region = sau_region(address);
    return (core.sau_ctrl & 1) != 0 && region != NULL && (*region & M33_SAU_RLAR_NSC_BITS) != 0;
}

static bool non_secure(uint32_t address)
{
    const uint32_t *region = sau_region(address);
    if (idau_exempt(address)) {
        return true;
    }
    return (core.sau_ctrl & 1) != 0 ? region != NULL && (*region & M33_SAU_RLAR_NSC_BITS) == 0
                                    : (core.sau_ctrl & 2) != 0;
}

/* ACCESSCTRL's rule for an address: the memories and the blocks a test asks for. */
static uint32_t rule(uint32_t address)
{
    static const struct {
        uint32_t base, end, offset;
    } blocks[] = {
        {ROM_BASE, 0x8000u, ACCESSCTRL_ROM_OFFSET},
        {XIP_BASE, SRAM_BASE, ACCESSCTRL_XIP_MAIN_OFFSET},
        {SRAM8_BASE, SRAM9_BASE, ACCESSCTRL_SRAM8_OFFSET},
        {SRAM9_BASE, SRAM9_BASE + 0x1000, ACCESSCTRL_SRAM9_OFFSET},
        {DMA_BASE, USBCTRL_BASE, ACCESSCTRL_DMA_OFFSET},
        {USBCTRL_BASE, PIO0_BASE, ACCESSCTRL_USBCTRL_OFFSET},
        {PIO0_BASE, PIO1_BASE, ACCESSCTRL_PIO0_OFFSET},
        {RESETS_BASE, RESETS_BASE + 0x4000, ACCESSCTRL_RESETS_OFFSET},
        {IO_BANK0_BASE, IO_BANK0_BASE + 0x4000, ACCESSCTRL_IO_BANK0_OFFSET},
        {IO_QSPI_BASE, IO_QSPI_BASE + 0x4000, ACCESSCTRL_IO_BANK1_OFFSET},
        {PADS_QSPI_BASE, PADS_QSPI_BASE + 0x4000, ACCESSCTRL_PADS_QSPI_OFFSET},
        {CLOCKS_BASE, CLOCKS_BASE + 0x4000, ACCESSCTRL_CLOCKS_OFFSET},
        {PSM_BASE, PSM_BASE + 0x4000, ACCESSCTRL_RSM_OFFSET},
        {I2C0_BASE, I2C0_BASE + 0x4000, ACCESSCTRL_I2C0_OFFSET},
        {UART0_BASE, UART0_BASE + 0x4000, ACCESSCTRL_UART0_OFFSET},
        {TIMER0_BASE, TIMER0_BASE + 0x4000, ACCESSCTRL_TIMER0_OFFSET},
        {TIMER1_BASE, TIMER1_BASE + 0x4000, ACCESSCTRL_TIMER1_OFFSET},
        {XIP_QMI_BASE, XIP_QMI_BASE + 0x4000, ACCESSCTRL_XIP_QMI_OFFSET},
        {WATCHDOG_BASE, WATCHDOG_BASE + 0x4000, ACCESSCTRL_WATCHDOG_OFFSET},
        {TRNG_BASE, TRNG_BASE + 0x4000, ACCESSCTRL_TRNG_OFFSET},
        {POWMAN_BASE, POWMAN_BASE + 0x4000, ACCESSCTRL_POWMAN_OFFSET},
        {OTP_BASE, CORESIGHT_PERIPH_BASE, ACCESSCTRL_OTP_OFFSET},
        {CORESIGHT_PERIPH_BASE, CORESIGHT_PERIPH_BASE + 0x10000,
         ACCESSCTRL_CORESIGHT_PERIPH_OFFSET},
    };
    if (address >= SRAM_BASE && address < SRAM8_BASE) { /* striped by words over four banks */
        const uint32_t bank = (address < SRAM4_BASE ? 0u : 4u) + address / 4 % 4;
        return core.access[ACCESSCTRL_SRAM0_OFFSET / 4 + bank];
    }
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        if (address >= blocks[i].base && address < blocks[i].end) {
            return core.access[blocks[i].offset / 4];
        }
    }
    chip_fault("no rule known for this address");
    return 0;
}

bool chip_reaches(enum chip_master master, uint32_t address)
{
    const uint32_t r = rule(address);
    const bool secure = (r & ACCESSCTRL_ROM_SP_BITS) != 0;
    const bool open = secure && (r & ACCESSCTRL_ROM_NSP_BITS) != 0;
    switch (master) {
    case CHIP_VAULT:
        return secure && (r & ACCESSCTRL_ROM_CORE0_BITS) != 0;
    case CHIP_LINK:
        return open && (r & ACCESSCTRL_ROM_CORE0_BITS) != 0 && non_secure(address);
    case CHIP_CORE1:
        return (chip.psm_off & PSM_FRCE_OFF_PROC1_BITS) == 0 &&
               (r & ACCESSCTRL_ROM_CORE1_BITS) != 0;
    case CHIP_DMA:
        return (r & ACCESSCTRL_ROM_DMA_BITS) != 0;
    case CHIP_DEBUG:
        return (r & ACCESSCTRL_ROM_DBG_BITS) != 0;
    }
    return false;
}
