/* SPDX-License-Identifier: Apache-2.0 */
/* A folder is there whole or not at all, and what a dead run left goes, of a live one stays. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "util/new_folder.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char base[64], place[96];

static const char *below(const char *folder, const char *name)
{
    static char path[1024];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void put(const char *folder, const char *name)
{
    const int fd = open(below(folder, name), O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    close(fd);
}

static void empty(const char *folder, void *ctx)
{
    (void)ctx;
    (void)unlink(below(folder, "file"));
}

/* Names in base, "." and ".." apart. */
static unsigned names(void)
{
    unsigned count = 0;
    DIR *dir = opendir(base);
    assert_non_null(dir);
    while (readdir(dir) != NULL) {
        count++;
    }
    closedir(dir);
    return count - 2u;
}

static int start(struct new_folder *f)
{
    return new_folder_start(f, place, empty, NULL);
}

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(base, sizeof base, "/tmp/hufu-new-folder-XXXXXX");
    assert_non_null(mkdtemp(base));
    (void)snprintf(place, sizeof place, "%s/keys", base);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    empty(place, NULL);
    (void)rmdir(place);
    assert_int_equal(rmdir(base), 0);
    return 0;
}

static void test_appears_whole(void **state)
{
    (void)state;
    struct new_folder f;
    struct stat st;
    assert_int_equal(start(&f), 0);
    put(f.temporary, "file");
    assert_int_equal(access(place, F_OK), -1);
    assert_int_equal(new_folder_finish(&f), 0);
    assert_int_equal(access(below(place, "file"), F_OK), 0);
    assert_int_equal(stat(place, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    assert_int_equal(names(), 1);
    assert_int_equal(start(&f), -1); /* and is never touched again */
    assert_int_equal(errno, EEXIST);
    assert_int_equal(access(below(place, "file"), F_OK), 0);
    assert_int_equal(names(), 1);
}

static void test_empty_folder_is_taken(void **state)
{
    (void)state;
    struct new_folder f;
    assert_int_equal(mkdir(place, 0700), 0);
    assert_int_equal(new_folder_start(&f, below(base, "keys//"), empty, NULL), 0);
    put(f.temporary, "file");
    assert_int_equal(new_folder_finish(&f), 0);
    assert_int_equal(access(below(place, "file"), F_OK), 0);
    assert_int_equal(names(), 1);
}

static void test_abandoned_leaves_nothing(void **state)
{
    (void)state;
    struct new_folder f;
    assert_int_equal(start(&f), 0);
    put(f.temporary, "file");
    errno = ENOSPC;
    new_folder_abandon(&f);
    assert_int_equal(errno, ENOSPC);
    assert_int_equal(names(), 0);
}

static void test_names_that_cannot_be(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", ".", "..", "/", "//", "/tmp/.", "/tmp/../"};
    struct new_folder f;
    char path[NEW_FOLDER_PATH + 8];
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(new_folder_start(&f, wrong[i], empty, NULL), -1);
        assert_int_equal(errno, EINVAL);
    }
    (void)snprintf(path, sizeof path, "%s/", base);
    memset(path + strlen(path), 'a', sizeof path - 1u - strlen(path));
    for (size_t len = strlen(base) + 256; len < sizeof path;
         len++) { /* a name, then a path too long */
        path[len] = '\0';
        assert_int_equal(new_folder_start(&f, path, empty, NULL), -1);
        assert_int_equal(errno, ENAMETOOLONG);
        path[len] = 'a';
    }
    assert_int_equal(new_folder_start(&f, below(base, "none/keys"), empty, NULL), -1);
    assert_int_equal(errno, ENOENT);
    put(base, "keys"); /* a file */
    assert_int_equal(start(&f), -1);
    assert_int_equal(errno, EEXIST);
    assert_int_equal(unlink(place), 0);
    assert_int_equal(symlink("/tmp", place), 0);
    assert_int_equal(start(&f), -1);
    assert_int_equal(errno, EEXIST);
    assert_int_equal(unlink(place), 0);
    assert_int_equal(names(), 0);
}

/* A process that dies holding one: the next run takes it away, with what it put there. */
static void test_of_the_dead(void **state)
{
    (void)state;
    struct new_folder f;
    int status = 0;
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (start(&f) == 0) {
            put(f.temporary, "file");
        }
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(names(), 1);
    assert_int_equal(start(&f), 0);
    assert_int_equal(names(), 1);
    put(f.temporary, "file");
    assert_int_equal(new_folder_finish(&f), 0);
    assert_int_equal(names(), 1);
}

/* Names that only look like it, and a folder with files of somebody else's, stay. */
static void test_of_others(void **state)
{
    (void)state;
    struct new_folder f;
    static const char *const other[] = {".keys.new-", ".keys.new-1234567", ".key.new-123456"};
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(mkdir(below(base, other[i]), 0700), 0);
    }
    put(base, ".keys.new-abcdef");
    assert_int_equal(mkdir(below(base, ".keys.new-123456"), 0700), 0);
    put(base, ".keys.new-123456/mine");
    assert_int_equal(start(&f), 0);
    new_folder_abandon(&f);
    assert_int_equal(names(), 5);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(rmdir(below(base, other[i])), 0);
    }
    assert_int_equal(unlink(below(base, ".keys.new-abcdef")), 0);
    assert_int_equal(unlink(below(base, ".keys.new-123456/mine")), 0);
    assert_int_equal(rmdir(below(base, ".keys.new-123456")), 0);
}

/* Two runs for one place: neither touches the other's, the slower one is refused. */
static void test_of_the_living(void **state)
{
    (void)state;
    struct new_folder slow, fast;
    assert_int_equal(start(&slow), 0);
    put(slow.temporary, "file");
    assert_int_equal(start(&fast), 0);
    assert_int_equal(access(below(slow.temporary, "file"), F_OK), 0);
    put(fast.temporary, "file");
    assert_int_equal(new_folder_finish(&fast), 0);
    assert_int_equal(new_folder_finish(&slow), -1);
    assert_int_equal(errno, EEXIST);
    assert_int_equal(access(below(place, "file"), F_OK), 0);
    assert_int_equal(names(), 1);
}

/* Processes that make, die and clean at once: there is always one whole folder in the end. */
static void test_many_at_once(void **state)
{
    (void)state;
    for (unsigned p = 0; p < 6; p++) {
        const pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            struct new_folder f;
            for (unsigned i = 0; i < 100; i++) {
                if (start(&f) != 0) {
                    _exit(errno == EEXIST ? 0 : 1);
                }
                put(f.temporary, "file");
                if (i < 20u + p) {
                    close(f.fd); /* as the dead leave it */
                } else if (new_folder_finish(&f) != 0) {
                    _exit(errno == EEXIST ? 0 : 2);
                }
            }
            _exit(3);
        }
    }
    for (unsigned p = 0; p < 6; p++) {
        int status = 0;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    struct new_folder f;
    assert_int_equal(start(&f), -1);
    assert_int_equal(errno, EEXIST);
    assert_int_equal(access(below(place, "file"), F_OK), 0);
    assert_int_equal(names(), 1);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_appears_whole),
        IN_FOLDER(test_empty_folder_is_taken),
        IN_FOLDER(test_abandoned_leaves_nothing),
        IN_FOLDER(test_names_that_cannot_be),
        IN_FOLDER(test_of_the_dead),
        IN_FOLDER(test_of_others),
        IN_FOLDER(test_of_the_living),
        IN_FOLDER(test_many_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
