/* SPDX-License-Identifier: Apache-2.0 */
#include "qemu.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define QEMU_PROGRAM "qemu-system-arm"
#define TEXT         1200u

static void close_lines(struct qemu *q)
{
    for (unsigned i = 0; i < QEMU_UARTS; i++) {
        if (q->uart[i] >= 0)
            close(q->uart[i]);
        q->uart[i] = -1;
    }
}

/* QEMU splits option text at commas; a doubled comma is one. 0, or -1: too long. */
static int quote(char *out, size_t size, const char *before, const char *path, const char *after)
{
    size_t n = (size_t)snprintf(out, size, "%s", before);

    for (; *path != '\0' && n + 2 < size; path++) {
        out[n++] = *path;
        if (*path == ',')
            out[n++] = ',';
    }
    if (*path != '\0' || n + strlen(after) + 1u > size)
        return -1;
    memcpy(out + n, after, strlen(after) + 1u);
    return 0;
}

/* In the child: never returns. */
static void run(const char *boot, const char *flash, const int *line, int log_fd, pid_t parent,
                int report)
{
    static char memory[TEXT], kernel[TEXT], chardev[QEMU_UARTS][32], serial[QEMU_UARTS][16];
    char *argv[40];
    unsigned n = 0;
    int e;

    if (quote(memory, TEXT, "memory-backend-file,id=mps.ram,size=16M,mem-path=", flash,
              ",share=on") != 0 ||
        snprintf(kernel, TEXT, "%s", boot) >= (int)TEXT)
        _exit(126);
    argv[n++] = (char[]){QEMU_PROGRAM};
    argv[n++] = (char[]){"-M"};
    argv[n++] = (char[]){"mps2-an505,memory-backend=mps.ram"};
    argv[n++] = (char[]){"-object"};
    argv[n++] = memory;
    argv[n++] = (char[]){"-display"};
    argv[n++] = (char[]){"none"};
    argv[n++] = (char[]){"-monitor"};
    argv[n++] = (char[]){"none"};
    argv[n++] = (char[]){"-nodefaults"};
    argv[n++] = (char[]){"-nic"};
    argv[n++] = (char[]){"none"};
    argv[n++] = (char[]){"-kernel"};
    argv[n++] = kernel;
    for (unsigned i = 0; i < QEMU_UARTS; i++) {
        (void)snprintf(chardev[i], sizeof chardev[i], "socket,id=u%u,fd=%d", i, line[i]);
        (void)snprintf(serial[i], sizeof serial[i], "chardev:u%u", i);
        argv[n++] = (char[]){"-chardev"};
        argv[n++] = chardev[i];
        argv[n++] = (char[]){"-serial"};
        argv[n++] = serial[i];
        if (fcntl(line[i], F_SETFD, 0) != 0)
            _exit(126);
    }
    argv[n] = NULL;

    /* A board does not outlive its emulator, however that one ends. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(126);
    if (dup2(open("/dev/null", O_RDWR), 0) < 0 || dup2(log_fd, 1) < 0 || dup2(log_fd, 2) < 0)
        _exit(126);
    (void)signal(SIGPIPE, SIG_DFL);
    execvp(argv[0], argv);
    e = errno;
    (void)!write(report, &e, sizeof e);
    _exit(127);
}

int qemu_start(struct qemu *q, const char *boot, const char *flash, int log_fd, char *error,
               size_t error_size)
{
    int theirs[QEMU_UARTS], report[2], e = 0;
    const pid_t self = getpid();
    ssize_t got;

    q->pid = 0;
    for (unsigned i = 0; i < QEMU_UARTS; i++)
        q->uart[i] = theirs[i] = -1;
    if (pipe2(report, O_CLOEXEC) != 0) {
        (void)snprintf(error, error_size, "pipe: %s", strerror(errno));
        return -1;
    }
    for (unsigned i = 0; i < QEMU_UARTS; i++) {
        int pair[2];

        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
            break;
        q->uart[i] = pair[0];
        theirs[i] = pair[1];
    }
    if (theirs[QEMU_UARTS - 1u] >= 0)
        q->pid = fork();
    if (q->pid == 0 && theirs[QEMU_UARTS - 1u] >= 0)
        run(boot, flash, theirs, log_fd, self, report[1]);
    close(report[1]);
    for (unsigned i = 0; i < QEMU_UARTS; i++) {
        if (theirs[i] >= 0)
            close(theirs[i]);
    }
    if (q->pid <= 0) {
        close(report[0]);
        close_lines(q);
        q->pid = 0;
        (void)snprintf(error, error_size, "cannot start a process: %s", strerror(errno));
        return -1;
    }
    got = read(report[0], &e, sizeof e); /* ends empty when exec worked */
    close(report[0]);
    if (got > 0) {
        qemu_kill(q);
        (void)snprintf(error, error_size, "%s: %s (Debian package %s)", QEMU_PROGRAM, strerror(e),
                       QEMU_PROGRAM);
        return -1;
    }
    return 0;
}

void qemu_kill(struct qemu *q)
{
    if (q->pid > 0) {
        (void)kill(q->pid, SIGKILL);
        while (waitpid(q->pid, NULL, 0) < 0 && errno == EINTR)
            ;
        q->pid = 0;
    }
    close_lines(q);
}

bool qemu_alive(struct qemu *q)
{
    if (q->pid > 0 && waitpid(q->pid, NULL, WNOHANG) == q->pid)
        q->pid = 0;
    return q->pid > 0;
}
