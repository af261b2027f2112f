/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every command of the SKF applet: lengths just outside its bounds, P1 P2 beyond its own, ids of
 * nothing and of another application, its right missing; then names, duplicates and full tables.
 * Nothing refused changes the store. REQ: K1
 */
#include "fixture/each_test.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static uint16_t other_app, other_box;

static int setup(void **state)
{
    (void)setup_ready(state);
    assert_int_equal(host_create_app(&t, "other", ADMIN_PIN, 10, USER_PIN, 10), SW_OK);
    assert_int_equal(host_open_app(&t, "other", &other_app), SW_OK);
    assert_int_equal(host_verify_pin(&t, other_app, 1, USER_PIN), SW_OK);
    assert_int_equal(host_create_container(&t, other_app, "theirs", &other_box), SW_OK);
    return 0;
}

enum { FREE, DEVICE, USER };
/* The commands' forms, from docs/gmt0017.md and the reconstructed standard. */
static const struct form {
    uint8_t cla, ins, p1_max, p2_max;
    uint16_t min, max;
    bool app, container;
    uint8_t right;
} forms[] = {
    {0x80, 0x02, 0, 0, 1, 32, false, false, FREE},
    {0x80, 0x04, 0, 0, 0, 0, false, false, FREE},
    {0x80, 0x10, 0, 2, 16, 16, false, false, FREE},
    {0x84, 0x12, 0, 2, 20, 20, false, false, DEVICE},
    {0x80, 0x14, 0, 1, 2, 2, true, false, FREE},
    {0x84, 0x16, 0, 1, 22, 22, true, false, FREE},
    {0x80, 0x18, 0, 1, 18, 18, true, false, FREE},
    {0x84, 0x1A, 0, 0, 22, 22, true, false, FREE},
    {0x80, 0x1C, 0, 0, 2, 2, true, false, FREE},
    {0x80, 0x20, 0, 0, 96, 96, false, false, DEVICE},
    {0x80, 0x22, 0, 0, 0, 0, false, false, FREE},
    {0x80, 0x24, 0, 0, 1, 48, false, false, DEVICE},
    {0x80, 0x26, 0, 0, 1, 48, false, false, FREE},
    {0x80, 0x28, 0, 0, 2, 2, true, false, FREE},
    {0x80, 0x38, 0, 0, 7, 38, true, false, FREE},
    {0x80, 0x3A, 0, 0, 9, 9216, true, false, FREE},
    {0x80, 0x40, 0, 0, 3, 66, true, false, USER},
    {0x80, 0x42, 0, 0, 3, 66, true, false, FREE},
    {0x80, 0x44, 0, 0, 4, 4, true, true, FREE},
    {0x80, 0x46, 0, 0, 2, 2, true, false, FREE},
    {0x80, 0x48, 0, 0, 3, 66, true, false, USER},
    {0x80, 0x4A, 0, 0, 3, 66, true, false, FREE},
    {0x80, 0x4C, 0, 0, 10, 4105, true, true, USER},
    {0x80, 0x4E, 1, 0, 4, 4, true, true, FREE},
    {0x80, 0x50, 0, 0, 0, 0, false, false, FREE},
    {0x80, 0x70, 0, 0, 8, 8, true, true, USER},
    {0x80, 0x72, 0, 0, 216, 504, true, true, USER},
    {0x80, 0x74, 2, 1, 9, 9216, true, true, USER},
    {0x80, 0x88, 1, 0, 4, 4, true, true, FREE},
    {0x80, 0xA0, 0, 0, 116, 132, true, true, USER},
    {0x80, 0xAC, 0, 0, 20, 54, true, true, USER},
    {0x80, 0xAE, 0, 0, 6, 9216, true, true, USER},
    {0x80, 0xB0, 0, 0, 6, 9216, true, true, USER},
    {0x80, 0xB2, 0, 0, 6, 9216, true, true, USER},
    {0x80, 0x76, 2, 3, 141, 9216, false, false, FREE},
    {0x80, 0x78, 0, 0, 76, 76, true, true, USER},
    {0x80, 0x7A, 0, 0, 73, 9216, false, false, FREE},
    {0x80, 0x82, 0, 0, 13, 44, true, true, USER},
    {0x80, 0x84, 0, 0, 154, 216, true, true, USER},
    {0x80, 0x86, 0, 0, 149, 180, true, true, USER},
    {0x80, 0xA2, 0, 0, 26, 42, true, true, USER},
    {0x80, 0xA4, 0, 0, 20, 54, true, true, USER},
    {0x80, 0xA6, 0, 0, 6, 9216, true, true, USER},
    {0x80, 0xA8, 0, 0, 6, 9216, true, true, USER},
    {0x80, 0xAA, 0, 0, 6, 9216, true, true, USER},
    {0x80, 0xB4, 0, 3, 0, 8263, false, false, FREE},
    {0x80, 0xB6, 0, 0, 0, 9216, false, false, FREE},
    {0x80, 0xB8, 0, 0, 0, 9216, false, false, FREE},
    {0x80, 0xBA, 0, 0, 0, 9216, false, false, FREE},
    {0x80, 0xBC, 0, 0, 20, 54, true, true, USER},
    {0x80, 0xBE, 0, 0, 6, 9216, true, true, USER},
    {0x80, 0xC0, 0, 0, 6, 9216, true, true, USER},
    {0x80, 0xC2, 0, 0, 6, 9216, true, true, USER},
    {0x80, 0xC4, 0, 0, 6, 6, true, true, FREE},
    {0x80, 0xD0, 0, 0, 216, 9216, true, true, USER},
};
#define FORMS (sizeof forms / sizeof forms[0])

