/* SPDX-License-Identifier: Apache-2.0 */
#include "panel/panel.h"
#include "device.h"
#include "err.h"
#include "hal.h"
#include "panel/font.h"
#include <string.h>

enum {
    LEFT = 4,
    TOP_LABEL = 8,
    TOP_STATE = 32,
    TOP_ERROR = 46,
    ADVANCE = FONT_WIDTH + 1,
    TOP_FIRST = 2, /* of panel_draw */
    LEADING = FONT_HEIGHT + 3
};

_Static_assert(TOP_FIRST + (PANEL_LINES - 1) * LEADING + FONT_HEIGHT <= HAL_PANEL_HEIGHT, "lines");
_Static_assert(LEFT + PANEL_COLUMNS * ADVANCE <= HAL_PANEL_WIDTH, "columns");

struct line {
    unsigned top;
    const char *text;
};

/* What row y of the panel cuts out of a line of text. */
static void add_line(uint8_t row[HAL_PANEL_ROW], unsigned y, const struct line *line)
{
    if (y < line->top || y >= line->top + FONT_HEIGHT) {
        return;
    }
    unsigned x = LEFT;
    for (const char *text = line->text; *text != '\0'; text++, x += ADVANCE) {
        const uint8_t bits = font_glyph(*text)[y - line->top];
        for (unsigned i = 0; i < FONT_WIDTH; i++) {
            if (x + i < HAL_PANEL_WIDTH && (bits & (0x10u >> i)) != 0) {
                row[(x + i) / 8] |= (uint8_t)(0x80u >> ((x + i) % 8));
            }
        }
    }
}

static void draw(const struct line *lines, unsigned count)
{
    const struct hal_panel *panel = &device_hal()->panel;
    for (unsigned y = 0; y < HAL_PANEL_HEIGHT; y++) {
        uint8_t row[HAL_PANEL_ROW] = {0};
        for (unsigned i = 0; i < count; i++) {
            add_line(row, y, &lines[i]);
        }
        (void)panel->row(panel->ctx, y, row);
    }
    (void)panel->show(panel->ctx);
}

void panel_draw(const char *const lines[PANEL_LINES])
{
    struct line all[PANEL_LINES];
    unsigned count = 0;
    for (unsigned i = 0; i < PANEL_LINES; i++) {
        if (lines[i] != NULL) {
            all[count++] = (struct line){TOP_FIRST + i * LEADING, lines[i]};
        }
    }
    draw(all, count);
}

void panel_show(enum panel_state state)
{
    static const char *const lines[] = {
        [PANEL_READY] = "READY",
        [PANEL_SIGNING] = "SIGNING",
        [PANEL_GENERATING] = "MAKING A KEY",
        [PANEL_ERROR] = "OUT OF SERVICE",
        [PANEL_DESTROYED] = "DESTROYED",
    };
    char label[DEVICE_LABEL + 1] = {0};
    if (device_failed() != SECURE_FALSE || device_lifecycle() == LIFECYCLE_DESTROYED ||
        device_label(label) != ERR_OK || label[0] == '\0') {
        memcpy(label, "HUFU", sizeof "HUFU");
    }
    char error[] = "ERROR 00";
    const unsigned n = (unsigned)-device_last_error();
    error[6] = (char)('0' + n / 10 % 10);
    error[7] = (char)('0' + n % 10);
    const struct line all[] = {{TOP_LABEL, label}, {TOP_STATE, lines[state]}, {TOP_ERROR, error}};
    draw(all, n == 0 ? 2 : 3);
}
