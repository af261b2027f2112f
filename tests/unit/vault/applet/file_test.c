/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files: names, sizes, rights of each kind, ranges across parts and at the ends, the space they
 * take, what a power cut and a deleted application leave. REQ: K1
 */
#include "fixture/each_test.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NEVER  0x00u
#define ADMIN  0x01u
#define USER   0x10u
#define ANYONE 0xFFu

static uint8_t data[HUFU_APDU_MAX_DATA];

static size_t put(size_t at, uint32_t v, unsigned bytes)
{
    for (unsigned i = bytes; i-- != 0;) {
        data[at++] = (uint8_t)(v >> (8 * i));
    }
    return at;
}

static uint16_t by_app(uint8_t ins, uint16_t app, size_t len)
{
    return token_skf(&t, ins, (uint8_t)(app >> 8), (uint8_t)app, data, len);
}

static uint16_t create_in(uint16_t app, size_t field, const char *name, uint32_t size,
                          uint32_t read_rights, uint32_t write_rights)
{
    memset(data, 0, field);
    memcpy(data, name, strlen(name));
    size_t n = put(put(put(field, size, 4), read_rights, 4), write_rights, 4);
    return by_app(0x30, app, n);
}

static uint16_t create(const char *name, uint32_t size, uint32_t read_rights, uint32_t write_rights)
{
    return create_in(r.app, 48, name, size, read_rights, write_rights);
}

static uint16_t named(uint8_t ins, const char *name)
{
    memcpy(data, name, strlen(name));
    return by_app(ins, r.app, strlen(name));
}

static size_t range(const char *name, uint32_t offset)
{
    size_t n = put(put(put(0, r.app, 2), offset, 2), (uint32_t)strlen(name), 2);
    memcpy(data + n, name, strlen(name));
    return n + strlen(name);
}

static uint16_t read_at(const char *name, uint32_t offset, uint32_t len)
{
    return token_command(&t, 0x80, 0x38, 0, 0, data, range(name, offset), len);
}

static uint16_t write_at(const char *name, uint32_t offset, const void *in, size_t len)
{
    size_t n = put(range(name, offset), (uint32_t)len, 2);
    memcpy(data + n, in, len);
    return token_skf(&t, 0x3A, 0, 0, data, n + len);
}

