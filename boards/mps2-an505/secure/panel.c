/* SPDX-License-Identifier: Apache-2.0 */
/* The panel page: a frame for the emulator to show, and the buttons it pressed. */
#include "board.h"
#include "regs.h"

#define PAGE ((volatile struct vb_panel *)(VB_BASE + VB_PANEL))

static int panel_show(void *ctx, const uint8_t frame[HAL_PANEL_BYTES])
{
    (void)ctx;
    for (uint32_t i = 0; i < HAL_PANEL_BYTES; i++) {
        PAGE->frame[i] = frame[i];
    }
    __asm volatile("dmb" ::: "memory");
    PAGE->sequence = PAGE->sequence + 1u;
    bell_ring(VB_BELL_PANEL);
    return HAL_OK;
}

static uint32_t panel_pressed(void *ctx)
{
    (void)ctx;
    return __atomic_exchange_n((uint32_t *)&PAGE->pressed, 0u, __ATOMIC_ACQ_REL) &
           (HAL_BUTTON_OK | HAL_BUTTON_CANCEL);
}

void panel_hal(struct hal_panel *hal)
{
    hal->show = panel_show;
    hal->pressed = panel_pressed;
    hal->ctx = NULL;
}
