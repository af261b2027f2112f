/* SPDX-License-Identifier: Apache-2.0 */
/* The secure world starts: protection first, then the devices, the vault, and last the link. */
#include "board.h"
#include "core.h"
#include "layout.h"
#include "secure.h"
#include "startup.h"
#include "vault.h"

static struct hal hal;

/* The rest of the slot behind the vault's code is read-only, too. */
static const struct mpu_region regions[] = {
    {VAULT_CODE, VAULT_CODE + VAULT_CODE_SIZE - 1u, MPU_READ_ONLY, 0},
    {FONT_DATA, FONT_DATA + FONT_DATA_SIZE - 1u, MPU_READ_ONLY | MPU_XN, 0},
    {VAULT_RAM, VAULT_RAM + VAULT_RAM_SIZE - 1u, MPU_WRITABLE | MPU_XN, 0},
    {LINK_CODE, NS_SSRAM1_END, MPU_WRITABLE | MPU_XN, 0},
    {LINK_RAM, NS_SSRAM3_END, MPU_WRITABLE | MPU_XN, 0},
    {NS_PERIPHERALS, 0x5FFFFFFFu, MPU_WRITABLE | MPU_XN, MPU_DEVICE},
    {VB_BASE, VB_BASE + VB_SIZE - 1u, MPU_WRITABLE | MPU_XN, 0},
};

_Noreturn void machine_reset(void)
{
    barrier();
    SCB_AIRCR = AIRCR_KEY | AIRCR_PRIS | AIRCR_SYSRESETREQS | AIRCR_SYSRESETREQ;
    barrier();
    for (;;) {
    }
}

/* Asked for by the vault, once an image is taken. */
static void restart(void)
{
    if (HUFU_LOGS) {
        log_value("restart, firmware sectors erased", flash_firmware_erases());
    }
    machine_reset();
}

_Noreturn void image_main(void)
{
    log_start();
    if (trustzone_start() != HAL_OK ||
        mpu_start(regions, sizeof regions / sizeof *regions) != HAL_OK) {
        stop("protection could not be set up");
    }
    bell_start();
    time_start();
    task_start_up();
    flash_store_hal(&hal.flash);
    firmware_hal(&hal.firmware);
    hal.firmware.restart = restart;
    entropy_hal(&hal.entropy);
    fuse_hal(&hal.otp);
    panel_hal(&hal.panel);
    time_hal(&hal.time);
    task_hal(&hal.task);
    meter_hal(&hal.meter);
    vault_start(&hal);
    if (HUFU_LOGS) {
        log_value("vault started, ms", time_ms());
    }
    link_start();
}
