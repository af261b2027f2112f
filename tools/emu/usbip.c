/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's side of USB/IP, version 1.1.1 (Linux: Documentation/usb/usbip_protocol.rst). Every
 * number is big-endian but the setup packet, which is on the wire as on a USB wire. The device has
 * one name, and the connection that imported it is the one it serves.
 */
#include "peer.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define VERSION     0x0111u
#define BUSID       "1-1"
#define BUS         1u
#define DEVICE      2u
#define SPEED_FULL  2u
#define BUSID_SIZE  32u
#define PATH_SIZE   256u
#define OP_HEADER   8u
#define HEADER      48u
#define DESCRIPTION 312u

enum {
    OP_REQ_DEVLIST = 0x8005,
    OP_REP_DEVLIST = 0x0005,
    OP_REQ_IMPORT = 0x8003,
    OP_REP_IMPORT = 3
};
enum { CMD_SUBMIT = 1, CMD_UNLINK = 2, RET_SUBMIT = 3, RET_UNLINK = 4 };
enum { SHORT_NOT_OK = 0x0001, ZERO_PACKET = 0x0040 }; /* transfer_flags */
/* Linux's errno values, as they are on every machine there. */
enum {
    E_NOENT = 2,
    E_PIPE = 32,
    E_OVERFLOW = 75,
    E_SHUTDOWN = 108,
    E_REMOTEIO = 121,
    E_INVAL = 22
};
#define E_CONNRESET 104

/* A transfer's `kind`: whether a short answer is an error. */
enum { ANY_LENGTH = 0, WHOLE_LENGTH = 1 };

enum phase { REQUEST, IMPORTED };

struct usbip {
    struct peer peer;
    enum phase phase;
    uint32_t devid;
    bool unlinking; /* the transfer that ends now was taken back: it has no answer of its own */
    size_t have, need;
    uint8_t *out; /* bytes from sent to queued wait for the socket */
    size_t sent, queued, room;
    bool failed;
    uint8_t in[HEADER + URB_LENGTH_MAX];
};

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void put32(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 24);
    p[1] = (uint8_t)(v >> 16);
    p[2] = (uint8_t)(v >> 8);
    p[3] = (uint8_t)v;
}

