/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entropy page (virtual_board.h): each block is taken once, its memory zeroed at once. A
 * sequence that does not rise, or no refill in time, is a failure that stays until the next
 * power-on.
 */
#include "board.h"
#include "regs.h"
#include <stdbool.h>

#define PAGE           ((volatile struct vb_entropy *)(VB_BASE + VB_ENTROPY))
#define REFILL_WAIT_MS 2000u

static uint32_t taken; /* highest sequence seen */
static uint32_t next;  /* slot */
static bool started;
static bool failed;

/* After a reset of the machine alone, the first slots may be spent already. */
static void find_first(void)
{
    started = true;
    for (next = 0; next < VB_ENTROPY_SLOTS; next++) {
        if (PAGE->slot[next].sequence != 0) {
            return;
        }
    }
    next = 0;
    bell_ring(VB_BELL_ENTROPY);
}

static int entropy_read(void *ctx, uint8_t out[HAL_ENTROPY_BLOCK])
{
    (void)ctx;
    _Static_assert(HAL_ENTROPY_BLOCK == VB_ENTROPY_BLOCK, "one slot is one block");
    if (!started) {
        find_first();
    }
    volatile struct vb_entropy_slot *slot = &PAGE->slot[next];
    const uint32_t from = time_ms();
    while (!failed && slot->sequence == 0) {
        failed = time_ms() - from > REFILL_WAIT_MS;
    }
    if (failed || slot->sequence <= taken) {
        failed = true;
        return HAL_FAIL;
    }
    __asm volatile("dmb" ::: "memory");
    taken = slot->sequence;
    for (uint32_t i = 0; i < VB_ENTROPY_BLOCK; i++) {
        out[i] = slot->block[i];
        slot->block[i] = 0;
    }
    slot->sequence = 0;
    next++;
    if (next == VB_ENTROPY_SLOTS) {
        next = 0;
        bell_ring(VB_BELL_ENTROPY);
    }
    return HAL_OK;
}

void entropy_hal(struct hal_entropy *hal)
{
    hal->read = entropy_read;
    hal->ctx = NULL;
}
