/* SPDX-License-Identifier: Apache-2.0 */
#include "usb_check.h"
#include "chip.h"
#include "core_run.h"
#include "hardware/regs/addressmap.h"
#include "hardware/regs/usb.h"
#include "hufu/usb_id.h"
#include "layout.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Buffer control words: one for each direction of an endpoint, IN first. */
#define CONTROL(endpoint, out) (0x80u + 8u * (endpoint) + 4u * (out))
#define ENDPOINT_CONTROL(endpoint, out)                                                            \
    (8u * (endpoint) + 4u * (out)) /* of endpoints from 1 on                                       \
                                    */
#define EP0_BUFFER 0x100u
#define FULL       0x8000u
#define DATA1      0x2000u
#define STALL      0x0800u
#define AVAILABLE  0x0400u
#define LENGTH     0x03FFu

static const struct link_places *link;
static uint32_t *where;
static const char *problem;

static uint32_t get(uint32_t offset)
{
    uint32_t value;
    memcpy(&value, chip.usb.dpram + offset, sizeof value);
    return value;
}

static void put(uint32_t offset, uint32_t value)
{
    memcpy(chip.usb.dpram + offset, &value, sizeof value);
}

static uint32_t *reg(uint32_t offset)
{
    return &chip.usb.reg[offset / 4];
}

/* The link runs until it would sleep. */
static void settle(void)
{
    if (problem == NULL && !core_run(0, 0, link->sleep, where)) {
        problem = "the link does not come to rest";
    }
    if (problem == NULL) {
        core_skip_function();
    }
}

static void interrupt(void)
{
    if (problem == NULL && !core_call(link->interrupt, where)) {
        problem = "the link's interrupt does not come back";
    }
    settle();
}

/* The packet that an endpoint holds ready, for the host; the length, or -1: none, or a stall. */
static int packet_in(unsigned endpoint, uint8_t *to)
{
    const uint32_t control = get(CONTROL(endpoint, 0));
    const uint32_t buffer =
        endpoint == 0 ? EP0_BUFFER : get(ENDPOINT_CONTROL(endpoint, 0)) & 0xFFC0u;
    const uint32_t len = control & LENGTH;
    if ((control & (AVAILABLE | FULL | STALL)) != (AVAILABLE | FULL) || len > 64) {
        return -1;
    }
    memcpy(to, chip.usb.dpram + buffer, len);
    put(CONTROL(endpoint, 0), control & ~(AVAILABLE | FULL));
    *reg(USB_BUFF_STATUS_OFFSET) |= 1u << 2u * endpoint;
    interrupt();
    return (int)len;
}

static bool packet_out(unsigned endpoint, const uint8_t *from, uint32_t len)
{
    const uint32_t control = get(CONTROL(endpoint, 1));
    const uint32_t buffer =
        endpoint == 0 ? EP0_BUFFER : get(ENDPOINT_CONTROL(endpoint, 1)) & 0xFFC0u;
    if ((control & (AVAILABLE | STALL)) != AVAILABLE) {
        return false;
    }
    if (len > 0) {
        memcpy(chip.usb.dpram + buffer, from, len);
    }
    put(CONTROL(endpoint, 1), (control & ~(AVAILABLE | LENGTH)) | FULL | len);
    *reg(USB_BUFF_STATUS_OFFSET) |= 2u << 2u * endpoint;
    interrupt();
    return true;
}

static void setup(const uint8_t packet[8])
{
    memcpy(chip.usb.dpram, packet, 8);
    *reg(USB_SIE_STATUS_OFFSET) |= USB_SIE_STATUS_SETUP_REC_BITS;
    interrupt();
}

/* A request that reads; the length, or -1: it was refused. */
static int control_in(const uint8_t packet[8], uint8_t *to, uint32_t most)
{
    uint32_t have = 0;
    int len = 64;
    setup(packet);
    while (len == 64 && have + 64 <= most) {
        len = packet_in(0, to + have);
        if (len < 0) {
            return -1;
        }
        have += (uint32_t)len;
        if (have == (uint32_t)(packet[6] | packet[7] << 8)) {
            break;
        }
    }
    return packet_out(0, NULL, 0) ? (int)have : -1;
}

