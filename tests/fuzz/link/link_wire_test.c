/* SPDX-License-Identifier: Apache-2.0 */
/* Hostile hosts against the real link on the virtual board: random control requests and messages,
 * and a controller whose words lie. The link may stall, refuse, or need a bus reset; it may not
 * fault, touch what is the vault's, or stay deaf afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rig.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* For what never comes; a busy machine has time for all else. */
#define START_MS 180000
#define WAIT_MS  60000

static struct rig rig;
static struct usb_device usb;
static uint64_t random_state;

static uint32_t rnd(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 11) % below;
}

static void random_control(void)
{
    static const uint8_t types[] = {0x00, 0x01, 0x02, 0x21, 0x80, 0x81, 0x82, 0xA1, 0x40, 0xC0};
    uint8_t data[300];
    size_t n = 0;
    const struct usb_setup setup = {
        rnd(4) == 0 ? (uint8_t)rnd(256) : types[rnd(sizeof types)], (uint8_t)rnd(14),
        (uint16_t)(rnd(2) == 0 ? rnd(65536) : rnd(8) << 8), (uint16_t)rnd(4), (uint16_t)rnd(280)};
    memset(data, 0x5A, sizeof data);
    (void)usb_control(&usb, &setup, data, &n, 30);
}

static void random_message(void)
{
    uint8_t message[400];
    uint8_t answer[512];
    size_t n = 0;
    const uint32_t len = rnd(sizeof message);
    for (uint32_t i = 0; i < len; i++) {
        message[i] = (uint8_t)rnd(256);
    }
    if (len >= 10 && rnd(4) != 0) {
        const uint32_t data_len = len - 10u;
        message[0] = (uint8_t)(0x60 + rnd(0x15));
        memcpy(message + 1, &data_len, sizeof data_len);
        message[5] = 0;
    }
    (void)usb_bulk_out(&usb, 1, message, len, rnd(2) == 0, 20);
    (void)usb_bulk_in(&usb, 1, answer, sizeof answer, &n, 20);
}

/* The controller's half of the shared words, changed at will. */
static void lying_controller(void)
{
    struct vb_udc *udc = usb.bus.udc;
    struct vb_endpoint *ep = &udc->ep[rnd(VB_UDC_ENDPOINTS)];
    switch (rnd(5)) {
    case 0:
        ep->actual = rnd(2) == 0 ? 0xFFFFFFFFu : rnd(VB_UDC_BUFFER * 2u);
        ep->state = VB_EP_DONE;
        break;
    case 1:
        ep->length = 0xFFFFFFFFu;
        ep->state = rnd(6);
        break;
    case 2:
        udc->event = rnd(8);
        udc->event_sequence += rnd(3);
        break;
    case 3:
        memset(udc->setup, (int)rnd(256), sizeof udc->setup);
        udc->event = VB_UDC_SETUP;
        udc->event_sequence++;
        break;
    default:
        ep->open = rnd(1000);
        break;
    }
    usb.bus.ring(usb.bus.ctx);
    rig_run(&rig, 1);
}

/* The last lie has been read: a bus reset posted over it would be lost. */
static void settle(void)
{
    const struct vb_udc *udc = (const void *)(rig.board.memory + VB_UDC);
    const long long deadline = loop_now() + WAIT_MS;
    while (loop_now() < deadline) {
        rig_run(&rig, 5);
        if (__atomic_load_n(&udc->event_taken, __ATOMIC_ACQUIRE) ==
            __atomic_load_n(&udc->event_sequence, __ATOMIC_ACQUIRE)) {
            return;
        }
    }
    fail_msg("the device takes no events any more");
}

static void works_again(unsigned round)
{
    static const uint8_t power_on[10] = {0x62, 0, 0, 0, 0, 0, 77};
    uint8_t answer[128];
    size_t n = 0;
    const struct usb_bus bus = vboard_bus(&rig.board);
    assert_int_equal(usb_attach(&usb, &bus, START_MS), USB_OK);
    assert_int_equal(usb_reset(&usb), USB_OK);
    const int e = usb_enumerate(&usb, 9);
    if (e != USB_OK) {
        fail_msg("round %u: %s", round, usb_error_text(e));
    }
    assert_int_equal(usb_bulk_out(&usb, 1, power_on, sizeof power_on, false, WAIT_MS), USB_OK);
    assert_int_equal(usb_bulk_in(&usb, 1, answer, sizeof answer, &n, WAIT_MS), USB_OK);
    assert_true(n > 12 && answer[0] == 0x80 && answer[6] == 77 && answer[7] == 0);
}

static void test_hostile_hosts(void **state)
{
    (void)state;
    const uint32_t rounds = getenv("HUFU_TEST_LONG") != NULL ? 1000 : 60;
    rig_open(&rig);
    rig_power_on(&rig, HUFU_IMAGES);
    works_again(0);
    for (uint32_t seed = 1; seed <= rounds; seed++) {
        random_state = 0x9E3779B97F4A7C15u * seed;
        for (uint32_t step = 0; step < 25; step++) {
            const uint32_t kind = rnd(seed % 2 == 0 ? 10 : 9); /* odd rounds: a lawful wire */
            if (kind < 4) {
                random_control();
            } else if (kind < 9) {
                random_message();
            } else {
                lying_controller();
            }
        }
        settle();
        works_again(seed);
        rig_run(&rig, 1);
        if (strstr(rig.text, "violation") != NULL || strstr(rig.text, "fault") != NULL) {
            fail_msg("seed %u:\n%s", (unsigned)seed, rig.text);
        }
    }
    rig_power_off(&rig);
    rig_close(&rig);
}

/* TinyUSB would let this overwrite the descriptor with what the host sends. */
static void test_get_descriptor_outwards_is_refused(void **state)
{
    (void)state;
    uint8_t data[86];
    size_t n = 0;
    const struct usb_setup wrong = {0x00, 6, 0x0200, 0, sizeof data};
    rig_open(&rig);
    rig_power_on(&rig, HUFU_IMAGES);
    works_again(0);
    memset(data, 0x5A, sizeof data);
    assert_int_equal(usb_control(&usb, &wrong, data, &n, WAIT_MS), USB_STALL);
    works_again(1);
    rig_power_off(&rig);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_get_descriptor_outwards_is_refused),
                                       cmocka_unit_test(test_hostile_hosts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
