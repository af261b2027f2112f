/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seeded random commands against a token that is logged in, under the sanitizers: rubbish, known
 * instructions with rubbish inside, and good commands with bytes changed, cut or grown. Whatever
 * comes, there is an answer, the vault stays out of the error state, and the signing key is the
 * same at the end. HUFU_TEST_LONG=1: a hundred times as many; HUFU_FUZZ_SEED chooses another run.
 * REQ: K1
 */
#define _GNU_SOURCE 1 /* memmem */
#include "commands.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct token t;
static struct ready r;
static uint64_t dice;
static struct commands_host host;

#define CHOICES 1200u /* bytes: one command */

/* The next command of the run. */
static size_t any_command(uint8_t *c)
{
    uint8_t bytes[CHOICES];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)board_rand(&dice);
    }
    struct choices choices = {bytes, sizeof bytes};
    return commands_next(&choices, &r, &host, c);
}

static void login_again(void)
{
    if (host_open_app(&t, "app", &r.app) == SW_OK) {
        (void)host_verify_pin(&t, r.app, 1, USER_PIN);
    }
}

static void random_hosts(void **state)
{
    const char *seed = getenv("HUFU_FUZZ_SEED");
    const unsigned rounds = getenv("HUFU_TEST_LONG") != NULL ? 400000 : 4000;
    static uint8_t c[HUFU_APDU_MAX];
    uint8_t pub[64], e[32] = {3}, sig[64];
    uint16_t keep = 0;
    (void)state;
    dice = seed != NULL ? strtoull(seed, NULL, 0) : 20260101;
    token_make(&t, 11);
    token_restart(&t);
    host_ready(&t, &r);
    object_pair(host.d, host.pub);
    /* the container that must survive is in an application nobody logs in to again */
    assert_int_equal(host_create_app(&t, "safe", ADMIN_PIN, 10, USER_PIN, 3), SW_OK);
    uint16_t safe = 0;
    assert_int_equal(host_open_app(&t, "safe", &safe), SW_OK);
    assert_int_equal(host_verify_pin(&t, safe, 1, USER_PIN), SW_OK);
    assert_int_equal(host_create_container(&t, safe, "key", &keep), SW_OK);
    assert_int_equal(host_generate(&t, safe, keep, pub), SW_OK);
    host.neighbour = keep;
    token_restart(&t);
    login_again();
    unsigned served = 0;
    for (unsigned i = 0; i < rounds; i++) {
        const size_t n = any_command(c);
        uint16_t sw = token_raw(&t, c, n);
        assert_int_not_equal(sw, SW_ERROR_STATE);
        served += sw == SW_OK;
        /* the encryption key that came in never goes out */
        assert_null(memmem(t.answer, t.answer_len, host.d, sizeof host.d));
        assert_true(sw == SW_OK || (sw & 0xFF00) == SW_MORE || t.answer_len == 0);
        if (i % 500 == 499) {
            /* ends a chain that was left open */
            (void)token_raw(&t, (const uint8_t[]){0x80, 0xFE, 0, 0}, 4);
            assert_int_equal(token_status(&t).error, 0);
            login_again();
            (void)host_create_container(&t, r.app, "box", &r.container);
        }
    }
    /* the run reached the commands, not only their refusals */
    print_message("%u of %u served\n", served, rounds);
    assert_true(served > rounds / 20);
    token_restart(&t);
    assert_int_equal(token_status(&t).error, 0);
    assert_int_equal(host_open_app(&t, "safe", &safe), SW_OK);
    assert_int_equal(host_tries(&t, safe, 1), 3);
    assert_int_equal(host_verify_pin(&t, safe, 1, USER_PIN), SW_OK);
    assert_int_equal(host_sign(&t, safe, keep, e, sig), SW_OK);
    assert_true(object_verify(pub, e, sig));
    token_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_hosts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
