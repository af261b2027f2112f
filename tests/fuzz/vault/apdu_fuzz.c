/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seeded random commands against a token that is logged in, under the sanitizers: rubbish, known
 * instructions with rubbish inside, and good commands with bytes changed, cut or grown. Whatever
 * comes, there is an answer, the vault stays out of the error state, and the signing key is the
 * same at the end. HUFU_TEST_LONG=1: a hundred times as many; HUFU_FUZZ_SEED chooses another run.
 * REQ: K1
 */
#define _GNU_SOURCE 1 /* memmem */
#include "fixture/token.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct token t;
static struct ready r;
static uint64_t dice;
static uint8_t d[32], enc[64];

static unsigned roll(unsigned n)
{
    return (unsigned)(board_rand(&dice) % n);
}

static const uint8_t known[] = {0x02, 0x04, 0x14, 0x1C, 0x22, 0x26, 0x28, 0x40, 0x42, 0x44,
                                0x46, 0x4A, 0x4C, 0x4E, 0x50, 0x70, 0x72, 0x74, 0x88, 0xA0,
                                0xAC, 0xAE, 0xB0, 0xB2, 0xC4, 0xD0, 0xA4, 0xC0};

static size_t random_command(uint8_t *c)
{
    static const uint8_t classes[] = {0x80, 0x80, 0x80, 0x80, 0x84, 0x90, 0x00, 0x94, 0xFF};
    size_t len = roll(4) == 0 ? roll(400) : roll(40), n = 0;
    c[n++] = classes[roll(sizeof classes)];
    c[n++] = known[roll(sizeof known)];
    c[n++] = (uint8_t)roll(3);
    c[n++] = (uint8_t)roll(2);
    c[n++] = 0;
    c[n++] = (uint8_t)(len >> 8);
    c[n++] = (uint8_t)len;
    for (size_t i = 0; i < len; i++) {
        c[n++] = (uint8_t)(roll(3) == 0 ? roll(256) : 0);
    }
    if (len >= 4 && roll(4) != 0) { /* ids that exist */
        memcpy(c + 7, (const uint8_t[]){0, (uint8_t)r.app, 0, (uint8_t)r.container}, 4);
    }
    if (roll(2) != 0) {
        c[n++] = 0;
        c[n++] = (uint8_t)roll(256);
    }
    return n;
}

/* A good InstallDual, to be spoilt. */
static size_t good_install(uint8_t *c)
{
    uint8_t env[1024], sc[1024], ec[1024];
    size_t n = object_envelope(r.pub, enc, d, 32, roll(2), env);
    size_t sl = object_certificate(r.pub, 1, sc), el = object_certificate(enc, 2, ec);
    size_t len = 4 + 2 + n + 2 + sl + 2 + el, at = 7;
    const uint8_t head[] = {0x80, 0xD0, 0, 0, 0, (uint8_t)(len >> 8), (uint8_t)len};
    memcpy(c, head, sizeof head);
    memcpy(c + at, (const uint8_t[]){0, (uint8_t)r.app, 0, (uint8_t)r.container}, 4);
    at += 4;
    const uint8_t *parts[3] = {env, sc, ec};
    const size_t lens[3] = {n, sl, el};
    for (unsigned i = 0; i < 3; i++) {
        c[at++] = (uint8_t)(lens[i] >> 8);
        c[at++] = (uint8_t)lens[i];
        memcpy(c + at, parts[i], lens[i]);
        at += lens[i];
    }
    return at;
}

static size_t spoil(uint8_t *c, size_t n)
{
    for (unsigned i = roll(4); i > 0; i--) {
        c[roll((unsigned)n)] ^= (uint8_t)(1u << roll(8));
    }
    if (roll(4) == 0) {
        n = roll((unsigned)n) + 1;
    }
    return n;
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
    object_pair(d, enc);
    /* the container that must survive is in an application nobody logs in to again */
    assert_int_equal(host_create_app(&t, "safe", ADMIN_PIN, 10, USER_PIN, 3), SW_OK);
    uint16_t safe = 0;
    assert_int_equal(host_open_app(&t, "safe", &safe), SW_OK);
    assert_int_equal(host_verify_pin(&t, safe, 1, USER_PIN), SW_OK);
    assert_int_equal(host_create_container(&t, safe, "key", &keep), SW_OK);
    assert_int_equal(host_generate(&t, safe, keep, pub), SW_OK);
    token_restart(&t);
    login_again();
    unsigned served = 0;
    for (unsigned i = 0; i < rounds; i++) {
        size_t n = roll(8) == 0 ? good_install(c) : random_command(c);
        if (roll(3) == 0) {
            n = spoil(c, n);
        }
        uint16_t sw = token_raw(&t, c, n);
        assert_int_not_equal(sw, SW_ERROR_STATE);
        served += sw == SW_OK;
        /* the encryption key that came in never goes out */
        assert_null(memmem(t.answer, t.answer_len, d, sizeof d));
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
