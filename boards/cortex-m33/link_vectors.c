/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors, first instructions, tick and sleep of the non-secure world. */
#include "layout.h"
#include "link_board.h"
#include "regs.h"
#include "startup.h"
#include <stdbool.h>

#define TICK_MS 10u

typedef void (*vector)(void);

void reset_handler(void);

static volatile uint32_t now;

static void tick_handler(void)
{
    now += TICK_MS;
    image_tick();
}

uint32_t board_now_ms(void)
{
    return now;
}

void board_tick(bool on)
{
    SYST_RVR = TICK_MS * (CPU_HZ / 1000u) - 1u;
    SYST_CSR = on ? 7u : 0u; /* core clock, interrupt, enable */
}

void board_sleep_unless(bool (*ready)(void))
{
    __asm volatile("cpsid i" ::: "memory");
    if (!ready()) {
        __asm volatile("dsb\n wfi" ::: "memory"); /* wakes although interrupts are masked */
    }
    __asm volatile("cpsie i\n isb" ::: "memory");
}

_Noreturn void image_main(void)
{
    link_board_start();
    image_run();
}

__attribute__((section(".vectors"), used)) static const vector vectors[16u + INTERRUPTS] = {
    [0] = (vector)(uintptr_t)stack_top,
    [1] = reset_handler,
    [2 ... 14] = image_fault,
    [15] = tick_handler,
    [16 ... 15 + LINK_IRQ] = image_fault,
    [16 + LINK_IRQ] = image_interrupt,
    [17 + LINK_IRQ... 15 + INTERRUPTS] = image_fault,
};

/* The vault has set the stack and its limit. */
__attribute__((naked)) void reset_handler(void)
{
    __asm volatile("bl startup_memory\n"
                   "b image_main\n");
}
