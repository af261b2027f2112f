/* SPDX-License-Identifier: Apache-2.0 */
/* No one-time key signs twice: not after a copy, a restore, a cut, or in two processes at once. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "err.h"
#include "lms.h"
#include "lms_file.h"
#include <dirent.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64], key[96], witness[96];
static uint8_t public_key[LMS_PUBLIC];
static uint8_t signature[LMS_FILE_SIGNATURE];

#define FILE_SIZE (1u << 17)
struct content {
    uint8_t bytes[FILE_SIZE];
    size_t len;
};

static void take(const char *path, struct content *c)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    c->len = fread(c->bytes, 1, FILE_SIZE, f);
    fclose(f);
    assert_true(c->len > 0 && c->len < FILE_SIZE);
}

/* Into the same inode, as a restore from a backup in place. */
static void give(const char *path, const struct content *c)
{
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    assert_int_equal(fwrite(c->bytes, 1, c->len, f), c->len);
    assert_int_equal(fclose(f), 0);
}

static enum lms_file_result sign(uint32_t *leaf)
{
    uint32_t left = 0;
    const enum lms_file_result result = lms_file_sign(key, witness, "text", 4, signature, &left);
    if (result == LMS_FILE_OK) {
        assert_int_equal(lms_verify(public_key, "text", 4, signature), ERR_OK);
        *leaf = (uint32_t)signature[2] << 8 | signature[3];
        assert_int_equal(left, LMS_FILE_LEAVES - 1u - *leaf);
    } else {
        for (size_t i = 0; i < sizeof signature; i++) {
            assert_int_equal(signature[i], 0);
        }
    }
    return result;
}

static int open_group(void **state)
{
    (void)state;
    struct lms_file_info info;
    (void)snprintf(folder, sizeof folder, "/tmp/hufu-lms-XXXXXX");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(key, sizeof key, "%s/a.key", folder);
    (void)snprintf(witness, sizeof witness, "%s/witness", folder);
    assert_int_equal(mkdir(witness, 0700), 0);
    assert_int_equal(lms_file_create(key, witness, true, NULL, NULL), LMS_FILE_OK);
    assert_int_equal(lms_file_create(key, witness, true, NULL, NULL), LMS_FILE_EXISTS);
    assert_int_equal(lms_file_read(key, &info), LMS_FILE_OK);
    assert_int_equal(info.left, LMS_FILE_LEAVES);
    assert_true(info.test);
    memcpy(public_key, info.public_key, sizeof public_key);
    return 0;
}

static int close_group(void **state)
{
    (void)state;
    const char *const folders[] = {witness, folder};
    for (unsigned i = 0; i < 2; i++) {
        DIR *dir = opendir(folders[i]);
        assert_non_null(dir);
        for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
        }
        closedir(dir);
        assert_int_equal(rmdir(folders[i]), 0);
    }
    return 0;
}

static void test_each_leaf_once(void **state)
{
    (void)state;
    uint32_t leaf = 0;
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(sign(&leaf), LMS_FILE_OK);
        assert_int_equal(leaf, i);
    }
}

