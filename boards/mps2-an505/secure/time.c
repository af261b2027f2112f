/* SPDX-License-Identifier: Apache-2.0 */
/* Milliseconds since power-on: timer 1 counts down epochs of 100 s, its interrupt adds them up. */
#include "board.h"
#include "layout.h"
#include "regs.h"

#define CLOCK        TIMER_SECURE(1u)
#define TICKS_PER_MS (CPU_HZ / 1000u)
#define EPOCH_MS     100000u
#define EPOCH_TICKS  (EPOCH_MS * TICKS_PER_MS)

static volatile uint32_t epochs_ms;

void clock_handler(void)
{
    CLOCK->intstatus = 1;
    epochs_ms += EPOCH_MS;
}

void time_start(void)
{
    CLOCK->reload = EPOCH_TICKS - 1u;
    CLOCK->value = EPOCH_TICKS - 1u;
    CLOCK->ctrl = TIMER_ENABLE | TIMER_INT;
    NVIC_ISER(IRQ_TIMER(1)) = NVIC_BIT(IRQ_TIMER(1));
}

uint32_t time_ms(void)
{
    for (;;) {
        const uint32_t before = epochs_ms;
        uint32_t value = CLOCK->value;
        /* the epoch ended and its interrupt has not run yet: read the value of the new one */
        const uint32_t pending = CLOCK->intstatus & 1u;
        if (pending != 0) {
            value = CLOCK->value;
        }
        if (before == epochs_ms) {
            return before + pending * EPOCH_MS + (EPOCH_TICKS - 1u - value) / TICKS_PER_MS;
        }
    }
}

static uint32_t now_ms(void *ctx)
{
    (void)ctx;
    return time_ms();
}

void time_hal(struct hal_time *hal)
{
    hal->now_ms = now_ms;
    hal->ctx = NULL;
}
