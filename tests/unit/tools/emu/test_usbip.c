/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The USB/IP server against a client written from the protocol's description, over a scripted
 * device; then against clients that err. REQ: K3
 */
#include "peer_rig.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#define TURNS  60
#define HEADER 48u

static uint8_t heard[1u << 20]; /* bytes of the server, from the first not yet judged */
static size_t heard_len;

static void put32(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> (24 - 8 * i));
}

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void run(unsigned turns)
{
    for (unsigned i = 0; i < turns; i++) {
        ssize_t n;

        peer_rig_turn(1);
        while ((n = recv(peer_rig.host, heard + heard_len, sizeof heard - heard_len,
                         MSG_DONTWAIT)) > 0)
            heard_len += (size_t)n;
    }
}

static void forget(size_t len)
{
    assert_true(len <= heard_len);
    memmove(heard, heard + len, heard_len - len);
    heard_len -= len;
}

static void request(uint16_t version, uint16_t code, const char *busid)
{
    uint8_t m[40] = {(uint8_t)(version >> 8), (uint8_t)version, (uint8_t)(code >> 8),
                     (uint8_t)code};

    if (busid != NULL)
        strncpy((char *)m + 8, busid, 32);
    peer_rig_send(m, busid != NULL ? 40 : 8);
    run(TURNS);
}

struct submit {
    uint32_t devid, direction, endpoint, flags, length, packets;
    uint8_t setup[8];
    const uint8_t *data;
};

static void submit_command(uint32_t sequence, const struct submit *s)
{
    uint8_t m[HEADER] = {0};

    put32(m, 1);
    put32(m + 4, sequence);
    put32(m + 8, s->devid != 0 ? s->devid : 0x00010002);
    put32(m + 12, s->direction);
    put32(m + 16, s->endpoint);
    put32(m + 20, s->flags);
    put32(m + 24, s->length);
    put32(m + 32, s->packets);
    memcpy(m + 40, s->setup, 8);
    peer_rig_send(m, sizeof m);
    if (s->data != NULL)
        peer_rig_send(s->data, s->length);
    run(TURNS);
}

static void unlink_command(uint32_t sequence, uint32_t which)
{
    uint8_t m[HEADER] = {0};

    put32(m, 2);
    put32(m + 4, sequence);
    put32(m + 8, 0x00010002);
    put32(m + 20, which);
    peer_rig_send(m, sizeof m);
    run(TURNS);
}

/* The next answer: a RET_SUBMIT for sequence with this status. Returns its actual length; data
 * follow in heard. */
static uint32_t answered(uint32_t sequence, int32_t status)
{
    uint32_t actual;

    assert_true(heard_len >= HEADER);
    assert_int_equal(get32(heard), 3);
    assert_int_equal(get32(heard + 4), sequence);
    assert_int_equal((int32_t)get32(heard + 20), status);
    actual = get32(heard + 24);
    forget(HEADER);
    return actual;
}

static void unlinked(uint32_t sequence, int32_t status)
{
    assert_int_equal(heard_len, HEADER);
    assert_int_equal(get32(heard), 4);
    assert_int_equal(get32(heard + 4), sequence);
    assert_int_equal((int32_t)get32(heard + 20), status);
    forget(HEADER);
}

static int setup(void **state)
{
    (void)state;
    heard_len = 0;
    peer_rig_open(usbip_peer);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    peer_rig_close();
    return 0;
}

static void import(void)
{
    request(0x0111, 0x8003, "1-1");
    assert_int_equal(heard_len, 8 + 312);
    assert_memory_equal(heard, "\x01\x11\x00\x03\0\0\0\0", 8);
    forget(8 + 312);
}

static void configure(void)
{
    const struct submit set = {.setup = {0x00, 9, 1, 0, 0, 0, 0, 0}};

    submit_command(90, &set);
    assert_int_equal(answered(90, 0), 0);
}

static void lists(void **state)
{
    (void)state;
    request(0x0111, 0x8005, NULL);
    assert_int_equal(heard_len, 12 + 312 + 4);
    assert_memory_equal(heard, "\x01\x11\x00\x05\0\0\0\0\0\0\0\x01", 12);
    assert_string_equal((const char *)heard + 12 + 256, "1-1");
    assert_memory_equal(heard + 12 + 288, "\0\0\0\1\0\0\0\2\0\0\0\2", 12); /* full speed */
    assert_memory_equal(heard + 12 + 300, "\x12\x09\0\1\1\0\0\0\0\1\1\1", 12);
    assert_memory_equal(heard + 12 + 312, "\x0B\0\0\0", 4);
    forget(heard_len);
    /* Asked again on the same connection, then imported. */
    request(0x0111, 0x8005, NULL);
    forget(12 + 312 + 4);
    import();
}