static uint32_t free_space(void)
{
    assert_int_equal(token_command(&t, 0x80, 0x04, 0, 0, NULL, 0, NE_ALL), SW_OK);
    const uint8_t *p = t.answer + 220;
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void made_listed_deleted(void **state)
{
    char longest[34];
    (void)state;
    memset(longest, 'f', 33);
    longest[33] = 0;
    assert_int_equal(create(longest, 1, ANYONE, ANYONE), SW_WRONG_DATA);
    longest[32] = 0;
    assert_int_equal(create(longest, 1, ANYONE, ANYONE), SW_OK);
    assert_int_equal(create(longest, 1, ANYONE, ANYONE), SW_FILE_EXISTS);
    assert_int_equal(create_in(r.app, 40, "forty", 77, USER, ADMIN | USER), SW_OK);
    assert_int_equal(create_in(r.app, 44, "other", 1, USER, USER), SW_WRONG_LENGTH);
    assert_int_equal(create("", 1, USER, USER), SW_WRONG_DATA);
    assert_int_equal(create("zero", 0, USER, USER), SW_WRONG_DATA);
    assert_int_equal(create("large", 65537, USER, USER), SW_WRONG_DATA);
    assert_int_equal(create("rights", 1, 0x100, USER), SW_WRONG_DATA);
    assert_int_equal(create_in(9, 48, "nowhere", 1, USER, USER), SW_APP_NOT_FOUND);
    assert_int_equal(create_in(0x0101, 48, "nowhere", 1, USER, USER), SW_APP_NOT_FOUND);
    memset(data, 'x', 80);
    data[3] = 0; /* something behind the name's end */
    assert_int_equal(by_app(0x30, r.app, 60), SW_WRONG_DATA);
    assert_int_equal(by_app(0x30, r.app, 51), SW_WRONG_LENGTH);
    assert_int_equal(by_app(0x30, r.app, 61), SW_WRONG_LENGTH);
    assert_int_equal(by_app(0x36, r.app, 0), SW_WRONG_LENGTH);
    assert_int_equal(by_app(0x36, r.app, 33), SW_WRONG_LENGTH);
    assert_int_equal(by_app(0x34, r.app, 1), SW_WRONG_LENGTH);

    assert_int_equal(named(0x36, "forty"), SW_OK);
    assert_int_equal(t.answer_len, 12);
    assert_memory_equal(t.answer, "\0\0\0\x4D\0\0\0\x10\0\0\0\x11", 12);
    assert_int_equal(named(0x36, "fort"), SW_FILE_NOT_FOUND);
    assert_int_equal(by_app(0x34, r.app, 0), SW_OK);
    assert_int_equal(t.answer_len, 33 + 6 + 1);
    assert_memory_equal(t.answer + 33, "forty\0", 7);
    assert_int_equal(named(0x32, longest), SW_OK);
    assert_int_equal(named(0x32, longest), SW_FILE_NOT_FOUND);
    assert_int_equal(named(0x32, "forty"), SW_OK);
    assert_int_equal(by_app(0x34, r.app, 0), SW_OK);
    assert_int_equal(t.answer_len, 1);
}

static void whole_ranges(void **state)
{
    static uint8_t model[65536], part[8000];
    uint32_t seed = 5;
    (void)state;
    uint32_t before = free_space();
    assert_int_equal(create("big", sizeof model, USER, USER), SW_OK);
    assert_true(free_space() <= before - sizeof model);
    assert_int_equal(named(0x36, "big"), SW_OK);
    for (unsigned i = 0; i < 60; i++) {
        seed = seed * 1664525u + 1013904223u;
        uint32_t len = 1 + (seed >> 8) % (sizeof part - 1), at = (seed >> 4) % 65536u;
        if (i == 0) {
            at = 0;
            len = sizeof part;
        } else if (i == 1) {
            at = 65535;
        }
        len = len < sizeof model - at ? len : (uint32_t)sizeof model - at;
        for (uint32_t k = 0; k < len; k++) {
            part[k] = (uint8_t)(seed + k * 7 + (k >> 8));
        }
        assert_int_equal(write_at("big", at, part, len), SW_OK);
        memcpy(model + at, part, len);
    }
    assert_true(free_space() <= before - sizeof model);
    token_restart(&t);
    assert_int_equal(read_at("big", 0, 1), SW_SECURITY_STATUS);
    assert_int_equal(host_verify_pin(&t, r.app, 1, USER_PIN), SW_OK);
    for (uint32_t at = 0; at < sizeof model;) {
        assert_int_equal(read_at("big", at, NE_ALL), SW_OK);
        assert_true(t.answer_len >= 4096 || at + t.answer_len == sizeof model);
        assert_memory_equal(t.answer, model + at, t.answer_len);
        at += (uint32_t)t.answer_len;
    }
    for (uint32_t at = 2040; at < 2056; at++) {
        assert_int_equal(read_at("big", at, 5000), SW_OK);
        assert_int_equal(t.answer_len, 5000);
        assert_memory_equal(t.answer, model + at, 5000);
    }
    assert_int_equal(read_at("big", 65535, 100), SW_OK);
    assert_int_equal(t.answer_len, 1);
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    assert_int_equal(named(0x32, "big"), SW_OK);
    assert_true(free_space() + 4096 >= before);
}

static void ranges_end_with_the_file(void **state)
{
    (void)state;
    assert_int_equal(create("f", 3000, ANYONE, ANYONE), SW_OK);
    assert_int_equal(read_at("f", 0, 3000), SW_OK);
    assert_int_equal(t.answer_len, 3000);
    for (unsigned i = 0; i < 3000; i++) {
        assert_int_equal(t.answer[i], 0);
    }
    assert_int_equal(read_at("f", 3000, 1), SW_OK);
    assert_int_equal(t.answer_len, 0);
    assert_int_equal(read_at("f", 3001, 1), SW_OFFSET);
    board_flash_reset_counters(&t.board.flash);
    assert_int_equal(write_at("f", 2999, "ab", 2), SW_OFFSET);
    assert_int_equal(write_at("f", 3001, "", 0), SW_OFFSET);
    assert_int_equal(write_at("g", 0, "a", 1), SW_FILE_NOT_FOUND);
    size_t n = range("f", 0);
    assert_int_equal(token_skf(&t, 0x3A, 0, 0, data, put(n, 2, 2) + 1), SW_WRONG_LENGTH);
    put(4, 200, 2); /* a name longer than the data */
    assert_int_equal(token_skf(&t, 0x3A, 0, 0, data, n + 2), SW_WRONG_LENGTH);
    assert_int_equal(t.board.flash.operations, 0);
    assert_int_equal(write_at("f", 2998, "ab", 2), SW_OK);
    assert_int_equal(read_at("f", 2997, 9), SW_OK);
    assert_memory_equal(t.answer, "\0ab", 3);
    assert_int_equal(t.answer_len, 3);
}

static void rights_by_kind(void **state)
{
    static const struct {
        const char *name;
        uint32_t rights;
    } files[] = {{"never", NEVER},
                 {"admin", ADMIN},
                 {"user", USER},
                 {"both", ADMIN | USER},
                 {"any", ANYONE}};
    uint16_t other = 0;
    (void)state;
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(create(files[i].name, 10, files[i].rights, files[i].rights), SW_OK);
    }
    assert_int_equal(host_create_app(&t, "other", ADMIN_PIN, 10, USER_PIN, 10), SW_OK);
    assert_int_equal(host_open_app(&t, "other", &other), SW_OK);
    for (unsigned who = 0; who < 4; who++) {
        token_restart(&t);
        /* nobody; another application's user; the admin; the user */
        if (who == 1) {
            assert_int_equal(host_verify_pin(&t, other, 1, USER_PIN), SW_OK);
        } else if (who == 2) {
            assert_int_equal(host_verify_pin(&t, r.app, 0, ADMIN_PIN), SW_OK);
        } else if (who == 3) {
            assert_int_equal(host_verify_pin(&t, r.app, 1, USER_PIN), SW_OK);
        }
        uint32_t has = who == 2 ? ADMIN : who == 3 ? USER : 0;
        for (unsigned i = 0; i < 5; i++) {
            bool yes = files[i].rights == ANYONE || (files[i].rights & has) != 0;
            uint16_t due = yes ? SW_OK : SW_SECURITY_STATUS;
            assert_int_equal(read_at(files[i].name, 0, 10), due);
            assert_int_equal(write_at(files[i].name, 0, "x", 1), due);
            assert_int_equal(named(0x36, files[i].name), SW_OK);
        }
    }
    /* a file is its application's alone */
    uint16_t own = r.app;
    r.app = other;
    assert_int_equal(read_at("any", 0, 1), SW_FILE_NOT_FOUND);
    r.app = own;
}

