/* SPDX-License-Identifier: Apache-2.0 */
#include "control.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define NAME "control.sock"

/* A state folder's path may be longer than a socket address; its descriptor's never is. */
static struct sockaddr_un address(int dirfd)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};

    (void)snprintf(a.sun_path, sizeof a.sun_path, "/proc/self/fd/%d/" NAME, dirfd);
    return a;
}

int control_listen(int dirfd)
{
    const struct sockaddr_un a = address(dirfd);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const mode_t mask = umask(077);
    int e;

    control_unlink(dirfd);
    e = fd < 0 ? -1 : bind(fd, (const struct sockaddr *)&a, sizeof a);
    (void)umask(mask);
    if (e != 0 || listen(fd, 4) != 0) {
        if (fd >= 0)
            close(fd);
        return -1;
    }
    return fd;
}

void control_unlink(int dirfd)
{
    (void)unlinkat(dirfd, NAME, 0);
}

int control_accept(int listener, char line[CONTROL_LINE])
{
    const struct timeval patience = {.tv_sec = 5}; /* more than a busy machine lets a peer wait */
    const int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    size_t have = 0;

    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    while (have + 1u < CONTROL_LINE) {
        const ssize_t n = recv(fd, line + have, CONTROL_LINE - 1u - have, 0);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        have += (size_t)n;
        if (line[have - 1u] == '\n') {
            line[have - 1u] = '\0';
            return fd;
        }
    }
    close(fd);
    return -1;
}

void control_send(int fd, const void *bytes, size_t len)
{
    const char *p = bytes;

    while (len > 0) {
        const ssize_t n = send(fd, p, len, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        p += n;
        len -= (size_t)n;
    }
}

long control_ask(int dirfd, const char *request, char *answer, size_t cap)
{
    const struct sockaddr_un a = address(dirfd);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    size_t have = 0;
    ssize_t n = -1;

    if (fd < 0)
        return -1;
    if (connect(fd, (const struct sockaddr *)&a, sizeof a) != 0) {
        close(fd);
        return -1;
    }
    control_send(fd, request, strlen(request));
    control_send(fd, "\n", 1);
    while (have + 1u < cap) {
        n = recv(fd, answer + have, cap - 1u - have, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        have += (size_t)n;
    }
    close(fd);
    answer[have] = '\0';
    return have > 0 ? (long)have : -1;
}
