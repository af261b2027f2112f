/* SPDX-License-Identifier: Apache-2.0 */
/* What usbredir knows and a token does not have: refused, one by one, as the protocol says it. */
#include "usbredir.h"
#include <stdlib.h>

static void on_start_iso(void *priv, uint64_t id, struct usb_redir_start_iso_stream_header *h)
{
    const struct usbredir *r = priv;
    struct usb_redir_iso_stream_status_header s = {usb_redir_inval, h->endpoint};

    usbredirparser_send_iso_stream_status(r->parser, id, &s);
}

static void on_stop_iso(void *priv, uint64_t id, struct usb_redir_stop_iso_stream_header *h)
{
    const struct usbredir *r = priv;
    struct usb_redir_iso_stream_status_header s = {usb_redir_inval, h->endpoint};

    usbredirparser_send_iso_stream_status(r->parser, id, &s);
}

static void on_iso_packet(void *priv, uint64_t id, struct usb_redir_iso_packet_header *h,
                          uint8_t *data, int len)
{
    struct usbredir *r = priv;

    (void)id;
    (void)h;
    (void)len;
    usbredirparser_free_packet_data(r->parser, data);
    r->failed = true; /* no stream was started: this has no answer */
}

static void on_alloc_streams(void *priv, uint64_t id, struct usb_redir_alloc_bulk_streams_header *h)
{
    const struct usbredir *r = priv;
    struct usb_redir_bulk_streams_status_header s = {h->endpoints, h->no_streams, usb_redir_inval};

    usbredirparser_send_bulk_streams_status(r->parser, id, &s);
}

static void on_free_streams(void *priv, uint64_t id, struct usb_redir_free_bulk_streams_header *h)
{
    const struct usbredir *r = priv;
    struct usb_redir_bulk_streams_status_header s = {h->endpoints, 0, usb_redir_inval};

    usbredirparser_send_bulk_streams_status(r->parser, id, &s);
}

static void on_start_bulk(void *priv, uint64_t id, struct usb_redir_start_bulk_receiving_header *h)
{
    const struct usbredir *r = priv;
    struct usb_redir_bulk_receiving_status_header s = {h->stream_id, h->endpoint, usb_redir_inval};

    usbredirparser_send_bulk_receiving_status(r->parser, id, &s);
}

static void on_stop_bulk(void *priv, uint64_t id, struct usb_redir_stop_bulk_receiving_header *h)
{
    const struct usbredir *r = priv;
    struct usb_redir_bulk_receiving_status_header s = {h->stream_id, h->endpoint, usb_redir_inval};

    usbredirparser_send_bulk_receiving_status(r->parser, id, &s);
}

static void on_filter_reject(void *priv)
{
    struct usbredir *r = priv;

    r->failed = true; /* it does not want this device, and there is no other */
}

static void on_filter(void *priv, struct usbredirfilter_rule *rules, int count)
{
    (void)priv;
    (void)count;
    free(rules); /* the peer judges by its own rules and rejects; nothing to do before */
}

void usbredir_refuse_rest(struct usbredirparser *p)
{
    p->start_iso_stream_func = on_start_iso;
    p->stop_iso_stream_func = on_stop_iso;
    p->iso_packet_func = on_iso_packet;
    p->alloc_bulk_streams_func = on_alloc_streams;
    p->free_bulk_streams_func = on_free_streams;
    p->start_bulk_receiving_func = on_start_bulk;
    p->stop_bulk_receiving_func = on_stop_bulk;
    p->filter_reject_func = on_filter_reject;
    p->filter_filter_func = on_filter;
}
