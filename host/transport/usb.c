/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/usb.h"

#include "transport/ccid.h"
#include "transport/usb_device.h"
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define PACKET     64u
#define SLICE_MS   200u   /* how soon a cancelling is seen */
#define SEND_MS    10000u /* a token takes a message as soon as it has sent its answer */
#define CONTROL_MS 5000u
/* pcscd keeps its claim for good; a process that is just leaving gives it back within this. */
#define CLAIM_MS      2000u
#define LOOK_AGAIN_MS 10u

#define REQUEST_ABORT 1u /* CCID 5.3.1 */

struct usb_token {
    libusb_context *context;
    libusb_device_handle *handle;
    struct ccid_place place;
    struct ccid_client client;
    int node; /* the device's node, whose lock is the turn of the processes */
    char node_path[32];
    bool held, removed;
    atomic_bool cancelled;
    int completed; /* the transfer under way has ended */
    uint8_t *message;
    size_t message_room; /* whole packets, and more than any message has */
};

static uint64_t milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void pause_ms(unsigned ms)
{
    nanosleep(&(struct timespec){.tv_nsec = (long)ms * 1000000L}, NULL);
}

static int error_of(int code)
{
    switch (code) {
    case LIBUSB_SUCCESS:
        return HUFU_OK;
    case LIBUSB_ERROR_NO_DEVICE:
    case LIBUSB_ERROR_NOT_FOUND:
        return HUFU_ERR_REMOVED;
    case LIBUSB_ERROR_ACCESS:
        return HUFU_ERR_ACCESS;
    case LIBUSB_ERROR_BUSY:
        return HUFU_ERR_BUSY;
    case LIBUSB_ERROR_NO_MEM:
        return HUFU_ERR_MEMORY;
    default:
        return HUFU_ERR_TRANSPORT;
    }
}

/* An error of a transfer: one that a removal causes is told as that. */
static int transfer_error(struct usb_token *t, int code)
{
    if (code == LIBUSB_ERROR_NO_DEVICE || access(t->node_path, F_OK) != 0) {
        t->removed = true;
        return HUFU_ERR_REMOVED;
    }
    return HUFU_ERR_TRANSPORT;
}

/* --- the pipes ---------------------------------------------------------------------------- */

static int pipe_send(void *ctx, const uint8_t *message, size_t len)
{
    struct usb_token *t = ctx;
    int sent = 0;
    int code = libusb_bulk_transfer(t->handle, t->place.out, (unsigned char *)(uintptr_t)message,
                                    (int)len, &sent, SEND_MS);
    if (code == LIBUSB_SUCCESS && (size_t)sent == len) {
        return HUFU_OK;
    }
    return transfer_error(t, code);
}

static void on_completed(struct libusb_transfer *transfer)
{
    *(int *)transfer->user_data = 1;
}

/*
 * One transfer, which is taken back only when the time is over or somebody cancels: an answer that
 * comes in the moment of a take-back is lost on some hosts (a virtual machine's), so short
 * transfers one after the other would lose one now and then.
 */
static int pipe_receive(void *ctx, uint8_t *message, size_t room, size_t *len, unsigned ms)
{
    struct usb_token *t = ctx;
    const uint64_t end = milliseconds() + ms;
    bool cancelled = false, late = false;
    struct libusb_transfer *transfer = libusb_alloc_transfer(0);
    if (transfer == NULL) {
        return HUFU_ERR_MEMORY;
    }
    t->completed = 0;
    libusb_fill_bulk_transfer(transfer, t->handle, t->place.in, t->message, (int)t->message_room,
                              on_completed, &t->completed, 0);
    int code = libusb_submit_transfer(transfer);
    if (code != LIBUSB_SUCCESS) {
        libusb_free_transfer(transfer);
        return transfer_error(t, code);
    }
    while (t->completed == 0) {
        struct timeval slice = {.tv_usec = SLICE_MS * 1000};
        code = libusb_handle_events_timeout_completed(t->context, &slice, &t->completed);
        if (code != LIBUSB_SUCCESS && code != LIBUSB_ERROR_INTERRUPTED) {
            return transfer_error(t,
                                  code); /* libusb keeps the transfer; it ends with the context */
        }
        if (t->completed == 0 && !cancelled && !late) {
            cancelled = atomic_exchange(&t->cancelled, false);
            late = !cancelled && milliseconds() >= end;
            if (cancelled || late) {
                (void)libusb_cancel_transfer(transfer);
            }
        }
    }
    const enum libusb_transfer_status status = transfer->status;
    const size_t have = (size_t)transfer->actual_length;
    libusb_free_transfer(transfer);
    if (status == LIBUSB_TRANSFER_CANCELLED && have == 0) {
        return cancelled ? HUFU_ERR_CANCELLED : HUFU_ERR_TIMEOUT;
    }
    if (status != LIBUSB_TRANSFER_COMPLETED) {
        return transfer_error(t, status == LIBUSB_TRANSFER_NO_DEVICE ? LIBUSB_ERROR_NO_DEVICE
                                                                     : LIBUSB_ERROR_IO);
    }
    if (cancelled) {
        atomic_store(&t->cancelled, true); /* this answer was faster: the next wait sees it */
    }
    if (have > room) {
        return HUFU_ERR_PROTOCOL; /* longer than the message length it stated */
    }
    memcpy(message, t->message, have);
    *len = have;
    return HUFU_OK;
}