static void test_copy_and_restore_are_refused(void **state)
{
    (void)state;
    static struct content before;
    char copy[112], there[256];
    uint32_t leaf = 0, last = 0, left;
    take(key, &before);
    (void)snprintf(copy, sizeof copy, "%s/copy.key", folder);
    const int fd = open(copy, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_int_equal(write(fd, before.bytes, before.len), (ssize_t)before.len);
    close(fd);
    assert_int_equal(lms_file_sign(copy, witness, "text", 4, signature, &left), LMS_FILE_COPY);
    assert_int_equal(sign(&last), LMS_FILE_OK);
    give(key, &before); /* the state before that signature */
    assert_int_equal(sign(&leaf), LMS_FILE_RESTORED);
    (void)snprintf(there, sizeof there, "%s/moved", folder);
    assert_int_equal(rename(witness, there), 0);
    assert_int_equal(sign(&leaf), LMS_FILE_RESTORED); /* and without a witness nobody signs */
    assert_int_equal(rename(there, witness), 0);
    /* put right again for the next tests: the count that the witness saw */
    for (unsigned i = 0; i < 2; i++) {
        const uint32_t counted[2] = {last + 1u, ~(last + 1u)};
        memcpy(before.bytes + before.len - 16 + 8 * i, counted, 8);
    }
    give(key, &before);
    assert_int_equal(sign(&leaf), LMS_FILE_OK);
    assert_int_equal(leaf, last + 1u);
}

/* Where the file lies in struct body: magic 8, then 8 bytes of birth and 8 of inode; the check is
 * over all before it and stands before the counts. */
static void born(struct content *c, uint64_t birth)
{
    memcpy(c->bytes + 8, &birth, sizeof birth);
    const size_t checked = c->len - 16 - SHA256_DIGEST_LENGTH;
    (void)SHA256(c->bytes, checked, c->bytes + checked);
    give(key, c);
}

/* A key of a file that was made at another time is a copy, whatever inode it has. That its device
 * is the same does not help: every copy on the same disk has that, too. */
static void test_the_file_it_was_made_in(void **state)
{
    (void)state;
    static struct content now;
    struct stat st;
    uint64_t birth;
    uint32_t leaf = 0;
    assert_int_equal(stat(key, &st), 0);
    take(key, &now);
    memcpy(&birth, now.bytes + 8, sizeof birth);
    born(&now, birth + 1);
    assert_int_equal(sign(&leaf), LMS_FILE_COPY);
    /* Where a file system tells no birth, its number is all there is. */
    if (birth != (uint64_t)st.st_dev) {
        born(&now, (uint64_t)st.st_dev);
        assert_int_equal(sign(&leaf), LMS_FILE_COPY);
    }
    born(&now, birth);
    assert_int_equal(sign(&leaf), LMS_FILE_OK);
}

/* A cut between the two counts: the leaf is lost, no more. Torn counts: the other one stands. */
static void test_cuts(void **state)
{
    (void)state;
    static struct content now;
    uint32_t leaf = 0, first = 0;
    assert_int_equal(sign(&first), LMS_FILE_OK);
    take(key, &now);
    for (unsigned i = 0; i < 2; i++) { /* the file is one ahead of the witness */
        const uint32_t ahead[2] = {first + 2u, ~(first + 2u)};
        memcpy(now.bytes + now.len - 16 + 8 * i, ahead, 8);
    }
    give(key, &now);
    assert_int_equal(sign(&leaf), LMS_FILE_OK);
    assert_int_equal(leaf, first + 2u);
    take(key, &now);
    const uint32_t spent = leaf + 1u; /* the copy that is not in force is torn */
    now.bytes[now.len - 16 + 8 * ((spent + 1u) & 1u)] ^= 0x55;
    give(key, &now);
    assert_int_equal(sign(&leaf), LMS_FILE_OK);
    assert_int_equal(leaf, spent);
}

static void test_wrong_files(void **state)
{
    (void)state;
    static struct content whole;
    struct lms_file_info info;
    uint32_t leaf = 0;
    take(key, &whole);
    whole.bytes[100] ^= 1;
    give(key, &whole);
    assert_int_equal(sign(&leaf), LMS_FILE_FORM);
    assert_int_equal(lms_file_read(key, &info), LMS_FILE_FORM);
    whole.bytes[100] ^= 1;
    give(key, &whole);
    assert_int_equal(chmod(key, 0640), 0);
    assert_int_equal(sign(&leaf), LMS_FILE_OPEN_MODE);
    assert_int_equal(chmod(key, 0600), 0);
    const int fd = open(key, O_RDWR);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_int_equal(sign(&leaf), LMS_FILE_BUSY);
    close(fd);
    assert_int_equal(sign(&leaf), LMS_FILE_OK);
    assert_int_equal(lms_file_read("/nonexistent/key", &info), LMS_FILE_IO);
}

/* Four processes sign at once, killed and not: every signature that came out has its own leaf. */
static void test_processes(void **state)
{
    (void)state;
    static uint8_t seen[LMS_FILE_LEAVES];
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    for (unsigned p = 0; p < 4; p++) {
        const pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            for (unsigned done = 0; done < 8;) {
                uint32_t left;
                if (lms_file_sign(key, witness, "text", 4, signature, &left) == LMS_FILE_OK) {
                    done++;
                    if (write(pipes[1], signature + 2, 2) != 2) {
                        _exit(1);
                    }
                }
            }
            _exit(0);
        }
    }
    for (unsigned p = 0; p < 4; p++) {
        int status = 0;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    close(pipes[1]);
    uint8_t leaf[2];
    unsigned count = 0;
    while (read(pipes[0], leaf, 2) == 2) {
        const unsigned n = (unsigned)leaf[0] << 8 | leaf[1];
        assert_true(n < LMS_FILE_LEAVES);
        assert_int_equal(seen[n], 0);
        seen[n] = 1;
        count++;
    }
    close(pipes[0]);
    assert_int_equal(count, 32);
}

/* Both counts set near the end, as years of signing leave them. */
static void near_the_end(void)
{
    static struct content file;
    const uint32_t count[2] = {LMS_FILE_LEAVES - 4u, ~(LMS_FILE_LEAVES - 4u)};
    char path[384];
    take(key, &file);
    memcpy(file.bytes + file.len - 16, count, 8);
    memcpy(file.bytes + file.len - 8, count, 8);
    give(key, &file);
    DIR *dir = opendir(witness);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] != '.') {
            (void)snprintf(path, sizeof path, "%s/%s", witness, entry->d_name);
        }
    }
    closedir(dir);
    memcpy(file.bytes, count, 8);
    file.len = 8;
    give(path, &file);
}

static void test_exhausted(void **state)
{
    (void)state;
    uint32_t leaf = 0;
    near_the_end();
    while (sign(&leaf) == LMS_FILE_OK) {
    }
    assert_int_equal(leaf, LMS_FILE_LEAVES - 1u);
    assert_int_equal(sign(&leaf), LMS_FILE_EXHAUSTED);
    struct lms_file_info info;
    assert_int_equal(lms_file_read(key, &info), LMS_FILE_OK);
    assert_int_equal(info.left, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_leaf_once),
        cmocka_unit_test(test_copy_and_restore_are_refused),
        cmocka_unit_test(test_the_file_it_was_made_in),
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_wrong_files),
        cmocka_unit_test(test_processes),
        cmocka_unit_test(test_exhausted),
    };
    return cmocka_run_group_tests(tests, open_group, close_group);
}
