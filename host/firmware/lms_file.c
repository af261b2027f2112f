/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* statx */
#include "lms_file.h"
#include "hufu/image.h"
#include "util/hex.h"
#include "util/i18n.h"
#include "util/new_folder.h"
#include "util/wipe.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEIGHT 10u
#define WIDTH  8u
#define NODES  (2u * LMS_FILE_LEAVES)

/* The file. Two counts that are written by turns: a torn one leaves the other. */
struct count {
    uint32_t spent;
    uint32_t inverse;
};
struct body {
    char magic[8];
    uint64_t birth; /* of the file, ns; where a file system does not tell, the device's number */
    uint64_t inode;
    uint32_t test;
    uint32_t zero;
    uint8_t id[LMS_ID];
    uint8_t seed[LMS_HASH];
    uint8_t node[NODES][LMS_HASH];
    uint8_t check[SHA256_DIGEST_LENGTH]; /* over all before */
};
struct key_file {
    struct body body;
    struct count count[2];
};
static const char magic[8] = {'H', 'U', 'F', 'U', 'L', 'M', 'S', '1'};

/* When a file was made stays with it over reboots and moved disks, which the device's number need
 * not; a copy, and what is put back into another file, was made later. */
static uint64_t birth_of(int fd, const struct stat *st)
{
    struct statx x;
    if (statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &x) != 0 || (x.stx_mask & STATX_BTIME) == 0)
        return (uint64_t)st->st_dev;
    return (uint64_t)x.stx_btime.tv_sec * 1000000000u + x.stx_btime.tv_nsec;
}

static void body_check(const struct body *body, uint8_t check[SHA256_DIGEST_LENGTH])
{
    (void)SHA256((const uint8_t *)body, offsetof(struct body, check), check);
}

static struct count count_of(uint32_t spent)
{
    return (struct count){spent, ~spent};
}

/* The larger of the two that are whole; -1: none is. */
static int count_read(const struct key_file *key, uint32_t *spent)
{
    int found = -1;
    *spent = 0;
    for (unsigned i = 0; i < 2; i++) {
        const struct count c = key->count[i];
        if (c.spent == ~c.inverse && c.spent <= LMS_FILE_LEAVES &&
            (found != 0 || c.spent > *spent)) {
            *spent = c.spent;
            found = 0;
        }
    }
    return found;
}

static int write_at(int fd, const void *data, size_t len, off_t at)
{
    const uint8_t *p = data;
    while (len > 0) {
        const ssize_t n = pwrite(fd, p, len, at);
        if (n <= 0)
            return -1;
        p += n;
        at += n;
        len -= (size_t)n;
    }
    return fsync(fd);
}

/* The count that stands beside: "<witness>/<key id>.lms", four bytes and their inverse. */
static int witness_path(char *path, size_t size, const char *witness, const uint8_t id[LMS_ID])
{
    char hex[2 * LMS_ID + 1];
    hex_encode(id, LMS_ID, hex);
    const int n = snprintf(path, size, "%s/%s.lms", witness, hex);
    return n > 0 && (size_t)n < size ? 0 : -1;
}

static int witness_write(const char *witness, const uint8_t id[LMS_ID], uint32_t spent, bool fresh)
{
    char path[4096];
    const struct count c = count_of(spent);
    if (witness_path(path, sizeof path, witness, id) != 0)
        return -1;
    const int fd = open(path, O_WRONLY | O_CLOEXEC | (fresh ? O_CREAT | O_EXCL : 0), 0600);
    if (fd < 0)
        return -1;
    int bad = write_at(fd, &c, sizeof c, 0);
    if (close(fd) != 0)
        bad = -1;
    if (bad == 0 && fresh)
        bad = new_folder_sync(witness);
    return bad;
}

static int witness_read(const char *witness, const uint8_t id[LMS_ID], uint32_t *spent)
{
    char path[4096];
    struct count c;
    if (witness_path(path, sizeof path, witness, id) != 0)
        return -1;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    const ssize_t n = read(fd, &c, sizeof c);
    close(fd);
    *spent = c.spent;
    return n == (ssize_t)sizeof c && c.spent == ~c.inverse ? 0 : -1;
}

