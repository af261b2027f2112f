/* SPDX-License-Identifier: Apache-2.0 */
#include "panel.h"
#include <errno.h>
#include <string.h>
#include <zlib.h>

#define ROW (HAL_PANEL_WIDTH / 8u)

static unsigned dot(const uint8_t *frame, unsigned x, unsigned y)
{
    return frame[y * ROW + x / 8u] >> (7u - x % 8u) & 1u;
}

static void edge(FILE *out, const char *left, const char *right)
{
    fputs(left, out);
    for (unsigned x = 0; x < HAL_PANEL_WIDTH; x++)
        fputs("─", out);
    fputs(right, out);
    fputc('\n', out);
}

void panel_text(FILE *out, const uint8_t frame[HAL_PANEL_BYTES])
{
    static const char *const half[] = {" ", "▀", "▄", "█"};

    edge(out, "┌", "┐");
    for (unsigned y = 0; y < HAL_PANEL_HEIGHT; y += 2) {
        fputs("│", out);
        for (unsigned x = 0; x < HAL_PANEL_WIDTH; x++)
            fputs(half[dot(frame, x, y) | dot(frame, x, y + 1u) << 1], out);
        fputs("│\n", out);
    }
    edge(out, "└", "┘");
}

static void big_endian(uint8_t *out, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        out[i] = (uint8_t)(value >> (24u - 8u * i));
}

/* One PNG chunk: length, type, data, CRC of type and data (PNG 5.3). */
static void chunk(FILE *out, const char *type, const uint8_t *data, size_t len)
{
    uint8_t word[4];
    uLong crc = crc32(0, (const Bytef *)type, 4);

    big_endian(word, (uint32_t)len);
    fwrite(word, 1, 4, out);
    fwrite(type, 1, 4, out);
    if (len != 0) {
        fwrite(data, 1, len, out);
        crc = crc32(crc, data, (uInt)len);
    }
    big_endian(word, (uint32_t)crc);
    fwrite(word, 1, 4, out);
}

int panel_png(const char *path, const uint8_t frame[HAL_PANEL_BYTES])
{
    static const uint8_t signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    uint8_t head[13] = {0}, rows[HAL_PANEL_HEIGHT * (ROW + 1u)], packed[sizeof rows + 64u];
    uLongf packed_len = sizeof packed;
    FILE *out;
    int e = 0;

    big_endian(head, HAL_PANEL_WIDTH);
    big_endian(head + 4, HAL_PANEL_HEIGHT);
    head[8] = 1; /* one bit a dot, grey: 1 is white, a lit dot */
    for (unsigned y = 0; y < HAL_PANEL_HEIGHT; y++) {
        rows[y * (ROW + 1u)] = 0; /* no filter */
        memcpy(rows + y * (ROW + 1u) + 1, frame + y * ROW, ROW);
    }
    if (compress(packed, &packed_len, rows, sizeof rows) != Z_OK) {
        errno = ENOMEM;
        return -1;
    }
    out = fopen(path, "wb");
    if (out == NULL)
        return -1;
    fwrite(signature, 1, sizeof signature, out);
    chunk(out, "IHDR", head, sizeof head);
    chunk(out, "IDAT", packed, packed_len);
    chunk(out, "IEND", NULL, 0);
    if (ferror(out))
        e = -1;
    if (fclose(out) != 0)
        e = -1;
    return e;
}
