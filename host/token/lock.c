/* SPDX-License-Identifier: Apache-2.0 */
#include "token/lock.h"

#include "hufu/hufu.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* The first that every user may write to, which is the same for all of them. */
static const char *folder(void)
{
    static const char *const places[] = {"/run/lock", "/tmp"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct stat st;
        if (stat(places[i], &st) == 0 && S_ISDIR(st.st_mode) && (st.st_mode & S_IWOTH) != 0) {
            return places[i];
        }
    }
    return NULL;
}

/* One file for each reader of each pcscd, which its socket names. */
static bool path_of(const char *reader, char *path, size_t room)
{
    const char *service = getenv("PCSCLITE_CSOCK_NAME"), *place = folder();
    unsigned char hash[32];
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    service = service == NULL ? "" : service;
    bool good = place != NULL && md != NULL && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1 &&
                EVP_DigestUpdate(md, service, strlen(service) + 1) == 1 &&
                EVP_DigestUpdate(md, reader, strlen(reader)) == 1 &&
                EVP_DigestFinal_ex(md, hash, NULL) == 1;
    EVP_MD_CTX_free(md);
    if (!good) {
        return false;
    }
    int n = snprintf(path, room, "%s/hufu-", place);
    for (size_t i = 0; i < 8; i++) {
        n += snprintf(path + n, room - (size_t)n, "%02x", hash[i]);
    }
    return true;
}

/* Read-only is enough for flock, so nobody needs a right to write to another's file; that it
 * exists already is the usual case, and O_CREAT on another's file is refused in such folders. */
static int open_file(const char *reader)
{
    char path[64];
    const int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    if (!path_of(reader, path, sizeof path)) {
        return -1;
    }
    int fd = open(path, flags);
    if (fd < 0 && errno == ENOENT) {
        fd = open(path, flags | O_CREAT | O_EXCL, 0444);
        if (fd >= 0) {
            (void)fchmod(fd, 0444); /* whatever the umask took */
        } else if (errno == EEXIST) {
            fd = open(path, flags);
        }
    }
    return fd;
}

bool lock_try(const char *reader, int *fd)
{
    int file = open_file(reader);
    *fd = LOCK_NONE;
    if (file < 0) {
        return true;
    }
    if (flock(file, LOCK_EX | LOCK_NB) == 0) {
        *fd = file;
        return true;
    }
    bool held = errno == EWOULDBLOCK;
    close(file);
    return !held;
}

void lock_end(int *fd)
{
    if (*fd != LOCK_NONE) {
        (void)flock(*fd, LOCK_UN); /* a child that was forked has the file open, too */
        close(*fd);
        *fd = LOCK_NONE;
    }
}

bool lock_is_held(const char *reader)
{
    int file = open_file(reader);
    if (file < 0) {
        return false;
    }
    bool held = flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(file);
    return held;
}

bool hufu_is_locked(const char *reader)
{
    return reader != NULL && lock_is_held(reader);
}
