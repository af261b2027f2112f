/* SPDX-License-Identifier: Apache-2.0 */
#include "peers.h"
#include "fuzz/support/choices.h"
#include "peer_rig.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#define PACKETS 40u

static struct choices dice;

static uint32_t roll(uint32_t below)
{
    return choose(&dice, below);
}

static uint32_t any32(void)
{
    static const uint32_t borders[] = {
        0, 1, 2, 63, 64, 65, 255, 65535, 65536, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000, 0x81, 0x10002};

    return roll(3) != 0 ? borders[roll(sizeof borders / sizeof borders[0])] : roll(0xFFFFFFFF);
}

static void put_le(uint8_t *p, unsigned bytes, uint32_t v)
{
    for (unsigned i = 0; i < bytes; i++)
        p[i] = (uint8_t)(v >> (8 * i));
}

static void put_be(uint8_t *p, uint32_t v)
{
    for (unsigned i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> (24 - 8 * i));
}

/* What else may happen to a device while a peer talks. */
static void device_lives(void)
{
    static uint8_t data[700];

    switch (roll(6)) {
    case 0:
        script_send(&peer_rig.dev, data, roll(sizeof data), 1u + roll(300));
        break;
    case 1:
        peer_rig.dev.udc.ep[roll(VB_UDC_ENDPOINTS)].state = roll(5);
        break;
    case 2:
        peer_rig.dev.udc.ep[roll(VB_UDC_ENDPOINTS)].length = any32();
        break;
    case 3:
        if (roll(10) == 0 && peer_rig.bus.open) {
            urb_detach(&peer_rig.bus);
            if (peer_rig.peer != NULL)
                (void)peer_rig.peer->ops->unplug(peer_rig.peer);
        }
        break;
    default:
        break;
    }
}

/* Reads what the server says, so that it never waits for us; half the peers do not. */
static void swallow(bool listens)
{
    uint8_t sink[4096];

    while (listens && recv(peer_rig.host, sink, sizeof sink, MSG_DONTWAIT) > 0)
        ;
}

static void spoil(uint8_t *m, size_t *len)
{
    if (roll(5) == 0)
        m[roll((uint32_t)*len)] ^= (uint8_t)(1u << roll(8));
    if (roll(40) == 0)
        *len = roll((uint32_t)*len + 1u);
}

/* --- usbredir -------------------------------------------------------------------------------- */

static void send_redir(uint32_t type, const uint8_t *body, size_t len, bool wide)
{
    uint8_t m[16 + 2048];
    size_t head = wide ? 16 : 12, total;

    put_le(m, 4, type);
    put_le(m + 4, 4, roll(50) == 0 ? any32() : (uint32_t)len);
    put_le(m + 8, 4, roll(20));
    put_le(m + 12, 4, 0);
    if (len > 0)
        memcpy(m + head, body, len);
    total = head + len;
    spoil(m, &total);
    peer_rig_send(m, total);
}

static size_t redir_body(uint32_t type, uint8_t *b)
{
    static const uint8_t endpoints[] = {0x00, 0x80, 0x01, 0x81, 0x02, 0x82, 0x0F, 0x8F, 0x7F, 0xFF};
    const uint8_t endpoint = endpoints[roll(sizeof endpoints)];
    uint32_t data = 0;

    for (unsigned i = 0; i < 64; i++)
        b[i] = (uint8_t)roll(256);
    switch (type) {
    case 100: /* control: endpoint, request, type, status, value, index, length */
        b[0] = endpoint & 0x80u;
        b[1] = (uint8_t)roll(13);
        b[2] = roll(4) == 0 ? (uint8_t)roll(256) : (uint8_t)(b[0] | roll(3));
        b[3] = 0;
        put_le(b + 4, 2, roll(2) == 0 ? roll(4) << 8 : roll(10));
        put_le(b + 6, 2, roll(2) == 0 ? 0 : endpoint);
        data = b[0] != 0 ? 0 : roll(3) == 0 ? roll(300) : 0;
        put_le(b + 8, 2, b[0] != 0 ? roll(600) : data);
        return 10 + data;
    case 101: /* bulk: endpoint, status, length, stream, length_high */
        b[0] = endpoint;
        put_le(b + 2, 2, data = roll(4) == 0 ? any32() & 0xFFFFu : roll(400));
        put_le(b + 4, 4, roll(30) == 0 ? 1 : 0);
        put_le(b + 8, 2, roll(30) == 0 ? roll(65536) : 0);
        return 10 + ((endpoint & 0x80u) != 0 || data > 1000 ? 0 : data);
    case 103:
        b[0] = endpoint;
        put_le(b + 2, 2, data = roll(100));
        return 4 + ((endpoint & 0x80u) != 0 ? 0 : data);
    case 21: /* cancel: the id of the header */
    case 3:
    case 7:
        return 0;
    case 6:
        b[0] = (uint8_t)roll(3);
        return 1;
    default:
        return roll(70);
    }
}

static void hostile_machine(void)
{
    static const uint32_t types[] = {3,   6,   6,   7,   9,   10,  12,  13,  15,  16,  18,  19,
                                     21,  21,  22,  23,  24,  25,  26,  100, 100, 100, 100, 101,
                                     101, 101, 101, 101, 102, 103, 104, 0,   1,   200};
    uint8_t body[2048] = "fuzz";
    const bool wide = roll(2) != 0, listens = roll(2) != 0;

    memset(body + 5, 0, 60);
    put_le(body + 64, 4, wide ? 0x7Eu : 0x5Eu);
    if (roll(10) != 0) { /* hello: always with a short id */
        uint8_t m[12 + 68];

        put_le(m, 4, 0);
        put_le(m + 4, 4, 68);
        put_le(m + 8, 4, 0);
        memcpy(m + 12, body, 68);
        peer_rig_send(m, sizeof m);
    }
    for (unsigned i = 0; i < PACKETS && peer_rig.peer != NULL && choices_left(&dice) > 0; i++) {
        const uint32_t type = types[roll(sizeof types / sizeof types[0])];
        const size_t len = redir_body(type, body);

        send_redir(type, body, len, wide);
        device_lives();
        peer_rig_turn(1 + roll(6));
        swallow(listens);
    }
}

