/* SPDX-License-Identifier: Apache-2.0 */
/* The font part of an image, out of GNU Unifont. */
#ifndef HUFU_IMAGE_FONT_H
#define HUFU_IMAGE_FONT_H

/*
 * Reads a .hex file of GNU Unifont (lines "CODE:GLYPH", ascending) and writes the part that
 * hufu/font.h describes. 0; -1: font_error says why.
 */
int font_make(const char *hex, const char *out);
const char *font_error(void);

#endif
