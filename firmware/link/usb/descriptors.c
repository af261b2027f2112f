/* SPDX-License-Identifier: Apache-2.0 */
#include "descriptors.h"
#include "ccid_usb.h"
#include "dfu_usb.h"
#include "hufu/usb_id.h"
#include "tusb.h"
#include <string.h>

#define RELEASE_BCD 0x0010

enum {
    STRING_LANGUAGE = 0,
    STRING_MANUFACTURER,
    STRING_PRODUCT,
    STRING_SERIAL,
    STRING_DFU,
    STRING_COUNT
};

#define U16(v) (uint8_t)((v)&0xFFu), (uint8_t)(((v) >> 8) & 0xFFu)
#define U32(v) U16(v), U16((v) >> 16)

#define INTERFACE_CCID       0
#define INTERFACE_DFU        1
#define INTERFACES           2
#define CCID_DESCRIPTOR_SIZE 54
#define CONFIGURATION_SIZE   (9 + 9 + CCID_DESCRIPTOR_SIZE + 7 + 7 + DFU_INTERFACE_DESCRIPTORS)
#define DESCRIPTOR_CCID      0x21
#define DESCRIPTOR_DFU       0x21
#define DFU_CAN_DOWNLOAD     0x01
#define DFU_DETACH_MS        1000u /* wDetachTimeOut: nothing is detached */
#define MILLIAMPERES         100
#define CLOCK_KHZ            4000u
#define DATA_RATE            307200u
#define PROTOCOL_T1_BIT      2u
/* Parameters, activation, voltage, clock and rate by itself, negotiation inside; extended APDUs. */
#define FEATURES 0x000400FEu

static const tusb_desc_device_t device = {
    .bLength = sizeof(tusb_desc_device_t),
    .bDescriptorType = TUSB_DESC_DEVICE,
    .bcdUSB = 0x0200,
    .bDeviceClass = 0,
    .bDeviceSubClass = 0,
    .bDeviceProtocol = 0,
    .bMaxPacketSize0 = CFG_TUD_ENDPOINT0_SIZE,
    .idVendor = HUFU_USB_VID,
    .idProduct = HUFU_USB_PID,
    .bcdDevice = RELEASE_BCD,
    .iManufacturer = STRING_MANUFACTURER,
    .iProduct = STRING_PRODUCT,
    .iSerialNumber = STRING_SERIAL,
    .bNumConfigurations = 1,
};

static const uint8_t configuration[CONFIGURATION_SIZE] = {
    9, TUSB_DESC_CONFIGURATION, U16(CONFIGURATION_SIZE), INTERFACES, 1, 0, 0x80, MILLIAMPERES / 2,

    9, TUSB_DESC_INTERFACE, INTERFACE_CCID, 0, 2, TUSB_CLASS_SMART_CARD, 0, 0, STRING_PRODUCT,

    /* CCID class descriptor, CCID 1.1 table 5.1-1 */
    CCID_DESCRIPTOR_SIZE, DESCRIPTOR_CCID, U16(0x0110), /* bcdCCID */
    0,                                                  /* bMaxSlotIndex */
    7,                                                  /* bVoltageSupport */
    U32(PROTOCOL_T1_BIT),                               /* dwProtocols */
    U32(CLOCK_KHZ), U32(CLOCK_KHZ), 0,                  /* clock, maximum, number */
    U32(DATA_RATE), U32(DATA_RATE), 0,                  /* rate, maximum, number */
    U32(254u),                                          /* dwMaxIFSD */
    U32(0u), U32(0u),                                   /* dwSynchProtocols, dwMechanical */
    U32(FEATURES),                                      /* dwFeatures */
    U32(CCID_MESSAGE_MAX),                              /* dwMaxCCIDMessageLength */
    0xFF, 0xFF,                                         /* bClassGetResponse, bClassEnvelope */
    U16(0), 0, 1,                                       /* no display, no PIN pad, one busy slot */

    7, TUSB_DESC_ENDPOINT, CCID_EP_OUT, TUSB_XFER_BULK, U16(CCID_PACKET), 0, 7, TUSB_DESC_ENDPOINT,
    CCID_EP_IN, TUSB_XFER_BULK, U16(CCID_PACKET), 0,

    /* DFU 1.1, 4.2.3: DFU mode beside the running function, which an update does not stop. */
    9, TUSB_DESC_INTERFACE, INTERFACE_DFU, 0, 0, TUSB_CLASS_APPLICATION_SPECIFIC, 1, 2, STRING_DFU,

    /* DFU functional descriptor, 4.1.3 */
    9, DESCRIPTOR_DFU,
    DFU_CAN_DOWNLOAD, /* no upload; not manifestation tolerant; stays on the bus */
    U16(DFU_DETACH_MS), U16(DFU_BLOCK), U16(0x0110), /* bcdDFUVersion */
};

static char serial[DESCRIPTOR_SERIAL_MAX + 1u] = "0";

void descriptors_set_serial(const char *text, size_t len)
{
    size_t n = 0;
    while (n < len && n < DESCRIPTOR_SERIAL_MAX && text[n] > ' ' && text[n] <= '~') {
        serial[n] = text[n];
        n++;
    }
    if (n == 0) {
        serial[n++] = '0';
    }
    serial[n] = '\0';
}

uint8_t const *tud_descriptor_device_cb(void)
{
    return (uint8_t const *)&device;
}

uint8_t const *tud_descriptor_configuration_cb(uint8_t index)
{
    return index == 0 ? configuration : NULL; /* there is one: others are stalled */
}

uint16_t const *tud_descriptor_string_cb(uint8_t index, uint16_t language)
{
    static uint16_t text[DESCRIPTOR_SERIAL_MAX + 1u];
    static const char *const strings[STRING_COUNT] = {[STRING_MANUFACTURER] = "Hufu",
                                                      [STRING_PRODUCT] = "Hufu token",
                                                      [STRING_SERIAL] = serial,
                                                      [STRING_DFU] = "Hufu firmware"};
    (void)language;
    size_t n = 1;
    if (index == STRING_LANGUAGE) {
        text[n++] = 0x0409;
    } else if (index < STRING_COUNT) {
        for (const char *s = strings[index]; *s != '\0' && n < TU_ARRAY_SIZE(text); s++) {
            text[n++] = (uint8_t)*s;
        }
    } else {
        return NULL;
    }
    text[0] = (uint16_t)(TUSB_DESC_STRING << 8 | 2u * n);
    return text;
}
