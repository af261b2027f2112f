/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors of the secure world. */
#include "handlers.h"
#include "regs.h"
#include "slicer.h"
#include "startup.h"

typedef void (*vector)(void);

__attribute__((section(".vectors"), used)) static const vector vectors[16u + INTERRUPTS] = {
    [0] = (vector)(uintptr_t)stack_top,
    [1] = reset_handler,
    [2 ... 10] = fault_handler,
    [11] = svc_handler,
    [12 ... 13] = fault_handler,
    [14] = pendsv_handler,
    [15 ... 15 + SLICER_IRQ] = fault_handler,
    [16 + SLICER_IRQ] = slice_handler,
    [17 + SLICER_IRQ... 15 + INTERRUPTS] = fault_handler,
};
