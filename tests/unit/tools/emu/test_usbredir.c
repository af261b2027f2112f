/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The usbredir server against a virtual machine's side of the protocol (libusbredirparser as QEMU
 * uses it), over a scripted device; then against peers that err. REQ: K3
 */
#include "peer_rig.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <usbredirparser.h>

#include <cmocka.h>

#define TURNS 40

/* What the virtual machine's side has heard. */
static struct {
    struct usbredirparser *parser;
    unsigned connects, disconnects, answers;
    struct usb_redir_device_connect_header device;
    struct usb_redir_ep_info_header endpoints;
    struct usb_redir_interface_info_header interfaces;
    uint64_t id;
    int status;
    uint8_t configuration;
    uint32_t length;
    uint8_t data[URB_LENGTH_MAX];
    int data_len;
} vm;

static void heard(uint64_t id, int status, uint32_t length, uint8_t *data, int len)
{
    vm.answers++;
    vm.id = id;
    vm.status = status;
    vm.length = length;
    vm.data_len = len;
    if (len > 0)
        memcpy(vm.data, data, (size_t)len);
    usbredirparser_free_packet_data(vm.parser, data);
}

static void on_connect(void *priv, struct usb_redir_device_connect_header *h)
{
    (void)priv;
    vm.connects++;
    vm.device = *h;
}

static void on_disconnect(void *priv)
{
    (void)priv;
    vm.disconnects++;
}

static void on_interfaces(void *priv, struct usb_redir_interface_info_header *h)
{
    (void)priv;
    vm.interfaces = *h;
}

static void on_endpoints(void *priv, struct usb_redir_ep_info_header *h)
{
    (void)priv;
    vm.endpoints = *h;
}

static void on_configuration(void *priv, uint64_t id,
                             struct usb_redir_configuration_status_header *h)
{
    (void)priv;
    heard(id, h->status, 0, NULL, 0);
    vm.configuration = h->configuration;
}

static void on_alt(void *priv, uint64_t id, struct usb_redir_alt_setting_status_header *h)
{
    (void)priv;
    heard(id, h->status, h->alt, NULL, 0);
}

static void on_control(void *priv, uint64_t id, struct usb_redir_control_packet_header *h,
                       uint8_t *data, int len)
{
    (void)priv;
    heard(id, h->status, h->length, data, len);
}

static void on_bulk(void *priv, uint64_t id, struct usb_redir_bulk_packet_header *h, uint8_t *data,
                    int len)
{
    (void)priv;
    heard(id, h->status, h->length | (uint32_t)h->length_high << 16, data, len);
}

static void on_interrupt_status(void *priv, uint64_t id,
                                struct usb_redir_interrupt_receiving_status_header *h)
{
    (void)priv;
    heard(id, h->status, 0, NULL, 0);
}

static void on_interrupt(void *priv, uint64_t id, struct usb_redir_interrupt_packet_header *h,
                         uint8_t *data, int len)
{
    (void)priv;
    heard(id, h->status, h->length, data, len);
}

static void on_iso_status(void *priv, uint64_t id, struct usb_redir_iso_stream_status_header *h)
{
    (void)priv;
    heard(id, h->status, 0, NULL, 0);
}

static int vm_read(void *priv, uint8_t *data, int count)
{
    const ssize_t n = recv(peer_rig.host, data, (size_t)count, MSG_DONTWAIT);

    (void)priv;
    return n < 0 ? 0 : n == 0 ? -1 : (int)n;
}

static int vm_write(void *priv, uint8_t *data, int count)
{
    const ssize_t n = send(peer_rig.host, data, (size_t)count, MSG_DONTWAIT | MSG_NOSIGNAL);

    (void)priv;
    return n < 0 ? 0 : (int)n;
}

static void vm_log(void *priv, int level, const char *text)
{
    (void)priv;
    (void)level;
    (void)text;
}

static void run(unsigned turns)
{
    for (unsigned i = 0; i < turns; i++) {
        if (usbredirparser_has_data_to_write(vm.parser))
            (void)usbredirparser_do_write(vm.parser);
        peer_rig_turn(1);
        (void)usbredirparser_do_read(vm.parser);
    }
}

