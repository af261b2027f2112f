/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A TCP proxy on loopback that breaks one connection, to show that an enrolment resumes.
 *
 *   cutting_proxy PORT-FILE TARGET-PORT CONNECTION before|after
 *
 * Connections are numbered from 1 and forwarded, except CONNECTION: `before` closes it as soon as
 * it is accepted (the request never arrives); `after` lets the request through and closes it when
 * the server answers it (the CA has acted, the client does not know). Both are recognised by size:
 * a TLS ClientHello and Finished stay below REQUEST_BYTES, a PKCS#10 in base64 does not; a server's
 * tickets, which may come late, stay below ANSWER_BYTES, certificates do not. Writes its own port
 * to PORT-FILE; ends on SIGTERM or with its parent.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUEST_BYTES 1100u
#define ANSWER_BYTES  1000u

static int open_socket(struct sockaddr_in *address, int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_port = htons((uint16_t)port);
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return fd;
}

/* Moves what is there; to nowhere when that is negative. Bytes moved; 0 at the end; -1 on error. */
static ssize_t move(int from, int to)
{
    char buf[16384];
    ssize_t n = read(from, buf, sizeof buf);
    for (ssize_t done = to < 0 ? n : 0; done < n;) {
        ssize_t w = write(to, buf + done, (size_t)(n - done));
        if (w < 0) {
            return -1;
        }
        done += w;
    }
    return n;
}

static void forward(int client, int server, bool cut)
{
    size_t sent = 0, answered = 0;
    for (;;) {
        struct pollfd fds[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
        if (poll(fds, 2, 60000) <= 0) {
            return;
        }
        if (fds[1].revents != 0) {
            const bool withheld = cut && sent > REQUEST_BYTES;
            ssize_t n = move(server, withheld ? -1 : client);
            answered += withheld && n > 0 ? (size_t)n : 0;
            if (n <= 0 || answered > ANSWER_BYTES) {
                return;
            }
        }
        if (fds[0].revents != 0) {
            ssize_t n = move(client, server);
            if (n <= 0) {
                return;
            }
            sent += (size_t)n;
        }
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_in address;
    socklen_t len = sizeof address;
    if (argc != 5) {
        fprintf(stderr, "usage: cutting_proxy PORT-FILE TARGET-PORT CONNECTION before|after\n");
        return 2;
    }
    int target = atoi(argv[2]);
    int victim = atoi(argv[3]);
    bool before = strcmp(argv[4], "before") == 0;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    signal(SIGCHLD, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    int listener = open_socket(&address, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, 8) != 0 || getsockname(listener, (struct sockaddr *)&address, &len) != 0) {
        perror("cutting_proxy");
        return 1;
    }
    char part[4096];
    snprintf(part, sizeof part, "%s.part", argv[1]);
    FILE *file = fopen(part, "w");
    if (file == NULL || fprintf(file, "%d\n", ntohs(address.sin_port)) < 0 || fclose(file) != 0 ||
        rename(part, argv[1]) != 0) {
        perror(argv[1]);
        return 1;
    }
    for (int number = 1;; number++) {
        int client = accept(listener, NULL, NULL);
        if (client < 0) {
            return errno == EINTR ? 0 : 1;
        }
        if (number == victim && before) {
            close(client);
            continue;
        }
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGTERM);
            int server = open_socket(&address, target);
            if (connect(server, (struct sockaddr *)&address, sizeof address) == 0) {
                forward(client, server, number == victim);
            }
            _exit(0);
        }
        close(client);
    }
}
