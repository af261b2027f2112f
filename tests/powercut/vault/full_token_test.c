/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every state-changing command on a token without room: one that needs room is refused with "no
 * space" and has changed nothing, however often it is sent, no counter of tries included; one that
 * needs none does what it always does. The commands are those of command_cases.c. REQ: K1
 */
#include "command_cases.h"
#include "seen.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define TIMES 12u /* more than there are tries */

/* The room a command takes of a store that has some, by which it is known to need it. */
static bool needs_room[256];

static void measure(void)
{
    for (unsigned i = 0; i < cut_case_count; i++) {
        struct seen before, after;
        cases_restore();
        cases_login(cut_cases[i].login);
        seen_look(&before, true);
        assert_int_equal(cut_cases[i].send(), cut_cases[i].answer);
        cut_token.via = NULL;
        seen_look(&after, true);
        needs_room[i] = after.free < before.free && after.lifecycle == before.lifecycle;
    }
}

static void check_tries(const char *name, const struct seen *before, const struct seen *after)
{
    for (unsigned i = 0; i < before->count; i++) {
        if (seen_tries(after, before->tries[i].id) < before->tries[i].left) {
            fail_msg("%s cost a try", name);
        }
    }
}

static void every_command(void **state)
{
    unsigned refused = 0;
    (void)state;
    for (unsigned i = 0; i < cut_case_count; i++) {
        const struct cut_case *c = &cut_cases[i];
        struct seen before, after;
        cases_restore();
        cases_login(c->login);
        seen_look(&before, false);
        for (unsigned k = 0; k < (needs_room[i] ? TIMES : 1); k++) {
            uint16_t sw = c->send();
            bool good =
                needs_room[i] ? sw == SW_NO_SPACE || sw == SW_CONTAINER_LIMIT : sw == c->answer;
            if (!good) {
                fail_msg("%s, time %u: %04X", c->name, k + 1, sw);
            }
        }
        cut_token.via = NULL;
        seen_look(&after, false);
        assert_int_equal(after.error, 0);
        if (needs_room[i]) {
            refused++;
            check_tries(c->name, &before, &after);
            if (!seen_same(&before, &after) || before.free != after.free) {
                fail_msg("%s was refused and changed something", c->name);
            }
        }
    }
    print_message("%u commands: %u refused\n", cut_case_count, refused);
    assert_true(refused > 8 && refused < cut_case_count);
}

static int setup(void **state)
{
    (void)state;
    cases_make();
    if (cases_keep() != 0) {
        return -1;
    }
    measure();
    cases_restore();
    cases_fill();
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_command)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
