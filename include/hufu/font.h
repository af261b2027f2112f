/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The font part of a firmware image (hufu/image.h): glyphs of 16 rows, 8 or 16 columns. Integers
 * are little-endian.
 *
 *   0   struct hufu_font
 *   8   narrow code points, then wide ones, 2 bytes each; ascending in each of the two tables
 *   ..  narrow glyphs, 16 bytes each: a row a byte, its leftmost dot in the top bit
 *   ..  wide glyphs, 32 bytes each: a row two bytes, the left one first
 *
 * hufu-image makes it of GNU Unifont: ASCII, rows 1 and 3 of GB 2312-80 (signs, full-width forms)
 * and its level 1, the 3,755 characters that are in common use.
 */
#ifndef HUFU_FONT_PART_H
#define HUFU_FONT_PART_H

#include <stdint.h>

#define HUFU_FONT_MAGIC  0x31544E46u /* "FNT1" */
#define HUFU_FONT_ROWS   16u
#define HUFU_FONT_NARROW 16u /* bytes of a glyph */
#define HUFU_FONT_WIDE   32u

struct hufu_font {
    uint32_t magic;
    uint16_t narrow; /* how many there are */
    uint16_t wide;
};

#endif
