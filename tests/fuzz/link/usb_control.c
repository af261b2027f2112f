/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Control requests of every kind to the link's own program, in and out of order, with bus resets,
 * suspends and a little bulk between them. Never more bytes than a request asked for; afterwards
 * the device enumerates as before. REQ: K3
 */
#include "native_link.h"
#include "support/check.h"
#include <string.h>

#define REQUESTS 60u
#define CONFIG   512u

int hufu_fuzz_usb_control(const uint8_t *data, size_t size);

static void descriptors(uint8_t device[18], uint8_t config[CONFIG], long *config_len)
{
    check(native_link_control((const uint8_t[8]){0x80, 6, 0, 1, 0, 0, 18, 0}, device) == 18);
    *config_len = native_link_control(
        (const uint8_t[8]){0x80, 6, 0, 2, 0, 0, CONFIG & 0xFFu, CONFIG >> 8}, config);
    check(*config_len > 9 && *config_len == (config[2] | config[3] << 8));
}

static void bus(struct choices *c)
{
    switch (choose(c, 4)) {
    case 0:
        wire_reset();
        break;
    case 1:
        wire_suspend();
        break;
    case 2:
        wire_resume();
        break;
    default:
        native_link.now += choose(c, 5000);
        break;
    }
    native_link_turn();
}

static void bulk(struct choices *c)
{
    uint8_t packet[WIRE_PACKET];
    const size_t n = choose_bytes(c, packet, choose(c, WIRE_PACKET + 1u));
    const bool lost = choose(c, 8) == 0;
    (void)(choose(c, 2) != 0 ? wire_in(1, NULL, 0, lost) : wire_out(1, packet, n, lost));
    native_link_turn();
}

int hufu_fuzz_usb_control(const uint8_t *data, size_t size)
{
    static uint8_t device[18], config[CONFIG], now_device[18], now_config[CONFIG];
    static long config_len;
    long now_len;
    struct choices c = {data, size};
    native_link_fresh();
    if (config_len == 0) {
        descriptors(device, config, &config_len);
    }
    if (choose(&c, 4) != 0) {
        native_link_configure();
    }
    for (unsigned i = 0; i < REQUESTS && choices_left(&c) > 0; i++) {
        switch (choose(&c, 8)) {
        case 0:
            bus(&c);
            break;
        case 1:
            bulk(&c);
            break;
        default:
            native_link_any_request(&c);
            break;
        }
    }
    native_link_settle();
    native_link_check();
    wire_reset();
    wire_resume();
    native_link_turn();
    descriptors(now_device, now_config, &now_len);
    check(memcmp(device, now_device, sizeof device) == 0 && now_len == config_len);
    check(memcmp(config, now_config, (size_t)config_len) == 0);
    native_link_configure();
    return 0;
}
