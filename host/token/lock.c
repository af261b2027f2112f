/* SPDX-License-Identifier: Apache-2.0 */
#include "token/lock.h"

#include "hufu/hufu.h"
#include "transport/lockfile.h"
#include <errno.h>
#include <sys/file.h>
#include <unistd.h>

bool lock_try(const char *reader, int *fd)
{
    int file = lockfile_open(reader, "");
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
    int file = lockfile_open(reader, "");
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
