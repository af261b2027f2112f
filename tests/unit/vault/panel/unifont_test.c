/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The font part as hufu-image makes it: every code point looked up and compared with the file of
 * GNU Unifont it was made of, damaged parts, texts in UTF-8, and lines of both scripts on the
 * panel.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture/token.h"
#include "font.h" /* tools/image */
#include "hufu/font.h"
#include "panel/font.h"
#include "panel/panel.h"
#include "panel/unifont.h"
#include "support/check.h"
#include "support/hex.h"
#include "vault.h"
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint8_t part[300000];
static uint32_t part_size;
static uint8_t source[65536][HUFU_FONT_WIDE]; /* by code point, from the file */
static uint8_t source_size[65536];
static struct token t;

static int open_group(void **state)
{
    char path[] = "/tmp/hufu-font-XXXXXX", line[256], glyph[65];
    unsigned code;
    (void)state;
    const int fd = mkstemp(path);
    check(fd >= 0);
    check(font_make(UNIFONT, path) == 0);
    const ssize_t n = read(fd, part, sizeof part);
    check(n > 0 && (size_t)n < sizeof part);
    part_size = (uint32_t)n;
    close(fd);
    unlink(path);
    FILE *f = fopen(UNIFONT, "r");
    check(f != NULL);
    while (fgets(line, sizeof line, f) != NULL) {
        if (sscanf(line, "%x:%64s", &code, glyph) == 2 && code < 65536) {
            source_size[code] = (uint8_t)unhex(glyph, source[code]);
        }
    }
    fclose(f);
    return 0;
}

/* Rows 1, 3 and 16 to 55 of GB 2312, as the C library's converter has them. */
static bool in_subset(iconv_t to, unsigned code)
{
    char in[2] = {(char)(code >> 8), (char)code}, out[4];
    char *src = in, *dst = out;
    size_t left = sizeof in, room = sizeof out;
    if (code >= 0x20 && code < 0x7F) {
        return true;
    }
    (void)iconv(to, NULL, NULL, NULL, NULL);
    if (code < 0x80 || iconv(to, &src, &left, &dst, &room) == (size_t)-1 || room != 2) {
        return false;
    }
    const unsigned row = (uint8_t)out[0] - 0xA0u;
    return row == 1 || row == 3 || (row >= 16 && row <= 55);
}

static void test_every_code_point(void **state)
{
    unsigned there = 0, ideographs = 0;
    iconv_t to = iconv_open("GB2312", "UTF-16BE");
    (void)state;
    assert_true(to != (iconv_t)-1);
    unifont_start(part, part_size);
    for (unsigned code = 0; code < 65536; code++) {
        unsigned width = 0;
        const uint8_t *glyph = unifont_glyph(code, &width);
        assert_true((glyph != NULL) == in_subset(to, code));
        if (glyph != NULL) {
            assert_int_equal(width * 2u, source_size[code]);
            assert_memory_equal(glyph, source[code], source_size[code]);
            there++;
            ideographs += code >= 0x4E00 && code < 0xA000;
        }
    }
    unsigned width;
    assert_null(unifont_glyph(0x10000u + 'A', &width));
    iconv_close(to);
    assert_int_equal(ideographs, 3755);
    print_message("%u glyphs in %u bytes\n", there, (unsigned)part_size);
    assert_true(part_size <= 0x22000);
}

static void test_damaged_parts(void **state)
{
    static uint8_t bad[300000];
    (void)state;
    unifont_start(NULL, 0);
    assert_false(unifont_there());
    for (unsigned i = 0; i < sizeof(struct hufu_font); i++) {
        memcpy(bad, part, part_size);
        bad[i] ^= 1;
        unifont_start(bad, part_size);
        assert_false(unifont_there());
    }
    unifont_start(part, part_size - 1);
    assert_false(unifont_there());
    unifont_start(part, 7);
    assert_false(unifont_there());
    unifont_start(part, part_size);
    assert_true(unifont_there());
    assert_int_equal(font_make("/dev/null", "/dev/null"), -1);
    assert_non_null(strstr(font_error(), "missing"));
}

static void test_utf8(void **state)
{
    static const struct {
        const char *text;
        uint32_t codes[6];
    } cases[] = {
        {"", {0}},
        {"aZ", {'a', 'Z', 0}},
        {"\xE4\xB8\xAD\xE6\x96\x87", {0x4E2D, 0x6587, 0}},
        {"\xC3\xA9.", {0xE9, '.', 0}},
        {"\xF0\x9F\x94\x91", {0x1F511, 0}},
        {"\xE4\xB8", {UTF8_BAD, UTF8_BAD, 0}}, /* cut */
        {"\xE4"
         "AB",
         {UTF8_BAD, 'A', 'B', 0}},
        {"\x80\xFF", {UTF8_BAD, UTF8_BAD, 0}},
        {"\xC0\x80", {UTF8_BAD, 0}}, /* an over-long nothing does not end a text */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *at = cases[i].text;
        for (unsigned k = 0;; k++) {
            const uint32_t code = utf8_next(&at);
            assert_int_equal(code, cases[i].codes[k]);
            if (code == 0) {
                break;
            }
        }
        assert_int_equal(*at, 0);
    }
}

/* --- on the panel ----------------------------------------------------------------------------- */

