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

#define LOCKFILE_PATH 256u

/* A service of one's own keeps its socket in a folder that is nobody else's: what belongs to it
 * lies beside it and goes with it. */
static bool own_folder(const char *service, char *folder, size_t room)
{
    const char *end = strrchr(service, '/');
    struct stat st;
    if (end == NULL || (size_t)(end - service) >= room) {
        return false;
    }
    memcpy(folder, service, (size_t)(end - service));
    folder[end - service] = '\0';
    return stat(folder, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
           (st.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

/* The first that every user may write to, which is the same for all of them. */
static bool common_folder(char *folder, size_t room)
{
    static const char *const places[] = {"/run/lock", "/tmp"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct stat st;
        if (stat(places[i], &st) == 0 && S_ISDIR(st.st_mode) && (st.st_mode & S_IWOTH) != 0) {
            return snprintf(folder, room, "%s", places[i]) < (int)room;
        }
    }
    return false;
}

/* The service is named by its socket. */
static bool path_of(const char *reader, const char *purpose, char *path, size_t room)
{
    const char *service = getenv("PCSCLITE_CSOCK_NAME");
    char folder[LOCKFILE_PATH / 2];
    unsigned char hash[32];
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    service = service == NULL ? "" : service;
    bool good =
        (own_folder(service, folder, sizeof folder) || common_folder(folder, sizeof folder)) &&
        md != NULL && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1 &&
        EVP_DigestUpdate(md, service, strlen(service) + 1) == 1 &&
        EVP_DigestUpdate(md, reader, strlen(reader)) == 1 &&
        EVP_DigestFinal_ex(md, hash, NULL) == 1;
    EVP_MD_CTX_free(md);
    if (!good) {
        return false;
    }
    int n = snprintf(path, room, "%s/" LOCKFILE_PREFIX, folder);
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
    char path[LOCKFILE_PATH];
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