static void pipe_abort(void *ctx, uint8_t slot, uint8_t sequence)
{
    struct usb_token *t = ctx;
    (void)libusb_control_transfer(t->handle, LIBUSB_REQUEST_TYPE_CLASS | LIBUSB_RECIPIENT_INTERFACE,
                                  REQUEST_ABORT, (uint16_t)(slot | sequence << 8),
                                  t->place.interface, NULL, 0, CONTROL_MS);
}

static void pipe_recover(void *ctx)
{
    struct usb_token *t = ctx;
    (void)libusb_clear_halt(t->handle, t->place.in);
    (void)libusb_clear_halt(t->handle, t->place.out);
}

/* --- turns -------------------------------------------------------------------------------- */

static int claim(struct usb_token *t)
{
    const uint64_t end = milliseconds() + CLAIM_MS;
    for (;;) {
        int code = libusb_claim_interface(t->handle, t->place.interface);
        if (code == LIBUSB_SUCCESS) {
            return HUFU_OK;
        }
        if (code != LIBUSB_ERROR_BUSY || milliseconds() >= end) {
            int error = error_of(code);
            return error == HUFU_ERR_BUSY ? error : transfer_error(t, code);
        }
        pause_ms(LOOK_AGAIN_MS);
    }
}

static int usb_begin(void *ctx)
{
    struct usb_token *t = ctx;
    while (flock(t->node, LOCK_EX) != 0) {
        if (errno != EINTR) {
            return transfer_error(t, LIBUSB_SUCCESS);
        }
    }
    int error = claim(t);
    if (error == HUFU_OK) {
        error = ccid_client_sync(&t->client);
        if (error != HUFU_OK) {
            (void)libusb_release_interface(t->handle, t->place.interface);
        }
    }
    if (error != HUFU_OK) {
        (void)flock(t->node, LOCK_UN);
        return error;
    }
    t->held = true;
    return HUFU_OK;
}

static void usb_end(void *ctx)
{
    struct usb_token *t = ctx;
    t->held = false;
    (void)libusb_release_interface(t->handle, t->place.interface);
    (void)flock(t->node, LOCK_UN);
}

static int usb_wait(void *ctx, uint32_t ms)
{
    const struct usb_token *t = ctx;
    const uint64_t end = milliseconds() + ms;
    while (flock(t->node, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return HUFU_OK; /* begin will tell */
        }
        if (milliseconds() >= end) {
            return HUFU_ERR_TIMEOUT;
        }
        pause_ms(LOOK_AGAIN_MS);
    }
    (void)flock(t->node, LOCK_UN);
    return HUFU_OK;
}

/* --- the transport ------------------------------------------------------------------------ */

/* Powers the card if need be: cold, since it is off. */
static int power(struct usb_token *t, uint8_t *atr, size_t *len)
{
    *len = 0;
    return t->client.powered ? HUFU_OK : ccid_client_power_on(&t->client, atr, len);
}

static int usb_connect(void *ctx, uint8_t atr[TRANSPORT_ATR_MAX], size_t *atr_len)
{
    struct usb_token *t = ctx;
    int error = usb_begin(t);
    if (error == HUFU_OK) {
        error = power(t, atr, atr_len);
        usb_end(t);
    }
    return error;
}

/* Someone switched the card off, or a suspend did: it is powered again. Its sessions are gone,
 * which the token will say itself. */
static int exchange(struct usb_token *t, const uint8_t *command, size_t command_len,
                    uint8_t *answer, size_t *answer_len)
{
    const size_t room = *answer_len;
    uint8_t atr[CCID_ATR_MAX];
    size_t atr_len;
    if (atomic_exchange(&t->cancelled, false)) {
        return HUFU_ERR_CANCELLED; /* between two commands of a long job */
    }
    int error = power(t, atr, &atr_len);
    if (error == HUFU_OK) {
        error = ccid_client_exchange(&t->client, command, command_len, answer, answer_len);
    }
    if (error == HUFU_ERR_STATE) {
        error = ccid_client_power_on(&t->client, atr, &atr_len);
        *answer_len = room;
        if (error == HUFU_OK) {
            error = ccid_client_exchange(&t->client, command, command_len, answer, answer_len);
        }
    }
    return error == HUFU_ERR_STATE ? HUFU_ERR_TRANSPORT : error;
}