static void put16(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

/* Room for len bytes of answer. Bounded: transfers under way and PEER_BACKLOG bound it. */
static uint8_t *append(struct usbip *u, size_t len)
{
    if (u->queued + len > u->room) {
        const size_t room = u->queued + len + PEER_BACKLOG;
        uint8_t *bigger = realloc(u->out, room);

        if (bigger == NULL) {
            u->failed = true;
            return NULL;
        }
        u->out = bigger;
        u->room = room;
    }
    u->queued += len;
    return memset(u->out + u->queued - len, 0, len);
}

/* --- the list and the import --------------------------------------------------------------------
 */

static void op_header(uint8_t *p, uint16_t code, uint32_t status)
{
    put16(p, VERSION);
    put16(p + 2, code);
    put32(p + 4, status);
}

static void describe(const struct usb_device *device, uint8_t *p)
{
    static const char path[] = "/hufu-emu/" BUSID;
    const uint8_t *d = device->device_descriptor;

    memcpy(p, path, sizeof path);
    memcpy(p + PATH_SIZE, BUSID, sizeof BUSID);
    p += PATH_SIZE + BUSID_SIZE;
    put32(p, BUS);
    put32(p + 4, DEVICE);
    put32(p + 8, SPEED_FULL);
    put16(p + 12, (uint16_t)(d[8] | d[9] << 8));
    put16(p + 14, (uint16_t)(d[10] | d[11] << 8));
    put16(p + 16, (uint16_t)(d[12] | d[13] << 8));
    memcpy(p + 18, d + 4, 3);  /* class, subclass, protocol */
    p[21] = device->config[5]; /* bConfigurationValue */
    p[22] = d[17];             /* bNumConfigurations */
    p[23] = device->config[4]; /* bNumInterfaces */
}

static void list(struct usbip *u)
{
    const struct usb_device *device = u->peer.device;
    const bool there = u->peer.bus->open;
    uint8_t *p = append(u, OP_HEADER + 4);

    if (p == NULL)
        return;
    op_header(p, OP_REP_DEVLIST, 0);
    put32(p + OP_HEADER, there ? 1 : 0);
    if (!there || (p = append(u, DESCRIPTION)) == NULL)
        return;
    describe(device, p);
    /* As many interfaces as were announced, whatever the descriptors hold. */
    struct descriptor d = {device->config, device->config_len};
    unsigned interfaces = device->config[4];
    for (; interfaces > 0; interfaces--) {
        while (descriptor_fits(&d) && !(d.bytes[1] == 4 && d.bytes[0] >= 9))
            descriptor_next(&d);
        if ((p = append(u, 4)) == NULL)
            return;
        if (descriptor_fits(&d)) {
            memcpy(p, d.bytes + 5, 3);
            descriptor_next(&d);
        }
    }
}

static void import(struct usbip *u, const uint8_t *busid)
{
    const bool good =
        u->peer.bus->open && memcmp(busid, BUSID, sizeof BUSID) == 0; /* with its NUL */
    uint8_t *p = append(u, OP_HEADER + (good ? DESCRIPTION : 0));

    if (p == NULL)
        return;
    op_header(p, OP_REP_IMPORT, good ? 0 : 1);
    if (!good)
        return;
    describe(u->peer.device, p + OP_HEADER);
    u->phase = IMPORTED;
    u->devid = BUS << 16 | DEVICE;
    urb_reset(u->peer.bus); /* a new host: whatever the one before left behind ends here */
}

/* --- transfers
 * ------------------------------------------------------------------------------------ */

static int32_t status_of(int error)
{
    switch (error) {
    case USB_OK:
        return 0;
    case USB_STALL:
        return -E_PIPE;
    case USB_BABBLE:
        return -E_OVERFLOW;
    case USB_FORM:
        return -E_NOENT;
    case USB_CANCELLED:
        return -E_CONNRESET;
    default:
        return -E_SHUTDOWN;
    }
}

static void answer(struct usbip *u, uint32_t sequence, int32_t status, uint32_t actual,
                   const uint8_t *data, size_t len)
{
    uint8_t *p = append(u, HEADER + len);

    if (p == NULL)
        return;
    put32(p, RET_SUBMIT);
    put32(p + 4, sequence);
    put32(p + 20, (uint32_t)status);
    put32(p + 24, actual);
    if (len != 0)
        memcpy(p + HEADER, data, len);
}

static void done(struct peer *peer, struct urb *urb)
{
    struct usbip *u = (struct usbip *)(void *)peer;
    const bool in = (urb->endpoint & 0x80u) != 0;
    int32_t status = status_of(urb->status);

    if (u->unlinking)
        return;
    if (status == 0 && in && urb->kind == WHOLE_LENGTH && urb->actual < urb->length)
        status = -E_REMOTEIO;
    answer(u, (uint32_t)urb->id, status, urb->actual, urb->data, in ? urb->actual : 0);
}

/* The transfer that a CMD_SUBMIT asks for, in `in`, whole. */
static void submit(struct usbip *u)
{
    const uint8_t *h = u->in, *s = u->in + 40;
    const uint32_t sequence = get32(h + 4), endpoint = get32(h + 16), flags = get32(h + 20);
    const uint32_t length = get32(h + 24), packets = get32(h + 32);
    const bool in = get32(h + 12) == 1;
    struct urb *urb = NULL;

    if (endpoint < 16 && (packets == 0 || packets == 0xFFFFFFFFu))
        urb = urb_new(u->peer.bus, length);
    if (urb == NULL) {
        answer(u, sequence, -E_INVAL, 0, NULL, 0);
        return;
    }
    urb->id = sequence;
    urb->kind = (flags & SHORT_NOT_OK) != 0 ? WHOLE_LENGTH : ANY_LENGTH;
    urb->endpoint = (uint8_t)(endpoint | (in ? 0x80u : 0u));
    urb->zero_packet = !in && ((flags & ZERO_PACKET) != 0 || length == 0);
    if (!in && length != 0)
        memcpy(urb->data, u->in + HEADER, length);
    if (endpoint == 0) {
        urb->setup = (struct usb_setup){s[0], s[1], (uint16_t)(s[2] | s[3] << 8),
                                        (uint16_t)(s[4] | s[5] << 8), (uint16_t)(s[6] | s[7] << 8)};
        /* Without data the pipe's direction is open; the request's own one counts. */
        if (length == 0)
            urb->endpoint = urb->setup.request_type & 0x80u;
        if (urb->setup.request_type == 0x00 && urb->setup.request == 5) {
            free(urb); /* addresses are the host controller's to give */
            answer(u, sequence, -E_PIPE, 0, NULL, 0);
            return;
        }
    }
    const int e = urb_submit(u->peer.bus, urb);
    if (e != USB_OK)
        answer(u, sequence, status_of(e), 0, NULL, 0);
}

static void unlink_transfer(struct usbip *u)
{
    uint8_t *p;
    bool found;

    u->unlinking = true;
    found = urb_cancel(u->peer.bus, get32(u->in + 20));
    u->unlinking = false;
    if ((p = append(u, HEADER)) == NULL)
        return;
    put32(p, RET_UNLINK);
    put32(p + 4, get32(u->in + 4));
    put32(p + 20, found ? (uint32_t)-E_CONNRESET : 0);
}

/* --- framing
 * ---------------------------------------------------------------------------------------- */

/* Bytes that the message in `in` needs in all, as far as can be told. 0: not a message. */
static size_t needed(const struct usbip *u)
{
    const uint8_t *h = u->in;
    uint32_t length;

    if (u->phase == REQUEST) {
        if (u->have < OP_HEADER)
            return OP_HEADER;
        if ((h[0] << 8 | h[1]) != VERSION)
            return 0;
        switch (h[2] << 8 | h[3]) {
        case OP_REQ_DEVLIST:
            return OP_HEADER;
        case OP_REQ_IMPORT:
            return OP_HEADER + BUSID_SIZE;
        default:
            return 0;
        }
    }
    if (u->have < HEADER)
        return HEADER;
    if (get32(h + 8) != u->devid || get32(h + 12) > 1)
        return 0;
    switch (get32(h)) {
    case CMD_UNLINK:
        return HEADER;
    case CMD_SUBMIT:
        length = get32(h + 24);
        if (get32(h + 12) == 1)
            return HEADER;
        return length <= URB_LENGTH_MAX ? HEADER + length : 0; /* cannot even be skipped */
    default:
        return 0;
    }
}

static void take(struct usbip *u)
{
    const uint16_t code = (uint16_t)(u->in[2] << 8 | u->in[3]);

    if (u->phase == IMPORTED && get32(u->in) == CMD_SUBMIT)
        submit(u);
    else if (u->phase == IMPORTED)
        unlink_transfer(u);
    else if (code == OP_REQ_DEVLIST)
        list(u);
    else
        import(u, u->in + OP_HEADER);
}

static int receive(struct peer *peer)
{
    struct usbip *u = (struct usbip *)(void *)peer;

    while (u->queued - u->sent < PEER_BACKLOG && !u->failed) {
        const ssize_t n = recv(peer->fd, u->in + u->have, u->need - u->have, MSG_DONTWAIT);

        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
            return 0;
        if (n <= 0)
            return -1;
        u->have += (size_t)n;
        if (u->have < u->need)
            continue;
        u->need = needed(u);
        if (u->need == 0)
            return -1;
        if (u->have == u->need) {
            take(u);
            u->have = 0;
            u->need = u->phase == REQUEST ? OP_HEADER : HEADER;
        }
    }
    return u->failed ? -1 : 0;
}

static int flush(struct peer *peer)
{
    struct usbip *u = (struct usbip *)(void *)peer;

    while (u->sent < u->queued) {
        const ssize_t n =
            send(peer->fd, u->out + u->sent, u->queued - u->sent, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        if (n <= 0)
            return -1;
        u->sent += (size_t)n;
    }
    if (u->sent == u->queued)
        u->sent = u->queued = 0;
    else if (u->sent > PEER_BACKLOG) {
        memmove(u->out, u->out + u->sent, u->queued - u->sent);
        u->queued -= u->sent;
        u->sent = 0;
    }
    return u->failed ? -1 : 0;
}

static size_t backlog(const struct peer *peer)
{
    const struct usbip *u = (const struct usbip *)(const void *)peer;

    return u->queued - u->sent;
}

static int plug(struct peer *peer)
{
    (void)peer; /* a client that has not imported yet will find it in the list */
    return 0;
}

/* The protocol has no word for it: the connection's end is the device's. */
static int unplug(struct peer *peer)
{
    return ((const struct usbip *)(const void *)peer)->phase == IMPORTED ? -1 : 0;
}

static bool settled(const struct peer *peer)
{
    return ((const struct usbip *)(const void *)peer)->phase == IMPORTED;
}

static void close_peer(struct peer *peer)
{
    struct usbip *u = (struct usbip *)(void *)peer;

    free(u->out);
    free(u);
}

struct peer *usbip_peer(int fd, struct urb_bus *bus, const struct usb_device *device)
{
    static const struct peer_ops ops = {receive, flush,  backlog, done,
                                        plug,    unplug, settled, close_peer};
    struct usbip *u = calloc(1, sizeof *u);

    if (u == NULL)
        return NULL;
    u->peer = (struct peer){&ops, fd, bus, device};
    u->need = OP_HEADER;
    return &u->peer;
}