/* A virtual machine that has said hello. */
static void vm_open(void)
{
    static const int offered[] = {usb_redir_cap_connect_device_version,
                                  usb_redir_cap_filter,
                                  usb_redir_cap_device_disconnect_ack,
                                  usb_redir_cap_ep_info_max_packet_size,
                                  usb_redir_cap_64bits_ids,
                                  usb_redir_cap_32bits_bulk_length};
    uint32_t caps[USB_REDIR_CAPS_SIZE] = {0};
    struct usbredirparser *p = usbredirparser_create();

    memset(&vm, 0, sizeof vm);
    vm.parser = p;
    p->log_func = vm_log;
    p->read_func = vm_read;
    p->write_func = vm_write;
    p->device_connect_func = on_connect;
    p->device_disconnect_func = on_disconnect;
    p->interface_info_func = on_interfaces;
    p->ep_info_func = on_endpoints;
    p->configuration_status_func = on_configuration;
    p->alt_setting_status_func = on_alt;
    p->control_packet_func = on_control;
    p->bulk_packet_func = on_bulk;
    p->interrupt_receiving_status_func = on_interrupt_status;
    p->interrupt_packet_func = on_interrupt;
    p->iso_stream_status_func = on_iso_status;
    for (size_t i = 0; i < sizeof offered / sizeof offered[0]; i++)
        usbredirparser_caps_set_cap(caps, offered[i]);
    usbredirparser_init(p, "test", caps, USB_REDIR_CAPS_SIZE, 0);
    run(TURNS);
}

static void control(uint64_t id, uint8_t type, uint8_t request, uint16_t value, uint16_t length)
{
    struct usb_redir_control_packet_header h = {.endpoint = type & 0x80u,
                                                .request = request,
                                                .requesttype = type,
                                                .value = value,
                                                .length = length};

    usbredirparser_send_control_packet(vm.parser, id, &h, NULL, 0);
}

static void bulk(uint64_t id, uint8_t endpoint, uint8_t *data, uint32_t len)
{
    struct usb_redir_bulk_packet_header h = {
        .endpoint = endpoint, .length = (uint16_t)len, .length_high = (uint16_t)(len >> 16)};

    usbredirparser_send_bulk_packet(vm.parser, id, &h, data,
                                    (endpoint & 0x80u) != 0 ? 0 : (int)len);
}

static void configure(void)
{
    struct usb_redir_set_configuration_header h = {1};

    usbredirparser_send_set_configuration(vm.parser, 1, &h);
    run(TURNS);
    assert_int_equal(vm.id, 1);
    assert_int_equal(vm.status, usb_redir_success);
    assert_int_equal(vm.configuration, 1);
}

static int setup(void **state)
{
    (void)state;
    peer_rig_open(usbredir_peer);
    vm_open();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    usbredirparser_destroy(vm.parser);
    peer_rig_close();
    return 0;
}

static void announces_the_device(void **state)
{
    (void)state;
    assert_int_equal(vm.connects, 1);
    assert_int_equal(vm.device.speed, usb_redir_speed_full);
    assert_int_equal(vm.device.vendor_id, 0x1209);
    assert_int_equal(vm.device.product_id, 0x0001);
    assert_int_equal(vm.device.device_version_bcd, 0x0100);
    assert_int_equal(vm.interfaces.interface_count, 1);
    assert_int_equal(vm.interfaces.interface_class[0], 0x0B);
    assert_int_equal(vm.endpoints.type[1], usb_redir_type_bulk);
    assert_int_equal(vm.endpoints.type[17], usb_redir_type_bulk);
    assert_int_equal(vm.endpoints.type[2], usb_redir_type_invalid);
    assert_int_equal(vm.endpoints.max_packet_size[17], 64);
    assert_int_equal(vm.endpoints.max_packet_size[0], 64);
    assert_true(peer_rig.dev.resets >= 3); /* two of the enumeration, one for the new host */
    assert_int_equal(peer_rig.dev.udc.address, 1);
}

static void control_transfers(void **state)
{
    (void)state;
    control(7, 0x80, 6, 0x0200, 255);
    run(TURNS);
    assert_int_equal(vm.id, 7);
    assert_int_equal(vm.status, usb_redir_success);
    assert_int_equal(vm.data_len, script_config_len);
    assert_memory_equal(vm.data, script_config, script_config_len);
    control(8, 0x80, 6, 0x0200, 9);
    run(TURNS);
    assert_int_equal(vm.data_len, 9);
    control(9, 0xC0, 1, 128, 512); /* an answer on a packet's border, shorter than asked */
    run(TURNS);
    assert_int_equal(vm.data_len, 128);
    control(10, 0x80, 6, 0x7F00, 18);
    run(TURNS);
    assert_int_equal(vm.id, 10);
    assert_int_equal(vm.status, usb_redir_stall);
    control(11, 0x00, 5, 9, 0); /* SET_ADDRESS is not a driver's */
    run(TURNS);
    assert_int_equal(vm.status, usb_redir_inval);
    assert_int_equal(peer_rig.dev.udc.address, 1);
}

