/* SPDX-License-Identifier: Apache-2.0 */
#include "panel/unifont.h"
#include "hufu/font.h"
#include <stddef.h>
#include <string.h>

static struct {
    const uint8_t *part; /* NULL: there is none */
    uint32_t narrow, wide;
} font;

void unifont_start(const void *part, uint32_t size)
{
    struct hufu_font head;
    font.part = NULL;
    if (part == NULL || size < sizeof head) {
        return;
    }
    memcpy(&head, part, sizeof head);
    const uint32_t wanted = (uint32_t)sizeof head + head.narrow * (2u + HUFU_FONT_NARROW) +
                            head.wide * (2u + HUFU_FONT_WIDE);
    if (head.magic == HUFU_FONT_MAGIC && wanted == size) {
        font.part = part;
        font.narrow = head.narrow;
        font.wide = head.wide;
    }
}

bool unifont_there(void)
{
    return font.part != NULL;
}

/* The place of code among `count` ascending ones; -1. */
static int32_t find(const uint8_t *codes, uint32_t count, uint32_t code)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        const uint32_t middle = (low + high) / 2u;
        const uint32_t there = codes[2u * middle] | (uint32_t)codes[2u * middle + 1u] << 8;
        if (there == code) {
            return (int32_t)middle;
        }
        if (there < code) {
            low = middle + 1u;
        } else {
            high = middle;
        }
    }
    return -1;
}

const uint8_t *unifont_glyph(uint32_t code, unsigned *width)
{
    if (font.part == NULL) {
        return NULL;
    }
    const uint8_t *narrow = font.part + sizeof(struct hufu_font);
    const uint8_t *wide = narrow + 2u * font.narrow;
    const uint8_t *glyphs = wide + 2u * font.wide;
    int32_t at = find(narrow, font.narrow, code);
    *width = 8;
    if (at >= 0) {
        return glyphs + (uint32_t)at * HUFU_FONT_NARROW;
    }
    at = find(wide, font.wide, code);
    *width = 16;
    return at < 0 ? NULL : glyphs + font.narrow * HUFU_FONT_NARROW + (uint32_t)at * HUFU_FONT_WIDE;
}

/* Over-long forms and surrogates name glyphs that are not in the font: boxes as well. */
uint32_t utf8_next(const char **text)
{
    const uint8_t *p = (const uint8_t *)*text;
    const uint32_t first = *p;
    const unsigned more = first < 0xC0   ? 0
                          : first < 0xE0 ? 1
                          : first < 0xF0 ? 2
                          : first < 0xF8 ? 3
                                         : 0;
    uint32_t code = more == 0 ? first : first & (0x3Fu >> more);
    if (first == 0) {
        return 0;
    }
    if (more == 0 && first >= 0x80) {
        code = UTF8_BAD;
    }
    for (unsigned i = 1; i <= more; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            *text += 1;
            return UTF8_BAD;
        }
        code = code << 6 | (p[i] & 0x3Fu);
    }
    *text += 1u + more;
    return code == 0 ? UTF8_BAD : code;
}
