/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BOOTSEL confirms, with or without a display. Without one nothing can be shown: rows then fail,
 * and a confirmation says no more than that somebody was there (docs/boards.md).
 */
#include "board.h"

static int panel_row(void *ctx, unsigned y, const uint8_t pixels[HAL_PANEL_ROW])
{
    (void)ctx;
    return ssd1306_row(y, pixels);
}

static int panel_show(void *ctx)
{
    (void)ctx;
    return ssd1306_show();
}

static uint32_t panel_pressed(void *ctx)
{
    (void)ctx;
    return bootsel_pressed();
}

void panel_hal(struct hal_panel *hal)
{
    i2c_start();
    (void)ssd1306_start();
    hal->row = panel_row;
    hal->show = panel_show;
    hal->pressed = panel_pressed;
    hal->ctx = NULL;
}