static bool dot(unsigned x, unsigned y)
{
    return (t.board.panel.frame[y * HAL_PANEL_ROW + x / 8] & (0x80u >> x % 8)) != 0;
}

/* Whether the glyph of code stands at x, y. */
static bool stands(unsigned code, unsigned x, unsigned y)
{
    const unsigned width = source_size[code] / 2u;
    for (unsigned row = 0; row < 16; row++) {
        for (unsigned col = 0; col < width; col++) {
            const uint8_t byte = source[code][row * width / 8u + col / 8u];
            if (dot(x + col, y + row) != ((byte & (0x80u >> col % 8)) != 0)) {
                return false;
            }
        }
    }
    return true;
}

static bool small_stands(char c, unsigned x, unsigned y)
{
    for (unsigned row = 0; row < FONT_HEIGHT; row++) {
        for (unsigned col = 0; col < FONT_WIDTH; col++) {
            const bool lit = font_glyph(c) == NULL ? row == 0 || row == FONT_HEIGHT - 1 ||
                                                         col == 0 || col == FONT_WIDTH - 1
                                                   : (font_glyph(c)[row] & (0x10u >> col)) != 0;
            if (dot(x + col, y + row) != lit) {
                return false;
            }
        }
    }
    return true;
}

static void start(bool with_font)
{
    token_make(&t, 17);
    if (with_font) {
        t.board.hal.firmware.font = part;
        t.board.hal.firmware.font_size = part_size;
    }
    token_restart(&t);
}

/* 合同章 */
#define SEAL "\xE5\x90\x88\xE5\x90\x8C\xE7\xAB\xA0"

static void test_lines(void **state)
{
    const char *const lines[PANEL_LINES] = {SEAL " A", "plain", NULL, "\xE9\xBE\x98\xC3\xBF!",
                                            "last"};
    (void)state;
    start(true);
    panel_draw(lines);
    assert_true(stands(0x5408, 0, 0) && stands(0x540C, 16, 0) && stands(0x7AE0, 32, 0));
    assert_true(stands('A', 56, 0));
    assert_true(small_stands('p', 4, 16) && small_stands('l', 10, 16));
    /* 龘 is not in the font: a box of its width, then a narrow one */
    for (unsigned y = 0; y < 16; y++) {
        for (unsigned x = 0; x < 24; x++) {
            const unsigned width = x < 16 ? 16 : 8, col = x < 16 ? x : x - 16;
            const bool inside = y >= 1 && y <= 14 && col >= 1 && col <= width - 2;
            const bool core = y >= 2 && y <= 13 && col >= 2 && col <= width - 3;
            assert_int_equal(dot(x, 32 + y), inside && !core);
        }
    }
    assert_true(stands('!', 24, 32));
    assert_true(small_stands('l', 4, 48) && small_stands('t', 22, 48));
    token_free(&t);
}

static void test_without_the_part(void **state)
{
    const char *const lines[PANEL_LINES] = {SEAL " A", "plain"};
    (void)state;
    start(false);
    panel_draw(lines);
    for (unsigned i = 0; i < 3; i++) {
        assert_true(small_stands('\x80', 4 + 6 * i, 2));
    }
    assert_true(small_stands(' ', 22, 2) && small_stands('A', 28, 2) && small_stands('p', 4, 12));
    token_free(&t);
}

/* A question: what in both languages, the container's name, all of the digest. */
static unsigned asked;
static void watch(void *arg, const uint8_t frame[HAL_PANEL_BYTES])
{
    (void)frame;
    const bool with_font = *(const bool *)arg;
    if (with_font && stands(0x7B7E, 0, 0)) { /* 签名 SIGN? */
        assert_true(stands(0x540D, 16, 0) && stands('S', 40, 0) && stands('?', 72, 0));
        assert_true(stands(0x5408, 0, 16) && stands(0x7AE0, 32, 16));
        for (unsigned i = 0; i < 4; i++) {
            assert_true(small_stands("0369"[i], 10, 32 + 8 * i));
        }
        asked++;
    } else if (!with_font && small_stands('?', 28, 2)) { /* SIGN? */
        assert_true(small_stands('S', 4, 2) && small_stands('\x80', 4, 12));
        assert_true(small_stands('3', 10, 32));
        asked++;
    }
}

static uint32_t cancel(void *ctx)
{
    (void)ctx;
    return HAL_BUTTON_CANCEL;
}

static void question(bool with_font)
{
    uint8_t digest[32];
    for (unsigned i = 0; i < 32; i++) {
        digest[i] = (uint8_t)((i / 8) * 3);
    }
    const struct panel_question q = {.what = "SIGN?",
                                     .what_tall = "\xE7\xAD\xBE\xE5\x90\x8D SIGN?",
                                     .name = (const uint8_t *)SEAL,
                                     .name_len = sizeof SEAL - 1,
                                     .digest = digest};
    start(with_font);
    asked = 0;
    t.board.panel.on_show = watch;
    t.board.panel.on_show_arg = &with_font;
    t.board.hal.panel.pressed = cancel;
    assert_true(panel_confirm(&q) != SECURE_TRUE);
    assert_int_equal(asked, 1);
    token_free(&t);
}

static void test_question(void **state)
{
    (void)state;
    question(true);
    question(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_damaged_parts),
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_without_the_part),
        cmocka_unit_test(test_question),
    };
    return cmocka_run_group_tests(tests, open_group, NULL);
}
