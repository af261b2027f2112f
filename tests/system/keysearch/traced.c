/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keysearch_traced FILE CMD... - runs CMD and appends its memory to FILE: all of it at the instant
 * of its exit, before anything is given back to the system, and its writable part now and then
 * before: after every STRIDE-th message that it received, MOMENTS times at most. Exit status:
 * CMD's.
 */
#include "memory.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define STRIDE  16u
#define MOMENTS 8u

/* A message from pcscd or from a server has just come in. */
static bool received(pid_t pid)
{
    static uint64_t number;
    struct __ptrace_syscall_info info;

    if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof info, &info) <= 0) {
        return false;
    }
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
        number = info.entry.nr;
    }
    return info.op == PTRACE_SYSCALL_INFO_EXIT && info.exit.rval > 0 &&
           (number == SYS_recvfrom || number == SYS_read);
}

static int follow(pid_t child, FILE *out)
{
    unsigned messages = 0, moments = 0;
    bool last = false;
    int status;

    for (;;) {
        const pid_t pid = waitpid(-1, &status, __WALL);
        int deliver = 0;

        if (pid < 0 && errno == EINTR) {
            continue;
        }
        if (pid < 0) {
            return 1;
        }
        if (!WIFSTOPPED(status)) {
            if (pid == child) {
                (void)fprintf(stderr, "%s", last ? "" : "keysearch_traced: exit not seen\n");
                return !last ? 1 : WIFEXITED(status) ? WEXITSTATUS(status) : 128;
            }
            continue;
        }
        if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8)) {
            if (pid == child && memory_copy(pid, false, out) > 0) {
                last = true;
            }
        } else if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
            if (moments < MOMENTS && received(pid) && ++messages % STRIDE == 0) {
                moments++;
                (void)memory_copy(pid, true, out);
            }
        } else if (status >> 16 == 0 && WSTOPSIG(status) != SIGTRAP) {
            deliver = WSTOPSIG(status) == SIGSTOP ? 0 : WSTOPSIG(status);
        }
        /* After the last moment there is no reason to stop at every call. */
        (void)ptrace(moments < MOMENTS ? PTRACE_SYSCALL : PTRACE_CONT, pid, NULL,
                     (void *)(intptr_t)deliver);
    }
}

int main(int argc, char **argv)
{
    const int fd = argc < 3 ? -1 : open(argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "ab");
    int status;

    if (out == NULL) {
        (void)fprintf(stderr, "usage: keysearch_traced FILE CMD...\n");
        return 2;
    }
    const pid_t child = fork();
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0 || raise(SIGSTOP) != 0) {
            _exit(126);
        }
        (void)execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFSTOPPED(status) ||
        ptrace(PTRACE_SETOPTIONS, child, NULL,
               (void *)(PTRACE_O_TRACEEXIT | PTRACE_O_TRACECLONE | PTRACE_O_TRACESYSGOOD |
                        PTRACE_O_EXITKILL)) != 0 ||
        ptrace(PTRACE_SYSCALL, child, NULL, NULL) != 0) {
        perror("keysearch_traced");
        return 1;
    }
    status = follow(child, out);
    return fclose(out) == 0 ? status : 1;
}
