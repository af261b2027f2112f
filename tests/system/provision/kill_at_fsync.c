/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into a program: kills it in the fsync number HUFU_KILL_AT, before the data is on disk
 * or, with HUFU_KILL_AFTER, when it is. A station waits for the disk between any two steps, so this
 * is a cut between any two of them. HUFU_FAIL_AT: that fsync is refused (EIO) instead.
 * HUFU_STOP_AT: the program stands still before that one until it gets SIGCONT.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int fsync(int fd)
{
    static int count;
    int (*real)(int);
    *(void **)&real = dlsym(RTLD_NEXT, "fsync");
    const char *at = getenv("HUFU_KILL_AT"), *fail = getenv("HUFU_FAIL_AT"),
               *stop = getenv("HUFU_STOP_AT");
    const int now = __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST);
    if (fail != NULL && now == atoi(fail)) {
        errno = EIO;
        return -1;
    }
    if (stop != NULL && now == atoi(stop)) {
        (void)raise(SIGSTOP);
    }
    const int hit = at != NULL && now == atoi(at);
    if (hit && getenv("HUFU_KILL_AFTER") == NULL) {
        (void)raise(SIGKILL);
    }
    const int result = real(fd);
    if (hit) {
        (void)raise(SIGKILL);
    }
    return result;
}
