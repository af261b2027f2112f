/* SPDX-License-Identifier: Apache-2.0 */
#include "usb_host.h"
#include "loop.h"
#include <string.h>

/* A lost doorbell costs at most this long. */
#define RECHECK_MS    50
#define EVENT_MS      5000
#define CONTROL_MS    5000 /* USB 2.0, 9.2.6.1 */
#define MAX_TRANSFERS 4096 /* chunks of one transfer; bounds a device that never ends */

static uint32_t load(const uint32_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static void store(uint32_t *word, uint32_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static unsigned slot_of(unsigned number, bool in)
{
    return number * 2u + (in ? 1u : 0u);
}

/* The device is still the one that was attached: a restart clears the magic or the event counter.
 */
static bool present(const struct usb_device *dev)
{
    return load(&dev->bus.udc->magic) == VB_UDC_MAGIC;
}

static int wait_turn(struct usb_device *dev, long long deadline)
{
    const long long left = deadline - loop_now();

    if (left <= 0)
        return USB_TIMEOUT;
    if (dev->bus.wait(dev->bus.ctx, left < RECHECK_MS ? (int)left : RECHECK_MS) != 0)
        return USB_GONE;
    return USB_OK;
}

int usb_attach(struct usb_device *dev, const struct usb_bus *bus, int ms)
{
    const long long deadline = loop_now() + ms;

    memset(dev, 0, sizeof *dev);
    dev->bus = *bus;
    while (!present(dev)) {
        const int e = wait_turn(dev, deadline);
        if (e != USB_OK)
            return e;
    }
    /* Start level with the device, whatever either side counted before. */
    dev->event_sequence = load(&bus->udc->event_taken);
    store(&bus->udc->event_sequence, dev->event_sequence);
    return USB_OK;
}

static int post_event(struct usb_device *dev, uint32_t event)
{
    struct vb_udc *udc = dev->bus.udc;
    const long long deadline = loop_now() + EVENT_MS;
    int e;

    if (!present(dev) || load(&udc->event_taken) != dev->event_sequence)
        return USB_GONE;
    udc->event = event;
    store(&udc->event_sequence, ++dev->event_sequence);
    dev->bus.ring(dev->bus.ctx);
    while (load(&udc->event_taken) != dev->event_sequence) {
        if ((e = wait_turn(dev, deadline)) != USB_OK)
            return e;
        if (!present(dev))
            return USB_GONE;
    }
    return USB_OK;
}

int usb_reset(struct usb_device *dev)
{
    dev->address = 0;
    memset(dev->filled, 0, sizeof dev->filled);
    return post_event(dev, VB_UDC_RESET);
}

/* Waits until a slot is armed. USB_OK: *length is the device's word, bounded by the buffer. */
static int wait_armed(struct usb_device *dev, unsigned slot, uint32_t *length, long long deadline)
{
    struct vb_endpoint *ep = &dev->bus.udc->ep[slot];
    int e;

    for (;;) {
        const uint32_t state = load(&ep->state);

        if (!present(dev) || (slot > 1 && load(&ep->open) == 0))
            return USB_GONE;
        if (state == VB_EP_STALL)
            return USB_STALL;
        if (state == VB_EP_ARMED) {
            *length = load(&ep->length);
            return *length <= VB_UDC_BUFFER ? USB_OK : USB_BABBLE;
        }
        if ((e = wait_turn(dev, deadline)) != USB_OK)
            return e;
    }
}

static void finish(struct usb_device *dev, unsigned slot, uint32_t actual)
{
    struct vb_endpoint *ep = &dev->bus.udc->ep[slot];

    store(&ep->actual, actual);
    store(&ep->state, VB_EP_DONE);
    dev->bus.ring(dev->bus.ctx);
}

/* Packets of an IN endpoint until a short one or cap bytes. */
static int packets_in(struct usb_device *dev, unsigned number, uint8_t *data, size_t cap,
                      size_t *len, long long deadline)
{
    const unsigned slot = slot_of(number, true);
    size_t got = 0;
    uint32_t length;
    int e;

    *len = 0;
    for (unsigned n = 0; n < MAX_TRANSFERS; n++) {
        if ((e = wait_armed(dev, slot, &length, deadline)) != USB_OK)
            return e;
        if (length > cap - got)
            return USB_BABBLE;
        memcpy(data + got, dev->bus.udc->data[slot], length);
        got += length;
        finish(dev, slot, length);
        if (length % VB_UDC_PACKET != 0 || length == 0 || got == cap) {
            *len = got;
            return USB_OK;
        }
    }
    return USB_BABBLE;
}

/*
 * Packets of an OUT endpoint. The device's transfer ends when its room is full or a packet is
 * short; a host transfer that ends on a full packet leaves the device's one open, as on a wire.
 */
static int packets_out(struct usb_device *dev, unsigned number, const uint8_t *data, size_t len,
                       bool empty_packet, long long deadline)
{
    const unsigned slot = slot_of(number, false);
    size_t sent = 0;
    uint32_t room;
    int e;

    while (sent < len || empty_packet) {
        uint32_t *filled = &dev->filled[number];
        size_t part = len - sent;

        if ((e = wait_armed(dev, slot, &room, deadline)) != USB_OK)
            return e;
        if (*filled > room)
            return USB_FORM; /* the device changed an armed transfer */
        if (part > room - *filled)
            part = (room - *filled) / VB_UDC_PACKET * VB_UDC_PACKET;
        if (part == 0 && sent < len)
            return USB_BABBLE; /* the packet is larger than the room the device left for it */
        if (part != 0)
            memcpy(dev->bus.udc->data[slot] + *filled, data + sent, part);
        sent += part;
        *filled += (uint32_t)part;
        if (*filled == room || part % VB_UDC_PACKET != 0 || part == 0) {
            const uint32_t actual = *filled;
            *filled = 0;
            finish(dev, slot, actual);
        }
        if (part == 0)
            empty_packet = false;
        if (sent == len && len % VB_UDC_PACKET != 0)
            empty_packet = false;
    }
    return USB_OK;
}

int usb_control(struct usb_device *dev, const struct usb_setup *setup, uint8_t *data,
                size_t *actual, int ms)
{
    const bool in = (setup->request_type & 0x80u) != 0;
    const long long deadline = loop_now() + ms;
    uint8_t *wire = dev->bus.udc->setup;
    uint8_t nothing[1];
    size_t moved = 0, none = 0;
    int e;

    wire[0] = setup->request_type;
    wire[1] = setup->request;
    wire[2] = (uint8_t)setup->value;
    wire[3] = (uint8_t)(setup->value >> 8);
    wire[4] = (uint8_t)setup->index;
    wire[5] = (uint8_t)(setup->index >> 8);
    wire[6] = (uint8_t)setup->length;
    wire[7] = (uint8_t)(setup->length >> 8);
    if (actual != NULL)
        *actual = 0;
    dev->filled[0] = 0;
    if ((e = post_event(dev, VB_UDC_SETUP)) != USB_OK)
        return e;

    if (setup->length != 0) {
        if (in) {
            e = packets_in(dev, 0, data, setup->length, &moved, deadline);
        } else {
            e = packets_out(dev, 0, data, setup->length, false, deadline);
            moved = setup->length;
        }
        if (e != USB_OK)
            return e;
    }
    /* Status stage: an empty packet the other way (USB 2.0, 8.5.3). */
    if (in && setup->length != 0)
        e = packets_out(dev, 0, NULL, 0, true, deadline);
    else
        e = packets_in(dev, 0, nothing, 0, &none, deadline);
    if (e == USB_OK && actual != NULL)
        *actual = moved;
    return e;
}

static int get_descriptor(struct usb_device *dev, uint8_t type, uint8_t *data, uint16_t len,
                          size_t *actual)
{
    const struct usb_setup setup = {0x80, 6, (uint16_t)(type << 8), 0, len};

    return usb_control(dev, &setup, data, actual, CONTROL_MS);
}

int usb_enumerate(struct usb_device *dev, uint8_t address)
{
    struct usb_setup set_address = {0x00, 5, address, 0, 0};
    struct usb_setup set_configuration = {0x00, 9, 0, 0, 0};
    size_t got;
    uint16_t total;
    int e;

    if ((e = get_descriptor(dev, 1, dev->device_descriptor, 18, &got)) != USB_OK)
        return e;
    if (got != 18 || dev->device_descriptor[0] != 18 || dev->device_descriptor[1] != 1 ||
        dev->device_descriptor[7] != VB_UDC_PACKET || dev->device_descriptor[17] == 0)
        return USB_FORM;
    if ((e = usb_reset(dev)) != USB_OK ||
        (e = usb_control(dev, &set_address, NULL, NULL, CONTROL_MS)) != USB_OK)
        return e;
    dev->address = address;
    if ((e = get_descriptor(dev, 2, dev->config, 9, &got)) != USB_OK)
        return e;
    total = (uint16_t)(dev->config[2] | dev->config[3] << 8);
    if (got != 9 || dev->config[1] != 2 || total < 9 || total > USB_CONFIG_MAX)
        return USB_FORM;
    if ((e = get_descriptor(dev, 2, dev->config, total, &got)) != USB_OK)
        return e;
    if (got != total)
        return USB_FORM;
    dev->config_len = total;
    set_configuration.value = dev->config[5];
    return usb_control(dev, &set_configuration, NULL, NULL, CONTROL_MS);
}

int usb_bulk_out(struct usb_device *dev, unsigned number, const uint8_t *data, size_t len, bool zlp,
                 int ms)
{
    if (number == 0 || number >= VB_UDC_ENDPOINTS / 2u)
        return USB_FORM;
    return packets_out(dev, number, data, len, zlp || len == 0, loop_now() + ms);
}

int usb_bulk_in(struct usb_device *dev, unsigned number, uint8_t *data, size_t cap, size_t *len,
                int ms)
{
    *len = 0;
    if (number == 0 || number >= VB_UDC_ENDPOINTS / 2u)
        return USB_FORM;
    return packets_in(dev, number, data, cap, len, loop_now() + ms);
}

int usb_clear_halt(struct usb_device *dev, uint8_t endpoint)
{
    const struct usb_setup setup = {0x02, 1, 0, endpoint, 0};

    return usb_control(dev, &setup, NULL, NULL, CONTROL_MS);
}

const char *usb_error_text(int error)
{
    switch (error) {
    case USB_OK:
        return "no error";
    case USB_STALL:
        return "the endpoint is stalled";
    case USB_TIMEOUT:
        return "no answer in time";
    case USB_GONE:
        return "the device went away";
    case USB_BABBLE:
        return "the device sent more than a transfer may hold";
    default:
        return "a malformed descriptor or answer";
    }
}
