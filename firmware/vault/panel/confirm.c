/* SPDX-License-Identifier: Apache-2.0 */
/* The question that the holder answers with a button. */
#include "device.h"
#include "hal.h"
#include "panel/panel.h"
#include "panel/unifont.h"
#include <string.h>

enum { DIGEST_LINES = 4, DIGEST_BYTES = 8 }; /* on each line */
enum { NAME_BYTES = 48 };                    /* more than a line shows, in any script */

/* 01234567 89ABCDEF */
static void write_hex(const uint8_t bytes[DIGEST_BYTES], char text[PANEL_COLUMNS + 1])
{
    static const char digit[] = "0123456789ABCDEF";
    for (unsigned i = 0; i < DIGEST_BYTES; i++) {
        *text++ = digit[bytes[i] >> 4];
        *text++ = digit[bytes[i] & 15];
        if (i == DIGEST_BYTES / 2 - 1) {
            *text++ = ' ';
        }
    }
    *text = '\0';
}

/* The digest is shown whole: a part of it could be met by another message. */
static void draw_question(const struct panel_question *q)
{
    char name[NAME_BYTES + 1] = {0}, digest[DIGEST_LINES][PANEL_COLUMNS + 1];
    const char *lines[PANEL_LINES] = {unifont_there() ? q->what_tall : q->what};
    unsigned at = 1;
    if (q->name != NULL) {
        memcpy(name, q->name, q->name_len < NAME_BYTES ? q->name_len : NAME_BYTES);
        lines[at++] = name;
    }
    for (unsigned i = 0; q->digest != NULL && i < DIGEST_LINES; i++) {
        write_hex(q->digest + i * DIGEST_BYTES, digest[i]);
        lines[at++] = digest[i];
    }
    if (q->digest == NULL) {
        lines[PANEL_LINES - 1] = "OK / CANCEL";
    }
    panel_draw(lines);
}

/* The decision is taken twice, on one reading of the buttons that is looked at in two ways. */
secure_bool panel_confirm(const struct panel_question *question)
{
    const struct hal *hal = device_hal();
    volatile secure_bool first = SECURE_FALSE, second = SECURE_FALSE;
    volatile uint32_t pressed = 0;
    (void)hal->panel.pressed(hal->panel.ctx);
    draw_question(question);
    const uint32_t start = hal->time.now_ms(hal->time.ctx);
    while (pressed == 0 && hal->time.now_ms(hal->time.ctx) - start < PANEL_CONFIRM_MS) {
        pressed = hal->panel.pressed(hal->panel.ctx);
    }
    if (pressed == HAL_BUTTON_OK) {
        first = SECURE_TRUE;
    }
    if ((pressed ^ HAL_BUTTON_OK) == 0 && (pressed & HAL_BUTTON_CANCEL) == 0) {
        second = SECURE_TRUE;
    }
    panel_show(PANEL_READY);
    return first == SECURE_TRUE && second == SECURE_TRUE ? second : SECURE_FALSE;
}
