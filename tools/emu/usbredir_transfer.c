/* SPDX-License-Identifier: Apache-2.0 */
/* usbredir's requests as transfers on the virtual UDC, and their answers. */
#include "usbredir.h"
#include <stdlib.h>
#include <string.h>

enum kind { CONTROL, SET_CONFIGURATION, GET_CONFIGURATION, SET_ALT, GET_ALT, BULK, INTERRUPT };

static uint8_t status_of(int error)
{
    switch (error) {
    case USB_OK:
        return usb_redir_success;
    case USB_CANCELLED:
        return usb_redir_cancelled;
    case USB_STALL:
        return usb_redir_stall;
    case USB_BABBLE:
        return usb_redir_babble;
    case USB_FORM:
        return usb_redir_inval;
    default:
        return usb_redir_ioerror;
    }
}

/* --- transfers ------------------------------------------------------------------------------ */

static struct urb *control(struct usbredir *r, enum kind kind, uint64_t id, struct usb_setup setup)
{
    struct urb *urb = urb_new(r->peer.bus, setup.length);

    if (urb != NULL) {
        urb->kind = (int)kind;
        urb->id = id;
        urb->setup = setup;
        urb->endpoint = setup.request_type & 0x80u;
    }
    return urb;
}

/* Submits; a transfer that cannot even begin ends at once with its error. */
static int submit(struct usbredir *r, struct urb *urb)
{
    if (urb == NULL)
        return USB_FORM;
    return r->told ? urb_submit(r->peer.bus, urb) : (free(urb), USB_GONE);
}

static void answer_configuration(struct usbredir *r, uint64_t id, int error)
{
    struct usb_redir_configuration_status_header h = {status_of(error), r->configured};

    usbredirparser_send_configuration_status(r->parser, id, &h);
}

static void answer_alt(struct usbredir *r, uint64_t id, int error, uint8_t interface, uint8_t alt)
{
    struct usb_redir_alt_setting_status_header h = {status_of(error), interface, alt};

    usbredirparser_send_alt_setting_status(r->parser, id, &h);
}

static void on_reset(void *priv)
{
    struct usbredir *r = priv;

    r->configured = 0;
    r->receiving = 0;
    urb_reset(r->peer.bus);
}

static void on_set_configuration(void *priv, uint64_t id,
                                 struct usb_redir_set_configuration_header *h)
{
    struct usbredir *r = priv;
    const struct usb_setup setup = {0x00, 9, h->configuration, 0, 0};
    const int e = submit(r, control(r, SET_CONFIGURATION, id, setup));

    if (e != USB_OK)
        answer_configuration(r, id, e);
}

static void on_get_configuration(void *priv, uint64_t id)
{
    struct usbredir *r = priv;
    const struct usb_setup setup = {0x80, 8, 0, 0, 1};
    const int e = submit(r, control(r, GET_CONFIGURATION, id, setup));

    if (e != USB_OK)
        answer_configuration(r, id, e);
}

static void on_set_alt(void *priv, uint64_t id, struct usb_redir_set_alt_setting_header *h)
{
    struct usbredir *r = priv;
    const struct usb_setup setup = {0x01, 11, h->alt, h->interface, 0};
    const int e = submit(r, control(r, SET_ALT, id, setup));

    if (e != USB_OK)
        answer_alt(r, id, e, h->interface, h->alt);
}

static void on_get_alt(void *priv, uint64_t id, struct usb_redir_get_alt_setting_header *h)
{
    struct usbredir *r = priv;
    const struct usb_setup setup = {0x81, 10, 0, h->interface, 1};
    const int e = submit(r, control(r, GET_ALT, id, setup));

    if (e != USB_OK)
        answer_alt(r, id, e, h->interface, 0);
}

static void on_control(void *priv, uint64_t id, struct usb_redir_control_packet_header *h,
                       uint8_t *data, int len)
{
    struct usbredir *r = priv;
    const bool in = (h->endpoint & 0x80u) != 0;
    const struct usb_setup setup = {h->requesttype, h->request, h->value, h->index, h->length};
    int e = USB_FORM;

    /* Addresses are the host controller's to give (SET_ADDRESS), never a driver's. */
    if ((h->endpoint & 0x7Fu) == 0 && ((h->endpoint ^ h->requesttype) & 0x80u) == 0 &&
        (in ? len == 0 : len == (int)h->length) && !(h->requesttype == 0 && h->request == 5)) {
        struct urb *urb = control(r, CONTROL, id, setup);

        if (urb != NULL && len > 0)
            memcpy(urb->data, data, (size_t)len);
        e = submit(r, urb);
    }
    usbredirparser_free_packet_data(r->parser, data);
    if (e != USB_OK) {
        h->status = status_of(e);
        h->length = 0;
        usbredirparser_send_control_packet(r->parser, id, h, NULL, 0);
    }
}