/* --- USB/IP ---------------------------------------------------------------------------------- */

/* A request without data of the right form: what a system's own stack sends most. */
static void whole_request(uint8_t m[48])
{
    static const uint8_t requests[3][2] = {{0x02, 1}, {0x00, 9}, {0x01, 11}};
    const uint8_t *request = requests[roll(3)];

    put_be(m, 1);
    memset(m + 8, 0, 40);
    put_be(m + 8, 0x10002);
    m[40] = request[0];
    m[41] = request[1];
    m[42] = (uint8_t)roll(2);
    m[44] = (uint8_t)(roll(2) != 0 ? roll(256) : 0x81);
}

static void hostile_client(void)
{
    static const uint8_t import[40] = {1, 0x11, 0x80, 3, 0, 0, 0, 0, '1', '-', '1'};
    static const uint8_t list[8] = {1, 0x11, 0x80, 5};
    const bool listens = roll(2) != 0;
    uint8_t m[48 + 700];
    size_t len;

    while (roll(3) == 0) {
        len = sizeof list;
        memcpy(m, list, len);
        spoil(m, &len);
        peer_rig_send(m, len);
    }
    len = sizeof import;
    memcpy(m, import, len);
    if (roll(8) == 0)
        spoil(m, &len);
    peer_rig_send(m, len);
    for (unsigned i = 0; i < PACKETS && peer_rig.peer != NULL && choices_left(&dice) > 0; i++) {
        const bool in = roll(2) != 0;
        const uint32_t endpoint = roll(8) == 0 ? any32() : roll(3), data = roll(600);

        memset(m, 0, sizeof m);
        put_be(m, roll(4) == 0 ? 2 : roll(50) == 0 ? any32() : 1);
        put_be(m + 4, roll(30));
        put_be(m + 8, roll(60) == 0 ? any32() : 0x10002);
        put_be(m + 12, roll(60) == 0 ? any32() : in);
        put_be(m + 16, endpoint);
        put_be(m + 20, roll(3) == 0 ? any32() : 0);
        put_be(m + 24, roll(20) == 0 ? any32() : data);
        put_be(m + 32, roll(20) == 0 ? any32() : 0);
        m[40] = roll(4) == 0 ? (uint8_t)roll(256) : (uint8_t)((in ? 0x80u : 0u) | roll(3));
        m[41] = (uint8_t)roll(13);
        m[43] = (uint8_t)roll(5);
        m[44] = (uint8_t)(roll(2) != 0 ? roll(256) : 0);
        put_le(m + 46, 2, roll(4) == 0 ? roll(65536) : data);
        len = 48 + (in || m[3] == 2 ? 0 : data);
        if (roll(6) == 0) {
            whole_request(m);
            len = 48;
        }
        spoil(m, &len);
        peer_rig_send(m, len);
        device_lives();
        peer_rig_turn(1 + roll(6));
        swallow(listens);
    }
}

/* --- both ------------------------------------------------------------------------------------ */

static void lawful_machine(void)
{
    uint8_t m[12 + 68] = {0}, answer[2048];
    size_t got = 0;

    m[4] = 68;
    put_le(m + 12 + 64, 4, 0x7E);
    peer_rig_send(m, sizeof m);
    for (unsigned i = 0; i < 30; i++) {
        ssize_t n;

        peer_rig_turn(1);
        n = recv(peer_rig.host, answer + got, sizeof answer - got, MSG_DONTWAIT);
        got += n > 0 ? (size_t)n : 0;
    }
    /* hello; then, with wide headers, interface_info, ep_info without streams, device_connect */
    assert_int_equal(got, (12 + 68) + (16 + 132) + (16 + 160) + (16 + 10));
}

static void lawful_client(void)
{
    static const uint8_t import[40] = {1, 0x11, 0x80, 3, 0, 0, 0, 0, '1', '-', '1'};
    uint8_t answer[1024];

    peer_rig_send(import, sizeof import);
    peer_rig_turn(5);
    assert_int_equal(recv(peer_rig.host, answer, sizeof answer, MSG_DONTWAIT), 8 + 312);
    assert_int_equal(answer[7], 0);
}

static int against(struct peer *(*make)(int, struct urb_bus *, const struct usb_device *),
                   void (*hostile)(void), void (*lawful)(void), const uint8_t *data, size_t size)
{
    dice = (struct choices){data, size};
    peer_rig_open(make);
    hostile();
    if (peer_rig.bus.open)
        urb_detach(&peer_rig.bus);
    /* The device is enumerated anew, as remote.c does when it was lost. */
    script_init(&peer_rig.dev);
    script_enumerate(&peer_rig.dev);
    urb_attach(&peer_rig.bus, &peer_rig.dev.host);
    peer_rig_connect(make);
    lawful();
    peer_rig_close();
    return 0;
}

int hufu_fuzz_usbredir(const uint8_t *data, size_t size)
{
    return against(usbredir_peer, hostile_machine, lawful_machine, data, size);
}

int hufu_fuzz_usbip(const uint8_t *data, size_t size)
{
    return against(usbip_peer, hostile_client, lawful_client, data, size);
}
