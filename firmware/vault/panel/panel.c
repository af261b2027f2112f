/* SPDX-License-Identifier: Apache-2.0 */
#include "panel/panel.h"
#include "device.h"
#include "err.h"
#include "hal.h"
#include "panel/font.h"
#include <string.h>

enum { LEFT = 4, TOP_LABEL = 8, TOP_STATE = 32, TOP_ERROR = 46, ADVANCE = FONT_WIDTH + 1 };

static uint8_t frame[HAL_PANEL_BYTES];

static void put_pixel(unsigned x, unsigned y)
{
    if (x < HAL_PANEL_WIDTH && y < HAL_PANEL_HEIGHT) {
        frame[y * (HAL_PANEL_WIDTH / 8) + x / 8] |= (uint8_t)(0x80u >> (x % 8));
    }
}

static void put_text(unsigned y, const char *text)
{
    for (unsigned x = LEFT; *text != '\0'; text++, x += ADVANCE) {
        const uint8_t *rows = font_glyph(*text);
        for (unsigned i = 0; i < FONT_HEIGHT * FONT_WIDTH; i++) {
            if ((rows[i / FONT_WIDTH] & (0x10u >> (i % FONT_WIDTH))) != 0) {
                put_pixel(x + i % FONT_WIDTH, y + i / FONT_WIDTH);
            }
        }
    }
}

static void put_error(int err)
{
    char text[] = "ERROR 00";
    unsigned n = (unsigned)-err;
    text[6] = (char)('0' + n / 10 % 10);
    text[7] = (char)('0' + n % 10);
    put_text(TOP_ERROR, text);
}

void panel_show(enum panel_state state)
{
    static const char *const lines[] = {
        [PANEL_READY] = "READY",
        [PANEL_SIGNING] = "SIGNING",
        [PANEL_CONFIRM_RESET] = "ERASE ALL? OK",
        [PANEL_ERROR] = "OUT OF SERVICE",
        [PANEL_DESTROYED] = "DESTROYED",
    };
    const struct hal *hal = device_hal();
    char label[DEVICE_LABEL + 1] = {0};
    if (device_failed() != SECURE_FALSE || device_lifecycle() == LIFECYCLE_DESTROYED ||
        device_label(label) != ERR_OK || label[0] == '\0') {
        memcpy(label, "HUFU", sizeof "HUFU");
    }
    memset(frame, 0, sizeof frame);
    put_text(TOP_LABEL, label);
    put_text(TOP_STATE, lines[state]);
    if (device_last_error() != ERR_OK) {
        put_error(device_last_error());
    }
    (void)hal->panel.show(hal->panel.ctx, frame);
}
