/* SPDX-License-Identifier: Apache-2.0 */
#include "dfu_usb.h"
#include "tusb.h"

#define PROTOCOL_DFU_MODE 2u

static struct dfu dfu;

static void class_init(void)
{
}

static bool class_deinit(void)
{
    return true;
}

static void class_reset(uint8_t rhport)
{
    (void)rhport;
    dfu_reset(&dfu);
}

static uint16_t class_open(uint8_t rhport, tusb_desc_interface_t const *interface, uint16_t max_len)
{
    (void)rhport;
    return interface->bInterfaceClass == TUSB_CLASS_APPLICATION_SPECIFIC &&
                   interface->bInterfaceSubClass == 1 &&
                   interface->bInterfaceProtocol == PROTOCOL_DFU_MODE &&
                   max_len >= DFU_INTERFACE_DESCRIPTORS
               ? DFU_INTERFACE_DESCRIPTORS
               : 0;
}

/* Standard requests are TinyUSB's: there is one alternate setting. */
static bool class_control(uint8_t rhport, uint8_t stage, tusb_control_request_t const *request)
{
    uint8_t *data = NULL;
    uint16_t len = 0;
    if (request->bmRequestType_bit.type != TUSB_REQ_TYPE_CLASS) {
        return false;
    }
    if (stage == CONTROL_STAGE_DATA && request->bmRequestType_bit.direction == TUSB_DIR_OUT) {
        dfu_received(&dfu);
    }
    if (stage != CONTROL_STAGE_SETUP) {
        return true;
    }
    switch (dfu_setup(&dfu, (const uint8_t *)request, &data, &len)) {
    case DFU_ACCEPT:
        return tud_control_status(rhport, request);
    case DFU_SEND:
    case DFU_RECEIVE:
        return tud_control_xfer(rhport, request, data, len);
    case DFU_STALL:
        break;
    }
    return false;
}

const usbd_class_driver_t dfu_usb_driver = {
    .name = "DFU",
    .init = class_init,
    .deinit = class_deinit,
    .reset = class_reset,
    .open = class_open,
    .control_xfer_cb = class_control,
    .xfer_cb = NULL,
    .sof = NULL,
};

void dfu_usb_init(const struct dfu_target *target)
{
    dfu_init(&dfu, target);
}

bool dfu_usb_work(void)
{
    return dfu_work(&dfu);
}

bool dfu_usb_holds(void)
{
    return dfu_holds(&dfu);
}

bool dfu_usb_restart_due(void)
{
    return dfu_restart_due(&dfu);
}
