/* SPDX-License-Identifier: Apache-2.0 */
#include "remote.h"
#include "log.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* From power on until the link's controller shows itself: self tests of the vault included. */
#define START_MS    30000
#define PATIENCE_MS 5000 /* for a peer to say what it wants */
#define RECHECK_MS  50   /* a lost doorbell costs at most this long */

/* --- the connection -----------------------------------------------------------------------------
 */

static void drop_peer(struct remote *r, const char *why)
{
    struct peer *peer = r->peer;
    const int fd = peer->fd;

    log_line("USB host: %s", why);
    r->peer = NULL;
    /* Its transfers end here, and with the reset every session of the card, as when a cable is
     * pulled. */
    urb_reset(&r->bus);
    peer->ops->close(peer);
    loop_remove(r->loop, fd);
    close(fd);
}

static void flush_peer(struct remote *r)
{
    struct peer *peer = r->peer;

    if (peer == NULL)
        return;
    if (peer->ops->flush(peer) != 0) {
        drop_peer(r, "connection lost");
        return;
    }
    const size_t backlog = peer->ops->backlog(peer);
    loop_events(r->loop, peer->fd,
                (short)((backlog < PEER_BACKLOG ? POLLIN : 0) | (backlog != 0 ? POLLOUT : 0)));
}

static void on_peer(void *ctx, int fd)
{
    struct remote *r = ctx;

    (void)fd;
    if (r->peer == NULL)
        return;
    if (r->peer->ops->backlog(r->peer) < PEER_BACKLOG && r->peer->ops->receive(r->peer) != 0)
        drop_peer(r, "disconnected, or sent what the protocol does not allow");
    else
        flush_peer(r);
}

static void on_listener(void *ctx, int listener)
{
    struct remote *r = ctx;
    const int one = 1, fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (fd < 0)
        return;
    /* A host that asked for the list and left may not have been seen to leave when its next
     * connection is here: `usbip list`, `usbip attach`. */
    if (r->peer != NULL)
        on_peer(r, r->peer->fd);
    if (r->peer == NULL && loop_add(r->loop, fd, on_peer, r) == 0) {
        r->peer = (r->path != NULL ? usbredir_peer : usbip_peer)(fd, &r->bus, &r->device);
        if (r->peer != NULL) {
            log_line("USB host: connected");
            if (r->path == NULL)
                (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
            r->patience = loop_now() + PATIENCE_MS;
            flush_peer(r);
            return;
        }
        loop_remove(r->loop, fd);
    }
    log_line("USB host: another one turned away");
    close(fd);
}

static void on_done(void *ctx, struct urb *urb)
{
    const struct remote *r = ctx;

    if (r->peer != NULL)
        r->peer->ops->done(r->peer, urb);
}

/* --- listening
 * ------------------------------------------------------------------------------------ */

static int listen_unix(const char *path, char *error, size_t error_size)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct stat st;
    mode_t mask;
    int e;

    if (strlen(path) >= sizeof a.sun_path) {
        (void)snprintf(error, error_size, "--usbredir: the path is longer than %zu bytes",
                       sizeof a.sun_path - 1u);
        if (fd >= 0)
            close(fd);
        return -1;
    }
    memcpy(a.sun_path, path, strlen(path) + 1u);
    mask = umask(077);
    e = fd < 0 ? -1 : bind(fd, (const struct sockaddr *)&a, sizeof a);
    if (e != 0 && errno == EADDRINUSE && lstat(path, &st) == 0 && S_ISSOCK(st.st_mode)) {
        /* What an emulator that was killed left behind; a socket that answers is somebody's. */
        if (connect(fd, (const struct sockaddr *)&a, sizeof a) != 0 && errno == ECONNREFUSED &&
            unlink(path) == 0)
            e = bind(fd, (const struct sockaddr *)&a, sizeof a);
        else
            errno = EADDRINUSE;
    }
    (void)umask(mask);
    if (e == 0 && listen(fd, 2) == 0)
        return fd;
    (void)snprintf(error, error_size, "--usbredir %s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

static int listen_tcp(uint16_t port, char *error, size_t error_size)
{
    const struct sockaddr_in a = {.sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    const int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
        bind(fd, (const struct sockaddr *)&a, sizeof a) == 0 && listen(fd, 2) == 0)
        return fd;
    (void)snprintf(error, error_size, "--usbip: port %u: %s", (unsigned)port, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

int remote_open(struct remote *r, struct loop *loop, struct vboard *board, const char *path,
                uint16_t port, char *error, size_t error_size)
{
    memset(r, 0, sizeof *r);
    r->loop = loop;
    r->board = board;
    r->path = path;
    r->port = port;
    urb_init(&r->bus, on_done, r);
    r->listener =
        path != NULL ? listen_unix(path, error, error_size) : listen_tcp(port, error, error_size);
    if (r->listener < 0)
        return -1;
    return loop_add(loop, r->listener, on_listener, r);
}

void remote_close(struct remote *r)
{
    if (r->listener < 0)
        return;
    remote_unplug(r);
    if (r->peer != NULL)
        drop_peer(r, "sent away: the emulator ends");
    loop_remove(r->loop, r->listener);
    close(r->listener);
    r->listener = -1;
    if (r->path != NULL)
        (void)unlink(r->path);
}

/* --- the device
 * ----------------------------------------------------------------------------------- */

int remote_plug(struct remote *r, char *error, size_t error_size)
{
    const struct usb_bus bus = vboard_bus(r->board);
    int e = usb_attach(&r->device, &bus, START_MS);
    const long long began = loop_now();

    if (e == USB_OK)
        e = usb_reset(&r->device);
    if (e == USB_OK)
        e = usb_enumerate(&r->device, 1);
    if (e != USB_OK) {
        (void)snprintf(error, error_size, "the token does not enumerate: %s", usb_error_text(e));
        return -1;
    }
    log_line("token enumerated in %lld ms", loop_now() - began);
    urb_attach(&r->bus, &r->device);
    urb_reset(&r->bus); /* the host configures it */
    if (r->peer != NULL && r->peer->ops->plug(r->peer) != 0)
        drop_peer(r, "connection ended");
    flush_peer(r);
    return 0;
}

void remote_unplug(struct remote *r)
{
    if (!r->bus.open)
        return;
    urb_detach(&r->bus);
    if (r->peer != NULL && r->peer->ops->unplug(r->peer) != 0)
        drop_peer(r, "the token was pulled out, and the connection with it");
    flush_peer(r);
}

int remote_serve(struct remote *r, int ms)
{
    const long long end = loop_now() + ms;

    while (!r->loop->leave) {
        const long long left = end - loop_now();

        if (!urb_work(&r->bus))
            return -1;
        flush_peer(r);
        if (r->peer != NULL && !r->peer->ops->settled(r->peer) && loop_now() > r->patience)
            drop_peer(r, "it did not say what it wants");
        if (left <= 0)
            return 0;
        (void)loop_turn(r->loop, -1, left < RECHECK_MS ? (int)left : RECHECK_MS);
    }
    return 0;
}

bool remote_attached(const struct remote *r)
{
    return r->peer != NULL && r->peer->ops->settled(r->peer);
}
