/* SPDX-License-Identifier: Apache-2.0 */
#include "vpcd.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void vpcd_init(struct vpcd *v)
{
    v->fd = -1;
    v->have = v->taken = 0;
}

void vpcd_close(struct vpcd *v)
{
    if (v->fd >= 0)
        close(v->fd);
    vpcd_init(v);
}

int vpcd_connect(struct vpcd *v, struct loop *loop, uint16_t port, int ms)
{
    const struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const long long deadline = loop_now() + ms;
    const int one = 1;

    vpcd_init(v);
    do {
        const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

        if (fd < 0)
            return -1;
        if (connect(fd, (const struct sockaddr *)&to, sizeof to) == 0) {
            (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
            v->fd = fd;
            return 0;
        }
        close(fd);
        (void)loop_turn(loop, -1, 20);
    } while (!loop->leave && loop_now() < deadline);
    return -1;
}

int vpcd_receive(struct vpcd *v, struct loop *loop, const uint8_t **message, size_t *len, int ms)
{
    const int one = 1;

    /* Controls have no answer, so the next message may already be here. */
    v->have -= v->taken;
    memmove(v->in, v->in + v->taken, v->have);
    v->taken = 0;
    for (;;) {
        const size_t want = v->have < 2 ? 2 : 2u + ((size_t)v->in[0] << 8 | v->in[1]);
        ssize_t n;

        if (v->have >= 2 && v->have >= want) {
            *message = v->in + 2;
            *len = want - 2u;
            v->taken = want;
            return 1;
        }
        if (!loop_turn(loop, v->fd, ms))
            return 0;
        /* vpcd writes length and data apart, and waits for the acknowledgement of the first in
         * between; a delayed one (40 ms) would allow 20 APDUs a second. */
        (void)setsockopt(v->fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
        n = recv(v->fd, v->in + v->have, sizeof v->in - v->have, MSG_DONTWAIT);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n <= 0)
            return -1;
        v->have += (size_t)n;
        (void)setsockopt(v->fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
    }
}

int vpcd_send(struct vpcd *v, const uint8_t *message, size_t len)
{
    uint8_t out[VPCD_MESSAGE_MAX + 2u];
    size_t sent = 0;

    if (len > VPCD_MESSAGE_MAX)
        return -1;
    out[0] = (uint8_t)(len >> 8);
    out[1] = (uint8_t)len;
    memcpy(out + 2, message, len);
    while (sent < len + 2u) {
        const ssize_t n = send(v->fd, out + sent, len + 2u - sent, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        sent += (size_t)n;
    }
    return 0;
}