static void configurations(void **state)
{
    struct usb_redir_set_configuration_header none = {0x55};

    (void)state;
    bulk(4, 0x81, NULL, 64); /* before there is one */
    run(TURNS);
    assert_int_equal(vm.id, 4);
    assert_int_equal(vm.status, usb_redir_inval);
    configure();
    usbredirparser_send_set_configuration(vm.parser, 2, &none);
    run(TURNS);
    assert_int_equal(vm.id, 2);
}

static void bulk_transfers(void **state)
{
    static const uint32_t lengths[] = {0, 1, 63, 64, 65, 127, 128, 3000, 10000};
    static uint8_t pattern[10240];

    (void)state;
    for (size_t i = 0; i < sizeof pattern; i++)
        pattern[i] = (uint8_t)(i * 7 + i / 256);
    configure();
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        peer_rig.dev.received_len = 0;
        bulk(100 + i, 0x01, pattern, lengths[i]);
        run(400);
        assert_int_equal(vm.id, 100 + i);
        assert_int_equal(vm.status, usb_redir_success);
        assert_int_equal(vm.length, lengths[i]);
        assert_int_equal(peer_rig.dev.received_len, lengths[i]);
        assert_memory_equal(peer_rig.dev.received, pattern, lengths[i]);
    }
    for (size_t i = 1; i < sizeof lengths / sizeof lengths[0]; i++) {
        script_send(&peer_rig.dev, pattern, lengths[i], VB_UDC_BUFFER);
        bulk(200 + i, 0x81, NULL, 16384);
        run(60);
        assert_int_equal(vm.id, 200 + i);
        assert_int_equal(vm.status, usb_redir_success);
        assert_int_equal(vm.data_len, lengths[i]);
        assert_memory_equal(vm.data, pattern, lengths[i]);
    }
    /* A host that reads in its own pieces: packets stay whole, nothing is lost. */
    script_send(&peer_rig.dev, pattern, 200, VB_UDC_BUFFER);
    bulk(300, 0x81, NULL, 128);
    run(TURNS);
    assert_int_equal(vm.data_len, 128);
    bulk(301, 0x81, NULL, 128);
    run(TURNS);
    assert_int_equal(vm.data_len, 72);
    assert_memory_equal(vm.data, pattern + 128, 72);
    /* Less room than the packet that comes. */
    script_send(&peer_rig.dev, pattern, 64, 64);
    bulk(302, 0x81, NULL, 10);
    run(TURNS);
    assert_int_equal(vm.status, usb_redir_babble);
}

static void cancels(void **state)
{
    unsigned before;

    (void)state;
    configure();
    before = vm.answers;
    bulk(50, 0x81, NULL, 64);
    bulk(51, 0x81, NULL, 64);
    run(TURNS);
    assert_int_equal(vm.answers, before); /* the device has nothing to say */
    usbredirparser_send_cancel_data_packet(vm.parser, 51);
    run(TURNS);
    assert_int_equal(vm.id, 51);
    assert_int_equal(vm.status, usb_redir_cancelled);
    usbredirparser_send_cancel_data_packet(vm.parser, 9999);
    run(TURNS);
    assert_int_equal(vm.answers, before + 1);
    script_send(&peer_rig.dev, (const uint8_t *)"x", 1, 64);
    run(TURNS);
    assert_int_equal(vm.id, 50);
    assert_int_equal(vm.status, usb_redir_success);
    assert_int_equal(vm.data_len, 1);
}

static void resets(void **state)
{
    unsigned before;

    (void)state;
    configure();
    bulk(50, 0x81, NULL, 64);
    run(TURNS);
    before = peer_rig.dev.resets;
    usbredirparser_send_reset(vm.parser);
    run(TURNS);
    assert_int_equal(vm.id, 50);
    assert_int_equal(vm.status, usb_redir_cancelled);
    assert_int_equal(peer_rig.dev.resets, before + 1);
    assert_int_equal(peer_rig.dev.udc.address, 1);
    assert_int_equal(peer_rig.dev.udc.ep[3].open, 0);
    configure();
}

static void replug(void)
{
    peer_rig.dev.host.event_sequence = peer_rig.dev.udc.event_taken;
    urb_attach(&peer_rig.bus, &peer_rig.dev.host);
    assert_int_equal(peer_rig.peer->ops->plug(peer_rig.peer), 0);
}

