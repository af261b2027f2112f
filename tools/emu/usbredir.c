/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device's side of usbredir: libusbredirparser frames and checks packets, this gives them their
 * meaning. The protocol has no suspend: a host that suspends the device is simply silent, as it is
 * on a wire.
 */
#include "usbredir.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define INTERFACES 32u
#define FULL_SPEED usb_redir_speed_full

unsigned usbredir_index(uint8_t endpoint)
{
    return (endpoint & 0x0Fu) | (endpoint & 0x80u) >> 3;
}

/* --- the device's announcement -------------------------------------------------------------- */

void usbredir_tell_interfaces(struct usbredir *r)
{
    const struct usb_device *device = r->peer.device;
    struct usb_redir_interface_info_header interfaces = {.interface_count = 0};
    struct usb_redir_ep_info_header endpoints = {.type = {0}};
    struct descriptor d = {device->config, device->config_len};
    uint8_t interface = 0;

    memset(endpoints.type, usb_redir_type_invalid, sizeof endpoints.type);
    endpoints.type[0] = endpoints.type[16] = usb_redir_type_control;
    endpoints.max_packet_size[0] = endpoints.max_packet_size[16] = VB_UDC_PACKET;
    for (; descriptor_fits(&d); descriptor_next(&d)) {
        const uint8_t *p = d.bytes;

        if (p[1] == 4 && p[0] >= 9 && interfaces.interface_count < INTERFACES) {
            const uint32_t n = interfaces.interface_count++;

            interface = interfaces.interface[n] = p[2];
            interfaces.interface_class[n] = p[5];
            interfaces.interface_subclass[n] = p[6];
            interfaces.interface_protocol[n] = p[7];
        } else if (p[1] == 5 && p[0] >= 7 && (p[2] & 0x0Fu) != 0) {
            const unsigned i = usbredir_index(p[2]);

            endpoints.type[i] = p[3] & 3u;
            endpoints.max_packet_size[i] = (uint16_t)(p[4] | p[5] << 8);
            endpoints.interval[i] = p[6];
            endpoints.interface[i] = interface;
        }
    }
    memcpy(r->type, endpoints.type, sizeof r->type);
    for (unsigned i = 0; i < USBREDIR_ENDPOINTS; i++)
        r->packet[i] = endpoints.max_packet_size[i];
    usbredirparser_send_interface_info(r->parser, &interfaces);
    usbredirparser_send_ep_info(r->parser, &endpoints);
}

static void tell_device(struct usbredir *r)
{
    const uint8_t *d = r->peer.device->device_descriptor;
    struct usb_redir_device_connect_header connect = {
        .speed = FULL_SPEED,
        .device_class = d[4],
        .device_subclass = d[5],
        .device_protocol = d[6],
        .vendor_id = (uint16_t)(d[8] | d[9] << 8),
        .product_id = (uint16_t)(d[10] | d[11] << 8),
        .device_version_bcd = (uint16_t)(d[12] | d[13] << 8),
    };

    /* A new host: whatever the one before left behind ends here. */
    urb_reset(r->peer.bus);
    r->configured = 0;
    r->receiving = 0;
    usbredir_tell_interfaces(r);
    usbredirparser_send_device_connect(r->parser, &connect);
    r->told = true;
}

static int plug(struct peer *peer)
{
    struct usbredir *r = (struct usbredir *)(void *)peer;

    if (r->greeted && !r->leaving)
        tell_device(r);
    return 0;
}

static int unplug(struct peer *peer)
{
    struct usbredir *r = (struct usbredir *)(void *)peer;

    if (r->told) {
        usbredirparser_send_device_disconnect(r->parser);
        r->leaving = usbredirparser_peer_has_cap(r->parser, usb_redir_cap_device_disconnect_ack);
    }
    r->told = false;
    return 0;
}

static void on_hello(void *priv, struct usb_redir_hello_header *hello)
{
    struct usbredir *r = priv;

    (void)hello;
    if (r->greeted) {
        r->failed = true;
        return;
    }
    r->greeted = true;
    if (r->peer.bus->open)
        tell_device(r);
}

