/* SPDX-License-Identifier: Apache-2.0 */
/* The link's one interrupt has its place in link_vectors.c; only its enable bit is moved here. */
#ifndef HUFU_PICO2_SDK_IRQ_H
#define HUFU_PICO2_SDK_IRQ_H

#include "regs.h"
#include <stdbool.h>

#define irq_add_shared_handler(irq, handler, priority) ((void)(handler))
#define irq_remove_handler(irq, handler)               ((void)(handler))

static inline void irq_set_enabled(uint32_t irq, bool on)
{
    if (on) {
        NVIC_ISER(irq) = NVIC_BIT(irq);
    } else {
        NVIC_ICER(irq) = NVIC_BIT(irq);
        barrier();
    }
}

#endif
