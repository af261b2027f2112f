/* SPDX-License-Identifier: Apache-2.0 */
#include "ccid_usb.h"
#include "tusb.h"
#include <string.h>

/* Class requests, CCID 5.3 */
enum { REQUEST_ABORT = 1, REQUEST_GET_CLOCK_FREQUENCIES = 2, REQUEST_GET_DATA_RATES = 3 };

#define CCID_CLASS_DESCRIPTOR_SIZE 54u

static struct ccid ccid;
static bool opened;
static uint8_t port;
static uint32_t sending; /* bytes of the IN transfer under way */
static bool in_busy;
static bool out_busy;
/* What a token has: one clock and one rate, both nominal. kHz and bit/s, little-endian. */
static uint8_t clock_khz[4] = {0xA0, 0x0F, 0x00, 0x00};
static uint8_t data_rate[4] = {0x00, 0xB0, 0x04, 0x00};

static void arm(void)
{
    if (!opened) {
        return;
    }
    if (!in_busy) {
        const uint8_t *message = ccid_out(&ccid, &sending);
        if (message != NULL) {
            in_busy =
                usbd_edpt_xfer(port, CCID_EP_IN, (uint8_t *)(uintptr_t)message, (uint16_t)sending);
        }
    }
    if (!out_busy) {
        uint32_t room = 0;
        uint8_t *buffer = ccid_in_buffer(&ccid, &room);
        if (buffer != NULL) {
            out_busy = usbd_edpt_xfer(port, CCID_EP_OUT, buffer, (uint16_t)room);
        }
    }
}

static void class_init(void)
{
}

static bool class_deinit(void)
{
    return true;
}

/* Bus reset or a new configuration: every session ends (the card is switched off). */
static void class_reset(uint8_t rhport)
{
    (void)rhport;
    opened = false;
    in_busy = false;
    out_busy = false;
    sending = 0;
    ccid_reset(&ccid);
}

static uint16_t class_open(uint8_t rhport, tusb_desc_interface_t const *interface, uint16_t max_len)
{
    const uint16_t length = (uint16_t)(sizeof(tusb_desc_interface_t) + CCID_CLASS_DESCRIPTOR_SIZE +
                                       2u * sizeof(tusb_desc_endpoint_t));
    if (interface->bInterfaceClass != TUSB_CLASS_SMART_CARD || max_len < length) {
        return 0;
    }
    const uint8_t *endpoint =
        (const uint8_t *)interface + sizeof(tusb_desc_interface_t) + CCID_CLASS_DESCRIPTOR_SIZE;
    for (uint32_t i = 0; i < 2; i++) {
        if (!usbd_edpt_open(rhport, (tusb_desc_endpoint_t const *)(const void *)endpoint)) {
            return 0;
        }
        endpoint += sizeof(tusb_desc_endpoint_t);
    }
    port = rhport;
    opened = true;
    arm();
    return length;
}

/* A halt took the endpoint's transfer away; once the host has cleared it, it is given again: an
 * answer from its beginning, a message anew. */
static void halt_cleared(uint8_t endpoint)
{
    if (endpoint == CCID_EP_OUT && !usbd_edpt_busy(port, CCID_EP_OUT)) {
        out_busy = false;
        ccid_in_dropped(&ccid);
    } else if (endpoint == CCID_EP_IN && !usbd_edpt_busy(port, CCID_EP_IN)) {
        in_busy = false;
    }
    arm();
}

static bool class_control(uint8_t rhport, uint8_t stage, tusb_control_request_t const *request)
{
    if (stage == CONTROL_STAGE_SETUP && request->bmRequestType_bit.type == TUSB_REQ_TYPE_STANDARD &&
        request->bmRequestType_bit.recipient == TUSB_REQ_RCPT_ENDPOINT &&
        request->bRequest == TUSB_REQ_CLEAR_FEATURE) {
        halt_cleared((uint8_t)request->wIndex);
        return true;
    }
    if (request->bmRequestType_bit.type != TUSB_REQ_TYPE_CLASS) {
        return false;
    }
    if (stage != CONTROL_STAGE_SETUP) {
        return true;
    }
    switch (request->bRequest) {
    case REQUEST_ABORT:
        return request->bmRequestType_bit.direction == TUSB_DIR_OUT && request->wLength == 0 &&
               ccid_abort_request(&ccid, (uint8_t)request->wValue,
                                  (uint8_t)(request->wValue >> 8)) &&
               tud_control_status(rhport, request);
    case REQUEST_GET_CLOCK_FREQUENCIES:
        return request->bmRequestType_bit.direction == TUSB_DIR_IN &&
               tud_control_xfer(rhport, request, clock_khz, sizeof clock_khz);
    case REQUEST_GET_DATA_RATES:
        return request->bmRequestType_bit.direction == TUSB_DIR_IN &&
               tud_control_xfer(rhport, request, data_rate, sizeof data_rate);
    default:
        return false;
    }
}

static bool class_transfer(uint8_t rhport, uint8_t endpoint, xfer_result_t result, uint32_t moved)
{
    if (endpoint == CCID_EP_OUT) {
        out_busy = false;
        if (result == XFER_RESULT_SUCCESS) {
            ccid_in_done(&ccid, moved);
        }
    } else if (endpoint == CCID_EP_IN) {
        in_busy = false;
        if (moved > 0 && moved == sending && moved % CCID_PACKET == 0) {
            in_busy = usbd_edpt_xfer(rhport, CCID_EP_IN, NULL, 0); /* ends the message */
        } else {
            ccid_out_done(&ccid);
        }
    }
    arm();
    return true;
}

const usbd_class_driver_t ccid_usb_driver = {
    .name = "CCID",
    .init = class_init,
    .deinit = class_deinit,
    .reset = class_reset,
    .open = class_open,
    .control_xfer_cb = class_control,
    .xfer_cb = class_transfer,
    .sof = NULL,
};

void ccid_usb_init(const struct ccid_card *card)
{
    ccid_init(&ccid, card);
}

void ccid_usb_card_off(void)
{
    ccid_card_off(&ccid);
}

bool ccid_usb_work(uint32_t now_ms)
{
    ccid_work(&ccid, now_ms);
    arm();
    return ccid_busy(&ccid);
}