static void on_disconnect_ack(void *priv)
{
    struct usbredir *r = priv;
    const bool again = r->leaving && r->peer.bus->open;

    r->leaving = false;
    if (again)
        tell_device(r); /* it came back while the peer was still taking it away */
}

/* --- the connection ------------------------------------------------------------------------------
 */

static int read_socket(void *priv, uint8_t *data, int count)
{
    const struct usbredir *r = priv;
    const ssize_t n = recv(r->peer.fd, data, (size_t)count, MSG_DONTWAIT);

    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return 0;
    return n > 0 ? (int)n : -1;
}

static int write_socket(void *priv, uint8_t *data, int count)
{
    const struct usbredir *r = priv;
    const ssize_t n = send(r->peer.fd, data, (size_t)count, MSG_DONTWAIT | MSG_NOSIGNAL);

    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return 0;
    return n < 0 ? -1 : (int)n;
}

static int receive(struct peer *peer)
{
    struct usbredir *r = (struct usbredir *)(void *)peer;

    /* A packet that the parser refuses is the end: a peer that errs once is not trusted to count
     * the bytes of the next one. */
    return usbredirparser_do_read(r->parser) != 0 || r->failed ? -1 : 0;
}

static int flush(struct peer *peer)
{
    const struct usbredir *r = (const struct usbredir *)(const void *)peer;

    if (usbredirparser_has_data_to_write(r->parser) == 0)
        return 0;
    return usbredirparser_do_write(r->parser) == 0 ? 0 : -1;
}

static size_t backlog(const struct peer *peer)
{
    const struct usbredir *r = (const struct usbredir *)(const void *)peer;

    return (size_t)usbredirparser_get_bufferered_output_size(r->parser);
}

static bool settled(const struct peer *peer)
{
    return ((const struct usbredir *)(const void *)peer)->greeted;
}

static void close_peer(struct peer *peer)
{
    struct usbredir *r = (struct usbredir *)(void *)peer;

    usbredirparser_destroy(r->parser);
    free(r);
}

/* The parser's own words name offsets of a stranger's bytes; what follows from them is logged. */
static void quiet(void *priv, int level, const char *text)
{
    (void)priv;
    (void)level;
    (void)text;
}

struct peer *usbredir_peer(int fd, struct urb_bus *bus, const struct usb_device *device)
{
    static const struct peer_ops ops = {receive, flush,  backlog, usbredir_done,
                                        plug,    unplug, settled, close_peer};
    static const int offered[] = {usb_redir_cap_connect_device_version,
                                  usb_redir_cap_filter,
                                  usb_redir_cap_device_disconnect_ack,
                                  usb_redir_cap_ep_info_max_packet_size,
                                  usb_redir_cap_64bits_ids,
                                  usb_redir_cap_32bits_bulk_length};
    uint32_t caps[USB_REDIR_CAPS_SIZE] = {0};
    struct usbredir *r = calloc(1, sizeof *r);
    struct usbredirparser *p = r == NULL ? NULL : usbredirparser_create();

    if (p == NULL) {
        free(r);
        return NULL;
    }
    r->peer = (struct peer){&ops, fd, bus, device};
    r->parser = p;
    memset(r->type, usb_redir_type_invalid, sizeof r->type);
    p->priv = r;
    p->log_func = quiet;
    p->read_func = read_socket;
    p->write_func = write_socket;
    p->hello_func = on_hello;
    p->device_disconnect_ack_func = on_disconnect_ack;
    usbredir_take_transfers(p);
    usbredir_refuse_rest(p);
    for (size_t i = 0; i < sizeof offered / sizeof offered[0]; i++)
        usbredirparser_caps_set_cap(caps, offered[i]);
    usbredirparser_init(p, "hufu-emu", caps, USB_REDIR_CAPS_SIZE, usbredirparser_fl_usb_host);
    return &r->peer;
}
