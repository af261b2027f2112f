/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/lockfile.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* The service is named by its socket. */
static bool path_of(const char *reader, const char *purpose, char *path, size_t room)
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
    n += snprintf(path + n, room - (size_t)n, "%s", purpose);
    return (size_t)n < room;
}

/* Read-only is enough for flock, so nobody needs a right to write to another's file; that it
 * exists already is the usual case, and O_CREAT on another's file is refused in such folders. */
int lockfile_open(const char *reader, const char *purpose)
{
    char path[64];
    const int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    if (!path_of(reader, purpose, path, sizeof path)) {
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
