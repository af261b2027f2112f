/* SPDX-License-Identifier: Apache-2.0 */
/* REQ: K1: what the tables of protect.c come to: who reaches what, asked of SAU, IDAU and
 * ACCESSCTRL together, and of each alone. */
#include "fixture.h"
#include "hardware/regs/accessctrl.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/m33.h"
#include "hardware/regs/psm.h"
#include "layout.h"
#include "mmio.h"
#include "protect.h"
#include <string.h>

#define GATEWAY     (VAULT_CODE + 0x1DF40u)
#define GATEWAY_END (GATEWAY + 0x60u)

static struct sau_region regions[2];

static int applied(void **state)
{
    (void)state;
    chip_reset();
    protect_regions(regions, GATEWAY, GATEWAY_END);
    return protect_apply(regions) == HAL_OK ? 0 : -1;
}

static const struct {
    uint32_t address;
    bool vault, link;
} reach[] = {
    {VAULT_CODE, true, false},
    {VAULT_RAM, true, false},
    {BOOT_NOTE_AT, true, false},
    {VAULT_RAM + VAULT_RAM_SIZE - 4, true, false},
    {LINK_CODE, true, true},
    {LINK_CODE + LINK_CODE_SIZE - 4, true, true},
    {LINK_RAM, true, true},
    {LINK_RAM + LINK_RAM_SIZE - 4, true, true},
    {NS_RAM_END + 1, true, false},
    {FONT_DATA, true, false},
    {FONT_DATA + FONT_DATA_SIZE - 4, true, false},
    {BOOT_CODE, true, false},
    {SRAM8_BASE - 4, true, false},
    {SRAM8_BASE, true, false},
    {SRAM9_BASE, true, false},
    {ROM_BASE, true, false},
    {XIP_BASE, false, false},
    {XIP_BASE + FLASH_STORE, false, false},
    {XIP_NOCACHE_NOALLOC_BASE, false, false},
    {USBCTRL_DPRAM_BASE, true, true},
    {USBCTRL_REGS_BASE, true, true},
    {DMA_BASE, false, false},
    {PIO0_BASE, false, false},
    {RESETS_BASE, true, false},
    {CLOCKS_BASE, true, false},
    {PSM_BASE, true, false},
    {WATCHDOG_BASE, true, false},
    {OTP_BASE, true, false},
    {OTP_DATA_BASE, true, false},
    {OTP_DATA_RAW_BASE, true, false},
    {OTP_DATA_RAW_GUARDED_BASE, true, false},
    {TRNG_BASE, true, false},
    {XIP_QMI_BASE, true, false},
    {IO_QSPI_BASE, true, false},
    {PADS_QSPI_BASE, true, false},
    {IO_BANK0_BASE, true, false},
    {I2C0_BASE, true, false},
    {UART0_BASE, true, false},
    {TIMER0_BASE, true, false},
    {TIMER1_BASE, true, false},
    {POWMAN_BASE, false, false},
    {CORESIGHT_PERIPH_BASE, false, false},
};

static void everybody_in_his_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof reach / sizeof *reach; i++) {
        const uint32_t a = reach[i].address;
        if (chip_reaches(CHIP_VAULT, a) != reach[i].vault ||
            chip_reaches(CHIP_LINK, a) != reach[i].link) {
            fail_msg("0x%08x", (unsigned)a);
        }
        assert_false(chip_reaches(CHIP_CORE1, a));
        assert_false(chip_reaches(CHIP_DMA, a));
        assert_false(chip_reaches(CHIP_DEBUG, a));
    }
    assert_int_equal(chip.faults, 0);
}

/* Word by word: the link's memory is its own and nothing else of the SRAM is. */
static void links_memory_is_exact(void **state)
{
    (void)state;
    for (uint32_t a = SRAM_BASE; a < SRAM9_BASE + 0x1000; a += 32) {
        assert_int_equal(chip_reaches(CHIP_LINK, a), a >= NS_RAM && a <= NS_RAM_END);
        assert_int_equal(chip_gateway(a), a >= GATEWAY && a < GATEWAY_END);
    }
    assert_int_equal(chip.faults, 0);
}

/* Memory is closed twice: with either taken away, the other still stands for the vault's half. */
static void either_alone_closes_the_vault(void **state)
{
    (void)state;
    mmio_write(PPB_BASE + M33_SAU_CTRL_OFFSET, 2); /* all non-secure, as the SAU sees it */
    for (uint32_t a = VAULT_CODE; a < VAULT_RAM + VAULT_RAM_SIZE; a += 4096) {
        assert_false(chip_reaches(CHIP_LINK, a));
    }
    chip_reset();
    mmio_write(PPB_BASE + M33_SAU_CTRL_OFFSET, 1); /* nothing given to the link */
    for (uint32_t a = SRAM_BASE; a < SRAM8_BASE; a += 4096) {
        assert_false(chip_reaches(CHIP_LINK, a));
    }
}

