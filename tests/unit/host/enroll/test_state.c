/* SPDX-License-Identifier: Apache-2.0 */
/* What an enrolment remembers: names cannot leave the folder, items replace whole, clear forgets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "enroll/state.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[64];

static int setup(void **state)
{
    (void)state;
    strcpy(root, "/tmp/hufu-state-XXXXXX");
    return mkdtemp(root) == NULL;
}

static int teardown(void **state)
{
    char path[128];
    (void)state;
    snprintf(path, sizeof path, "%s/enroll", root);
    (void)rmdir(path);
    return rmdir(root);
}

static void round_trip(void **state)
{
    struct state s;
    uint8_t *data = NULL;
    size_t len = 0;
    struct stat st;
    (void)state;
    assert_int_equal(state_open(&s, root, "SN1", "App", "c"), 0);
    assert_int_equal(stat(s.folder, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(state_get(&s, STATE_SIGN, &data, &len), 1);
    assert_int_equal(state_put(&s, STATE_SIGN, "one", 3), 0);
    assert_int_equal(state_put(&s, STATE_SIGN, "three", 5), 0);
    assert_int_equal(state_get(&s, STATE_SIGN, &data, &len), 0);
    assert_int_equal(len, 5);
    assert_memory_equal(data, "three", 5);
    free(data);
    state_clear(&s);
    assert_int_not_equal(access(s.folder, F_OK), 0);
}

static void names_stay_inside(void **state)
{
    static const char *const names[] = {"../../x", "a/b", "..", "容器", "a-b", "a%2Db"};
    struct state s[6];
    (void)state;
    char prefix[80];
    int n = snprintf(prefix, sizeof prefix, "%s/enroll/", root);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(state_open(&s[i], root, "SN", "A", names[i]), 0);
        assert_memory_equal(s[i].folder, prefix, (size_t)n);
        assert_null(strchr(s[i].folder + n, '/'));
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(s[i].folder, s[j].folder);
        }
    }
    for (size_t i = 0; i < 6; i++) {
        state_clear(&s[i]);
    }
}

static void too_long(void **state)
{
    struct state s;
    char name[1100];
    (void)state;
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(state_open(&s, root, name, "A", "c"), -1);
    assert_int_equal(state_open(&s, "/proc/nothing", "S", "A", "c"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(round_trip, setup, teardown),
        cmocka_unit_test_setup_teardown(names_stay_inside, setup, teardown),
        cmocka_unit_test_setup_teardown(too_long, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
