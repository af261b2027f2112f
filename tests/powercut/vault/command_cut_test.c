/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every state-changing command with power cut at each of its flash operations, cleanly and torn:
 * after the next start the store holds what it held before or what it holds afterwards, never
 * anything between; a command that was answered stands; tries that were spent stay spent. The
 * commands are those of the applets' own tables (command_cases.c). REQ: K1 K6
 * HUFU_TEST_LONG=1 takes every operation with every kind of cut; the quick form each once.
 */
#include "applet/applet.h"
#include "command_cases.h"
#include "seen.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Never more than before or afterwards, never fewer than with one more spent. */
static void check_tries(const struct cut_case *c, const struct seen *now, const struct seen *before,
                        const struct seen *after)
{
    for (unsigned i = 0; i < now->count; i++) {
        unsigned a = seen_tries(before, now->tries[i].id), b = seen_tries(after, now->tries[i].id);
        unsigned most = a > b ? a : b, least = a < b ? a : b;
        if (now->tries[i].left > most || now->tries[i].left + 1u < least) {
            fail_msg("%s: counter %u is %u, %u before, %u afterwards", c->name, now->tries[i].id,
                     now->tries[i].left, a, b);
        }
    }
}

/* --- one case -------------------------------------------------------------------------------- */

static uint16_t run(const struct cut_case *c, enum board_cut kind, uint32_t at, bool *whole)
{
    cases_restore();
    cases_login(c->login);
    board_flash_cut(&cut_token.board.flash, kind, at, 1000u * at + (unsigned)kind);
    uint16_t sw = c->send();
    *whole = !cut_token.board.flash.off;
    cut_token.via = NULL;
    return sw;
}

/* What the store holds without the command, and with it. */
static void ends(const struct cut_case *c, struct seen *before, struct seen *after)
{
    bool whole;
    cases_restore();
    cases_login(c->login);
    cases_login(0);
    seen_look(before, c->fresh);
    uint16_t sw = run(c, BOARD_CUT_NONE, 0, &whole);
    if (sw != c->answer) {
        fail_msg("%s: %04X, not %04X", c->name, sw, c->answer);
    }
    cases_login(0);
    seen_look(after, c->fresh);
    assert_int_equal(before->error | after->error, 0);
}

/* At every step-th operation; with all, each with every kind of cut. */
static unsigned cut_case(const struct cut_case *c, bool all, uint32_t step)
{
    static const enum board_cut kinds[] = {BOARD_CUT_BEFORE, BOARD_CUT_AFTER, BOARD_CUT_TORN,
                                           BOARD_CUT_UNSTABLE};
    struct seen before, after, now;
    bool whole = false;
    unsigned cuts = 0;
    uint16_t sw;
    ends(c, &before, &after);
    for (uint32_t at = 1; !whole; at += step) {
        for (unsigned k = 0; k < 4 && !whole; k++) {
            if (!all && k != at / step % 4) {
                continue;
            }
            sw = run(c, kinds[k], at, &whole);
            if (whole) {
                assert_int_equal(sw, c->answer);
            }
            cases_login(0);
            seen_look(&now, c->fresh);
            if (now.error != 0) {
                fail_msg("%s: operation %u, cut %u: error state", c->name, at, k);
            }
            if (!seen_same(&now, &after) && (whole || sw == SW_OK || !seen_same(&now, &before))) {
                fail_msg("%s: operation %u, cut %u: neither before nor after", c->name, at, k);
            }
            check_tries(c, &now, &before, &after);
            cuts += !whole;
        }
    }
    return cuts;
}

static void every_command(void **state)
{
    const bool all = getenv("HUFU_TEST_LONG") != NULL;
    const char *only = getenv("HUFU_CUT_CASE");
    unsigned cuts = 0;
    (void)state;
    for (unsigned i = 0; i < cut_case_count; i++) {
        if (only != NULL && strstr(cut_cases[i].name, only) == NULL) {
            continue;
        }
        unsigned n = cut_case(&cut_cases[i], all, 1);
        print_message("%-24s %3u cuts\n", cut_cases[i].name, n);
        assert_true(n > 0 || only != NULL); /* a case that writes nothing belongs to the reads */
        cuts += n;
    }
    print_message("%u cuts\n", cuts);
}