static void the_store_fills(void **state)
{
    char name[8];
    unsigned i = 0;
    uint16_t sw;
    (void)state;
    do {
        snprintf(name, sizeof name, "f%u", i++);
        sw = create(name, 65536, USER, USER);
    } while (sw == SW_OK && i < 20);
    assert_int_equal(sw, SW_NO_SPACE);
    assert_true(i >= 3); /* 128 kB at least */
    assert_int_equal(token_status(&t).error, 0);
    assert_int_equal(by_app(0x34, r.app, 0), SW_OK);
    assert_int_equal(t.answer_len, (i - 1) * 3 + 1);
    assert_int_equal(write_at("f0", 60000, "still", 5), SW_OK);
    assert_int_equal(named(0x32, "f0"), SW_OK);
    assert_int_equal(create("again", 65536, USER, USER), SW_OK);
}

static void gone_with_the_application(void **state)
{
    (void)state;
    uint32_t before = free_space();
    assert_int_equal(create("f", 20000, ANYONE, ANYONE), SW_OK);
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    assert_int_equal(token_skf(&t, 0x24, 0, 0, "app", 3), SW_OK);
    assert_true(free_space() >= before);
    assert_int_equal(host_create_app(&t, "next", ADMIN_PIN, 3, USER_PIN, 3), SW_OK);
    assert_int_equal(host_open_app(&t, "next", &r.app), SW_OK);
    assert_int_equal(read_at("f", 0, 1), SW_FILE_NOT_FOUND);
}

/* Aborted after each slice, with the power gone: no file, or all of it, and no space lost. */
static void cut_creation(void **state)
{
    (void)state;
    uint32_t before = free_space();
    unsigned slices = 1;
    for (bool cut = true; cut; slices += 1 + slices / 2) {
        t.abort_after = slices;
        uint16_t sw = create("cut", 9000, ANYONE, ANYONE);
        cut = t.aborted;
        t.abort_after = 0;
        token_restart(&t);
        assert_int_equal(token_status(&t).error, 0);
        assert_int_equal(host_verify_pin(&t, r.app, 1, USER_PIN), SW_OK);
        uint16_t there = read_at("cut", 0, 1);
        if (!cut) {
            assert_int_equal(sw, SW_OK);
            assert_int_equal(there, SW_OK);
        } else if (there == SW_OK) {
            assert_int_equal(named(0x32, "cut"), SW_OK);
        } else {
            assert_int_equal(there, SW_FILE_NOT_FOUND);
            assert_true(free_space() + 512 >= before);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(made_listed_deleted, setup_ready, teardown_token),
        cmocka_unit_test_setup_teardown(whole_ranges, setup_ready, teardown_token),
        cmocka_unit_test_setup_teardown(ranges_end_with_the_file, setup_ready, teardown_token),
        cmocka_unit_test_setup_teardown(rights_by_kind, setup_ready, teardown_token),
        cmocka_unit_test_setup_teardown(the_store_fills, setup_ready, teardown_token),
        cmocka_unit_test_setup_teardown(gone_with_the_application, setup_ready, teardown_token),
        cmocka_unit_test_setup_teardown(cut_creation, setup_ready, teardown_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
