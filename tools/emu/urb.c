/* SPDX-License-Identifier: Apache-2.0 */
#include "urb.h"
#include <stdlib.h>
#include <string.h>

enum { STAGE_SETUP = 0, STAGE_TAKING, STAGE_DATA, STAGE_STATUS };

/* The host controller gives the address by itself, as every one does; its transfer is not seen. */
#define ADDRESS      1u
#define KIND_ADDRESS (-1)

#define ROUNDS 64u /* turns of one urb_work: bounds a device that answers within each */

static uint32_t load(const uint32_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static void store(uint32_t *word, uint32_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

/* Slot of an endpoint address, or VB_UDC_ENDPOINTS: it does not exist. */
static unsigned slot_of(uint8_t endpoint)
{
    const unsigned number = endpoint & 0x0Fu;

    if ((endpoint & 0x70u) != 0 || number >= VB_UDC_ENDPOINTS / 2u)
        return VB_UDC_ENDPOINTS;
    return number == 0 ? 0 : number * 2u + (endpoint >> 7);
}

void urb_init(struct urb_bus *b, void (*done)(void *ctx, struct urb *urb), void *ctx)
{
    memset(b, 0, sizeof *b);
    b->done = done;
    b->ctx = ctx;
}

void urb_attach(struct urb_bus *b, const struct usb_device *device)
{
    b->bus = device->bus;
    b->event_sequence = device->event_sequence;
    b->event = 0;
    b->reset_wanted = b->unaddressed = false;
    b->seen_reset = true;
    memset(b->moved, 0, sizeof b->moved);
    b->open = true;
}

/* Ends one transfer, wherever it stands in its queue. */
static void complete(struct urb_bus *b, struct urb *urb, int status)
{
    struct urb **link = &b->queue[slot_of(urb->endpoint)];

    while (*link != urb)
        link = &(*link)->next;
    *link = urb->next;
    b->count--;
    urb->status = status;
    if (urb->kind == KIND_ADDRESS)
        b->unaddressed = false;
    else
        b->done(b->ctx, urb);
    free(urb);
}

static void complete_all(struct urb_bus *b, int status)
{
    for (unsigned slot = 0; slot < VB_UDC_ENDPOINTS; slot++) {
        /* What `done` submits meanwhile belongs to the time after. */
        struct urb *last = b->queue[slot];

        while (last != NULL && last->next != NULL)
            last = last->next;
        while (last != NULL) {
            struct urb *urb = b->queue[slot];
            const bool end = urb == last;

            complete(b, urb, status);
            if (end)
                break;
        }
    }
}

void urb_detach(struct urb_bus *b)
{
    b->open = false;
    complete_all(b, USB_GONE);
}

struct urb *urb_new(const struct urb_bus *b, uint32_t length)
{
    struct urb *urb;

    if (length > URB_LENGTH_MAX || b->count >= URB_COUNT_MAX)
        return NULL;
    urb = calloc(1, sizeof *urb + length);
    if (urb != NULL)
        urb->length = length;
    return urb;
}

static void append(struct urb_bus *b, struct urb *urb)
{
    struct urb **link = &b->queue[slot_of(urb->endpoint)];

    while (*link != NULL)
        link = &(*link)->next;
    *link = urb;
    urb->next = NULL;
    b->count++;
}

int urb_submit(struct urb_bus *b, struct urb *urb)
{
    const unsigned slot = slot_of(urb->endpoint);
    int e = USB_OK;

    if (!b->open)
        e = USB_GONE;
    else if (slot == VB_UDC_ENDPOINTS ||
             (slot == 0 && (urb->setup.length != urb->length ||
                            ((urb->setup.request_type ^ urb->endpoint) & 0x80u) != 0)))
        e = USB_FORM;
    if (e != USB_OK) {
        free(urb);
        return e;
    }
    urb->stage = STAGE_SETUP;
    urb->actual = 0;
    append(b, urb);
    return USB_OK;
}

bool urb_cancel(struct urb_bus *b, uint64_t id)
{
    for (unsigned slot = 0; slot < VB_UDC_ENDPOINTS; slot++) {
        for (struct urb *urb = b->queue[slot]; urb != NULL; urb = urb->next) {
            if (urb->id == id && urb->kind != KIND_ADDRESS) {
                complete(b, urb, USB_CANCELLED);
                return true;
            }
        }
    }
    return false;
}

void urb_reset(struct urb_bus *b)
{
    if (!b->open)
        return;
    b->reset_wanted = true;
    complete_all(b, USB_CANCELLED);
}

/* --- events ------------------------------------------------------------------------------- */

static void post(struct urb_bus *b, uint32_t event)
{
    b->event = event;
    b->bus.udc->event = event;
    store(&b->bus.udc->event_sequence, ++b->event_sequence);
    b->bus.ring(b->bus.ctx);
}

static void post_reset(struct urb_bus *b)
{
    struct urb *address = calloc(1, sizeof *address);

    b->reset_wanted = false;
    b->unaddressed = address != NULL;
    if (address != NULL) {
        address->kind = KIND_ADDRESS;
        address->setup = (struct usb_setup){0x00, 5, ADDRESS, 0, 0};
        address->next = b->queue[0];
        b->queue[0] = address;
        b->count++;
    }
    memset(b->moved, 0, sizeof b->moved);
    post(b, VB_UDC_RESET);
}

static void post_setup(struct urb_bus *b, const struct usb_setup *s)
{
    uint8_t *wire = b->bus.udc->setup;

    wire[0] = s->request_type;
    wire[1] = s->request;
    wire[2] = (uint8_t)s->value;
    wire[3] = (uint8_t)(s->value >> 8);
    wire[4] = (uint8_t)s->index;
    wire[5] = (uint8_t)(s->index >> 8);
    wire[6] = (uint8_t)s->length;
    wire[7] = (uint8_t)(s->length >> 8);
    b->moved[0] = b->moved[1] = 0;
    post(b, VB_UDC_SETUP);
}

/* --- packets ------------------------------------------------------------------------------ */

static void finish(struct urb_bus *b, unsigned slot, uint32_t actual)
{
    struct vb_endpoint *ep = &b->bus.udc->ep[slot];

    b->moved[slot] = 0;
    store(&ep->actual, actual);
    store(&ep->state, VB_EP_DONE);
    b->bus.ring(b->bus.ctx);
}

enum step { STEP_WAIT, STEP_MOVED, STEP_END }; /* END: *status says how the transfer ended */

/* The state of a slot as far as any transfer needs it. [out] *length: of what is armed, bounded. */
static enum step look(struct urb_bus *b, unsigned slot, uint32_t *length, int *status)
{
    const struct vb_endpoint *ep = &b->bus.udc->ep[slot];
    const uint32_t state = load(&ep->state);

    if (slot > 1 && load(&ep->open) == 0)
        *status = USB_FORM; /* not in this configuration */
    else if (state == VB_EP_STALL)
        *status = USB_STALL;
    else if (state != VB_EP_ARMED)
        return STEP_WAIT;
    else if ((*length = load(&ep->length)) > VB_UDC_BUFFER || b->moved[slot] > *length)
        *status = USB_BABBLE;
    else
        return STEP_MOVED;
    b->moved[slot] = 0;
    return STEP_END;
}

/* Packets of one armed IN transfer, as many as the host has room for. */
static enum step in_step(struct urb_bus *b, unsigned slot, uint8_t *data, uint32_t room,
                         uint32_t *got, int *status)
{
    uint32_t length, part, left = room - *got;
    enum step step = look(b, slot, &length, status);

    if (step != STEP_MOVED)
        return step;
    part = length - b->moved[slot];
    if (part > left)
        part = left / VB_UDC_PACKET * VB_UDC_PACKET;
    if (part == 0 && length != b->moved[slot]) {
        /* The next packet is larger than the room: it is lost, as on a wire. */
        finish(b, slot, length);
        *status = USB_BABBLE;
        return STEP_END;
    }
    if (part != 0)
        memcpy(data + *got, b->bus.udc->data[slot] + b->moved[slot], part);
    *got += part;
    b->moved[slot] += part;
    if (b->moved[slot] == length)
        finish(b, slot, length);
    *status = USB_OK;
    return part % VB_UDC_PACKET != 0 || part == 0 || *got == room ? STEP_END : STEP_MOVED;
}

/* Packets of one armed OUT transfer. It ends when its room is full or a packet is short. */
static enum step out_step(struct urb_bus *b, unsigned slot, const uint8_t *data, uint32_t len,
                          uint32_t *sent, bool *empty_packet, int *status)
{
    uint32_t room, part = len - *sent;
    enum step step = look(b, slot, &room, status);

    if (step != STEP_MOVED)
        return step;
    if (part > room - b->moved[slot])
        part = (room - b->moved[slot]) / VB_UDC_PACKET * VB_UDC_PACKET;
    if (part == 0 && *sent < len) {
        *status = USB_BABBLE; /* the packet is larger than the room the device left for it */
        return STEP_END;
    }
    if (part != 0)
        memcpy(b->bus.udc->data[slot] + b->moved[slot], data + *sent, part);
    *sent += part;
    b->moved[slot] += part;
    if (b->moved[slot] == room || part % VB_UDC_PACKET != 0 || part == 0)
        finish(b, slot, b->moved[slot]);
    if (part == 0 || part % VB_UDC_PACKET != 0)
        *empty_packet = false;
    *status = USB_OK;
    return *sent == len && !*empty_packet ? STEP_END : STEP_MOVED;
}

/* What a successful request changes on the wire: halted pipes and new configurations begin anew. */
static void after_control(struct urb_bus *b, const struct urb *urb)
{
    const struct usb_setup *s = &urb->setup;

    if (s->request_type == 0x02 && s->request == 1 && slot_of((uint8_t)s->index) > 1 &&
        slot_of((uint8_t)s->index) < VB_UDC_ENDPOINTS)
        b->moved[slot_of((uint8_t)s->index)] = 0;
    if ((s->request_type == 0x00 && s->request == 9) ||
        (s->request_type == 0x01 && s->request == 11))
        memset(b->moved + 2, 0, sizeof b->moved - 2 * sizeof b->moved[0]);
}

static enum step control_step(struct urb_bus *b, struct urb *urb, int *status)
{
    const bool in = (urb->setup.request_type & 0x80u) != 0;
    bool empty_packet = true;
    uint32_t none = 0;
    enum step step;

    switch (urb->stage) {
    case STAGE_SETUP:
        if (b->event != 0)
            return STEP_WAIT;
        post_setup(b, &urb->setup);
        urb->stage = STAGE_TAKING;
        return STEP_WAIT;
    case STAGE_TAKING:
        if (b->event != 0)
            return STEP_WAIT;
        urb->stage = urb->length != 0 ? STAGE_DATA : STAGE_STATUS;
        return STEP_MOVED;
    case STAGE_DATA:
        empty_packet = false;
        step = in ? in_step(b, 1, urb->data, urb->length, &urb->actual, status)
                  : out_step(b, 0, urb->data, urb->length, &urb->actual, &empty_packet, status);
        if (step == STEP_END && *status == USB_OK) {
            urb->stage = STAGE_STATUS;
            step = STEP_MOVED;
        }
        return step;
    default: /* an empty packet the other way (USB 2.0, 8.5.3) */
        step = in && urb->length != 0 ? out_step(b, 0, NULL, 0, &none, &empty_packet, status)
                                      : in_step(b, 1, NULL, 0, &none, status);
        if (step == STEP_END && *status == USB_OK)
            after_control(b, urb);
        return step;
    }
}

/* One step of the oldest transfer of a slot. */
static enum step slot_step(struct urb_bus *b, unsigned slot)
{
    struct urb *urb = b->queue[slot];
    int status = USB_OK;
    enum step step;

    if (urb == NULL)
        return STEP_WAIT;
    if (slot == 0)
        step = control_step(b, urb, &status);
    else if (slot % 2u != 0)
        step = in_step(b, slot, urb->data, urb->length, &urb->actual, &status);
    else
        step = out_step(b, slot, urb->data, urb->length, &urb->actual, &urb->zero_packet, &status);
    if (step == STEP_END)
        complete(b, urb, status);
    return step;
}

bool urb_work(struct urb_bus *b)
{
    const struct vb_udc *udc = b->bus.udc;

    for (unsigned round = 0; round < ROUNDS && b->open; round++) {
        bool moved = false;

        if (load(&udc->magic) != VB_UDC_MAGIC)
            return false;
        if (b->event != 0 && load(&udc->event_taken) == b->event_sequence) {
            b->seen_reset |= b->event == VB_UDC_RESET;
            b->event = 0;
            moved = true;
        }
        /* A device that starts anew closes endpoint 0, and levels the event counters. */
        if (b->event == 0 && (load(&udc->event_taken) != b->event_sequence ||
                              (b->seen_reset && load(&udc->ep[0].open) == 0)))
            return false;
        if (b->event == 0 && b->reset_wanted) {
            post_reset(b);
            return true;
        }
        if (b->event != VB_UDC_RESET && !b->reset_wanted) {
            const unsigned slots = b->unaddressed ? 1u : VB_UDC_ENDPOINTS;

            for (unsigned slot = 0; slot < slots && !b->reset_wanted && b->open; slot++)
                moved |= slot_step(b, slot) != STEP_WAIT;
        }
        if (!moved)
            return true;
    }
    return true;
}
