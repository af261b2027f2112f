/* SPDX-License-Identifier: Apache-2.0 */
/*
 * png_shows PNG UNIFONT.hex X Y CODE...: whether the picture of the panel (128 by 64, one bit a
 * dot, unfiltered rows: hufu-emu panel --png) has these glyphs side by side, from the dot X, Y on.
 * CODE is hexadecimal. Exit: 0 so, 1 not so, 2 it cannot be told.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { WIDTH = 128, HEIGHT = 64, ROW = 1 + WIDTH / 8, GLYPH_ROWS = 16 };

static uint32_t big_endian(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* [out] rows, each behind its filter byte. */
static int picture(const char *path, uint8_t rows[HEIGHT * ROW])
{
    uint8_t file[8192];
    FILE *f = fopen(path, "rb");
    const size_t size = f != NULL ? fread(file, 1, sizeof file, f) : 0;
    if (f != NULL)
        fclose(f);
    if (size < 33 || big_endian(file + 16) != WIDTH || big_endian(file + 20) != HEIGHT ||
        memcmp(file + 24, "\1\0\0\0\0", 5) != 0)
        return -1;
    for (size_t at = 8; at + 12 <= size; at += 12u + big_endian(file + at)) {
        const uint32_t len = big_endian(file + at);
        uLongf out = HEIGHT * ROW;
        if (memcmp(file + at + 4, "IDAT", 4) == 0)
            return len <= size - at - 12 && uncompress(rows, &out, file + at + 8, len) == Z_OK &&
                           out == HEIGHT * ROW
                       ? 0
                       : -1;
    }
    return -1;
}

/* [out] text: the glyph's digits. */
static int glyph(const char *path, unsigned code, char text[65])
{
    char line[256];
    unsigned at = 0;
    FILE *f = fopen(path, "r");
    int found = -1;
    while (f != NULL && found != 0 && fgets(line, sizeof line, f) != NULL) {
        if (sscanf(line, "%x:%64s", &at, text) == 2 && at == code)
            found = 0;
    }
    if (f != NULL)
        fclose(f);
    return found;
}

static int shows(const uint8_t *rows, const char *text, unsigned x, unsigned y)
{
    const unsigned digits = (unsigned)strlen(text) / GLYPH_ROWS;
    for (unsigned row = 0; row < GLYPH_ROWS; row++) {
        for (unsigned col = 0; col < 4 * digits; col++) {
            const char digit[2] = {text[row * digits + col / 4], '\0'};
            const unsigned want = (unsigned)strtoul(digit, NULL, 16) >> (3 - col % 4) & 1u;
            const unsigned at = x + col;
            if (at >= WIDTH || y + row >= HEIGHT ||
                (rows[(y + row) * ROW + 1 + at / 8] >> (7 - at % 8) & 1u) != want)
                return 0;
        }
    }
    return 1;
}

int main(int argc, char **argv)
{
    static uint8_t rows[HEIGHT * ROW];
    char text[65];
    if (argc < 6 || picture(argv[1], rows) != 0)
        return 2;
    unsigned x = (unsigned)atoi(argv[3]);
    const unsigned y = (unsigned)atoi(argv[4]);
    for (int i = 5; i < argc; i++) {
        if (glyph(argv[2], (unsigned)strtoul(argv[i], NULL, 16), text) != 0)
            return 2;
        if (!shows(rows, text, x, y))
            return 1;
        x += (unsigned)strlen(text) / GLYPH_ROWS * 4;
    }
    return 0;
}