static void forget(struct key_file *key)
{
    if (key != NULL) {
        util_wipe(key, sizeof *key);
        free(key);
    }
}

/* A test key is one by its identifier, which is part of the public key and of all it hashes. */
static int key_id(uint8_t id[LMS_ID], bool test)
{
    if (RAND_bytes(id, LMS_ID) != 1)
        return -1;
    if (test)
        memcpy(id, HUFU_IMAGE_TEST_LMS_ID, sizeof HUFU_IMAGE_TEST_LMS_ID - 1u);
    return 0;
}

enum lms_file_result lms_file_create(const char *path, const char *witness, bool test,
                                     lms_progress progress, void *ctx)
{
    struct lms_tree tree = {.height = HEIGHT, .width = WIDTH};
    struct key_file *key = calloc(1, sizeof *key);
    struct stat st;
    enum lms_file_result result = LMS_FILE_IO;
    const int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        free(key);
        return errno == EEXIST ? LMS_FILE_EXISTS : LMS_FILE_IO;
    }
    if (key != NULL && key_id(tree.id, test) == 0 && RAND_priv_bytes(tree.seed, LMS_HASH) == 1 &&
        lms_tree_make(&tree, progress, ctx) == 0 && fstat(fd, &st) == 0) {
        memcpy(key->body.magic, magic, sizeof magic);
        key->body.birth = birth_of(fd, &st);
        key->body.inode = (uint64_t)st.st_ino;
        key->body.test = test ? 1 : 0;
        memcpy(key->body.id, tree.id, LMS_ID);
        memcpy(key->body.seed, tree.seed, LMS_HASH);
        memcpy(key->body.node, tree.node, sizeof key->body.node);
        body_check(&key->body, key->body.check);
        key->count[0] = key->count[1] = count_of(0);
        if (write_at(fd, key, sizeof *key, 0) == 0 && witness_write(witness, tree.id, 0, true) == 0)
            result = LMS_FILE_OK;
    }
    const int e = errno;
    lms_tree_free(&tree);
    forget(key);
    close(fd);
    if (result != LMS_FILE_OK)
        lms_file_discard(path, witness);
    errno = e;
    return result;
}

