/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors and the first instructions of the secure world. */
#include "handlers.h"
#include "regs.h"
#include "stack.h"
#include "startup.h"

#define INTERRUPTS 96u

typedef void (*vector)(void);

__attribute__((section(".vectors"), used)) static const vector vectors[16u + INTERRUPTS] = {
    [0] = (vector)(uintptr_t)stack_top,
    [1] = reset_handler,
    [2 ... 10] = fault_handler,
    [11] = svc_handler,
    [12 ... 13] = fault_handler,
    [14] = pendsv_handler,
    [15 ... 15 + IRQ_TIMER(0)] = fault_handler,
    [16 + IRQ_TIMER(0)] = slice_handler,
    [16 + IRQ_TIMER(1)] = clock_handler,
    [17 + IRQ_TIMER(1)... 15 + INTERRUPTS] = fault_handler,
};

/* Limit before the first push. Below the limit nothing is painted; above, up to here, all is. */
__attribute__((naked)) void reset_handler(void)
{
    __asm volatile("ldr r0, =stack_bottom\n"
                   "msr msplim, r0\n"
                   "ldr r1, =stack_top\n"
                   "msr msp, r1\n"
                   "ldr r2, =0xC5C5C5C5\n" /* STACK_PAINT */
                   "1: str r2, [r0], #4\n"
                   "cmp r0, r1\n"
                   "blo 1b\n"
                   "ldr r2, =0xFEF5EDA5\n" /* STACK_SEAL */
                   "str r2, [r1]\n"
                   "str r2, [r1, #4]\n"
                   "bl startup_memory\n"
                   "b image_main\n");
}
