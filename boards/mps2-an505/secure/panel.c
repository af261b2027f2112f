/* SPDX-License-Identifier: Apache-2.0 */
/* The panel page: a frame for the emulator to show, and the buttons it pressed. */
#include "board.h"
#include "regs.h"

#define PAGE ((volatile struct vb_panel *)(VB_BASE + VB_PANEL))

static int panel_row(void *ctx, unsigned y, const uint8_t pixels[HAL_PANEL_ROW])
{
    (void)ctx;
    if (y >= HAL_PANEL_HEIGHT) {
        return HAL_FAIL;
    }
    for (uint32_t i = 0; i < HAL_PANEL_ROW; i++) {
        PAGE->frame[y * HAL_PANEL_ROW + i] = pixels[i];
    }
    return HAL_OK;
}

static int panel_show(void *ctx)
{
    (void)ctx;
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
    hal->row = panel_row;
    hal->show = panel_show;
    hal->pressed = panel_pressed;
    hal->ctx = NULL;
}
