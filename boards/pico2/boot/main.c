/* SPDX-License-Identifier: Apache-2.0 */
/* The first stage's devices on this board. The ROM has put it into RAM and, on a board with secure
 * boot, checked its signature there. */
#include "board.h"
#include "boot_start.h"
#include "startup.h"

void boot_say(const char *text)
{
    log_text(text);
}

_Noreturn void image_main(void)
{
    static struct choose_board board;
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
    fuse_hal(&board.otp);
    boot_choose(&board);
    boot_enter_vault();
}