static void pulled_and_plugged(void **state)
{
    (void)state;
    configure();
    bulk(60, 0x81, NULL, 64);
    run(TURNS);
    urb_detach(&peer_rig.bus);
    assert_int_equal(peer_rig.peer->ops->unplug(peer_rig.peer), 0);
    run(TURNS);
    assert_int_equal(vm.disconnects, 1);
    assert_int_equal(vm.id, 60);
    assert_int_equal(vm.status, usb_redir_ioerror);
    control(61, 0x80, 6, 0x0100, 18); /* nobody is there */
    run(TURNS);
    assert_int_equal(vm.id, 61);
    assert_int_equal(vm.status, usb_redir_ioerror);
    replug();
    run(TURNS);
    assert_int_equal(vm.connects, 2);
    configure();
    /* Back before the machine has acknowledged: it is told afterwards, once. */
    urb_detach(&peer_rig.bus);
    assert_int_equal(peer_rig.peer->ops->unplug(peer_rig.peer), 0);
    replug();
    peer_rig_turn(3);
    assert_int_equal(vm.connects, 2);
    run(TURNS);
    assert_int_equal(vm.disconnects, 2);
    assert_int_equal(vm.connects, 3);
    configure();
}

/* A device that starts anew by itself is found out. */
static void device_restarts(void **state)
{
    (void)state;
    configure();
    memset(peer_rig.dev.udc.ep, 0, sizeof peer_rig.dev.udc.ep);
    run(1);
    assert_false(peer_rig.bus.open);
}

static void what_a_token_does_not_have(void **state)
{
    struct usb_redir_start_iso_stream_header iso = {
        .endpoint = 0x81, .pkts_per_urb = 1, .no_urbs = 1};
    struct usb_redir_start_interrupt_receiving_header interrupt = {0x81};
    struct usb_redir_set_alt_setting_header alt = {0, 3};

    (void)state;
    configure();
    usbredirparser_send_start_iso_stream(vm.parser, 70, &iso);
    run(TURNS);
    assert_int_equal(vm.id, 70);
    assert_int_equal(vm.status, usb_redir_inval);
    usbredirparser_send_start_interrupt_receiving(vm.parser, 71, &interrupt);
    run(TURNS);
    assert_int_equal(vm.id, 71);
    assert_int_equal(vm.status, usb_redir_inval);
    usbredirparser_send_set_alt_setting(vm.parser, 72, &alt);
    run(TURNS);
    assert_int_equal(vm.id, 72);
    assert_int_equal(vm.status, usb_redir_stall);
    bulk(73, 0x02, (uint8_t[]){1}, 1);
    run(TURNS);
    assert_int_equal(vm.id, 73);
    assert_int_equal(vm.status, usb_redir_inval);
    bulk(74, 0x81, NULL, URB_LENGTH_MAX + 1);
    run(TURNS);
    assert_int_equal(vm.id, 74);
    assert_int_equal(vm.status, usb_redir_inval);
    assert_non_null(peer_rig.peer);
}

/* The token has no interrupt endpoint; a device of the same form that has two. */
static int setup_interrupt(void **state)
{
    uint8_t *config = peer_rig.dev.host.config;

    (void)state;
    peer_rig_open(usbredir_peer);
    config[script_config_len - 14 + 3] = config[script_config_len - 7 + 3] = 3; /* bmAttributes */
    peer_rig_connect(usbredir_peer);
    vm_open();
    assert_int_equal(vm.endpoints.type[1], usb_redir_type_interrupt);
    assert_int_equal(vm.endpoints.type[17], usb_redir_type_interrupt);
    return 0;
}

