/* SPDX-License-Identifier: Apache-2.0 */
#include "script_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t device_descriptor[18] = {18,   1,    0x00, 0x02, 0, 0, 0, 64, 0x09,
                                              0x12, 0x01, 0x00, 0,    1, 0, 0, 0,  1};

/* Configuration 9, interface 9 (CCID), class descriptor 54, bulk OUT 01, bulk IN 81. */
const uint8_t script_config[] = {
    9,  2,    86,   0,    1,    1, 0,    0x80, 50,   9,    4,    0,    0,    2,    0x0B, 0,    0, 0,
    54, 0x21, 0x10, 0x01, 0,    7, 2,    0,    0,    0,    0xA0, 0x0F, 0,    0,    0xA0, 0x0F, 0, 0,
    0,  0,    0xB0, 4,    0,    0, 0xB0, 4,    0,    0,    0x04, 0x04, 0,    0,    0,    0,    0, 0,
    0,  0,    0,    0,    0xFE, 0, 4,    0,    0x0A, 0x08, 0,    0,    0xFF, 0xFF, 0,    0,    0, 1,
    7,  5,    0x01, 2,    64,   0, 0,    7,    5,    0x81, 2,    64,   0,    0,
};
const uint16_t script_config_len = sizeof script_config;

static void arm(struct script *s, unsigned slot, uint32_t length)
{
    s->udc.ep[slot].length = length;
    s->udc.ep[slot].actual = 0;
    s->udc.ep[slot].state = VB_EP_ARMED;
}

static void arm_reply(struct script *s)
{
    size_t piece = s->reply_len - s->reply_at;

    if (piece > VB_UDC_PACKET)
        piece = VB_UDC_PACKET;
    memcpy(s->udc.data[1], s->reply + s->reply_at, piece);
    s->reply_at += piece;
    arm(s, 1, (uint32_t)piece);
    /* More, or the empty packet that ends a shorter answer on a packet's border. */
    s->replying = s->reply_at < s->reply_len || (piece == VB_UDC_PACKET && s->reply_len < s->asked);
}

static void on_setup(struct script *s)
{
    const uint8_t *p = s->udc.setup;
    const unsigned value = p[2] | (unsigned)p[3] << 8;
    const uint8_t *data = NULL;

    s->udc.ep[0].state = s->udc.ep[1].state = VB_EP_IDLE;
    s->asked = p[6] | (size_t)p[7] << 8;
    s->reply_len = s->reply_at = 0;
    s->replying = s->status_in = false;
    if (p[0] == 0x80 && p[1] == 6 && value == 0x0100) {
        data = device_descriptor;
        s->reply_len = sizeof device_descriptor;
    } else if (p[0] == 0x80 && p[1] == 6 && value == 0x0200) {
        data = s->config;
        s->reply_len = s->config_len;
    } else if (p[0] == 0xC0 && p[1] == 1) { /* vendor: value bytes of pattern */
        s->reply_len = value < sizeof s->reply ? value : sizeof s->reply;
        for (unsigned i = 0; i < s->reply_len; i++)
            s->reply[i] = (uint8_t)i;
        data = s->reply;
    } else if (p[0] == 0x00 && (p[1] == 5 || p[1] == 9)) {
        if (p[1] == 5)
            s->udc.address = value;
        else
            s->udc.ep[2].open = s->udc.ep[3].open = VB_UDC_PACKET;
        arm(s, 1, 0);
        return;
    } else if (p[0] == 0x02 && p[1] == 1 && value == 0 && (p[4] & 0x0Fu) < VB_UDC_ENDPOINTS / 2u) {
        s->udc.ep[(p[4] & 0x0Fu) * 2u + (p[4] >> 7)].state = VB_EP_IDLE;
        arm(s, 1, 0);
        return;
    } else {
        s->udc.ep[0].state = s->udc.ep[1].state = VB_EP_STALL;
        return;
    }
    if (s->reply_len > s->asked)
        s->reply_len = s->asked;
    memmove(s->reply, data, s->reply_len);
    arm_reply(s);
}

static void move_bulk(struct script *s)
{
    struct vb_endpoint *out = &s->udc.ep[2], *in = &s->udc.ep[3];

    if (out->state == VB_EP_DONE && out->actual <= sizeof s->received - s->received_len) {
        memcpy(s->received + s->received_len, s->udc.data[2], out->actual);
        s->received_len += out->actual;
        s->last_actual = out->actual;
        s->out_done++;
        out->state = VB_EP_IDLE;
        if (s->on_out != NULL)
            s->on_out(s);
    }
    if (out->open != 0 && out->state == VB_EP_IDLE && s->out_room != 0)
        arm(s, 2, s->out_room);
    if (in->open != 0 && (in->state == VB_EP_IDLE || in->state == VB_EP_DONE) && s->sending) {
        size_t piece = s->send_len - s->send_at;

        if (piece > s->send_piece)
            piece = s->send_piece;
        if (piece > 0)
            memcpy(s->udc.data[3], s->send + s->send_at, piece);
        s->send_at += piece;
        arm(s, 3, (uint32_t)piece);
        s->sending = s->send_at < s->send_len || (piece != 0 && piece % VB_UDC_PACKET == 0);
    }
}

static void step(struct script *s)
{
    struct vb_udc *u = &s->udc;

    if (u->event_sequence != u->event_taken && !s->deaf) {
        if (u->event == VB_UDC_RESET) {
            memset(u->ep, 0, sizeof u->ep);
            u->ep[0].open = u->ep[1].open = VB_UDC_PACKET;
            u->address = 0;
            s->resets++;
        } else {
            on_setup(s);
        }
        u->event_taken = u->event_sequence;
        return;
    }
    if (u->ep[1].state == VB_EP_DONE) {
        u->ep[1].state = VB_EP_IDLE;
        if (s->replying)
            arm_reply(s);
        else if ((u->setup[0] & 0x80u) != 0)
            arm(s, 0, 0); /* status stage */
    }
    move_bulk(s);
}

static void ring(void *ctx)
{
    struct script *s = ctx;

    s->rings++;
}

static int wait(void *ctx, int ms)
{
    struct script *s = ctx;

    (void)ms;
    s->waits++;
    if (s->pulled)
        return -1;
    step(s);
    return 0;
}

void script_init(struct script *s)
{
    memset(s, 0, sizeof *s);
    s->bus = (struct usb_bus){.udc = &s->udc, .ring = ring, .wait = wait, .ctx = s};
    s->config = script_config;
    s->config_len = script_config_len;
    s->out_room = VB_UDC_PACKET;
    s->udc.magic = VB_UDC_MAGIC;
}

void script_enumerate(struct script *s)
{
    assert_int_equal(usb_attach(&s->host, &s->bus, 100), USB_OK);
    assert_int_equal(usb_reset(&s->host), USB_OK);
    assert_int_equal(usb_enumerate(&s->host, 5), USB_OK);
}

void script_send(struct script *s, const uint8_t *data, size_t len, size_t piece)
{
    s->send = data;
    s->send_len = len;
    s->send_at = 0;
    s->send_piece = piece;
    s->sending = true;
}
