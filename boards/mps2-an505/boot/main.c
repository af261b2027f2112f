/* SPDX-License-Identifier: Apache-2.0 */
/* The first stage's devices on this board: two UARTs and a timer. */
#include "board.h"
#include "boot_start.h"
#include "hufu/virtual_board.h"
#include "layout.h"
#include "regs.h"
#include "startup.h"

#define LOG  UART_SECURE(2u)
#define BELL UART_SECURE(1u)

/* What the fuses' driver asks of its board. */
void bell_ring(uint8_t what)
{
    barrier();
    uart_put(BELL, what);
}

/* Timer 1 runs once through its 32 bits: more than any start takes. */
uint32_t time_ms(void)
{
    return (0xFFFFFFFFu - TIMER_SECURE(1u)->value) / (CPU_HZ / 1000u);
}

void boot_say(const char *text)
{
    uart_text(LOG, text);
}

/* Where images are put comes first (boot_start.h), and is no code until boot is done. */
static const struct mpu_region regions[] = {
    {VAULT_CODE, FONT_DATA + FONT_DATA_SIZE - 1u, MPU_READ_ONLY | MPU_XN, 0},
    {LINK_CODE, NS_SSRAM1_END, MPU_READ_ONLY | MPU_XN, 0},
    {BOOT_CODE, BOOT_CODE + BOOT_CODE_SIZE - 1u, MPU_READ_ONLY, 0},
    {VAULT_RAM, VAULT_RAM + VAULT_RAM_SIZE - 1u, MPU_WRITABLE | MPU_XN, 0},
    {NS_PERIPHERALS, 0x5FFFFFFFu, MPU_WRITABLE | MPU_XN, MPU_DEVICE},
    {VB_BASE, VB_BASE + VB_SIZE - 1u, MPU_WRITABLE | MPU_XN, 0},
};

_Noreturn void image_main(void)
{
    static struct choose_board board;
    boot_protect(regions, sizeof regions / sizeof *regions);
    uart_open(LOG, UART_CTRL_TX);
    uart_open(BELL, UART_CTRL_TX);
    TIMER_SECURE(1u)->reload = 0xFFFFFFFFu;
    TIMER_SECURE(1u)->value = 0xFFFFFFFFu;
    TIMER_SECURE(1u)->ctrl = TIMER_ENABLE;
    flash_firmware_hal(&board.flash);
    fuse_hal(&board.otp);
    boot_choose(&board);
    TIMER_SECURE(1u)->ctrl = 0;
    boot_enter_vault();
}
