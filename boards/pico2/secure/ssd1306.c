/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A 128 x 64 display with an SSD1306 at address 0x3C, if there is one. Its memory goes by pages of
 * eight rows, a byte holding one column of a page, lowest bit on top: rows are turned as they come.
 */
#include "board.h"
#include <string.h>

#define ADDRESS       0x3Cu
#define PAGES         (HAL_PANEL_HEIGHT / 8u)
#define CONTROL_ORDER 0x00u
#define CONTROL_DATA  0x40u

static bool present;
static uint8_t frame[PAGES][HAL_PANEL_WIDTH];

/* The usual order of things: 64 lines, charge pump, columns and rows as mounted on the
 * common modules, horizontal addressing. */
static const uint8_t start_up[] = {
    CONTROL_ORDER, 0xAE, 0xD5, 0x80, 0xA8, 0x3F, 0xD3, 0x00, 0x40, 0x8D, 0x14, 0x20, 0x00,
    0xA1,          0xC8, 0xDA, 0x12, 0x81, 0xCF, 0xD9, 0xF1, 0xDB, 0x40, 0xA4, 0xA6, 0xAF,
};
static const uint8_t whole[] = {CONTROL_ORDER, 0x21, 0, HAL_PANEL_WIDTH - 1u, 0x22, 0, PAGES - 1u};

int ssd1306_start(void)
{
    memset(frame, 0, sizeof frame);
    present = i2c_write(ADDRESS, start_up, sizeof start_up) == HAL_OK;
    return present ? ssd1306_show() : HAL_FAIL;
}

int ssd1306_row(unsigned y, const uint8_t pixels[HAL_PANEL_ROW])
{
    if (y >= HAL_PANEL_HEIGHT) {
        return HAL_FAIL;
    }
    const uint8_t bit = (uint8_t)(1u << y % 8u);
    for (unsigned x = 0; x < HAL_PANEL_WIDTH; x++) {
        uint8_t *column = &frame[y / 8u][x];
        const bool on = (pixels[x / 8u] & 0x80u >> x % 8u) != 0;
        *column = (uint8_t)((*column & ~bit) | (on ? bit : 0u));
    }
    return HAL_OK;
}

int ssd1306_show(void)
{
    if (!present) {
        return HAL_FAIL;
    }
    int result = i2c_write(ADDRESS, whole, sizeof whole);
    for (unsigned page = 0; result == HAL_OK && page < PAGES; page++) {
        uint8_t message[1 + HAL_PANEL_WIDTH] = {CONTROL_DATA};
        memcpy(message + 1, frame[page], HAL_PANEL_WIDTH);
        result = i2c_write(ADDRESS, message, sizeof message);
    }
    return result;
}