static int usb_transmit(void *ctx, const uint8_t *command, size_t command_len, uint8_t *answer,
                        size_t *answer_len)
{
    struct usb_token *t = ctx;
    bool own = !t->held;
    int error = own ? usb_begin(t) : HUFU_OK;
    if (error == HUFU_OK) {
        error = exchange(t, command, command_len, answer, answer_len);
        if (own) {
            usb_end(t);
        }
    }
    return error;
}

static int usb_reset(void *ctx)
{
    struct usb_token *t = ctx;
    uint8_t atr[CCID_ATR_MAX];
    size_t len;
    bool own = !t->held;
    int error = own ? usb_begin(t) : HUFU_OK;
    if (error == HUFU_OK) {
        error = ccid_client_power_on(&t->client, atr, &len);
        if (own) {
            usb_end(t);
        }
    }
    return error;
}

static bool usb_gone(void *ctx)
{
    const struct usb_token *t = ctx;
    return t->removed || access(t->node_path, F_OK) != 0;
}

static void usb_cancel(void *ctx)
{
    struct usb_token *t = ctx;
    atomic_store(&t->cancelled, true);
}

static void usb_close(void *ctx)
{
    struct usb_token *t = ctx;
    if (t->held) {
        usb_end(t);
    }
    if (t->node >= 0) {
        close(t->node);
    }
    if (t->handle != NULL) {
        libusb_close(t->handle);
    }
    libusb_exit(t->context);
    free(t->client.buffer);
    free(t->message);
    free(t);
}

/* --- opening ------------------------------------------------------------------------------ */

/* The device of that name, opened. */
static int open_named(struct usb_token *t, const char *name)
{
    libusb_device **devices;
    const ssize_t total = libusb_get_device_list(t->context, &devices);
    int error = HUFU_ERR_REMOVED;
    for (ssize_t i = 0; i < total && error == HUFU_ERR_REMOVED; i++) {
        char at[USB_NAME_MAX];
        usb_device_name(devices[i], at);
        if (strcmp(at, name) == 0 && usb_device_is_token(devices[i])) {
            error = error_of(libusb_open(devices[i], &t->handle));
            break;
        }
    }
    if (total >= 0) {
        libusb_free_device_list(devices, 1);
    }
    return error;
}

static int read_place(struct usb_token *t)
{
    unsigned char config[512];
    const int len = libusb_get_descriptor(t->handle, LIBUSB_DT_CONFIG, 0, config, sizeof config);
    if (len < 0) {
        return error_of(len);
    }
    return ccid_find(config, (size_t)len, &t->place);
}

static int open_node(struct usb_token *t)
{
    libusb_device *device = libusb_get_device(t->handle);
    (void)snprintf(t->node_path, sizeof t->node_path, "/dev/bus/usb/%03u/%03u",
                   libusb_get_bus_number(device), libusb_get_device_address(device));
    t->node = open(t->node_path, O_RDWR | O_CLOEXEC);
    if (t->node < 0) {
        return errno == EACCES ? HUFU_ERR_ACCESS : HUFU_ERR_REMOVED;
    }
    return HUFU_OK;
}

static int make_client(struct usb_token *t)
{
    t->client = (struct ccid_client){
        .io = {pipe_send, pipe_receive, pipe_abort, pipe_recover, t},
        .max_message = t->place.max_message,
        /* Not where an earlier process began: its answers must not look like ours. */
        .sequence = (uint8_t)(milliseconds() * 7u),
        .buffer = malloc(t->place.max_message)};
    t->message_room = (t->place.max_message / PACKET + 1u) * PACKET;
    t->message = malloc(t->message_room);
    return t->client.buffer == NULL || t->message == NULL ? HUFU_ERR_MEMORY : HUFU_OK;
}

int usb_transport(const char *name, struct transport *transport)
{
    struct usb_token *t = calloc(1, sizeof *t);
    if (t == NULL) {
        return HUFU_ERR_MEMORY;
    }
    t->node = -1;
    atomic_init(&t->cancelled, false);
    if (libusb_init(&t->context) != LIBUSB_SUCCESS) {
        free(t);
        return HUFU_ERR_REMOVED; /* no USB here, so no token either */
    }
    int error = open_named(t, name);
    if (error == HUFU_OK) {
        error = read_place(t);
    }
    if (error == HUFU_OK) {
        error = open_node(t);
    }
    if (error == HUFU_OK) {
        error = make_client(t);
    }
    if (error != HUFU_OK) {
        usb_close(t);
        return error;
    }
    /* No kernel has a driver for class 0B today; one that comes gives the interface up to us. */
    (void)libusb_set_auto_detach_kernel_driver(t->handle, 1);
    *transport = (struct transport){.connect = usb_connect,
                                    .transmit = usb_transmit,
                                    .begin = usb_begin,
                                    .end = usb_end,
                                    .wait = usb_wait,
                                    .reset = usb_reset,
                                    .gone = usb_gone,
                                    .cancel = usb_cancel,
                                    .close = usb_close,
                                    .ctx = t};
    return HUFU_OK;
}
