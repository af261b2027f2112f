/* SPDX-License-Identifier: Apache-2.0 */
/* The secure world starts: protection first, then the devices, the vault, and last the link. Clocks
 * run since boot. */
#include "board.h"
#include "core.h"
#include "layout.h"
#include "protect.h"
#include "startup.h"
#include "vault.h"

extern uint32_t nsc_start[], nsc_end[];

/* The link's RAM from end to end is not the vault's to find anything in: what boot left there, or
 * an earlier link, is gone before this link runs. */
static void link_memory_clear(void)
{
    for (volatile uint32_t *word = (volatile uint32_t *)LINK_RAM;
         word < (volatile uint32_t *)(LINK_RAM + LINK_RAM_SIZE); word++) {
        *word = 0;
    }
}

static const struct mpu_region regions[] = {
    {0x00000000u, 0x00007FFFu, MPU_READ_ONLY, 0}, /* ROM: its functions */
    {VAULT_CODE, VAULT_CODE + VAULT_CODE_SIZE - 1u, MPU_READ_ONLY, 0},
    {VAULT_RAM, VAULT_RAM + VAULT_RAM_SIZE - 1u, MPU_WRITABLE | MPU_XN, 0},
    {NS_RAM, NS_RAM_END, MPU_WRITABLE | MPU_XN, 0},
    {FONT_DATA, FONT_DATA + FONT_DATA_SIZE - 1u, MPU_READ_ONLY | MPU_XN, 0},
    {0x40000000u, 0x5FFFFFFFu, MPU_WRITABLE | MPU_XN, MPU_DEVICE},
    {0xD0000000u, 0xD003FFFFu, MPU_WRITABLE | MPU_XN, MPU_DEVICE}, /* SIO: BOOTSEL's pin */
};

static struct hal hal;

_Noreturn void machine_reset(void)
{
    watchdog_reset();
    barrier();
    for (;;) {
    }
}

int protect_start(void)
{
    struct sau_region ours[2];
    protect_regions(ours, (uint32_t)nsc_start, (uint32_t)nsc_end);
    const int result = protect_apply(ours);
    barrier();
    return result;
}

_Noreturn void image_main(void)
{
    log_start();
    if (protect_start() != HAL_OK ||
        mpu_start(regions, sizeof regions / sizeof *regions) != HAL_OK) {
        stop("protection could not be set up");
    }
    link_memory_clear();
    if (flash_start() != HAL_OK) {
        stop("no flash");
    }
    task_start_up();
    flash_store_hal(&hal.flash);
    firmware_hal(&hal.firmware);
    trng_hal(&hal.entropy);
    fuse_hal(&hal.otp);
    panel_hal(&hal.panel);
    time_hal(&hal.time);
    task_hal(&hal.task);
    meter_hal(&hal.meter);
    if (HUFU_LOGS && hal.otp.development) {
        log_line("development board: one-time memory does not protect it");
    }
    vault_start(&hal);
    if (HUFU_LOGS) {
        log_value("vault started, ms", time_ms());
    }
    link_start();
}
