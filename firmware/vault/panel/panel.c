/* SPDX-License-Identifier: Apache-2.0 */
#include "panel/panel.h"
#include "device.h"
#include "err.h"
#include "hal.h"
#include "hufu/font.h"
#include "issuer.h"
#include "panel/font.h"
#include "panel/unifont.h"
#include <string.h>

enum {
    LEFT = 4, /* of small lines; tall ones begin at the edge, eight wide glyphs fill it */
    TOP_LABEL = 8,
    TOP_STATE = 32,
    TOP_ERROR = 46,
    ADVANCE = FONT_WIDTH + 1,
    TOP_FIRST = 2, /* of panel_draw */
    LEADING = FONT_HEIGHT + 3,
    LEADING_TIGHT = FONT_HEIGHT + 1,
    FIRST_WIDE = 0x1100 /* code points from here on are wide where the font lacks them */
};

_Static_assert(TOP_FIRST + (PANEL_LINES - 1) * LEADING + FONT_HEIGHT <= HAL_PANEL_HEIGHT, "lines");
_Static_assert(LEFT + PANEL_COLUMNS * ADVANCE <= HAL_PANEL_WIDTH, "columns");
_Static_assert(2 * HUFU_FONT_ROWS + (PANEL_LINES - 2) * LEADING_TIGHT <= HAL_PANEL_HEIGHT, "tall");

struct line {
    unsigned top;
    const char *text;
};

/* A line with more than ASCII in it is drawn in the image's font, if there is one. */
static bool is_tall(const char *text)
{
    bool more = false;
    for (; *text != '\0'; text++) {
        more = more || ((uint8_t)*text & 0x80u) != 0;
    }
    return more && unifont_there();
}

/* Row y of a character in the small font; leftmost dot in the top bit of 16. */
static uint32_t small_row(uint32_t code, unsigned y)
{
    static const uint8_t box[FONT_HEIGHT] = {0x1F, 0x11, 0x11, 0x11, 0x11, 0x11, 0x1F};
    const uint8_t *glyph = code < 0x80 ? font_glyph((char)code) : NULL;
    return (uint32_t)(glyph != NULL ? glyph : box)[y] << (16u - FONT_WIDTH);
}

/* The same in the tall font. [out] width in dots. */
static uint32_t tall_row(uint32_t code, unsigned y, unsigned *width)
{
    const uint8_t *glyph = unifont_glyph(code, width);
    if (glyph != NULL) {
        return *width == 8 ? (uint32_t)glyph[y] << 8
                           : (uint32_t)glyph[2u * y] << 8 | glyph[2u * y + 1u];
    }
    *width = code >= FIRST_WIDE ? 16 : 8;
    const uint32_t edge = 0xFFFFu << (17u - *width) & 0x7FFFu; /* one dot free on each side */
    const bool ends = y == 1 || y == HUFU_FONT_ROWS - 2u;
    const bool outside = y == 0 || y == HUFU_FONT_ROWS - 1u;
    return outside ? 0 : ends ? edge : edge & (0x4000u | 1u << (17u - *width));
}

/* What row y of the panel cuts out of a line of text. */
static void add_line(uint8_t row[HAL_PANEL_ROW], unsigned y, const struct line *line)
{
    const bool tall = is_tall(line->text);
    const char *text = line->text;
    unsigned x = tall ? 0 : LEFT, width = ADVANCE;
    if (y < line->top || y >= line->top + (tall ? HUFU_FONT_ROWS : FONT_HEIGHT)) {
        return;
    }
    for (uint32_t code; (code = utf8_next(&text)) != 0; x += width) {
        const uint32_t dots =
            tall ? tall_row(code, y - line->top, &width) : small_row(code, y - line->top);
        for (unsigned i = 0; i < 16 && x + i < HAL_PANEL_WIDTH; i++) {
            if ((dots & (0x8000u >> i)) != 0) {
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

/* Small lines stand as they always did; beside tall ones they move together. */
void panel_draw(const char *const lines[PANEL_LINES])
{
    struct line all[PANEL_LINES];
    unsigned count = 0, tall = 0;
    for (unsigned i = 0; i < PANEL_LINES; i++) {
        tall += lines[i] != NULL && is_tall(lines[i]) ? 1u : 0u;
    }
    const unsigned leading = tall != 0 ? LEADING_TIGHT : LEADING;
    unsigned top = tall != 0 ? 0 : TOP_FIRST;
    for (unsigned i = 0; i < PANEL_LINES; i++) {
        if (lines[i] != NULL) {
            all[count++] = (struct line){top, lines[i]};
        }
        top += lines[i] != NULL && is_tall(lines[i]) ? HUFU_FONT_ROWS : leading;
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
    char label[ISSUER_LABEL + 1] = {0};
    if (device_failed() != SECURE_FALSE || device_lifecycle() == LIFECYCLE_DESTROYED ||
        issuer_label(label) != ERR_OK || label[0] == '\0') {
        memcpy(label, "HUFU", sizeof "HUFU");
    }
    char error[] = "ERROR 00";
    const unsigned n = (unsigned)-device_last_error();
    error[6] = (char)('0' + n / 10 % 10);
    error[7] = (char)('0' + n % 10);
    const struct line all[] = {{TOP_LABEL, label}, {TOP_STATE, lines[state]}, {TOP_ERROR, error}};
    draw(all, n == 0 ? 2 : 3);
}
