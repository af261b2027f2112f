/* SPDX-License-Identifier: Apache-2.0 */
/* What the panel shows: the name of the token and one line of state. */
#ifndef HUFU_PANEL_H
#define HUFU_PANEL_H

#include "wipe.h"
#include <stddef.h>
#include <stdint.h>

enum panel_state { PANEL_READY, PANEL_SIGNING, PANEL_GENERATING, PANEL_ERROR, PANEL_DESTROYED };

/* Draws the label (or "HUFU") and the state's line; the last error when there is one. A panel that
 * fails stops nothing. */
void panel_show(enum panel_state state);

#define PANEL_LINES   6u
#define PANEL_COLUMNS 20u

/*
 * Lines of text from the top, NULL for an empty one; what passes the edge is cut. Texts are UTF-8:
 * a line with more than ASCII is drawn in the font part of the image, 16 dots high, two of them at
 * most. Without that part, and for characters it lacks, boxes stand.
 */
void panel_draw(const char *const lines[PANEL_LINES]);

/* What the holder is asked, from the top: what, of what, and in hexadecimal of which digest. */
struct panel_question {
    const char *what;
    const char *what_tall; /* the same in Chinese and English, where there is a font for it */
    const uint8_t *name;   /* name_len bytes; NULL: no such line */
    size_t name_len;
    const uint8_t *digest; /* 32 bytes; NULL: none */
};

#define PANEL_CONFIRM_MS 30000u

/*
 * Asks and waits for a button, at most PANEL_CONFIRM_MS; a press from before the question does not
 * count. Afterwards the panel shows PANEL_READY. SECURE_TRUE: OK was pressed, alone. Any other
 * value is no: cancel, both buttons, no button. The command runs on its own stack meanwhile, so the
 * link answers the host's reader with time extensions.
 */
secure_bool panel_confirm(const struct panel_question *question);

#endif