/* Each register of ACCESSCTRL has one rule, and no rule lets in who is nobody's. */
static void every_rule_once(void **state)
{
    (void)state;
    unsigned seen[0x100 / 4] = {0}, links = 0;
    for (uint32_t i = 0; i < access_rule_count; i++) {
        assert_in_range(access_rules[i].offset, ACCESSCTRL_ROM_OFFSET, ACCESSCTRL_XIP_AUX_OFFSET);
        seen[access_rules[i].offset / 4]++;
        assert_int_equal(access_rules[i].access & ~0x1Au, 0);
        links += (access_rules[i].access & ACCESSCTRL_ROM_NSP_BITS) != 0;
    }
    for (uint32_t at = ACCESSCTRL_ROM_OFFSET; at <= ACCESSCTRL_XIP_AUX_OFFSET; at += 4) {
        assert_int_equal(seen[at / 4], 1);
    }
    assert_int_equal(links, 5); /* four banks of memory and the USB controller */
}

static void nothing_moves_any_more(void **state)
{
    (void)state;
    for (uint32_t at = 0; at <= ACCESSCTRL_XIP_AUX_OFFSET; at += 4) {
        if (at == ACCESSCTRL_CFGRESET_OFFSET) {
            continue;
        }
        const uint32_t before = mmio_read(ACCESSCTRL_BASE + at);
        mmio_write(ACCESSCTRL_BASE + at, 0xACCE0000u | (~before & 0xFFu));
        assert_int_equal(mmio_read(ACCESSCTRL_BASE + at), before);
    }
    assert_int_equal(mmio_read(ACCESSCTRL_BASE), 0xF);
}

static void core_is_set_up(void **state)
{
    (void)state;
    assert_int_equal(mmio_read(PPB_BASE + M33_NVIC_ITNS0_OFFSET), 1u << 14); /* USBCTRL_IRQ */
    assert_int_equal(mmio_read(PPB_BASE + M33_NVIC_ITNS1_OFFSET), 0);
    assert_int_equal(mmio_read(PPB_BASE + M33_NSACR_OFFSET), 0);
    assert_int_equal(mmio_read(PPB_BASE + M33_CPACR_OFFSET), 3u << 14);
    const uint32_t aircr = mmio_read(PPB_BASE + M33_AIRCR_OFFSET);
    assert_true((aircr & M33_AIRCR_PRIS_BITS) != 0);
    assert_true((aircr & M33_AIRCR_SYSRESETREQS_BITS) != 0);
    assert_true((aircr & M33_AIRCR_BFHFNMINS_BITS) == 0);
    assert_true((chip.psm_off & PSM_FRCE_OFF_PROC1_BITS) != 0);
}

/* A register that does not take its value is found, each of them. */
static void stuck_registers_are_found(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < access_rule_count; i++) {
        chip_reset();
        chip.stuck_address = ACCESSCTRL_BASE + access_rules[i].offset;
        assert_int_equal(protect_apply(regions), HAL_FAIL);
    }
    static const uint32_t core[] = {M33_SAU_CTRL_OFFSET,  M33_SAU_RNR_OFFSET, M33_SAU_RBAR_OFFSET,
                                    M33_SAU_RLAR_OFFSET,  M33_AIRCR_OFFSET,   M33_NSACR_OFFSET,
                                    M33_NVIC_ITNS0_OFFSET};
    for (size_t i = 0; i < sizeof core / sizeof *core; i++) {
        chip_reset();
        chip.stuck_address = PPB_BASE + core[i];
        assert_int_equal(protect_apply(regions), HAL_FAIL);
    }
    static const uint32_t others[] = {ACCESSCTRL_BASE + ACCESSCTRL_LOCK_OFFSET,
                                      ACCESSCTRL_BASE + ACCESSCTRL_FORCE_CORE_NS_OFFSET,
                                      PSM_BASE + PSM_FRCE_OFF_OFFSET};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        chip_reset();
        chip.stuck_address = others[i];
        assert_int_equal(protect_apply(regions), HAL_FAIL);
    }
    chip_reset();
    assert_int_equal(protect_apply(regions), HAL_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(everybody_in_his_place, applied),
        cmocka_unit_test_setup(links_memory_is_exact, applied),
        cmocka_unit_test_setup(either_alone_closes_the_vault, applied),
        cmocka_unit_test_setup(every_rule_once, applied),
        cmocka_unit_test_setup(nothing_moves_any_more, applied),
        cmocka_unit_test_setup(core_is_set_up, applied),
        cmocka_unit_test_setup(stuck_registers_are_found, applied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
