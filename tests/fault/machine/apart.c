/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "apart.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void *apart_shared(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        perror("shared memory");
        exit(2);
    }
    return p;
}

pid_t apart_begin(void (*work)(void *ctx), void *ctx)
{
    const pid_t parent = getpid();
    (void)fflush(NULL);
    const pid_t pid = fork();
    if (pid < 0) {
        perror("fork");
        exit(2);
    }
    if (pid == 0) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
            _exit(2);
        work(ctx);
        (void)fflush(NULL);
        _exit(0);
    }
    return pid;
}

bool apart(void (*work)(void *ctx), void *ctx)
{
    const pid_t pid = apart_begin(work, ctx);
    int status;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            perror("wait");
            exit(2);
        }
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
        exit(WEXITSTATUS(status));
    return WIFEXITED(status);
}