/* The same where the store has to collect: what a command writes begins with copies of others. */
static void every_command_collecting(void **state)
{
    const bool all = getenv("HUFU_TEST_LONG") != NULL;
    unsigned cuts = 0;
    (void)state;
    cases_restore();
    cases_crowd();
    assert_int_equal(cases_keep(), 0);
    for (unsigned i = 0; i < cut_case_count; i++) {
        cuts += cut_case(&cut_cases[i], all, all ? 1 : 13 + i % 5);
    }
    print_message("%u cuts\n", cuts);
}

/* The same with the command aborted between two flash operations: the token goes on without a
 * start.
 */
static void every_command_aborted(void **state)
{
    const uint32_t step = getenv("HUFU_TEST_LONG") != NULL ? 1 : 5;
    (void)state;
    for (unsigned i = 0; i < cut_case_count; i++) {
        const struct cut_case *c = &cut_cases[i];
        struct token *t = &cut_token;
        struct seen before, after, now;
        ends(c, &before, &after);
        bool whole = false;
        for (uint32_t at = 1 + i % step; !whole; at += step) {
            cases_restore();
            cases_login(c->login);
            t->board.task.slice = 1;
            t->aborted = false;
            t->abort_after = at;
            uint16_t sw = c->send();
            whole = !t->aborted;
            t->board.task.slice = 0;
            t->abort_after = 0;
            t->via = NULL;
            for (unsigned k = 0; k < 2; k++) { /* at once, and after a start */
                seen_look(&now, c->fresh);
                if (now.error != 0 ||
                    (!seen_same(&now, &after) && (whole || !seen_same(&now, &before)))) {
                    fail_msg("%s, aborted at %u: neither before nor after", c->name, at);
                }
                check_tries(c, &now, &before, &after);
                cases_login(0);
            }
            assert_true(!whole || sw == c->answer);
        }
    }
}

/* --- the table is whole ----------------------------------------------------------------------- */

static bool listed(const struct applet *applet, uint8_t ins)
{
    const bool admin = applet == &applet_admin;
    const uint8_t *reads = admin ? cut_reads_admin : cut_reads_skf;
    for (unsigned i = 0; i < (admin ? cut_reads_admin_count : cut_reads_skf_count); i++) {
        if (reads[i] == ins) {
            return true;
        }
    }
    for (unsigned i = 0; i < cut_case_count; i++) {
        if (((cut_cases[i].login & TO_ADMIN_APPLET) != 0) == admin && cut_cases[i].ins == ins) {
            return true;
        }
    }
    return false;
}

static void no_command_is_missing(void **state)
{
    const struct applet *applets[] = {&applet_skf, &applet_admin};
    (void)state;
    for (unsigned a = 0; a < 2; a++) {
        for (unsigned i = 0; i < applets[a]->count; i++) {
            if (!listed(applets[a], applets[a]->routes[i].ins)) {
                fail_msg("%s instruction %02X is in neither list of "
                         "tests/powercut/vault/command_cases.c; if it writes it needs a case there",
                         a == 0 ? "SKF" : "admin", applets[a]->routes[i].ins);
            }
        }
    }
}

/* What is said to read writes nothing, whatever it is sent. */
static void reads_write_nothing(void **state)
{
    static const uint8_t data[300] = {0, 2, 0, 33};
    static const size_t lens[] = {0, 2, 4, 5, 32, 36, 76, 168, 220};
    (void)state;
    for (unsigned a = 0; a < 2; a++) {
        cases_restore();
        cases_login(AS_USER | AS_DEVICE | (a == 1 ? TO_ADMIN_APPLET : 0));
        board_flash_reset_counters(&cut_token.board.flash);
        const uint8_t *reads = a == 1 ? cut_reads_admin : cut_reads_skf;
        for (unsigned i = 0; i < (a == 1 ? cut_reads_admin_count : cut_reads_skf_count); i++) {
            for (unsigned k = 0; k < sizeof lens / sizeof lens[0]; k++) {
                (void)token_command(&cut_token, 0x80, reads[i], 0, 0, data, lens[k], 32);
                (void)token_command(&cut_token, 0x80, reads[i], 2, 1, data, lens[k], NE_ALL);
            }
            if (cut_token.board.flash.programs + cut_token.board.flash.erases != 0) {
                fail_msg("instruction %02X writes", reads[i]);
            }
        }
    }
}

static int setup(void **state)
{
    (void)state;
    cases_make();
    return cases_keep();
}

static int teardown(void **state)
{
    (void)state;
    cases_free();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_command_is_missing), cmocka_unit_test(reads_write_nothing),
        cmocka_unit_test(every_command), cmocka_unit_test(every_command_aborted),
        cmocka_unit_test(every_command_collecting)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
