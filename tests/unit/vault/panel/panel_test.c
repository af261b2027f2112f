/* SPDX-License-Identifier: Apache-2.0 */
/* The panel: glyphs, the label, the states, the error's number. */
#include "fixture/token.h"
#include "panel/font.h"
#include "vault.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct token t;

/* Does the frame show text with its top left corner at x, y? */
static bool shows(const uint8_t *frame, unsigned x, unsigned y, const char *text)
{
    for (; *text != '\0'; text++, x += FONT_WIDTH + 1) {
        const uint8_t *glyph = font_glyph(*text);
        for (unsigned row = 0; row < FONT_HEIGHT; row++) {
            for (unsigned col = 0; col < FONT_WIDTH; col++) {
                unsigned at = (y + row) * HAL_PANEL_WIDTH + x + col;
                bool lit = (frame[at / 8] & (0x80u >> (at % 8))) != 0;
                if (lit != ((glyph[row] & (0x10u >> col)) != 0)) {
                    return false;
                }
            }
        }
    }
    return true;
}

static void glyphs_differ(void **state)
{
    static const char all[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-./:?_";
    (void)state;
    for (unsigned i = 0; i < sizeof all - 1; i++) {
        for (unsigned k = 0; k < i; k++) {
            assert_memory_not_equal(font_glyph(all[i]), font_glyph(all[k]), FONT_HEIGHT);
        }
        for (unsigned row = 0; row < FONT_HEIGHT; row++) {
            assert_true(font_glyph(all[i])[row] < (1u << FONT_WIDTH));
        }
    }
    assert_ptr_equal(font_glyph('a'), font_glyph('A'));
    assert_memory_equal(font_glyph(' '), "\0\0\0\0\0\0\0", FONT_HEIGHT);
    assert_null(font_glyph('\x80'));
}

static unsigned signing_seen;
static void watch(void *arg, const uint8_t frame[HAL_PANEL_BYTES])
{
    (void)arg;
    signing_seen += shows(frame, 4, 32, "SIGNING");
}

static void states(void **state)
{
    struct ready r;
    uint8_t e[32] = {1}, sig[64], atr[VAULT_ATR_MAX];
    uint32_t len = 0;
    (void)state;
    token_make(&t, 13);
    token_restart(&t);
    assert_true(shows(t.board.panel.frame, 4, 8, "HUFU"));
    assert_true(shows(t.board.panel.frame, 4, 32, "READY"));
    host_ready(&t, &r);
    /* a label longer than the panel is wide is cut at its edge */
    assert_int_equal(token_skf(&t, HUFU_INS_SET_LABEL, 0, 0, "Zhang San 0123456789012345678ab", 31),
                     SW_OK);
    t.board.panel.on_show = watch;
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_OK);
    assert_int_equal(signing_seen, 1);
    assert_true(shows(t.board.panel.frame, 4, 8, "ZHANG SAN 0123456789"));
    assert_true(shows(t.board.panel.frame, 4, 32, "READY"));
    t.board.entropy.mode = BOARD_ENTROPY_FAIL;
    token_restart(&t);
    assert_true(shows(t.board.panel.frame, 4, 32, "OUT OF SERVICE"));
    assert_true(shows(t.board.panel.frame, 4, 46, "ERROR 09"));
    t.board.entropy.mode = BOARD_ENTROPY_SEEDED;
    assert_int_equal(vault_power(VAULT_POWER_ON, atr, &len), VAULT_DONE);
    assert_true(shows(t.board.panel.frame, 4, 32, "READY"));
    token_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(glyphs_differ), cmocka_unit_test(states)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
