/* SPDX-License-Identifier: Apache-2.0 */
#include "peer_rig.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define STUCK 100u /* turns without a byte taken */

struct peer_rig peer_rig;

static void on_done(void *ctx, struct urb *urb)
{
    (void)ctx;
    if (peer_rig.peer != NULL)
        peer_rig.peer->ops->done(peer_rig.peer, urb);
}

static void drop(void)
{
    struct peer *peer = peer_rig.peer;

    peer_rig.peer = NULL;
    if (peer == NULL)
        return;
    urb_reset(&peer_rig.bus);
    peer->ops->close(peer);
    close(peer_rig.theirs);
}

void peer_rig_connect(struct peer *(*make)(int, struct urb_bus *, const struct usb_device *))
{
    int pair[2];

    if (peer_rig.peer != NULL || peer_rig.host >= 0) {
        drop();
        close(peer_rig.host);
    }
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), 0);
    peer_rig.host = pair[0];
    peer_rig.theirs = pair[1];
    peer_rig.peer = make(pair[1], &peer_rig.bus, &peer_rig.dev.host);
    assert_non_null(peer_rig.peer);
}

void peer_rig_open(struct peer *(*make)(int, struct urb_bus *, const struct usb_device *))
{
    memset(&peer_rig, 0, sizeof peer_rig);
    peer_rig.host = -1;
    script_init(&peer_rig.dev);
    script_enumerate(&peer_rig.dev);
    urb_init(&peer_rig.bus, on_done, NULL);
    urb_attach(&peer_rig.bus, &peer_rig.dev.host);
    peer_rig_connect(make);
}

void peer_rig_close(void)
{
    drop();
    if (peer_rig.bus.open)
        urb_detach(&peer_rig.bus);
    close(peer_rig.host);
}

void peer_rig_turn(unsigned turns)
{
    const struct usb_bus *bus = &peer_rig.dev.bus;

    for (unsigned i = 0; i < turns; i++) {
        if (peer_rig.peer != NULL && (peer_rig.peer->ops->receive(peer_rig.peer) != 0 ||
                                      peer_rig.peer->ops->flush(peer_rig.peer) != 0))
            drop();
        if (peer_rig.bus.open && !urb_work(&peer_rig.bus))
            urb_detach(&peer_rig.bus);
        (void)bus->wait(bus->ctx, 0);
    }
}

void peer_rig_send(const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    unsigned stuck = 0;

    /* A host that reads nothing is not read for ever: then the rest of its bytes stays with it. */
    while (len > 0 && peer_rig.peer != NULL && stuck < STUCK) {
        const ssize_t n = send(peer_rig.host, p, len, MSG_NOSIGNAL | MSG_DONTWAIT);

        stuck = n > 0 ? 0 : stuck + 1;
        if (n > 0) {
            p += n;
            len -= (size_t)n;
        }
        peer_rig_turn(1);
    }
}
