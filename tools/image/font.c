/* SPDX-License-Identifier: Apache-2.0 */
#include "font.h"
#include "hufu/font.h"
#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GLYPHS_MAX 8192u

struct glyph {
    uint16_t code;
    uint8_t bytes[HUFU_FONT_WIDE];
};
struct table {
    struct glyph glyph[GLYPHS_MAX];
    unsigned count;
};

static char error[256];

const char *font_error(void)
{
    return error;
}

static int fail(const char *path, const char *why)
{
    (void)snprintf(error, sizeof error, "%s: %s", path, why);
    return -1;
}

/* The code point of row and cell (1 to 94 each) of GB 2312-80; 0: there is none. */
static unsigned gb2312(iconv_t from, unsigned row, unsigned cell)
{
    char in[2] = {(char)(0xA0 + row), (char)(0xA0 + cell)}, out[4];
    char *src = in, *dst = out;
    size_t left = sizeof in, room = sizeof out;
    if (iconv(from, &src, &left, &dst, &room) == (size_t)-1 || room != 2)
        return 0;
    return (unsigned)(uint8_t)out[0] << 8 | (uint8_t)out[1];
}

static int choose(bool wanted[65536])
{
    iconv_t from = iconv_open("UTF-16BE", "GB2312");
    if (from == (iconv_t)-1)
        return fail("GB2312", strerror(errno));
    for (unsigned code = ' '; code < 0x7F; code++)
        wanted[code] = true;
    for (unsigned row = 1; row <= 55; row++) {
        if (row != 1 && row != 3 && row < 16) /* level 1: rows 16 to 55 */
            continue;
        for (unsigned cell = 1; cell <= 94; cell++)
            wanted[gb2312(from, row, cell)] = true;
    }
    wanted[0] = false;
    iconv_close(from);
    return 0;
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Bytes of the glyph behind the colon; 0: not one. */
static unsigned glyph_read(const char *text, uint8_t bytes[HUFU_FONT_WIDE])
{
    unsigned n = 0;
    for (; n < HUFU_FONT_WIDE && digit(text[0]) >= 0 && digit(text[1]) >= 0; text += 2)
        bytes[n++] = (uint8_t)(digit(text[0]) << 4 | digit(text[1]));
    return (*text == '\n' || *text == '\r') && (n == HUFU_FONT_NARROW || n == HUFU_FONT_WIDE) ? n
                                                                                              : 0;
}

static int read_hex(const char *path, bool wanted[65536], struct table *narrow, struct table *wide)
{
    char line[256];
    unsigned last = 0;
    FILE *f = fopen(path, "r");
    if (f == NULL)
        return fail(path, strerror(errno));
    while (fgets(line, sizeof line, f) != NULL) {
        char *glyph = NULL;
        const unsigned long code = strtoul(line, &glyph, 16);
        if (*glyph != ':' || code > 65535 || !wanted[code])
            continue;
        struct glyph g = {.code = (uint16_t)code};
        const unsigned n = glyph_read(glyph + 1, g.bytes);
        struct table *t = n == HUFU_FONT_NARROW ? narrow : wide;
        if (n == 0 || code <= last || t->count == GLYPHS_MAX) {
            fclose(f);
            return fail(path, "not a .hex file of GNU Unifont");
        }
        last = (unsigned)code;
        wanted[code] = false;
        t->glyph[t->count++] = g;
    }
    fclose(f);
    for (unsigned code = 0; code < 65536; code++) {
        if (wanted[code])
            return fail(path, "a glyph of the subset is missing");
    }
    return 0;
}

static void put16(FILE *f, unsigned value)
{
    fputc((int)(value & 0xFF), f);
    fputc((int)(value >> 8), f);
}

static void put_codes(FILE *f, const struct table *t)
{
    for (unsigned i = 0; i < t->count; i++)
        put16(f, t->glyph[i].code);
}

static void put_glyphs(FILE *f, const struct table *t, size_t size)
{
    for (unsigned i = 0; i < t->count; i++)
        fwrite(t->glyph[i].bytes, 1, size, f);
}

int font_make(const char *hex, const char *out)
{
    static bool wanted[65536];
    static struct table narrow, wide;
    if (choose(wanted) != 0 || read_hex(hex, wanted, &narrow, &wide) != 0)
        return -1;
    FILE *f = fopen(out, "wb");
    if (f == NULL)
        return fail(out, strerror(errno));
    put16(f, HUFU_FONT_MAGIC & 0xFFFF);
    put16(f, HUFU_FONT_MAGIC >> 16);
    put16(f, narrow.count);
    put16(f, wide.count);
    put_codes(f, &narrow);
    put_codes(f, &wide);
    put_glyphs(f, &narrow, HUFU_FONT_NARROW);
    put_glyphs(f, &wide, HUFU_FONT_WIDE);
    const int bad = ferror(f);
    return fclose(f) == 0 && !bad ? 0 : fail(out, "cannot be written");
}
