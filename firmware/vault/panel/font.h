/* SPDX-License-Identifier: Apache-2.0 */
/* A 5 x 7 font: capitals, digits and a few signs; small letters are drawn as capitals. */
#ifndef HUFU_FONT_H
#define HUFU_FONT_H

#include <stdint.h>

#define FONT_WIDTH  5u
#define FONT_HEIGHT 7u

/* Seven rows from the top, five bits each, leftmost in bit 4. NULL: the font lacks it. */
const uint8_t *font_glyph(char c);

#endif
