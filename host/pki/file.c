/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* mkostemp, O_TMPFILE, memfd_create */
#include "pki/pki.h"

#include "util/wipe.h"
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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

/* [in] temporary: the name that pki_temporary_file made of it, by a dot and six letters. */
static int commit(int fd, const char *temporary)
{
    struct stat st;
    char *place = strndup(temporary, strlen(temporary) - 7);
    int ok = place != NULL && (fsync(fd) == 0 || errno == EINVAL);
    if (ok && fstat(fd, &st) == 0 && st.st_nlink == 0) {
        char self[32];
        snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
        ok = linkat(AT_FDCWD, self, AT_FDCWD, temporary, AT_SYMLINK_FOLLOW) == 0;
    }
    int why = errno;
    ok = close(fd) == 0 && ok;
    if (ok && rename(temporary, place) != 0) {
        why = errno;
        ok = 0;
    }
    if (ok)
        sync_directory(place);
    else
        unlink(temporary);
    free(place);
    errno = why;
    return ok ? PKI_OK : PKI_ERR_IO;
}

/*
 * Where output for `path` goes, malloc: there, but where a name of the machine's own (/dev/stdout)
 * leads to a file, to that file.
 */
static char *place_of(const char *path)
{
    struct stat st;
    int link = (strncmp(path, "/dev/", 5) == 0 || strncmp(path, "/proc/", 6) == 0) &&
               lstat(path, &st) == 0 && S_ISLNK(st.st_mode) && stat(path, &st) == 0 &&
               S_ISREG(st.st_mode);
    return link ? realpath(path, NULL) : strdup(path);
}

/*
 * A pipe, a terminal, /dev/null: nothing may be renamed into its place, which for root would be the
 * machine's own device. What goes there is kept in memory until all of it is good.
 */
static int is_stream(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && !S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode);
}

static int pour(int fd, const char *path)
{
    uint8_t part[4096];
    ssize_t n = 0;
    int error = PKI_ERR_IO;
    int out = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (out >= 0 && lseek(fd, 0, SEEK_SET) == 0) {
        error = PKI_OK;
        while (error == PKI_OK && (n = read(fd, part, sizeof part)) > 0)
            error = pki_write_all(out, part, (size_t)n);
    }
    int why = errno;
    util_wipe(part, sizeof part);
    if (out >= 0 && close(out) != 0 && error == PKI_OK) {
        why = errno;
        error = PKI_ERR_IO;
    }
    errno = why;
    return n < 0 ? PKI_ERR_IO : error;
}

int pki_check_output(const char *path)
{
    struct stat st;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        return PKI_ERR_IO;
    }
    if (is_stream(path))
        return access(path, W_OK) == 0 ? PKI_OK : PKI_ERR_IO;
    char *copy = place_of(path);
    int error = copy != NULL && access(dirname(copy), W_OK | X_OK) == 0 ? PKI_OK : PKI_ERR_IO;
    free(copy);
    return error;
}

int pki_finish_file(int error, int fd, char *temporary, const char *path)
{
    if (fd >= 0 && temporary == NULL) {
        error = error == PKI_OK ? pour(fd, path) : error;
        int why = errno;
        close(fd);
        errno = why;
    } else if (error == PKI_OK) {
        error = commit(fd, temporary);
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
    *temporary = NULL;
    if (is_stream(path))
        return memfd_create("output", MFD_CLOEXEC);
    char *place = place_of(path);
    size_t room = place != NULL ? strlen(place) + 8 : 0;
    char *name = place != NULL ? malloc(room) : NULL;
    if (name == NULL) {
        free(place);
        return -1;
    }
    snprintf(name, room, "%s.XXXXXX", place);
    int fd = nameless_file(place, name);
    free(place);
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