/* What the device says goes to the host as it comes, as long as the host wants it. */
static void interrupts_in(void **state)
{
    static const uint8_t said[4][8] = {{1, 2, 3}, {4, 5, 6, 7}, {8}, {9, 9}};
    struct usb_redir_start_interrupt_receiving_header start = {0x81};
    struct usb_redir_stop_interrupt_receiving_header stop = {0x81};
    unsigned before;

    (void)state;
    configure();
    for (uint64_t id = 80; id < 82; id++) { /* twice is once */
        usbredirparser_send_start_interrupt_receiving(vm.parser, id, &start);
        run(TURNS);
        assert_true(vm.id == id && vm.status == usb_redir_success);
    }
    before = vm.answers;
    for (unsigned i = 0; i < 4; i++) {
        if (i == 3) { /* not wanted, so it stays where it is; then it is */
            usbredirparser_send_stop_interrupt_receiving(vm.parser, 82, &stop);
            run(TURNS);
            assert_true(vm.id == 82 && vm.status == usb_redir_success);
        }
        script_send(&peer_rig.dev, said[i], sizeof said[i], 64);
        run(TURNS);
        if (i == 3) {
            assert_int_equal(vm.answers, before + i + 1); /* the last one: of the stop */
            usbredirparser_send_start_interrupt_receiving(vm.parser, 83, &start);
            run(TURNS);
        }
        assert_true(vm.id == i && vm.status == usb_redir_success);
        assert_int_equal(vm.data_len, sizeof said[i]);
        assert_memory_equal(vm.data, said[i], sizeof said[i]);
    }
    /* A halted pipe: told, and read no more. */
    peer_rig.dev.udc.ep[3].state = VB_EP_STALL;
    run(TURNS);
    assert_int_equal(vm.status, usb_redir_stall);
    before = vm.answers;
    peer_rig.dev.udc.ep[3].state = VB_EP_IDLE;
    script_send(&peer_rig.dev, said[1], sizeof said[1], 64);
    run(TURNS);
    assert_int_equal(vm.answers, before);
}

static void interrupts_out(void **state)
{
    struct usb_redir_interrupt_packet_header h = {.endpoint = 0x01, .length = 5};
    uint8_t data[5] = {9, 8, 7, 6, 5};

    (void)state;
    configure();
    usbredirparser_send_interrupt_packet(vm.parser, 90, &h, data, sizeof data);
    run(TURNS);
    assert_int_equal(vm.id, 90);
    assert_int_equal(vm.status, usb_redir_success);
    assert_int_equal(vm.length, sizeof data);
    assert_int_equal(peer_rig.dev.received_len, sizeof data);
    assert_memory_equal(peer_rig.dev.received, data, sizeof data);
    h.endpoint = 0x02;
    usbredirparser_send_interrupt_packet(vm.parser, 91, &h, data, sizeof data);
    run(TURNS);
    assert_int_equal(vm.id, 91);
    assert_int_equal(vm.status, usb_redir_inval);
    assert_int_equal(peer_rig.dev.received_len, sizeof data);
}

static void too_many_transfers(void **state)
{
    unsigned before;

    (void)state;
    configure();
    before = vm.answers;
    for (unsigned i = 0; i < URB_COUNT_MAX + 8; i++)
        bulk(1000 + i, 0x81, NULL, 64);
    run(200);
    assert_int_equal(vm.answers, before + 8);
    assert_int_equal(vm.status, usb_redir_inval);
}

/* Bytes that are no usbredir: the connection ends, the next one works. */
static void rubbish(void **state)
{
    uint8_t bytes[300];

    (void)state;
    for (unsigned kind = 0; kind < 4; kind++) {
        usbredirparser_destroy(vm.parser);
        peer_rig_connect(usbredir_peer);
        memset(bytes, kind == 0 ? 0xFF : kind == 1 ? 0x00 : 'G', sizeof bytes);
        if (kind == 3) { /* a good header of a packet that only a device sends */
            const uint32_t header[] = {usb_redir_device_connect, 8, 0};
            memcpy(bytes, header, sizeof header);
        }
        peer_rig_send(bytes, sizeof bytes);
        peer_rig_turn(5);
        assert_null(peer_rig.peer);
        peer_rig_connect(usbredir_peer);
        vm_open();
        assert_int_equal(vm.connects, 1);
        configure();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(announces_the_device, setup, teardown),
        cmocka_unit_test_setup_teardown(control_transfers, setup, teardown),
        cmocka_unit_test_setup_teardown(configurations, setup, teardown),
        cmocka_unit_test_setup_teardown(bulk_transfers, setup, teardown),
        cmocka_unit_test_setup_teardown(cancels, setup, teardown),
        cmocka_unit_test_setup_teardown(resets, setup, teardown),
        cmocka_unit_test_setup_teardown(pulled_and_plugged, setup, teardown),
        cmocka_unit_test_setup_teardown(device_restarts, setup, teardown),
        cmocka_unit_test_setup_teardown(what_a_token_does_not_have, setup, teardown),
        cmocka_unit_test_setup_teardown(interrupts_in, setup_interrupt, teardown),
        cmocka_unit_test_setup_teardown(interrupts_out, setup_interrupt, teardown),
        cmocka_unit_test_setup_teardown(too_many_transfers, setup, teardown),
        cmocka_unit_test_setup_teardown(rubbish, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