static void no_such_device(void **state)
{
    (void)state;
    request(0x0111, 0x8003, "1-2");
    assert_int_equal(heard_len, 8);
    assert_int_equal(get32(heard + 4), 1);
    forget(8);
    urb_detach(&peer_rig.bus);
    request(0x0111, 0x8003, "1-1");
    assert_int_equal(get32(heard + 4), 1);
    forget(8);
    request(0x0111, 0x8005, NULL);
    assert_int_equal(heard_len, 12);
    assert_int_equal(get32(heard + 8), 0);
}

static void control_transfers(void **state)
{
    const struct submit get = {
        .direction = 1, .length = 255, .setup = {0x80, 6, 0, 2, 0, 0, 255, 0}};
    const struct submit unknown = {
        .direction = 1, .length = 18, .setup = {0x80, 6, 0, 0x7F, 0, 0, 18, 0}};
    const struct submit strict = {
        .direction = 1, .length = 255, .flags = 1, .setup = {0x80, 6, 0, 2, 0, 0, 255, 0}};
    const struct submit address = {.setup = {0x00, 5, 9, 0, 0, 0, 0, 0}};
    const struct submit disagree = {
        .direction = 1, .length = 18, .setup = {0x80, 6, 0, 1, 0, 0, 64, 0}};

    (void)state;
    import();
    submit_command(5, &get);
    assert_int_equal(answered(5, 0), script_config_len);
    assert_memory_equal(heard, script_config, script_config_len);
    forget(script_config_len);
    submit_command(6, &unknown);
    assert_int_equal(answered(6, -32), 0); /* EPIPE */
    submit_command(7, &strict);
    assert_int_equal(answered(7, -121), script_config_len); /* EREMOTEIO */
    forget(script_config_len);
    submit_command(8, &address);
    assert_int_equal(answered(8, -32), 0);
    assert_int_equal(peer_rig.dev.udc.address, 1);
    submit_command(9, &disagree); /* the buffer is not what the request asks for */
    assert_int_equal(answered(9, -2), 0);
}

static void bulk_transfers(void **state)
{
    static uint8_t pattern[3000];
    struct submit out = {.endpoint = 1, .data = pattern}, in = {.direction = 1, .endpoint = 1};

    (void)state;
    for (size_t i = 0; i < sizeof pattern; i++)
        pattern[i] = (uint8_t)(i * 7 + i / 256);
    import();
    in.length = 64;
    submit_command(1, &in);
    assert_int_equal(answered(1, -2), 0); /* ENOENT: not configured */
    configure();
    for (uint32_t n = 1; n <= sizeof pattern; n = n * 3 + 1) {
        peer_rig.dev.received_len = 0;
        out.length = n;
        submit_command(n, &out);
        run(100);
        assert_int_equal(answered(n, 0), n);
        assert_int_equal(peer_rig.dev.received_len, n);
        assert_memory_equal(peer_rig.dev.received, pattern, n);
        script_send(&peer_rig.dev, pattern, n, VB_UDC_BUFFER);
        in.length = 4096;
        submit_command(n, &in);
        assert_int_equal(answered(n, 0), n);
        assert_memory_equal(heard, pattern, n);
        forget(n);
    }
    /* URB_ZERO_PACKET: a full last packet is followed by an empty one. */
    peer_rig.dev.out_done = 0;
    peer_rig.dev.out_room = 1024;
    run(4);
    out.length = 64;
    out.flags = 0x40;
    submit_command(8000, &out);
    assert_int_equal(answered(8000, 0), 64);
    assert_true(peer_rig.dev.last_actual == 64 || peer_rig.dev.last_actual == 0);
    assert_true(peer_rig.dev.out_done >= 1);
}

static void unlinks(void **state)
{
    const struct submit in = {.direction = 1, .endpoint = 1, .length = 64};

    (void)state;
    import();
    configure();
    submit_command(20, &in);
    submit_command(21, &in);
    assert_int_equal(heard_len, 0);
    unlink_command(30, 20);
    unlinked(30, -104); /* ECONNRESET; and 20 itself is never answered */
    unlink_command(31, 20);
    unlinked(31, 0);
    script_send(&peer_rig.dev, (const uint8_t *)"y", 1, 64);
    run(TURNS);
    assert_int_equal(answered(21, 0), 1);
    assert_int_equal(heard[0], 'y');
    forget(1);
}