static uint8_t data[HUFU_APDU_MAX_DATA];

static uint16_t send(const struct form *f, uint8_t p1, uint8_t p2, size_t len)
{
    return token_command(&t, f->cla, f->ins, p1, p2, data, len, NE_ALL);
}

static void ids(uint16_t app, uint16_t container)
{
    memset(data, 0, sizeof data);
    memcpy(data, (const uint8_t[]){0, (uint8_t)app, 0, (uint8_t)container}, 4);
}

static void forms_are_bounded(void **state)
{
    (void)state;
    board_flash_reset_counters(&t.board.flash);
    for (unsigned i = 0; i < FORMS; i++) {
        const struct form *f = &forms[i];
        ids(r.app, r.container);
        for (size_t len = 0; f->min > 0 && len < f->min; len += 1 + len / 16) {
            assert_int_equal(send(f, 0, 0, len), SW_WRONG_LENGTH);
        }
        if (f->min > 0) {
            assert_int_equal(send(f, 0, 0, f->min - 1u), SW_WRONG_LENGTH);
        }
        if (f->max < HUFU_APDU_MAX_DATA) {
            assert_int_equal(send(f, 0, 0, f->max + 1u), SW_WRONG_LENGTH);
        }
        assert_int_equal(send(f, (uint8_t)(f->p1_max + 1), 0, f->min), SW_WRONG_P1P2);
        assert_int_equal(send(f, 0, (uint8_t)(f->p2_max + 1), f->min), SW_WRONG_P1P2);
        assert_int_equal(send(f, 0xFF, 0xFF, f->min), SW_WRONG_P1P2);
        struct form wrong = *f;
        wrong.cla ^= 4;
        assert_int_equal(send(&wrong, 0, 0, f->min), SW_CLA_UNKNOWN);
    }
    assert_int_equal(t.board.flash.operations, 0);
}

static void ids_are_checked(void **state)
{
    (void)state;
    board_flash_reset_counters(&t.board.flash);
    for (unsigned i = 0; i < FORMS; i++) {
        const struct form *f = &forms[i];
        if (f->app) {
            static const uint16_t none[] = {0, 3, 9, 0xFF};
            for (unsigned k = 0; k < 4; k++) {
                ids(none[k], r.container);
                assert_int_equal(send(f, 0, 0, f->min), SW_APP_NOT_FOUND);
            }
            ids(r.app, r.container);
            data[0] = 1; /* 0x0101 is not 1 */
            assert_int_equal(send(f, 0, 0, f->min), SW_APP_NOT_FOUND);
        }
        if (f->container) {
            ids(r.app, other_box);
            assert_int_equal(send(f, 0, 0, f->min), SW_CONTAINER_ID);
            ids(other_app, r.container);
            assert_int_equal(send(f, 0, 0, f->min), SW_CONTAINER_ID);
            ids(r.app, 0);
            assert_int_equal(send(f, 0, 0, f->min), SW_CONTAINER_ID);
        }
    }
    assert_int_equal(t.board.flash.operations, 0);
}

