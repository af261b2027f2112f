/* SPDX-License-Identifier: Apache-2.0 */
/* The first instructions of the secure world. */
#include "handlers.h"
#include "stack.h"
#include "startup.h"

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
