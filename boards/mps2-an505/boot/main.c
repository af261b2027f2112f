/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First stage: an image is chosen, put where it runs, checked there, and only then entered. The
 * vault starts the link itself, after it has set the world apart; until then no interrupt is
 * enabled and no non-secure code exists.
 */
#include "board.h"
#include "choose.h"
#include "layout.h"
#include "regs.h"
#include "startup.h"
#include "token.h"
#include <string.h>

#define LOG  UART_SECURE(2u)
#define BELL UART_SECURE(1u)

void reset_handler(void);

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

static void clock_start(void)
{
    TIMER_SECURE(1u)->reload = 0xFFFFFFFFu;
    TIMER_SECURE(1u)->value = 0xFFFFFFFFu;
    TIMER_SECURE(1u)->ctrl = TIMER_ENABLE;
}

static void clock_stop(void)
{
    TIMER_SECURE(1u)->ctrl = 0;
}

static void say(void *ctx, const char *text)
{
    (void)ctx;
    uart_text(LOG, text);
}

static const void *load(void *ctx, const struct hufu_image_part *part, uint32_t flash_address)
{
    const struct hal_flash *flash = ctx;
    void *to = (void *)part->address;
    return flash->read(flash->ctx, flash_address, to, part->size) == HAL_OK ? to : NULL;
}

_Noreturn void image_main(void)
{
    static struct choose_board board = {.token = &board_token, .load = load, .say = say};
    static struct hufu_image image;
    struct boot_note note;
    uart_open(LOG, UART_CTRL_TX);
    uart_open(BELL, UART_CTRL_TX);
    clock_start();
    flash_firmware_hal(&board.flash);
    fuse_hal(&board.otp);
    board.ctx = &board.flash;
    const secure_bool good = choose_image(&board, &image, &note);
    clock_stop();
    if (good != SECURE_TRUE || note.magic != BOOT_NOTE) {
        uart_text(LOG, "boot: no image may be started\n");
        for (;;) {
            __asm volatile("cpsid i\n wfi");
        }
    }
    _Static_assert(sizeof note <= BOOT_NOTE_SIZE, "the note has its place");
    memcpy((void *)BOOT_NOTE_AT, &note, sizeof note);

    const uint32_t *vectors = (const uint32_t *)VAULT_CODE;
    SCB_VTOR = (uint32_t)vectors;
    barrier();
    __asm volatile("msr msplim, %2\n"
                   "msr msp, %0\n"
                   "bx %1\n" ::"r"(vectors[0]),
                   "r"(vectors[1]), "r"(0));
    __builtin_unreachable();
}

typedef void (*vector)(void);

static _Noreturn void fault_handler(void)
{
    uart_text(LOG, "boot: fault\n");
    for (;;) {
        __asm volatile("cpsid i\n wfi");
    }
}

__attribute__((section(".vectors"), used)) static const vector vectors[16] = {
    [0] = (vector)(uintptr_t)stack_top,
    [1] = reset_handler,
    [2 ... 15] = fault_handler,
};

__attribute__((naked)) void reset_handler(void)
{
    __asm volatile("ldr r0, =stack_bottom\n"
                   "msr msplim, r0\n"
                   "bl startup_memory\n"
                   "b image_main\n");
}
