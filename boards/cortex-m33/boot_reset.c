/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors and first instructions of an image that takes no interrupt: whatever comes is a fault. */
#include "handlers.h"
#include "startup.h"

typedef void (*vector)(void);

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
