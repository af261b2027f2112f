/* SPDX-License-Identifier: Apache-2.0 */
/* The glyphs of the image's font part (hufu/font.h), and texts as code points. */
#ifndef HUFU_PANEL_UNIFONT_H
#define HUFU_PANEL_UNIFONT_H

#include <stdbool.h>
#include <stdint.h>

/* [in] part: size bytes that boot has judged, which stay; NULL: none. What is not a font is none.
 */
void unifont_start(const void *part, uint32_t size);
bool unifont_there(void);
/* [out] width 8 or 16 dots: the glyph's 16 rows have as many bits. NULL: the font lacks it. */
const uint8_t *unifont_glyph(uint32_t code, unsigned *width);

#define UTF8_BAD 0xFFFDu /* what no character is: drawn as a box */

/* The next code point of a text that ends with NUL; 0 at its end. A byte that begins none is
 * UTF8_BAD by itself. */
uint32_t utf8_next(const char **text);

#endif
