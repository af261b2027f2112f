/* SPDX-License-Identifier: Apache-2.0 */
/* The panel's frame (HAL_PANEL_*) for people: as text on a terminal, or as a PNG file. */
#ifndef EMU_PANEL_H
#define EMU_PANEL_H

#include "hal.h"
#include <stdio.h>

/* Two rows of dots per line, with a border (UTF-8 half blocks). */
void panel_text(FILE *out, const uint8_t frame[HAL_PANEL_BYTES]);
/* Writes path. 0, or -1 with errno. */
int panel_png(const char *path, const uint8_t frame[HAL_PANEL_BYTES]);

#endif