static void answer_bulk(struct usbredir *r, uint64_t id, uint8_t endpoint, int error, uint8_t *data,
                        uint32_t moved)
{
    struct usb_redir_bulk_packet_header h = {.endpoint = endpoint,
                                             .status = status_of(error),
                                             .length = (uint16_t)moved,
                                             .length_high = (uint16_t)(moved >> 16)};
    const bool in = (endpoint & 0x80u) != 0 && moved != 0;

    usbredirparser_send_bulk_packet(r->parser, id, &h, in ? data : NULL, in ? (int)moved : 0);
}

static void on_bulk(void *priv, uint64_t id, struct usb_redir_bulk_packet_header *h, uint8_t *data,
                    int len)
{
    struct usbredir *r = priv;
    const uint32_t length = h->length | (uint32_t)h->length_high << 16;
    const bool in = (h->endpoint & 0x80u) != 0;
    struct urb *urb;
    int e = USB_FORM;

    if ((h->endpoint & 0x70u) == 0 && r->type[usbredir_index(h->endpoint)] == usb_redir_type_bulk &&
        h->stream_id == 0 && (in ? len == 0 : (uint32_t)len == length) &&
        (urb = urb_new(r->peer.bus, length)) != NULL) {
        urb->kind = BULK;
        urb->id = id;
        urb->endpoint = h->endpoint;
        urb->zero_packet = !in && length == 0;
        if (len > 0)
            memcpy(urb->data, data, (size_t)len);
        e = submit(r, urb);
    }
    usbredirparser_free_packet_data(r->parser, data);
    if (e != USB_OK)
        answer_bulk(r, id, h->endpoint, e, NULL, 0);
}

static void on_cancel(void *priv, uint64_t id)
{
    const struct usbredir *r = priv;

    (void)urb_cancel(r->peer.bus, id); /* none: its answer is on the way */
}

/* --- interrupt endpoints: read by this side, each packet sent as it comes ----------------------
 */

static bool interrupt_endpoint(const struct usbredir *r, uint8_t endpoint, bool in)
{
    return (endpoint & 0x70u) == 0 && ((endpoint & 0x80u) != 0) == in &&
           (endpoint & 0x0Fu) < VB_UDC_ENDPOINTS / 2u &&
           r->type[usbredir_index(endpoint)] == usb_redir_type_interrupt;
}

static uint8_t receiving_bit(uint8_t endpoint)
{
    return (uint8_t)(1u << (endpoint & 0x07u));
}

/* The names of this side's own transfers have the top bit: usbredir's peers count from zero. */
static uint64_t receiving_id(uint8_t endpoint)
{
    return (uint64_t)1 << 63 | endpoint;
}

static int receive_interrupt(struct usbredir *r, uint8_t endpoint)
{
    struct urb *urb = urb_new(r->peer.bus, r->packet[usbredir_index(endpoint)]);

    if (urb == NULL)
        return USB_FORM;
    urb->kind = INTERRUPT;
    urb->id = receiving_id(endpoint);
    urb->endpoint = endpoint;
    return submit(r, urb);
}

static void on_start_interrupt(void *priv, uint64_t id,
                               struct usb_redir_start_interrupt_receiving_header *h)
{
    struct usbredir *r = priv;
    struct usb_redir_interrupt_receiving_status_header s = {.endpoint = h->endpoint};
    int e = USB_FORM;

    if (interrupt_endpoint(r, h->endpoint, true)) {
        const bool already = (r->receiving & receiving_bit(h->endpoint)) != 0;

        e = already ? USB_OK : receive_interrupt(r, h->endpoint);
        if (e == USB_OK)
            r->receiving |= receiving_bit(h->endpoint);
    }
    s.status = status_of(e);
    usbredirparser_send_interrupt_receiving_status(r->parser, id, &s);
}

static void on_stop_interrupt(void *priv, uint64_t id,
                              struct usb_redir_stop_interrupt_receiving_header *h)
{
    struct usbredir *r = priv;
    struct usb_redir_interrupt_receiving_status_header s = {.endpoint = h->endpoint};

    if (interrupt_endpoint(r, h->endpoint, true)) {
        r->receiving &= (uint8_t)~receiving_bit(h->endpoint);
        (void)urb_cancel(r->peer.bus, receiving_id(h->endpoint));
    } else {
        s.status = usb_redir_inval;
    }
    usbredirparser_send_interrupt_receiving_status(r->parser, id, &s);
}