static void rights_are_needed(void **state)
{
    (void)state;
    token_restart(&t);
    board_flash_reset_counters(&t.board.flash);
    for (unsigned i = 0; i < FORMS; i++) {
        const struct form *f = &forms[i];
        if (f->right != FREE) {
            ids(r.app, r.container);
            assert_int_equal(send(f, 0, 0, f->min), SW_SECURITY_STATUS);
        }
    }
    assert_int_equal(t.board.flash.operations, 0);
    /* neither the admin right, nor another application's, nor the device's is the user's */
    assert_int_equal(host_verify_pin(&t, r.app, 0, ADMIN_PIN), SW_OK);
    assert_int_equal(host_verify_pin(&t, other_app, 1, USER_PIN), SW_OK);
    assert_int_equal(host_device_auth(&t, TRANSPORT_KEY), SW_OK);
    for (unsigned i = 0; i < FORMS; i++) {
        if (forms[i].right == USER) {
            ids(r.app, r.container);
            assert_int_equal(send(&forms[i], 0, 0, forms[i].min), SW_SECURITY_STATUS);
        }
    }
}

static void names(void **state)
{
    static const char *const bad[] = {" front", "back ", "a\nb", "\x7F"};
    char longest[66];
    uint16_t id = 0, same = 0;
    (void)state;
    memset(longest, 'n', 64);
    longest[64] = 0;
    assert_int_equal(host_create_container(&t, r.app, longest, &id), SW_OK);
    assert_int_equal(host_create_container(&t, r.app, longest, &same), SW_CONTAINER_EXISTS);
    longest[63] = 0; /* a prefix is another name */
    assert_int_equal(host_open_container(&t, r.app, longest, &same), SW_CONTAINER_NOT_FOUND);
    longest[63] = 'n';
    longest[64] = 'n';
    longest[65] = 0;
    assert_int_equal(host_create_container(&t, r.app, longest, &same), SW_WRONG_LENGTH);
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(host_create_container(&t, r.app, bad[i], &same), SW_WRONG_DATA);
    }
    /* the same name in another application is another container */
    assert_int_equal(host_create_container(&t, other_app, "box", &same), SW_OK);
    assert_int_not_equal(same, r.container);
    assert_int_equal(host_create_container(&t, r.app, "\xE5\x8D\xB0 1", &same), SW_OK);
    ids(r.app, 0);
    assert_int_equal(token_skf(&t, 0x46, 0, 0, data, 2), SW_OK);
    assert_int_equal(t.answer_len, 4 + 65 + 6 + 1);
    assert_memory_equal(t.answer, "box", 4);
    assert_int_equal(t.answer[t.answer_len - 1], 0);
}

static void container_info(void **state)
{
    const uint8_t name[] = {0, (uint8_t)r.app, 'b', 'o', 'x'};
    uint16_t id = 0;
    (void)state;
    assert_int_equal(token_skf(&t, 0x4A, 0, 0, name, sizeof name), SW_OK);
    assert_int_equal(t.answer_len, 11);
    assert_memory_equal(t.answer, "\x02\0\0\x01\0\0\0\0\0\0\0", 11);
    assert_int_equal(host_create_container(&t, r.app, "bo", &id), SW_OK);
    assert_int_equal(token_skf(&t, 0x4A, 0, 0, name, 4), SW_OK);
    assert_memory_equal(t.answer, "\0\0\0\0\0\0\0\0\0\0\0", 11);
    assert_int_equal(token_skf(&t, 0x4A, 0, 0, name, 3), SW_CONTAINER_NOT_FOUND);
    uint8_t pub[64], sig[64], e[32] = {0};
    assert_int_equal(host_public(&t, r.app, id, true, pub), SW_NO_KEYPAIR);
    assert_int_equal(host_sign(&t, r.app, id, e, sig), SW_NO_KEYPAIR);
}