/* [out] *key allocated; *fd open and, for a writer, locked. */
static enum lms_file_result load(const char *path, bool writer, int *fd, struct key_file **key)
{
    struct stat st;
    uint8_t check[SHA256_DIGEST_LENGTH];
    uint32_t spent;
    *key = NULL;
    *fd = open(path, (writer ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW);
    if (*fd < 0)
        return LMS_FILE_IO;
    if (writer && flock(*fd, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK ? LMS_FILE_BUSY : LMS_FILE_IO;
    struct key_file *k = malloc(sizeof *k);
    if (k == NULL || fstat(*fd, &st) != 0 || pread(*fd, k, sizeof *k, 0) != (ssize_t)sizeof *k ||
        st.st_size != (off_t)sizeof *k) {
        forget(k);
        return k == NULL ? LMS_FILE_IO : LMS_FILE_FORM;
    }
    *key = k;
    body_check(&k->body, check);
    if (memcmp(k->body.magic, magic, sizeof magic) != 0 ||
        memcmp(check, k->body.check, sizeof check) != 0 || count_read(k, &spent) != 0)
        return LMS_FILE_FORM;
    if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return LMS_FILE_OPEN_MODE;
    if (k->body.inode != (uint64_t)st.st_ino || k->body.birth != birth_of(*fd, &st))
        return LMS_FILE_COPY;
    return LMS_FILE_OK;
}

void lms_file_discard(const char *path, const char *witness)
{
    struct key_file *key;
    char beside[4096];
    uint32_t spent = 0;
    int fd;
    const enum lms_file_result result = load(path, true, &fd, &key);
    if (key != NULL)
        (void)count_read(key, &spent);
    if (spent == 0 && result != LMS_FILE_BUSY) {
        if (result == LMS_FILE_OK &&
            witness_path(beside, sizeof beside, witness, key->body.id) == 0)
            (void)unlink(beside);
        (void)unlink(path);
    }
    forget(key);
    if (fd >= 0)
        close(fd);
}

enum lms_file_result lms_file_read(const char *path, struct lms_file_info *info)
{
    struct key_file *key;
    int fd;
    enum lms_file_result result = load(path, false, &fd, &key);
    memset(info, 0, sizeof *info);
    if (result == LMS_FILE_OK) {
        struct lms_tree tree = {.height = HEIGHT, .width = WIDTH, .node = key->body.node};
        uint32_t spent = 0;
        memcpy(tree.id, key->body.id, LMS_ID);
        lms_tree_public(&tree, info->public_key);
        (void)count_read(key, &spent);
        info->left = LMS_FILE_LEAVES - spent;
        info->test = key->body.test != 0;
    }
    forget(key);
    if (fd >= 0)
        close(fd);
    return result;
}

/* Spends leaf number `spent`: in the file, then with the witness. */
static enum lms_file_result spend(int fd, struct key_file *key, const char *witness, uint32_t *leaf)
{
    uint32_t seen = 0;
    (void)count_read(key, leaf);
    /* A cut between the two writes leaves the file one ahead; nothing was signed with that leaf. */
    if (witness_read(witness, key->body.id, &seen) != 0 || seen > *leaf || *leaf > seen + 1u)
        return LMS_FILE_RESTORED;
    if (*leaf >= LMS_FILE_LEAVES)
        return LMS_FILE_EXHAUSTED;
    const struct count next = count_of(*leaf + 1u);
    const size_t at = offsetof(struct key_file, count) + (next.spent & 1u) * sizeof next;
    if (write_at(fd, &next, sizeof next, (off_t)at) != 0 ||
        witness_write(witness, key->body.id, next.spent, false) != 0)
        return LMS_FILE_IO;
    return LMS_FILE_OK;
}

enum lms_file_result lms_file_sign(const char *path, const char *witness, const void *message,
                                   size_t len, uint8_t signature[LMS_FILE_SIGNATURE],
                                   uint32_t *left)
{
    struct key_file *key;
    uint8_t c[LMS_HASH];
    uint32_t leaf = 0;
    int fd;
    enum lms_file_result result = load(path, true, &fd, &key);
    memset(signature, 0, LMS_FILE_SIGNATURE);
    *left = 0;
    if (result == LMS_FILE_OK)
        result = spend(fd, key, witness, &leaf);
    if (result == LMS_FILE_OK) {
        struct lms_tree tree = {.height = HEIGHT, .width = WIDTH, .node = key->body.node};
        memcpy(tree.id, key->body.id, LMS_ID);
        memcpy(tree.seed, key->body.seed, LMS_HASH);
        if (RAND_bytes(c, sizeof c) != 1 ||
            lms_tree_sign(&tree, leaf, c, message, len, signature) != 0)
            result = LMS_FILE_IO;
        util_wipe(tree.seed, sizeof tree.seed);
        *left = LMS_FILE_LEAVES - leaf - 1u;
    }
    const int e = errno;
    forget(key);
    if (fd >= 0)
        close(fd);
    errno = e;
    return result;
}

const char *lms_file_text(enum lms_file_result result)
{
    switch (result) {
    case LMS_FILE_OK:
        return _("good");
    case LMS_FILE_IO:
        return strerror(errno);
    case LMS_FILE_FORM:
        return _("not an LMS signing key, or a damaged one");
    case LMS_FILE_COPY:
        return _("a copy of a signing key; sign with the one it was copied from");
    case LMS_FILE_RESTORED:
        return _("an earlier state of the key, or its witness is missing: signing could use a "
                 "one-time key twice");
    case LMS_FILE_EXHAUSTED:
        return _("all its one-time keys are spent; sign with the other root");
    case LMS_FILE_BUSY:
        return _("another process is signing with it");
    case LMS_FILE_EXISTS:
        return _("there is a file of that name");
    case LMS_FILE_OPEN_MODE:
        return _("others can read it; a signing key must have mode 0600");
    }
    return "?";
}
