/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keysearch_watch CMD... - runs CMD and, whenever asked, copies the memory of a process that CMD
 * started. Being the ancestor of all of them (a daemon's too: it adopts orphans), it may read them
 * as an ordinary user also where only ancestors may trace.
 *
 * CMD asks on descriptor 8, "PID FILE", and reads on 9 the number of bytes that were appended to
 * FILE, or "error TEXT". Exit status: CMD's.
 */
#include "memory.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ASK = 8, ANSWER = 9 };

static void serve(char *request, int answer)
{
    char *space = strchr(request, ' ');
    const long pid = strtol(request, NULL, 10);
    FILE *out = NULL;
    long long n = -1;

    errno = EINVAL;
    if (space != NULL && pid > 0) {
        const int fd = open(space + 1, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        out = fd < 0 ? NULL : fdopen(fd, "ab");
    }
    if (out != NULL) {
        n = memory_copy((pid_t)pid, false, out);
    }
    const int saved = errno;
    if (out != NULL && fclose(out) != 0) {
        n = -1;
    }
    if (n < 0) {
        (void)dprintf(answer, "error process %ld: %s\n", pid, strerror(saved));
    } else {
        (void)dprintf(answer, "%lld\n", n);
    }
}

/* In the child: the pipes' far ends become ASK and ANSWER. */
static _Noreturn void run(char **argv, int ask, int answer)
{
    const int a = fcntl(ask, F_DUPFD, 16), b = fcntl(answer, F_DUPFD, 16);

    if (a < 0 || b < 0 || dup2(a, ASK) < 0 || dup2(b, ANSWER) < 0) {
        _exit(126);
    }
    (void)close(a);
    (void)close(b);
    (void)execvp(argv[0], argv);
    perror(argv[0]);
    _exit(127);
}

int main(int argc, char **argv)
{
    int ask[2], answer[2], status = 0;
    char request[4096];
    size_t have = 0;

    if (argc < 2 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0 || pipe2(ask, O_CLOEXEC) != 0 ||
        pipe2(answer, O_CLOEXEC) != 0) {
        (void)fprintf(stderr, "usage: keysearch_watch CMD...\n");
        return 2;
    }
    const pid_t child = fork();
    if (child == 0) {
        run(argv + 1, ask[1], answer[0]);
    }
    for (;;) {
        struct pollfd set = {.fd = ask[0], .events = POLLIN};
        pid_t ended;

        while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
            if (ended == child) {
                return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            }
        }
        if (child < 0 || (ended < 0 && errno == ECHILD)) {
            return 1;
        }
        if (poll(&set, 1, 20) <= 0) {
            continue;
        }
        const ssize_t n = read(ask[0], request + have, sizeof request - 1u - have);
        have += n > 0 ? (size_t)n : 0;
        request[have] = '\0';
        char *end = strchr(request, '\n');
        if (end != NULL) {
            *end = '\0';
            serve(request, answer[1]);
            have = 0;
        } else if (have == sizeof request - 1u) {
            have = 0;
        }
    }
}
