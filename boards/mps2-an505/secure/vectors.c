/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors of the secure world. */
#include "board.h"
#include "handlers.h"
#include "regs.h"
#include "startup.h"

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
