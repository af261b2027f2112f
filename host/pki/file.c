/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* mkostemp, O_TMPFILE */
#include "pki/pki.h"
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int pki_read_file(const char *path, uint8_t **data, size_t *len, size_t limit)
{
    *data = NULL;
    *len = 0;
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return PKI_ERR_IO;
    size_t room = 4096, have = 0;
    uint8_t *buffer = malloc(room);
    int error = buffer != NULL ? PKI_OK : PKI_ERR_MEMORY;
    while (error == PKI_OK) {
        size_t n = fread(buffer + have, 1, room - have, f);
        have += n;
        if (have > limit)
            error = PKI_ERR_PARSE;
        else if (n == 0)
            break;
        if (have == room) {
            uint8_t *larger = realloc(buffer, room *= 2);
            if (larger == NULL)
                error = PKI_ERR_MEMORY;
            else
                buffer = larger;
        }
    }
    if (ferror(f))
        error = PKI_ERR_IO;
    fclose(f);
    if (error != PKI_OK) {
        free(buffer);
        return error;
    }
    *data = buffer;
    *len = have;
    return PKI_OK;
}

/* The new name is on disk only when its directory is. */
static void sync_directory(const char *path)
{
    char *copy = strdup(path);
    if (copy == NULL)
        return;
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    free(copy);
}

static int commit(int fd, const char *temporary, const char *path)
{
    struct stat st;
    int ok = fsync(fd) == 0 || errno == EINVAL;
    if (ok && fstat(fd, &st) == 0 && st.st_nlink == 0) {
        char self[32];
        snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
        ok = linkat(AT_FDCWD, self, AT_FDCWD, temporary, AT_SYMLINK_FOLLOW) == 0;
    }
    int why = errno;
    ok = close(fd) == 0 && ok;
    if (ok && rename(temporary, path) != 0) {
        why = errno;
        ok = 0;
    }
    if (!ok) {
        unlink(temporary);
        errno = why;
        return PKI_ERR_IO;
    }
    sync_directory(path);
    return PKI_OK;
}

int pki_finish_file(int error, int fd, char *temporary, const char *path)
{
    if (error == PKI_OK) {
        error = commit(fd, temporary, path);
    } else if (fd >= 0) {
        int why = errno;
        unlink(temporary);
        close(fd);
        errno = why;
    }
    free(temporary);
    return error;
}

/* A file without a name: an interrupted command leaves nothing behind. -1: not offered here. */
static int nameless_file(const char *path, char *name)
{
    uint8_t random[3];
    char *copy = strdup(path);
    int fd = copy != NULL ? open(dirname(copy), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600) : -1;
    free(copy);
    if (fd >= 0 && (access("/proc/self/fd", X_OK) != 0 || RAND_bytes(random, sizeof random) != 1)) {
        close(fd);
        return -1;
    }
    if (fd >= 0)
        snprintf(name + strlen(path), 8, ".%02x%02x%02x", random[0], random[1], random[2]);
    return fd;
}

int pki_temporary_file(const char *path, unsigned mode, char **temporary)
{
    size_t room = strlen(path) + 8;
    char *name = malloc(room);
    *temporary = NULL;
    if (name == NULL)
        return -1;
    snprintf(name, room, "%s.XXXXXX", path);
    int fd = nameless_file(path, name);
    if (fd < 0)
        fd = mkostemp(name, O_CLOEXEC);
    if (fd < 0 || fchmod(fd, (mode_t)mode) != 0) {
        int why = errno;
        if (fd >= 0) {
            unlink(name);
            close(fd);
        }
        free(name);
        errno = why;
        return -1;
    }
    *temporary = name;
    return fd;
}

int pki_write_all(int fd, const void *data, size_t len)
{
    const uint8_t *p = data;
    while (len > 0) {
        ssize_t n = write(fd, p, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return PKI_ERR_IO;
        p += n;
        len -= (size_t)n;
    }
    return PKI_OK;
}

int pki_write_file(const char *path, const void *data, size_t len, unsigned mode)
{
    char *temporary;
    int fd = pki_temporary_file(path, mode, &temporary);
    if (fd < 0)
        return PKI_ERR_IO;
    return pki_finish_file(pki_write_all(fd, data, len), fd, temporary, path);
}
