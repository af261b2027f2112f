/* SPDX-License-Identifier: Apache-2.0 */
/* A station's log: numbers that are used once, what a cut leaves, threads. REQ: K1 T3 */
#include "provision/journal.h"
#include <errno.h>
#include <pthread.h>
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

static char path[128];

static int setup(void **state)
{
    const char *base = getenv("TMPDIR");
    (void)state;
    (void)snprintf(path, sizeof path, "%.90s/hufu-journal-XXXXXX", base ? base : "/tmp");
    const int fd = mkstemp(path);
    if (fd < 0) {
        return -1;
    }
    close(fd);
    return unlink(path);
}

static int teardown(void **state)
{
    (void)state;
    (void)unlink(path);
    return 0;
}

static struct journal *open_it(void)
{
    struct journal *j = NULL;
    assert_int_equal(journal_open(path, &j), 0);
    return j;
}

static void write_it(const char *text)
{
    FILE *f = fopen(path, "a");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static const struct journal_row counted = {.first = FIRST};

static void numbers_are_used_once(void **state)
{
    struct journal_entry e, found;
    struct stat st;
    (void)state;
    struct journal *j = open_it();
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    for (unsigned i = 0; i < 12; i++) {
        char expected[25];
        (void)snprintf(expected, sizeof expected, "20261121001000010000%04u", i);
        assert_int_equal(journal_plan(j, &counted, "reader", &e), 0);
        assert_string_equal(e.serial, expected);
        assert_int_equal(strlen(e.order), 32);
        assert_true(!journal_find(j, "202611210010000100009999", &found));
        assert_true(journal_find(j, expected, &found));
        assert_string_equal(found.order, e.order);
        if (i == 5) { /* also by who opens it again */
            journal_close(j);
            j = open_it();
        }
    }
    journal_close(j);
}

static void counting_stays_in_its_digits(void **state)
{
    static const struct journal_row last = {.first = "202611210019999999999999"};
    static const struct journal_row none = {.first = "202611219999999999999999"};
    struct journal_entry e;
    (void)state;
    struct journal *j = open_it();
    assert_int_equal(journal_plan(j, &last, "r", &e), 0);
    assert_int_equal(journal_plan(j, &last, "r", &e), 0);
    assert_string_equal(e.serial, "202611210020000000000000");
    assert_int_equal(journal_plan(j, &none, "r", &e), 0);
    assert_int_equal(journal_plan(j, &none, "r", &e), 1); /* never another day */
    journal_close(j);
}

static void a_list_ends(void **state)
{
    static const char *const list[] = {FIRST, "202611210010000900000000", NULL};
    static const struct journal_row row = {.list = list};
    struct journal_entry e;
    (void)state;
    struct journal *j = open_it();
    assert_int_equal(journal_plan(j, &row, "r", &e), 0);
    assert_int_equal(journal_plan(j, &row, "r", &e), 0);
    assert_string_equal(e.serial, list[1]);
    assert_int_equal(journal_plan(j, &row, "r", &e), 1);
    journal_close(j);
}

static void what_was_begun(void **state)
{
    static const char odd[] = "Reader \"A\" \\ 读卡器";
    struct journal_entry a, b, c, e;
    (void)state;
    struct journal *j = open_it();
    assert_int_equal(journal_plan(j, &counted, odd, &a), 0);
    assert_int_equal(journal_plan(j, &counted, "B", &b), 0);
    assert_int_equal(journal_plan(j, &counted, odd, &c), 0);
    assert_int_equal(journal_note(j, &a, JOURNAL_RESERVED), 0);
    assert_int_equal(journal_note(j, &c, JOURNAL_TAKEN), 0);
    for (unsigned round = 0; round < 2; round++) {
        assert_true(journal_begun(j, odd, 0, &e));
        assert_string_equal(e.serial, a.serial);
        assert_string_equal(e.order, a.order);
        assert_int_equal(e.step, JOURNAL_RESERVED);
        assert_false(journal_begun(j, odd, 1, &e)); /* taken by others: never again */
        assert_true(journal_begun(j, NULL, 1, &e));
        assert_string_equal(e.serial, b.serial);
        assert_false(journal_begun(j, "Reader", 0, &e));
        journal_close(j);
        j = open_it();
        /* one token of a process has it, whatever is noted of it */
        assert_true(journal_claim(j, a.serial));
        assert_false(journal_claim(j, a.serial));
        assert_true(journal_begun(j, odd, 0, &a));
        assert_int_equal(journal_note(j, &a, JOURNAL_RESERVED), 0);
        assert_false(journal_claim(j, a.serial));
        assert_false(journal_claim(j, "202611210010000100009999"));
    }
    assert_int_equal(journal_note(j, &a, JOURNAL_BURNING), 0);
    assert_true(journal_begun(j, odd, 0, &e));
    assert_int_equal(e.step, JOURNAL_BURNING);
    for (int step = JOURNAL_PROVISIONED; step <= JOURNAL_LOCKED; step++) {
        assert_int_equal(journal_note(j, &a, (enum journal_step)step), 0);
        assert_false(journal_begun(j, odd, 0, &e));
        assert_true(journal_find(j, a.serial, &e));
        assert_int_equal(e.step, step);
    }
    journal_close(j);
}

static void which_row_gives_it(void **state)
{
    static const char *const list[] = {SECOND, "202611210010000900000000", NULL};
    static const struct journal_row listed = {.list = list}, later = {.first = SECOND};
    static const struct journal_row far = {.first = "202611210010000900000000"};
    struct journal_entry e;
    (void)state;
    struct journal *j = open_it();
    assert_true(journal_in_row(j, &counted, FIRST));
    assert_false(journal_in_row(j, &counted, SECOND)); /* not before the first one is given */
    assert_int_equal(journal_plan(j, &far, "r", &e), 0);
    assert_false(journal_in_row(j, &counted, e.serial));
    assert_int_equal(journal_plan(j, &counted, "r", &e), 0);
    assert_int_equal(journal_plan(j, &counted, "r", &e), 0);
    assert_true(journal_in_row(j, &counted, SECOND));
    assert_true(journal_in_row(j, &later, SECOND));
    assert_false(journal_in_row(j, &later, FIRST));
    assert_false(journal_in_row(j, &counted, "202611210010000900000000"));
    assert_true(journal_in_row(j, &far, "202611210010000900000000"));
    assert_true(journal_in_row(j, &listed, "202611210010000900000000"));
    assert_false(journal_in_row(j, &listed, FIRST));
    journal_close(j);
}

static void what_a_cut_leaves(void **state)
{
    struct journal_entry e;
    struct stat before, after;
    (void)state;
    struct journal *j = open_it();
    assert_int_equal(journal_plan(j, &counted, "r", &e), 0);
    journal_close(j);
    assert_int_equal(stat(path, &before), 0);
    /* any beginning of a line, and nothing of it counts */
    static const char line[] = "{\"time\":\"2026-11-21T08:42:00Z\",\"reader\":\"r\",\"serial\":"
                               "\"202611210010000100000001\",\"order\":"
                               "\"00000000000000000000000000000000\",\"step\":\"locked\"}";
    for (size_t n = 1; n < sizeof line; n += 7) {
        char part[sizeof line];
        memcpy(part, line, n);
        part[n] = '\0';
        write_it(part);
        j = open_it();
        assert_false(journal_find(j, "202611210010000100000001", &e));
        journal_close(j);
        assert_int_equal(stat(path, &after), 0);
        assert_int_equal(before.st_size, after.st_size);
    }
    write_it(line);
    write_it("\n");
    j = open_it();
    assert_true(journal_find(j, "202611210010000100000001", &e));
    assert_int_equal(e.step, JOURNAL_LOCKED);
    journal_close(j);
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
    struct journal *j = NULL;
    struct journal_entry first, second, found;
    (void)state;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(journal_open(path, &j), 0);
    assert_int_equal(journal_plan(j, &counted, "one", &first), 0);
    assert_int_equal(journal_plan(j, &counted, "two", &second), 0);
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

static void only_a_log_of_ours(void **state)
{
    static const char *const bad[] = {
        "\n",
        "something\n",
        "{}\n",
        "{\"reader\":\"r\",\"serial\":\"12\",\"order\":\"00\",\"step\":\"locked\"}\n",
        "{\"reader\":\"r\",\"serial\":\"20261121001000010000000x\",\"order\":\"00\",\"step\":"
        "\"locked\"}\n",
        "{\"reader\":\"r\",\"serial\":\"" FIRST "\",\"order\":\"zz\",\"step\":\"locked\"}\n",
        "{\"reader\":\"r\",\"serial\":\"" FIRST "\",\"order\":\"00\",\"step\":\"done\"}\n",
        "{\"reader\":\"r,\"serial\":\"" FIRST "\",\"step\":\"locked\"}\n"};
    struct journal *j = NULL, *second = NULL;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        (void)unlink(path);
        write_it(bad[i]);
        assert_int_equal(journal_open(path, &j), -1);
        assert_int_equal(errno, EINVAL);
    }
    (void)unlink(path);
    j = open_it();
    assert_int_equal(journal_open(path, &second), -1);
    assert_int_equal(errno, EWOULDBLOCK);
    journal_close(j);
    assert_int_equal(journal_open("/nowhere/at/all", &j), -1);
    assert_int_equal(errno, ENOENT);
}

enum { THREADS = 8, EACH = 25 };

static void *plan_some(void *arg)
{
    struct journal_entry e;
    for (unsigned i = 0; i < EACH; i++) {
        if (journal_plan(arg, &counted, "r", &e) != 0 ||
            journal_note(arg, &e, JOURNAL_RESERVED) != 0) {
            return arg;
        }
    }
    return NULL;
}

static void threads(void **state)
{
    pthread_t thread[THREADS];
    struct journal_entry e;
    char serial[25];
    (void)state;
    struct journal *j = open_it();
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&thread[i], NULL, plan_some, j), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        void *failed = NULL;
        pthread_join(thread[i], &failed);
        assert_null(failed);
    }
    journal_close(j);
    j = open_it();
    for (unsigned i = 0; i < THREADS * EACH; i++) { /* none left out: none was given twice */
        (void)snprintf(serial, sizeof serial, "20261121001000010000%04u", i);
        assert_true(journal_find(j, serial, &e));
        assert_int_equal(e.step, JOURNAL_RESERVED);
    }
    assert_false(journal_begun(j, NULL, THREADS * EACH, &e));
    journal_close(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(numbers_are_used_once, setup, teardown),
        cmocka_unit_test_setup_teardown(counting_stays_in_its_digits, setup, teardown),
        cmocka_unit_test_setup_teardown(a_list_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(what_was_begun, setup, teardown),
        cmocka_unit_test_setup_teardown(which_row_gives_it, setup, teardown),
        cmocka_unit_test_setup_teardown(what_a_cut_leaves, setup, teardown),
        cmocka_unit_test_setup_teardown(half_a_line, setup, teardown),
        cmocka_unit_test_setup_teardown(only_a_log_of_ours, setup, teardown),
        cmocka_unit_test_setup_teardown(threads, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
