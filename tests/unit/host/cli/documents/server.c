/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* strcasestr */
#include "server.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct server {
    int fd;
    pthread_t thread;
    pthread_mutex_t lock;
    const uint8_t *body[2];
    size_t len[2];
    unsigned asked;
};

/* Reads head and announced body, so that the client never sees its connection reset. */
static int request(int fd, char *text, size_t room)
{
    size_t have = 0, want = 0;
    while (have + 1 < room) {
        ssize_t n = recv(fd, text + have, room - 1 - have, 0);
        if (n <= 0)
            return -1;
        have += (size_t)n;
        text[have] = 0;
        char *end = strstr(text, "\r\n\r\n"), *length = strcasestr(text, "content-length:");
        if (end == NULL)
            continue;
        want = (size_t)(end - text) + 4 + (length != NULL ? strtoul(length + 15, NULL, 10) : 0);
        if (have >= want)
            return 0;
    }
    return -1;
}

static void answer(struct server *s, int fd)
{
    char text[4096], head[128];
    if (request(fd, text, sizeof text) != 0)
        return;
    pthread_mutex_lock(&s->lock);
    s->asked++;
    int which = strncmp(text, "GET /crl ", 9) == 0      ? 0
                : strncmp(text, "POST /ocsp ", 11) == 0 ? 1
                                                        : -1;
    const uint8_t *body = which >= 0 ? s->body[which] : NULL;
    size_t len = body != NULL ? s->len[which] : 0;
    int n = snprintf(head, sizeof head,
                     "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
                     body != NULL ? "200 OK" : "404 Not Found", len);
    (void)send(fd, head, (size_t)n, MSG_NOSIGNAL);
    if (len > 0)
        (void)send(fd, body, len, MSG_NOSIGNAL);
    pthread_mutex_unlock(&s->lock);
}

static void *serve(void *ctx)
{
    struct server *s = ctx;
    int fd;
    while ((fd = accept(s->fd, NULL, NULL)) >= 0) {
        answer(s, fd);
        close(fd);
    }
    return NULL;
}

struct server *server_start(unsigned *port)
{
    struct server *s = calloc(1, sizeof *s);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    pthread_mutex_init(&s->lock, NULL);
    if (s->fd < 0 || bind(s->fd, (struct sockaddr *)&at, len) != 0 || listen(s->fd, 8) != 0 ||
        getsockname(s->fd, (struct sockaddr *)&at, &len) != 0 ||
        pthread_create(&s->thread, NULL, serve, s) != 0)
        abort();
    *port = ntohs(at.sin_port);
    return s;
}

void server_stop(struct server *s)
{
    shutdown(s->fd, SHUT_RDWR);
    pthread_join(s->thread, NULL);
    close(s->fd);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

void server_answers(struct server *s, const uint8_t *crl, size_t crl_len, const uint8_t *ocsp,
                    size_t ocsp_len)
{
    pthread_mutex_lock(&s->lock);
    s->body[0] = crl;
    s->len[0] = crl_len;
    s->body[1] = ocsp;
    s->len[1] = ocsp_len;
    pthread_mutex_unlock(&s->lock);
}

unsigned server_asked(struct server *s)
{
    pthread_mutex_lock(&s->lock);
    unsigned n = s->asked;
    pthread_mutex_unlock(&s->lock);
    return n;
}
