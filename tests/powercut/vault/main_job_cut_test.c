/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The main job (application, login, key, dual certificates, signature) with power cut at every
 * flash operation of it in turn, cleanly and torn. After each cut the vault mounts; every step that
 * was answered stands, the one that was cut is there whole or not at all, tries of PINs are never
 * regained, and a key that was reported is the key that signs. REQ: K1 K6 L7
 * HUFU_TEST_LONG=1 takes every operation with every kind of cut; the quick form a sample.
 */
#include "fixture/token.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct token t;
static uint8_t d[32], enc[64];

/* What the host was told. */
struct told {
    bool device_key, app, wrong_pin, container, key, installed;
    uint8_t pub[64];
};

static const uint8_t new_device_key[16] = "another device k";

/* The script up to the cut: stops at the first step without a good answer. */
static void script(struct told *told)
{
    uint16_t app = 0, container = 0;
    uint8_t env[1024], sc[1024], ec[1024], e[32] = {7}, sig[64];
    memset(told, 0, sizeof *told);
    if (host_device_auth(&t, TRANSPORT_KEY) != SW_OK ||
        host_change_device_key(&t, TRANSPORT_KEY, new_device_key) != SW_OK) {
        return;
    }
    told->device_key = true;
    if (host_create_app(&t, "app", ADMIN_PIN, 5, USER_PIN, 3) != SW_OK) {
        return;
    }
    told->app = true;
    if (host_open_app(&t, "app", &app) != SW_OK || host_verify_pin(&t, app, 1, USER_PIN) != SW_OK ||
        host_create_container(&t, app, "box", &container) != SW_OK) {
        return;
    }
    told->container = true;
    if (host_generate(&t, app, container, told->pub) != SW_OK) {
        return;
    }
    told->key = true;
    size_t n = object_envelope(told->pub, enc, d, 32, false, env);
    size_t sl = object_certificate(told->pub, 1, sc), el = object_certificate(enc, 2, ec);
    if (host_install_dual(&t, app, container, env, n, sc, sl, ec, el) != SW_OK ||
        host_sign(&t, app, container, e, sig) != SW_OK) {
        return;
    }
    told->installed = true;
    if (host_verify_pin(&t, app, 0, "wrong-admin") != 0x63C4) {
        return;
    }
    told->wrong_pin = true;
}

/* Container: nothing of a pair and its certificates, or all of it. */
static void check_container(const struct told *told, uint16_t app)
{
    uint16_t container;
    uint8_t pub[64], e[32] = {9}, sig[64];
    uint16_t sw = host_open_container(&t, app, "box", &container);
    assert_true(sw == SW_OK || (sw == SW_CONTAINER_NOT_FOUND && !told->container));
    if (sw != SW_OK) {
        return;
    }
    sw = host_public(&t, app, container, true, pub);
    assert_true(sw == SW_OK || (sw == SW_NO_KEYPAIR && !told->key));
    if (sw != SW_OK) {
        return;
    }
    assert_true(!told->key || memcmp(pub, told->pub, 64) == 0);
    assert_int_equal(host_sign(&t, app, container, e, sig), SW_OK);
    assert_true(object_verify(pub, e, sig));
    bool pair = host_public(&t, app, container, false, pub) == SW_OK;
    assert_true(!pair || memcmp(pub, enc, 64) == 0);
    assert_int_equal(host_export_cert(&t, app, container, true) == SW_OK, pair);
    assert_int_equal(host_export_cert(&t, app, container, false) == SW_OK, pair);
    assert_true(pair || !told->installed);
}

static void check_after(const struct told *told)
{
    uint16_t app;
    struct token_status s = token_status(&t);
    assert_int_equal(s.error, 0);
    uint16_t old = host_device_auth(&t, TRANSPORT_KEY);
    uint16_t fresh = host_device_auth(&t, new_device_key);
    assert_true((old == SW_OK) != (fresh == SW_OK));
    assert_true(!told->device_key || fresh == SW_OK);
    uint16_t sw = host_open_app(&t, "app", &app);
    assert_true(sw == SW_OK || (sw == SW_APP_NAME_NOT_FOUND && !told->app));
    if (sw != SW_OK) {
        assert_int_equal(s.lifecycle, 1);
        return;
    }
    assert_true(s.lifecycle == 2 || s.lifecycle == 3);
    unsigned admin = host_tries(&t, app, 0);
    assert_true(told->wrong_pin ? admin == 4 : admin == 5 || admin == 4);
    assert_in_range(host_tries(&t, app, 1), 2, 3);
    assert_int_equal(host_verify_pin(&t, app, 1, USER_PIN), SW_OK);
    check_container(told, app);
    /* and the selftest reads every record */
    assert_int_equal(token_select(&t, HUFU_AID_ADMIN), SW_OK);
    assert_int_equal(token_skf(&t, HUFU_INS_ADMIN_SELFTEST, 0, 0, NULL, 0), SW_OK);
}

static bool cut_once(enum board_cut kind, unsigned at, uint64_t seed)
{
    struct told told;
    token_make(&t, seed);
    token_restart(&t);
    board_flash_cut(&t.board.flash, kind, at, seed);
    script(&told);
    bool whole = !t.board.flash.off;
    token_restart(&t);
    check_after(&told);
    assert_true(!whole || told.wrong_pin);
    token_free(&t);
    return whole;
}

static void every_operation(void **state)
{
    static const enum board_cut kinds[] = {BOARD_CUT_BEFORE, BOARD_CUT_AFTER, BOARD_CUT_TORN,
                                           BOARD_CUT_UNSTABLE};
    const bool all = getenv("HUFU_TEST_LONG") != NULL;
    unsigned cuts = 0;
    (void)state;
    object_pair(d, enc);
    for (unsigned at = 1, whole = 0; !whole; at++) {
        for (unsigned k = 0; k < 4; k++) {
            if (all || k == at % 4) {
                whole |= cut_once(kinds[k], at, 1000u * at + k);
                cuts++;
            }
        }
    }
    print_message("%u cuts\n", cuts);
    assert_true(cuts > 10);
}

/* The same with the command aborted between two flash operations: the token works on without a
 * start, its sessions over. */
static void abort_everywhere(void **state)
{
    const unsigned step = getenv("HUFU_TEST_LONG") != NULL ? 1 : 3;
    (void)state;
    object_pair(d, enc);
    for (unsigned at = 1, whole = 0; !whole; at += step) {
        struct told told;
        token_make(&t, at);
        token_restart(&t);
        t.board.task.slice = 1;
        t.abort_after = at;
        script(&told);
        whole = !t.aborted;
        t.board.task.slice = 0;
        t.abort_after = 0;
        assert_true(!whole || told.wrong_pin);
        check_after(&told);
        token_restart(&t);
        check_after(&told);
        token_free(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_operation),
                                       cmocka_unit_test(abort_everywhere)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