static void tables_fill(void **state)
{
    char name[16];
    uint16_t id = 0, app = 0;
    (void)state;
    /* an application's own limit: 8, one is there */
    for (unsigned i = 0; i < 7; i++) {
        snprintf(name, sizeof name, "c%u", i);
        assert_int_equal(host_create_container(&t, r.app, name, &id), SW_OK);
    }
    assert_int_equal(host_create_container(&t, r.app, "more", &id), SW_CONTAINER_LIMIT);
    /* applications: 8 in all, two are there; full_test.c fills them to the token's own limits */
    for (unsigned i = 0; i < 6; i++) {
        snprintf(name, sizeof name, "app%u", i);
        assert_int_equal(host_create_app(&t, name, ADMIN_PIN, 3, USER_PIN, 3), SW_OK);
        assert_int_equal(host_open_app(&t, name, &app), SW_OK);
        assert_int_equal(host_verify_pin(&t, app, 1, USER_PIN), SW_OK);
        for (unsigned k = 0; k < 8; k++) {
            snprintf(name, sizeof name, "c%u", k);
            assert_int_equal(host_create_container(&t, app, name, &id), SW_OK);
        }
    }
    assert_int_equal(host_create_app(&t, "ninth", ADMIN_PIN, 3, USER_PIN, 3), SW_NO_SPACE);
    /* room again after a deletion, and all of it survives a start */
    assert_int_equal(token_skf(&t, 0x24, 0, 0, "app0", 4), SW_OK);
    assert_int_equal(host_create_app(&t, "ninth", ADMIN_PIN, 3, USER_PIN, 3), SW_OK);
    token_restart(&t);
    assert_int_equal(token_status(&t).error, 0);
    assert_int_equal(host_open_app(&t, "ninth", &app), SW_OK);
    ids(app, 0);
    assert_int_equal(token_skf(&t, 0x46, 0, 0, data, 2), SW_OK);
    assert_int_equal(t.answer_len, 1);
}

static void closing_is_free(void **state)
{
    uint8_t e[32] = {1}, sig[64];
    (void)state;
    ids(r.app, r.container);
    /* application before container, twice, and everything goes on (GM/T 0016: rights stay) */
    assert_int_equal(token_skf(&t, 0x28, 0, 0, data, 2), SW_OK);
    assert_int_equal(token_skf(&t, 0x44, 0, 0, data, 4), SW_OK);
    assert_int_equal(token_skf(&t, 0x28, 0, 0, data, 2), SW_OK);
    assert_int_equal(host_sign(&t, r.app, r.container, e, sig), SW_OK);
    assert_true(object_verify(r.pub, e, sig));
    /* two signatures over the same digest differ */
    uint8_t again[64];
    assert_int_equal(host_sign(&t, r.app, r.container, e, again), SW_OK);
    assert_memory_not_equal(sig, again, 64);
    /* other P1 of ECCSignData */
    assert_int_equal(token_skf(&t, 0x74, 3, 0, data, 36), SW_WRONG_P1P2);
    assert_int_equal(token_skf(&t, 0x74, 0, 0, data, 36), SW_WRONG_P1P2);
    assert_int_equal(token_skf(&t, 0x74, 2, 0, data, 37), SW_WRONG_LENGTH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(forms_are_bounded, setup, teardown_token),
        cmocka_unit_test_setup_teardown(ids_are_checked, setup, teardown_token),
        cmocka_unit_test_setup_teardown(rights_are_needed, setup, teardown_token),
        cmocka_unit_test_setup_teardown(names, setup, teardown_token),
        cmocka_unit_test_setup_teardown(container_info, setup, teardown_token),
        cmocka_unit_test_setup_teardown(tables_fill, setup, teardown_token),
        cmocka_unit_test_setup_teardown(closing_is_free, setup, teardown_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
