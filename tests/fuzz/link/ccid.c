/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CCID messages over the bulk pipes to the native vault: lawful and nearly lawful ones, cut into
 * transfers as the input says, with commands inside, aborts, resets, lost transfers and time that
 * passes. Every answer is one whole message that fits what was asked. REQ: K1 K3
 */
#include "usb/ccid.h"
#include "native_link.h"
#include "support/check.h"
#include <string.h>

#define STEPS 40u

int hufu_fuzz_ccid(const uint8_t *data, size_t size);

static uint8_t message[CCID_MESSAGE_MAX + 64u];

/* --- commands -----------------------------------------------------------------------------------
 */

static size_t command(struct choices *c, uint8_t *apdu)
{
    static const uint8_t classes[] = {0x80, 0x80, 0x80, 0x84, 0x00, 0x90, 0x94, 0xFF};
    static const uint8_t aid[2][HUFU_AID_LEN + 1u] = {HUFU_AID_SKF, HUFU_AID_ADMIN};
    size_t n = 0;
    apdu[n++] = classes[choose(c, sizeof classes)];
    apdu[n++] = (uint8_t)(choose(c, 8) == 0 ? choose(c, 256) : choose(c, 128) * 2u);
    apdu[n++] = (uint8_t)choose(c, 5);
    apdu[n++] = (uint8_t)choose(c, 3);
    if (choose(c, 6) == 0) {
        memcpy(apdu, (const uint8_t[]){0, HUFU_INS_SELECT, 4, 0, HUFU_AID_LEN}, 5);
        memcpy(apdu + 5, aid[choose(c, 2)], HUFU_AID_LEN);
        return 5 + HUFU_AID_LEN;
    }
    const uint32_t form = choose(c, 6);
    uint32_t len = choose(c, 4) == 0 ? choose(c, 700) : choose(c, 48);
    if (form == 0) {
        return n; /* no data, nothing asked for */
    }
    if (form == 1) {
        apdu[n++] = (uint8_t)choose(c, 256);
        return n;
    }
    const bool extended = form > 3 || len > 255;
    if (extended) {
        apdu[n++] = 0;
        apdu[n++] = (uint8_t)(len >> 8);
    }
    apdu[n++] = (uint8_t)len;
    if (len >= 4 && choose(c, 4) != 0) { /* ids that exist */
        const uint8_t ids[4] = {0, (uint8_t)native_link.ready.app, 0,
                                (uint8_t)native_link.ready.container};
        memcpy(apdu + n, ids, sizeof ids);
        n += sizeof ids;
        len -= (uint32_t)sizeof ids;
    }
    memset(apdu + n, 0, len);
    (void)choose_bytes(c, apdu + n, len);
    n += len;
    if ((form & 1u) != 0) {
        if (extended) {
            apdu[n++] = (uint8_t)choose(c, 3);
        }
        apdu[n++] = (uint8_t)choose(c, 256);
    }
    return n;
}

/* --- messages -----------------------------------------------------------------------------------
 */

static size_t whole_message(struct choices *c)
{
    static const uint8_t types[] = {0x6F, 0x6F, 0x6F, 0x6F, 0x62, 0x62, 0x63, 0x65,
                                    0x61, 0x6C, 0x6D, 0x72, 0x69, 0x73, 0x80};
    static uint8_t sequence;
    uint32_t len = 0;
    memset(message, 0, CCID_HEADER);
    message[0] = choose(c, 16) == 0 ? (uint8_t)choose(c, 256) : types[choose(c, sizeof types)];
    message[6] = choose(c, 4) == 0 ? (uint8_t)choose(c, 3) : sequence++;
    if (message[0] == 0x6F) {
        len = (uint32_t)command(c, message + CCID_HEADER);
    } else if (message[0] == 0x61 || choose(c, 8) == 0) {
        len = choose(c, 16);
        (void)choose_bytes(c, message + CCID_HEADER, len);
    }
    uint32_t told = len;
    if (choose(c, 12) == 0) { /* a length that lies */
        static const uint32_t lies[] = {0,    1,      54,      9216,       9225,       9226,
                                        9280, 0xFFFF, 0x10000, 0x7FFFFFFF, 0xFFFFFFF6, 0xFFFFFFFF};
        told = lies[choose(c, sizeof lies / sizeof *lies)];
    }
    for (unsigned i = 0; i < 4; i++) {
        message[1 + i] = (uint8_t)(told >> 8 * i);
    }
    if (choose(c, 8) == 0) {
        message[5 + choose(c, 5)] ^= (uint8_t)choose(c, 256);
    }
    return CCID_HEADER + len;
}