static bool control_none(const uint8_t packet[8])
{
    uint8_t nothing[64];
    setup(packet);
    return packet_in(0, nothing) == 0;
}

static bool stalled(void)
{
    return (get(CONTROL(0, 0)) & STALL) != 0 && (get(CONTROL(0, 1)) & STALL) != 0 &&
           (*reg(USB_EP_STALL_ARM_OFFSET) & 3u) == 3u;
}

static const char *enumerate(void)
{
    static const uint8_t device[8] = {0x80, 6, 0, 1, 0, 0, 18, 0};
    static const uint8_t address[8] = {0x00, 5, 42, 0, 0, 0, 0, 0};
    static const uint8_t configuration[8] = {0x80, 6, 0, 2, 0, 0, 0, 2};
    static const uint8_t configure[8] = {0x00, 9, 1, 0, 0, 0, 0, 0};
    static const uint8_t wrong_way[8] = {0x00, 6, 0, 1, 0, 0, 18, 0};
    static uint8_t bytes[1024];
    if (control_in(device, bytes, sizeof bytes) != 18 || bytes[1] != 1 || bytes[7] != 64) {
        return "no device descriptor";
    }
    if ((bytes[8] | bytes[9] << 8) != HUFU_USB_VID ||
        (bytes[10] | bytes[11] << 8) != HUFU_USB_PID) {
        return "vendor and product";
    }
    if (!control_none(address) || *reg(USB_ADDR_ENDP_OFFSET) != 42) {
        return "no address";
    }
    const int len = control_in(configuration, bytes, sizeof bytes);
    if (len < 9 || bytes[1] != 2 || (bytes[2] | bytes[3] << 8) != len) {
        return "no configuration descriptor";
    }
    if (!control_none(configure)) {
        return "not configured";
    }
    printf("usb: enumerated, configuration of %d bytes\n", len);
    /* "Get descriptor" with its data the other way would write into the descriptor. */
    setup(wrong_way);
    if (!stalled()) {
        return "a request the wrong way was not stalled";
    }
    *reg(USB_EP_STALL_ARM_OFFSET) = 0;
    return control_in(device, bytes, sizeof bytes) == 18 ? NULL : "no request after a stall";
}

/* PC_to_RDR_GetSlotStatus on whatever bulk endpoints were opened. */
static const char *ask_reader(void)
{
    static const uint8_t ask[10] = {0x65, 0, 0, 0, 0, 0, 7, 0, 0, 0};
    uint8_t answer[64];
    unsigned in = 0, out = 0;
    for (unsigned endpoint = 1; endpoint < 16; endpoint++) {
        const uint32_t to_host = get(ENDPOINT_CONTROL(endpoint, 0));
        const uint32_t to_device = get(ENDPOINT_CONTROL(endpoint, 1));
        in = (to_host >> 31 != 0 && (to_host >> 26 & 3u) == 2) ? endpoint : in;
        out = (to_device >> 31 != 0 && (to_device >> 26 & 3u) == 2) ? endpoint : out;
    }
    if (in == 0 || out == 0) {
        return "no bulk endpoints";
    }
    if (!packet_out(out, ask, sizeof ask)) {
        return "the reader takes nothing";
    }
    if (packet_in(in, answer) != 10 || answer[0] != 0x81 || answer[6] != 7) {
        return "the reader does not answer";
    }
    return NULL;
}

const char *usb_check(const struct link_places *places, uint32_t *at)
{
    const uint32_t *vectors = (const uint32_t *)(const void *)core_ram(LINK_CODE);
    link = places;
    where = at;
    problem = NULL;
    if (!core_run(vectors[1], vectors[0], link->sleep, at)) {
        return "the link does not start";
    }
    core_skip_function();
    if ((*reg(USB_SIE_CTRL_OFFSET) & USB_SIE_CTRL_PULLUP_EN_BITS) == 0 ||
        *reg(USB_MAIN_CTRL_OFFSET) != USB_MAIN_CTRL_CONTROLLER_EN_BITS) {
        return "the controller is not on the bus";
    }
    *reg(USB_SIE_STATUS_OFFSET) |= USB_SIE_STATUS_BUS_RESET_BITS;
    interrupt();
    const char *wrong = enumerate();
    if (wrong == NULL) {
        wrong = ask_reader();
    }
    return problem != NULL ? problem : wrong;
}