static void pulled(void **state)
{
    const struct submit in = {.direction = 1, .endpoint = 1, .length = 64};

    (void)state;
    import();
    configure();
    submit_command(40, &in);
    urb_detach(&peer_rig.bus);
    assert_int_equal(peer_rig.peer->ops->unplug(peer_rig.peer), -1); /* the connection ends */
    run(2);
    assert_int_equal(answered(40, -108), 0); /* ESHUTDOWN */
}

static void refused_submits(void **state)
{
    const struct submit bad[] = {
        {.direction = 1, .endpoint = 16, .length = 64},              /* no such number */
        {.direction = 1, .endpoint = 1, .length = 0x7FFFFFFF},       /* huge */
        {.direction = 1, .endpoint = 1, .length = 0xFFFFFFFF},       /* negative */
        {.direction = 1, .endpoint = 1, .length = 64, .packets = 3}, /* isochronous */
    };

    (void)state;
    import();
    configure();
    for (uint32_t i = 0; i < 4; i++) {
        submit_command(60 + i, &bad[i]);
        assert_int_equal(answered(60 + i, -22), 0); /* EINVAL */
    }
    assert_non_null(peer_rig.peer);
    configure();
}

/* After these nothing can be told apart any more: the connection ends, the next one works. */
static void ends_of_connection(void **state)
{
    const struct submit other = {.devid = 77, .direction = 1, .endpoint = 1, .length = 64};
    const struct submit sideways = {.direction = 2, .endpoint = 1, .length = 64};
    const struct submit flood = {.endpoint = 1, .length = URB_LENGTH_MAX + 1};
    const struct submit *after[] = {&other, &sideways, &flood};
    uint8_t rubbish[HEADER];

    (void)state;
    request(0x0106, 0x8005, NULL); /* a version of long ago */
    assert_null(peer_rig.peer);
    peer_rig_connect(usbip_peer);
    request(0x0111, 0x8004, NULL);
    assert_null(peer_rig.peer);
    for (size_t i = 0; i < 4; i++) {
        heard_len = 0;
        peer_rig_connect(usbip_peer);
        import();
        if (i < 3) {
            submit_command(1, after[i]);
        } else {
            memset(rubbish, 0xA5, sizeof rubbish);
            peer_rig_send(rubbish, sizeof rubbish);
            run(TURNS);
        }
        assert_null(peer_rig.peer);
    }
    heard_len = 0;
    peer_rig_connect(usbip_peer);
    import();
    configure();
}

/* A client that submits and never reads: its answers stay within bounds, and it goes on later. */
static void deaf_client(void **state)
{
    uint8_t m[HEADER] = {0};
    size_t sent = 0;

    (void)state;
    import();
    put32(m, 1);
    put32(m + 8, 0x00010002);
    put32(m + 12, 1);
    put32(m + 16, 15); /* refused at once: an answer each */
    for (unsigned i = 0; i < 200000 && sent < 4u << 20; i++) {
        const ssize_t n = send(peer_rig.host, m, sizeof m, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (n > 0)
            sent += (size_t)n;
        peer_rig_turn(1);
        assert_non_null(peer_rig.peer);
        assert_true(peer_rig.peer->ops->backlog(peer_rig.peer) < 2 * PEER_BACKLOG);
        if (n <= 0)
            break;
    }
    assert_true(sent < 4u << 20);
    run(100);
    assert_true(heard_len > 0);
    assert_non_null(peer_rig.peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lists, setup, teardown),
        cmocka_unit_test_setup_teardown(no_such_device, setup, teardown),
        cmocka_unit_test_setup_teardown(control_transfers, setup, teardown),
        cmocka_unit_test_setup_teardown(bulk_transfers, setup, teardown),
        cmocka_unit_test_setup_teardown(unlinks, setup, teardown),
        cmocka_unit_test_setup_teardown(pulled, setup, teardown),
        cmocka_unit_test_setup_teardown(refused_submits, setup, teardown),
        cmocka_unit_test_setup_teardown(ends_of_connection, setup, teardown),
        cmocka_unit_test_setup_teardown(deaf_client, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