static void answer_interrupt(struct usbredir *r, uint64_t id, uint8_t endpoint, int error,
                             uint8_t *data, uint32_t moved)
{
    struct usb_redir_interrupt_packet_header h = {
        .endpoint = endpoint, .status = status_of(error), .length = (uint16_t)moved};
    const bool in = (endpoint & 0x80u) != 0 && moved != 0;

    usbredirparser_send_interrupt_packet(r->parser, id, &h, in ? data : NULL, in ? (int)moved : 0);
}

static void on_interrupt_out(void *priv, uint64_t id, struct usb_redir_interrupt_packet_header *h,
                             uint8_t *data, int len)
{
    struct usbredir *r = priv;
    struct urb *urb;
    int e = USB_FORM;

    if (interrupt_endpoint(r, h->endpoint, false) && len == (int)h->length &&
        (urb = urb_new(r->peer.bus, h->length)) != NULL) {
        urb->kind = INTERRUPT;
        urb->id = id;
        urb->endpoint = h->endpoint;
        urb->zero_packet = len == 0;
        if (len > 0)
            memcpy(urb->data, data, (size_t)len);
        e = submit(r, urb);
    }
    usbredirparser_free_packet_data(r->parser, data);
    if (e != USB_OK)
        answer_interrupt(r, id, h->endpoint, e, NULL, 0);
}

static void interrupt_done(struct usbredir *r, struct urb *urb)
{
    if ((urb->endpoint & 0x80u) == 0) {
        answer_interrupt(r, urb->id, urb->endpoint, urb->status, NULL, urb->actual);
        return;
    }
    if ((r->receiving & receiving_bit(urb->endpoint)) == 0 || urb->status == USB_CANCELLED ||
        urb->status == USB_GONE)
        return;
    answer_interrupt(r, r->receive_id++, urb->endpoint, urb->status, urb->data, urb->actual);
    if (urb->status == USB_OK && receive_interrupt(r, urb->endpoint) == USB_OK)
        return;
    r->receiving &= (uint8_t)~receiving_bit(urb->endpoint);
    struct usb_redir_interrupt_receiving_status_header s = {usb_redir_stall, urb->endpoint};
    usbredirparser_send_interrupt_receiving_status(r->parser, 0, &s);
}

void usbredir_done(struct peer *peer, struct urb *urb)
{
    struct usbredir *r = (struct usbredir *)(void *)peer;
    const struct usb_setup *s = &urb->setup;
    const bool good = urb->status == USB_OK;

    switch ((enum kind)urb->kind) {
    case CONTROL: {
        struct usb_redir_control_packet_header h = {
            .endpoint = urb->endpoint,
            .request = s->request,
            .requesttype = s->request_type,
            .status = status_of(urb->status),
            .value = s->value,
            .index = s->index,
            .length = (uint16_t)urb->actual,
        };
        const bool in = urb->endpoint != 0 && urb->actual != 0;

        usbredirparser_send_control_packet(r->parser, urb->id, &h, in ? urb->data : NULL,
                                           in ? (int)urb->actual : 0);
        break;
    }
    case SET_CONFIGURATION:
        if (good) {
            r->configured = (uint8_t)s->value;
            usbredir_tell_interfaces(r);
        }
        answer_configuration(r, urb->id, urb->status);
        break;
    case GET_CONFIGURATION:
        if (good && urb->actual == 1)
            r->configured = urb->data[0];
        answer_configuration(r, urb->id, urb->status);
        break;
    case SET_ALT:
        answer_alt(r, urb->id, urb->status, (uint8_t)s->index, (uint8_t)s->value);
        break;
    case GET_ALT:
        answer_alt(r, urb->id, urb->status, (uint8_t)s->index,
                   good && urb->actual == 1 ? urb->data[0] : 0);
        break;
    case BULK:
        answer_bulk(r, urb->id, urb->endpoint, urb->status, urb->data, urb->actual);
        break;
    case INTERRUPT:
        interrupt_done(r, urb);
        break;
    }
}

void usbredir_take_transfers(struct usbredirparser *p)
{
    p->reset_func = on_reset;
    p->set_configuration_func = on_set_configuration;
    p->get_configuration_func = on_get_configuration;
    p->set_alt_setting_func = on_set_alt;
    p->get_alt_setting_func = on_get_alt;
    p->control_packet_func = on_control;
    p->bulk_packet_func = on_bulk;
    p->cancel_data_packet_func = on_cancel;
    p->start_interrupt_receiving_func = on_start_interrupt;
    p->stop_interrupt_receiving_func = on_stop_interrupt;
    p->interrupt_packet_func = on_interrupt_out;
}
