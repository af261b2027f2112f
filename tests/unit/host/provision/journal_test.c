/* SPDX-License-Identifier: Apache-2.0 */
/* A station's log when the disk takes half a line: the lines after it say what they said.
 * REQ: K1 T3 */
#include "provision/journal.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define FIRST  "202611210010000100000000"
#define SECOND "202611210010000100000001"

static char path[] = "/tmp/hufu-journal-XXXXXX";

static int setup(void **state)
{
    (void)state;
    const int fd = mkstemp(path);
    return fd >= 0 ? close(fd) : -1;
}

static int teardown(void **state)
{
    (void)state;
    return unlink(path);
}

/* The disk has room for `more` bytes of the log and then none. */
static void room(rlim_t more)
{
    struct stat st;
    struct rlimit limit;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = more == RLIM_INFINITY ? limit.rlim_max : (rlim_t)st.st_size + more;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void half_a_line(void **state)
{
    const struct journal_row row = {.first = FIRST};
    struct journal *j = NULL;
    struct journal_entry first, second, found;
    (void)state;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(journal_open(path, &j), 0);
    assert_int_equal(journal_plan(j, &row, "one", &first), 0);
    assert_int_equal(journal_plan(j, &row, "two", &second), 0);
    assert_string_equal(first.serial, FIRST);
    assert_string_equal(second.serial, SECOND);
    /* every length up to the order: what is left of the line names the first token */
    for (rlim_t more = 0; more < 140; more += 20) {
        room(more);
        assert_int_equal(journal_note(j, &first, JOURNAL_RESERVED), -1);
        assert_int_equal(first.step, JOURNAL_PLANNED);
        room(RLIM_INFINITY);
        assert_int_equal(journal_note(j, &second, JOURNAL_LOCKED), 0);
        journal_close(j);
        assert_int_equal(journal_open(path, &j), 0);
        assert_true(journal_find(j, FIRST, &found));
        assert_int_equal(found.step, JOURNAL_PLANNED);
        assert_true(journal_find(j, SECOND, &found));
        assert_int_equal(found.step, JOURNAL_LOCKED);
        assert_string_equal(found.order, second.order);
    }
    journal_close(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(half_a_line, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
