/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hot-plug over libusb. An event only wakes; what is told is the difference between what was told
 * last and what is there, so nothing is lost between two calls. A token pulled and put back has
 * another address.
 */
#include "transport/usb.h"

#include "transport/usb_device.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SEEN_MAX  16u
#define QUEUE_MAX (4u * SEEN_MAX)

struct token_at {
    char name[USB_NAME_MAX];
    uint8_t address;
};

struct change {
    char name[USB_NAME_MAX];
    bool present;
};

struct usb_watch {
    libusb_context *context;
    libusb_hotplug_callback_handle handle;
    int changed; /* set by an event, or by cancel: as libusb waits for it */
    struct token_at seen[SEEN_MAX];
    size_t count;
    struct change queue[QUEUE_MAX];
    size_t queued;
};

static void put_change(struct usb_watch *w, const char *name, bool present)
{
    if (w->queued < QUEUE_MAX) {
        memcpy(w->queue[w->queued].name, name, USB_NAME_MAX);
        w->queue[w->queued++].present = present;
    }
}

static bool holds(const struct token_at *list, size_t count, const struct token_at *token)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i].address == token->address && strcmp(list[i].name, token->name) == 0) {
            return true;
        }
    }
    return false;
}

static void compare(struct usb_watch *w)
{
    struct token_at now[SEEN_MAX];
    size_t count = 0;
    libusb_device **devices;
    const ssize_t total = libusb_get_device_list(w->context, &devices);
    for (ssize_t i = 0; i < total && count < SEEN_MAX; i++) {
        if (usb_device_is_token(devices[i])) {
            usb_device_name(devices[i], now[count].name);
            now[count++].address = libusb_get_device_address(devices[i]);
        }
    }
    if (total >= 0) {
        libusb_free_device_list(devices, 1);
    }
    for (size_t i = 0; i < w->count; i++) {
        if (!holds(now, count, &w->seen[i])) {
            put_change(w, w->seen[i].name, false);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (!holds(w->seen, w->count, &now[i])) {
            put_change(w, now[i].name, true);
        }
    }
    memcpy(w->seen, now, count * sizeof now[0]);
    w->count = count;
}

static int on_event(libusb_context *context, libusb_device *device, libusb_hotplug_event event,
                    void *user)
{
    struct usb_watch *w = user;
    (void)context;
    (void)device;
    (void)event;
    w->changed = 1;
    return 0;
}

int usb_watch_open(struct usb_watch **watch)
{
    struct usb_watch *w = calloc(1, sizeof *w);
    if (w == NULL) {
        return HUFU_ERR_MEMORY;
    }
    if (libusb_init(&w->context) != LIBUSB_SUCCESS) {
        free(w);
        return HUFU_ERR_TRANSPORT;
    }
    if (libusb_has_capability(LIBUSB_CAP_HAS_HOTPLUG) == 0 ||
        libusb_hotplug_register_callback(
            w->context, LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT, 0,
            LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY, on_event,
            w, &w->handle) != LIBUSB_SUCCESS) {
        libusb_exit(w->context);
        free(w);
        return HUFU_ERR_TRANSPORT;
    }
    compare(w);
    w->queued = 0;
    *watch = w;
    return HUFU_OK;
}

void usb_watch_close(struct usb_watch *w)
{
    if (w != NULL) {
        libusb_hotplug_deregister_callback(w->context, w->handle);
        libusb_exit(w->context);
        free(w);
    }
}

int usb_watch_next(struct usb_watch *w, unsigned ms, const char **name, bool *present)
{
    if (w->queued == 0) {
        struct timeval wait = {.tv_sec = ms / 1000, .tv_usec = (suseconds_t)(ms % 1000) * 1000};
        int code = libusb_handle_events_timeout_completed(w->context, &wait, &w->changed);
        if (code != LIBUSB_SUCCESS && code != LIBUSB_ERROR_INTERRUPTED) {
            return HUFU_ERR_TRANSPORT;
        }
        w->changed = 0;
        compare(w);
    }
    if (w->queued == 0) {
        return HUFU_ERR_STATE;
    }
    *name = w->queue[0].name;
    *present = w->queue[0].present;
    return HUFU_OK;
}

void usb_watch_done(struct usb_watch *w)
{
    if (w->queued != 0) {
        memmove(w->queue, w->queue + 1, --w->queued * sizeof w->queue[0]);
    }
}

void usb_watch_cancel(struct usb_watch *w)
{
    libusb_interrupt_event_handler(w->context);
}
