/* SPDX-License-Identifier: Apache-2.0 */
/* APDU cases, reader and writer. */
#include "apdu/command.h"
#include "apdu/reader.h"
#include "apdu/status.h"
#include "apdu/writer.h"
#include "hufu/apdu.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct good {
    const char *name;
    uint8_t bytes[16];
    size_t len;
    uint32_t lc, ne;
    bool has_le, extended;
};

static void cases(void **state)
{
    static const struct good good[] = {
        {"1", {0x80, 1, 2, 3}, 4, 0, 256, false, false},
        {"2S", {0x80, 1, 2, 3, 8}, 5, 0, 8, true, false},
        {"2S all", {0x80, 1, 2, 3, 0}, 5, 0, 256, true, false},
        {"3S", {0x80, 1, 2, 3, 2, 9, 8}, 7, 2, 256, false, false},
        {"4S", {0x80, 1, 2, 3, 2, 9, 8, 5}, 8, 2, 5, true, false},
        {"4S all", {0x80, 1, 2, 3, 2, 9, 8, 0}, 8, 2, 256, true, false},
        {"2E", {0x80, 1, 2, 3, 0, 1, 0}, 7, 0, 256, true, true},
        {"2E all", {0x80, 1, 2, 3, 0, 0, 0}, 7, 0, 65536, true, true},
        {"3E", {0x80, 1, 2, 3, 0, 0, 2, 9, 8}, 9, 2, 65536, false, true},
        {"4E", {0x80, 1, 2, 3, 0, 0, 2, 9, 8, 0, 10}, 11, 2, 10, true, true},
        {"4E all", {0x80, 1, 2, 3, 0, 0, 2, 9, 8, 0, 0}, 11, 2, 65536, true, true},
    };
    (void)state;
    for (unsigned i = 0; i < sizeof good / sizeof good[0]; i++) {
        const struct good *g = &good[i];
        struct command c;
        print_message("case %s\n", g->name);
        assert_int_equal(command_parse(g->bytes, g->len, &c), ERR_OK);
        assert_int_equal(c.lc, g->lc);
        assert_int_equal(c.ne, g->ne);
        assert_int_equal(c.has_le, g->has_le);
        assert_int_equal(c.extended, g->extended);
        assert_true(g->lc == 0 ? c.data == NULL : c.data[0] == 9 && c.data[1] == 8);
    }
}

static void malformed(void **state)
{
    static const struct {
        uint8_t bytes[16];
        size_t len;
    } bad[] = {
        {{0}, 0},
        {{0x80}, 1},
        {{0x80, 1, 2}, 3},
        {{0x80, 1, 2, 3, 5, 1}, 6},                 /* Lc beyond the end */
        {{0x80, 1, 2, 3, 1, 1, 0, 0}, 8},           /* two bytes behind short data */
        {{0x80, 1, 2, 3, 0, 0}, 6},                 /* half an extended Le */
        {{0x80, 1, 2, 3, 0, 0, 0, 1}, 8},           /* extended Lc of zero */
        {{0x80, 1, 2, 3, 0, 0, 3, 1, 2}, 9},        /* extended Lc beyond the end */
        {{0x80, 1, 2, 3, 0, 0, 1, 1, 0}, 9},        /* one byte of Le */
        {{0x80, 1, 2, 3, 0, 0, 1, 1, 0, 0, 0}, 11}, /* three bytes of Le */
        {{0x80, 1, 2, 3, 0, 0xFF, 0xFF, 1}, 8},
    };
    (void)state;
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct command c;
        /* exactly as long as said, so that a read past the end is seen */
        uint8_t *exact = malloc(bad[i].len + 1);
        memcpy(exact + 1, bad[i].bytes, bad[i].len);
        assert_int_equal(command_parse(exact + 1, bad[i].len, &c), ERR_LENGTH);
        free(exact);
    }
}

static void reader_stays_inside(void **state)
{
    const uint8_t bytes[3] = {1, 2, 3};
    struct reader r;
    uint8_t out[4] = {9, 9, 9, 9};
    (void)state;
    reader_init(&r, bytes, sizeof bytes);
    assert_int_equal(reader_u16(&r), 0x0102);
    assert_int_equal(reader_end(&r), ERR_LENGTH);
    assert_int_equal(reader_u32(&r), 0);
    assert_true(r.bad && r.left == 0);
    reader_copy(&r, out, sizeof out);
    assert_memory_equal(out, "\0\0\0\0", 4);
    assert_null(reader_take(&r, 1));
    assert_int_equal(reader_end(&r), ERR_LENGTH);
    reader_init(&r, bytes, sizeof bytes);
    struct reader sub = reader_sub(&r, 2);
    assert_int_equal(reader_u8(&sub), 1);
    assert_int_equal(reader_u8(&sub), 2);
    assert_int_equal(reader_end(&sub), ERR_OK);
    assert_true(reader_sub(&r, 2).bad);
}

static void writer_stays_inside(void **state)
{
    uint8_t room[5];
    struct writer w;
    (void)state;
    writer_init(&w, room, sizeof room);
    writer_u32(&w, 0x01020304);
    assert_null(writer_reserve(&w, 2));
    assert_true(w.full && w.len == 4);
    writer_init(&w, room, sizeof room);
    writer_text(&w, "longer than five", 5);
    assert_memory_equal(room, "longe", 5);
    assert_false(w.full);
}

static void status_words(void **state)
{
    (void)state;
    assert_int_equal(status_word(ERR_OK, 7), SW_OK);
    assert_int_equal(status_word(ERR_PIN, 2), 0x63C2);
    assert_int_equal(status_word(ERR_PIN, 0), 0x63C0);
    assert_int_equal(status_word(WIRE_ENVELOPE, 2), SW_DECRYPT_FAILED);
    /* every error has a word that is not success, unknown ones too */
    for (int err = -1; err > -120; err--) {
        assert_int_not_equal(status_word(err, 0), SW_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases),
        cmocka_unit_test(malformed),
        cmocka_unit_test(reader_stays_inside),
        cmocka_unit_test(writer_stays_inside),
        cmocka_unit_test(status_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
