/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "new_folder.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK   ".new-"
#define RANDOM "XXXXXX"
/* A cleaner can take a folder away between its making and its locking: once is rare. */
#define TRIES 16u

/* "a/b//": parent "a", name "b"; "/b": parent "/". [out] both of NEW_FOLDER_PATH bytes. */
static int split(const char *path, char *parent, char *name)
{
    size_t end = strlen(path);
    while (end > 0 && path[end - 1u] == '/')
        end--;
    size_t begin = end;
    while (begin > 0 && path[begin - 1u] != '/')
        begin--;
    if (end >= NEW_FOLDER_PATH) {
        errno = ENAMETOOLONG;
        return -1;
    }
    (void)snprintf(name, NEW_FOLDER_PATH, "%.*s", (int)(end - begin), path + begin);
    (void)snprintf(parent, NEW_FOLDER_PATH, "%.*s", (int)(begin > 1 ? begin - 1u : begin), path);
    if (begin == 0)
        (void)snprintf(parent, NEW_FOLDER_PATH, ".");
    if (name[0] == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        errno = EINVAL;
        return -1;
    }
    return 0;
}

/* Nothing there, or an empty folder, which rename(2) replaces. */
static int vacant(const char *path, const char *parent)
{
    struct stat st, above;
    if (lstat(path, &st) != 0)
        return errno == ENOENT ? 0 : -1;
    if (!S_ISDIR(st.st_mode)) {
        errno = EEXIST;
        return -1;
    }
    if (stat(parent, &above) != 0)
        return -1;
    DIR *dir = opendir(path);
    if (dir == NULL)
        return -1;
    bool empty = true;
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;)
        empty = empty && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0);
    closedir(dir);
    errno = !empty ? EEXIST : EBUSY;
    return empty && st.st_dev == above.st_dev ? 0 : -1;
}

static bool same_folder(int fd, const char *path)
{
    struct stat held, named;
    return fstat(fd, &held) == 0 && lstat(path, &named) == 0 && held.st_dev == named.st_dev &&
           held.st_ino == named.st_ino && held.st_uid == geteuid();
}

/* Who works on a folder holds its lock until it has been renamed: one that can be locked and still
 * has its name belongs to nobody. */
static void clean_one(const struct new_folder *f, const char *path)
{
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && same_folder(fd, path)) {
        f->empty(path, f->ctx);
        (void)rmdir(path);
    }
    close(fd);
}

static void clean(const struct new_folder *f, const char *parent, const char *name)
{
    char prefix[NEW_FOLDER_PATH + 8], path[2 * NEW_FOLDER_PATH];
    const int n = snprintf(prefix, sizeof prefix, ".%s" MARK, name);
    DIR *dir = opendir(parent);
    if (dir == NULL)
        return; /* a folder that lists nothing shows no left-overs either */
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (strncmp(entry->d_name, prefix, (size_t)n) == 0 &&
            strlen(entry->d_name) == (size_t)n + sizeof RANDOM - 1u &&
            snprintf(path, sizeof path, "%s/%s", parent, entry->d_name) < (int)sizeof path)
            clean_one(f, path);
    }
    closedir(dir);
}

/* A folder of this run's own, locked. A file system without locks gives none to a cleaner either,
 * so nothing is ever cleaned there. */
static int make(struct new_folder *f, const char *parent, const char *name)
{
    for (unsigned i = 0; i < TRIES; i++) {
        const int n =
            snprintf(f->temporary, sizeof f->temporary, "%s/.%s" MARK RANDOM, parent, name);
        if (n >= (int)sizeof f->temporary) {
            errno = ENAMETOOLONG;
            return -1;
        }
        if (mkdtemp(f->temporary) == NULL)
            return -1;
        f->fd = open(f->temporary, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (f->fd < 0 && errno != ENOENT) {
            (void)rmdir(f->temporary);
            return -1;
        }
        while (f->fd >= 0 && flock(f->fd, LOCK_EX) != 0 && errno == EINTR) {
        }
        if (f->fd >= 0 && same_folder(f->fd, f->temporary))
            return 0;
        if (f->fd >= 0)
            close(f->fd);
    }
    errno = EAGAIN;
    return -1;
}

int new_folder_start(struct new_folder *f, const char *path, new_folder_empty empty, void *ctx)
{
    char parent[NEW_FOLDER_PATH], name[NEW_FOLDER_PATH];
    *f = (struct new_folder){.empty = empty, .ctx = ctx, .fd = -1};
    if (split(path, parent, name) != 0)
        return -1;
    if (snprintf(f->path, sizeof f->path, "%s/%s", parent, name) >= (int)sizeof f->path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    clean(f, parent, name);
    return vacant(f->path, parent) == 0 ? make(f, parent, name) : -1;
}

/* Some file systems cannot sync a folder and say EINVAL; they do it themselves. */
static int sync_fd(int fd)
{
    return fsync(fd) == 0 || errno == EINVAL ? 0 : -1;
}

int new_folder_sync(const char *folder)
{
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    const int bad = sync_fd(fd), e = errno;
    close(fd);
    errno = e;
    return bad;
}

int new_folder_finish(struct new_folder *f)
{
    char parent[NEW_FOLDER_PATH], name[NEW_FOLDER_PATH];
    if (sync_fd(f->fd) != 0 || rename(f->temporary, f->path) != 0) {
        errno = errno == ENOTEMPTY || errno == ENOTDIR ? EEXIST : errno;
    } else if (split(f->path, parent, name) == 0 && new_folder_sync(parent) == 0) {
        close(f->fd);
        return 0;
    } else {
        /* There, but the disk may have it otherwise: whoever is told of a failure finds nothing. */
        const int e = errno;
        (void)rename(f->path, f->temporary);
        errno = e;
    }
    new_folder_abandon(f);
    return -1;
}

void new_folder_abandon(struct new_folder *f)
{
    const int e = errno;
    f->empty(f->temporary, f->ctx);
    (void)rmdir(f->temporary);
    close(f->fd);
    errno = e;
}
