/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every CLA and INS with nothing proven: what is not in the published list is refused with the
 * right class of status word, and nothing in the store changes. REQ: K1
 */
#include "fixture/token.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* INS -> class, written down here again, apart from the applet's table. */
static int published(unsigned cla, unsigned ins)
{
    static const uint8_t plain[] = {
        0x02, 0x04, 0x10, 0x14, 0x18, 0x1C, 0x20, 0x22, 0x24, 0x26, 0x28, 0x30, 0x32, 0x34, 0x36,
        0x38, 0x3A, 0x40, 0x42, 0x44, 0x46, 0x48, 0x4A, 0x4C, 0x4E, 0x50, 0x54, 0x56, 0x58, 0x5A,
        0x5E, 0x60, 0x70, 0x72, 0x74, 0x88, 0xA0, 0xAC, 0xAE, 0xB0, 0xB2, 0x76, 0x78, 0x7A, 0x82,
        0x84, 0x86, 0xA2, 0xA4, 0xA6, 0xA8, 0xAA, 0xB4, 0xB6, 0xB8, 0xBA, 0xBC, 0xBE, 0xC0, 0xC2,
        0xC4, 0xD0, 0xD2, 0xD4, 0xD6, 0xE0, 0xE2, 0xE4, 0xE6, 0xE8, 0xEA, 0xEC, 0xEE};
    static const uint8_t maced[] = {0x12, 0x16, 0x1A};
    if (cla == 0x00 || cla == 0x10) {
        return ins == 0xA4 || (cla == 0 && ins == 0xC0);
    }
    if (cla == 0x80 || cla == 0x90) {
        return memchr(plain, (int)ins, sizeof plain) != NULL;
    }
    return (cla == 0x84 || cla == 0x94) && memchr(maced, (int)ins, sizeof maced) != NULL;
}

static void sweep(void **state)
{
    static struct token t;
    static const uint8_t bodies[][8] = {
        {4},          /* case 1 */
        {5, 0},       /* Le */
        {7, 2, 0, 1}, /* data 0001 */
    };
    uint8_t command[16];
    (void)state;
    token_make(&t, 4);
    token_restart(&t);
    board_flash_reset_counters(&t.board.flash);
    for (unsigned cla = 0; cla < 256; cla++) {
        for (unsigned ins = 0; ins < 256; ins++) {
            /* all bodies where a class is served, one elsewhere */
            const unsigned forms = (cla & 0x6B) == 0 ? sizeof bodies / sizeof bodies[0] : 1;
            for (unsigned b = 0; b < forms; b++) {
                if (ins == 0x02 && cla == 0x80) {
                    continue; /* SetLabel is free to all and does write: router_test */
                }
                memcpy(command, (const uint8_t[]){(uint8_t)cla, (uint8_t)ins, 0, 0}, 4);
                memcpy(command + 4, bodies[b] + 1, 7);
                uint16_t sw = token_raw(&t, command, bodies[b][0]);
                if ((cla & 0x10) != 0 && sw == SW_OK) { /* a chain was begun: end it */
                    assert_true(published(cla, ins));
                    assert_int_equal(token_raw(&t, (const uint8_t[]){0x80, 0xFE, 0, 0}, 4),
                                     SW_CHAIN);
                } else if (!published(cla, ins)) {
                    assert_true(sw == SW_INS_UNKNOWN || sw == SW_CLA_UNKNOWN);
                    assert_int_equal(t.answer_len, 0);
                } else {
                    assert_true(sw != SW_INS_UNKNOWN && sw != SW_CLA_UNKNOWN);
                }
            }
        }
    }
    assert_int_equal(t.board.flash.operations, 0);
    assert_int_equal(token_status(&t).lifecycle, 1);
    assert_int_equal(token_status(&t).error, 0);
    token_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sweep)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
