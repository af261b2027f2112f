/* SPDX-License-Identifier: Apache-2.0 */
/* The first stage's devices on this board. The ROM has put it into RAM and, on a board with secure
 * boot, checked its signature there. */
#include "board.h"
#include "boot_start.h"
#include "layout.h"
#include "startup.h"

void boot_say(const char *text)
{
    log_text(text);
}

/* Where images are put comes first (boot_start.h), and is no code until boot is done. */
static const struct mpu_region regions[] = {
    {VAULT_CODE, VAULT_CODE + VAULT_CODE_SIZE - 1u, MPU_READ_ONLY | MPU_XN, 0},
    {LINK_CODE, FONT_DATA + FONT_DATA_SIZE - 1u, MPU_READ_ONLY | MPU_XN, 0},
    {BOOT_CODE, BOOT_CODE + BOOT_CODE_SIZE - 1u, MPU_READ_ONLY, 0},
    {VAULT_RAM, VAULT_RAM + VAULT_RAM_SIZE - 1u, MPU_WRITABLE | MPU_XN, 0},
    {0x40000000u, 0x5FFFFFFFu, MPU_WRITABLE | MPU_XN, MPU_DEVICE},
};

_Noreturn void image_main(void)
{
    static struct choose_board board;
    boot_protect(regions, sizeof regions / sizeof *regions);
    const int clocks = clocks_start();
    log_start();
    if (clocks != HAL_OK || flash_start() != HAL_OK) {
        if (HUFU_LOGS) {
            log_line("boot: no clock, or no flash");
        }
        for (;;) {
            __asm volatile("cpsid i\n wfi");
        }
    }
    flash_firmware_hal(&board.flash);
    fuse_reading_hal(&board.otp);
    boot_choose(&board);
    boot_enter_vault();
}