/* The message in packets; the device's transfers end where it armed them to, or early. */
static void send(struct choices *c, size_t len)
{
    const uint32_t style = choose(c, 16);
    size_t sent = 0;
    for (unsigned i = 0; i < 400 && sent < len; i++) {
        const size_t room = wire_room(1);
        size_t part = len - sent < room ? len - sent : room;
        if (style == 0 && part > 1) {
            part = 1 + choose(c, (uint32_t)part); /* a short packet in its midst */
        }
        const long n = wire_out(1, message + sent, part, style == 1 && choose(c, 4) == 0);
        native_link_turn();
        if (n <= 0) {
            break;
        }
        sent += (size_t)n;
    }
    if (style == 2) {
        (void)wire_out(1, NULL, 0, false); /* an empty packet too many */
        native_link_turn();
    }
}

static void fetch(struct choices *c)
{
    static uint8_t answer[CCID_BUFFER + 64u];
    const bool lost = choose(c, 24) == 0;
    const long n = wire_in(1, answer, sizeof answer, lost);
    native_link_turn();
    if (n <= 0) {
        return;
    }
    check((size_t)n >= CCID_HEADER && (size_t)n <= CCID_MESSAGE_MAX);
    const uint32_t len = (uint32_t)answer[1] | (uint32_t)answer[2] << 8 |
                         (uint32_t)answer[3] << 16 | (uint32_t)answer[4] << 24;
    check(len == (size_t)n - CCID_HEADER);
    check(answer[0] >= 0x80 && answer[0] <= 0x82);
    check((answer[7] & 0x3Cu) == 0 && (answer[7] & 0xC0u) != 0xC0u);
    check(len == 0 || (answer[7] & 0x40u) == 0);
    if (n % (long)CCID_PACKET == 0) { /* and the packet that ends it */
        check(wire_in(1, NULL, 0, false) <= 0);
        native_link_turn();
    }
}

static void aborted(struct choices *c)
{
    const uint8_t sequence = (uint8_t)choose(c, 256);
    const uint8_t request[8] = {0x21, 1, 0, sequence, 0, 0, 0, 0};
    (void)native_link_control(request, NULL);
    if (choose(c, 4) != 0) {
        memset(message, 0, CCID_HEADER);
        message[0] = 0x72;
        message[6] = choose(c, 4) == 0 ? (uint8_t)(sequence + 1u) : sequence;
        send(c, CCID_HEADER);
    }
}

static void halted(struct choices *c)
{
    const uint8_t endpoint = choose(c, 2) != 0 ? 0x81 : 0x01;
    const uint8_t set[8] = {0x02, 3, 0, 0, endpoint, 0, 0, 0};
    const uint8_t clear[8] = {0x02, 1, 0, 0, endpoint, 0, 0, 0};
    (void)native_link_control(set, NULL);
    (void)native_link_control(clear, NULL);
}

static void something_else(struct choices *c)
{
    switch (choose(c, 8)) {
    case 0:
        wire_reset();
        native_link_turn();
        native_link_configure();
        break;
    case 1:
        aborted(c);
        break;
    case 2:
        halted(c);
        break;
    case 3:
        native_link.now += 1000;
        native_link_turn();
        break;
    case 4:
        native_link_any_request(c);
        break;
    default:
        native_link_turn();
        break;
    }
}

int hufu_fuzz_ccid(const uint8_t *data, size_t size)
{
    struct choices c = {data, size};
    native_link_fresh();
    native_link_configure();
    memset(message, 0, CCID_HEADER);
    message[0] = 0x62; /* IccPowerOn */
    (void)wire_out(1, message, CCID_HEADER, false);
    native_link_turn();
    fetch(&c);
    for (unsigned i = 0; i < STEPS && choices_left(&c) > 0; i++) {
        if (choose(&c, 6) == 0) {
            something_else(&c);
        } else {
            send(&c, whole_message(&c));
        }
        if (choose(&c, 4) != 0) {
            native_link_settle();
            fetch(&c);
        }
    }
    native_link_settle();
    native_link_check();
    return 0;
}
