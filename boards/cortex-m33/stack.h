/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stacks: paint, seal, measure. Two words above each secure stack hold the seal, a value that is
 * no integrity signature, so a forged exception return cannot pop past the top.
 */
#ifndef HUFU_CORTEX_M33_STACK_H
#define HUFU_CORTEX_M33_STACK_H

#include <stdint.h>

#define STACK_PAINT 0xC5C5C5C5u
#define STACK_SEAL  0xFEF5EDA5u

extern uint32_t command_stack_bottom[], command_stack_top[];

/* Fills [bottom, top) with paint; overwriting what was there is the wipe, too. */
static inline void stack_paint(uint32_t *bottom, uint32_t *top)
{
    for (volatile uint32_t *word = bottom; word < top; word++) {
        *word = STACK_PAINT;
    }
}

static inline void stack_seal(uint32_t *top)
{
    top[0] = STACK_SEAL;
    top[1] = STACK_SEAL;
}

/* Bytes between the deepest word ever written and top. */
static inline uint32_t stack_used(const uint32_t *bottom, const uint32_t *top)
{
    while (bottom < top && *bottom == STACK_PAINT) {
        bottom++;
    }
    return (uint32_t)((uintptr_t)top - (uintptr_t)bottom);
}

#endif
