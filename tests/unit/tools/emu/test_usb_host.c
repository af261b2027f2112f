/* SPDX-License-Identifier: Apache-2.0 */
/* The emulator's USB host against a scripted device: packets as on a wire, and devices that lie. */
#include "script_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct script dev;
static uint8_t pattern[10240], buffer[16384];

static int setup(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pattern; i++)
        pattern[i] = (uint8_t)(i * 7 + i / 256);
    script_init(&dev);
    return 0;
}

static void enumerates(void **state)
{
    (void)state;
    script_enumerate(&dev);
    assert_int_equal(dev.udc.address, 5);
    assert_int_equal(dev.host.config_len, script_config_len);
    assert_memory_equal(dev.host.config, script_config, script_config_len);
}

static void no_controller(void **state)
{
    (void)state;
    dev.udc.magic = 0;
    assert_int_equal(usb_attach(&dev.host, &dev.bus, 20), USB_TIMEOUT);
    dev.pulled = true;
    assert_int_equal(usb_attach(&dev.host, &dev.bus, 20), USB_GONE);
}

static void configuration_out_of_bounds(void **state)
{
    static uint8_t bad[sizeof pattern];

    (void)state;
    assert_int_equal(usb_attach(&dev.host, &dev.bus, 100), USB_OK);
    assert_int_equal(usb_reset(&dev.host), USB_OK);
    memcpy(bad, script_config, script_config_len);
    bad[2] = 0xFF;
    bad[3] = 0x7F; /* wTotalLength far beyond what is kept */
    dev.config = bad;
    assert_int_equal(usb_enumerate(&dev.host, 1), USB_FORM);
    bad[2] = 8;
    bad[3] = 0; /* shorter than itself */
    assert_int_equal(usb_enumerate(&dev.host, 1), USB_FORM);
    bad[2] = 100; /* promises more than it sends */
    assert_int_equal(usb_enumerate(&dev.host, 1), USB_FORM);
}

/* A control answer on a packet's border, shorter than asked: an empty packet must end it. */
static void control_in_lengths(void **state)
{
    static const uint16_t lengths[] = {0, 1, 63, 64, 65, 127, 128, 129, 255};

    (void)state;
    script_enumerate(&dev);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        const struct usb_setup longer = {0xC0, 1, lengths[i], 0, 512};
        const struct usb_setup exact = {0xC0, 1, lengths[i], 0, lengths[i]};
        size_t got = 9999;

        assert_int_equal(usb_control(&dev.host, &longer, buffer, &got, 500), USB_OK);
        assert_int_equal(got, lengths[i]);
        for (size_t k = 0; k < got; k++)
            assert_int_equal(buffer[k], (uint8_t)k);
        if (lengths[i] == 0)
            continue;
        assert_int_equal(usb_control(&dev.host, &exact, buffer, &got, 500), USB_OK);
        assert_int_equal(got, lengths[i]);
    }
}

static void control_stall_leaves_endpoint_usable(void **state)
{
    const struct usb_setup unknown = {0xC0, 0x77, 0, 0, 16};
    const struct usb_setup known = {0xC0, 1, 10, 0, 16};
    size_t got = 1;

    (void)state;
    script_enumerate(&dev);
    assert_int_equal(usb_control(&dev.host, &unknown, buffer, &got, 500), USB_STALL);
    assert_int_equal(got, 0);
    assert_int_equal(usb_control(&dev.host, &known, buffer, &got, 500), USB_OK);
    assert_int_equal(got, 10);
}

static void bulk_out_lengths(void **state)
{
    static const size_t lengths[] = {1, 63, 64, 65, 127, 128, 129, 9235};

    (void)state;
    script_enumerate(&dev);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        dev.received_len = 0;
        dev.out_done = 0;
        assert_int_equal(usb_bulk_out(&dev.host, 1, pattern, lengths[i], false, 500), USB_OK);
        (void)dev.bus.wait(&dev, 0);
        assert_int_equal(dev.received_len, lengths[i]);
        assert_memory_equal(dev.received, pattern, lengths[i]);
        assert_int_equal(dev.out_done, (lengths[i] + 63) / 64);
    }
}

/* A device that waits for a short packet does not get one after 128 bytes unless the host sends it.
 */
static void bulk_out_border_needs_empty_packet(void **state)
{
    (void)state;
    dev.out_room = 4096;
    script_enumerate(&dev);
    assert_int_equal(usb_bulk_out(&dev.host, 1, pattern, 128, false, 500), USB_OK);
    (void)dev.bus.wait(&dev, 0);
    assert_int_equal(dev.out_done, 0);
    assert_int_equal(usb_bulk_out(&dev.host, 1, pattern + 128, 1, false, 500), USB_OK);
    (void)dev.bus.wait(&dev, 0);
    assert_int_equal(dev.out_done, 1);
    assert_int_equal(dev.last_actual, 129);
    assert_memory_equal(dev.received, pattern, 129);

    dev.received_len = 0;
    assert_int_equal(usb_bulk_out(&dev.host, 1, pattern, 128, true, 500), USB_OK);
    (void)dev.bus.wait(&dev, 0);
    assert_int_equal(dev.out_done, 2);
    assert_int_equal(dev.last_actual, 128);
}

static void bulk_in_lengths(void **state)
{
    static const size_t lengths[] = {0, 1, 63, 64, 65, 127, 128, 129, 9235};
    size_t got;

    (void)state;
    script_enumerate(&dev);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        for (size_t piece = 64; piece <= VB_UDC_BUFFER; piece *= 2) {
            script_send(&dev, pattern, lengths[i], piece);
            assert_int_equal(usb_bulk_in(&dev.host, 1, buffer, sizeof buffer, &got, 500), USB_OK);
            assert_int_equal(got, lengths[i]);
            assert_memory_equal(buffer, pattern, lengths[i]);
        }
    }
}

static void babble_is_refused(void **state)
{
    size_t got = 1;

    (void)state;
    script_enumerate(&dev);
    script_send(&dev, pattern, 200, 4096);
    assert_int_equal(usb_bulk_in(&dev.host, 1, buffer, 199, &got, 500), USB_BABBLE);
    assert_int_equal(got, 0);

    /* A length word beyond the buffer is never followed. */
    dev.sending = false;
    dev.udc.ep[3].state = VB_EP_ARMED;
    dev.udc.ep[3].length = VB_UDC_BUFFER + 1;
    assert_int_equal(usb_bulk_in(&dev.host, 1, buffer, sizeof buffer, &got, 500), USB_BABBLE);
    dev.udc.ep[3].length = 0xFFFFFFFFu;
    assert_int_equal(usb_bulk_in(&dev.host, 1, buffer, sizeof buffer, &got, 500), USB_BABBLE);

    /* Room for less than the packet that is on the wire. */
    dev.udc.ep[2].state = VB_EP_ARMED;
    dev.udc.ep[2].length = 10;
    assert_int_equal(usb_bulk_out(&dev.host, 1, pattern, 64, false, 500), USB_BABBLE);
    dev.udc.ep[2].length = VB_UDC_BUFFER + 64;
    assert_int_equal(usb_bulk_out(&dev.host, 1, pattern, 64, false, 500), USB_BABBLE);
}

static void shrinking_transfer(void **state)
{
    (void)state;
    dev.out_room = 4096;
    script_enumerate(&dev);
    assert_int_equal(usb_bulk_out(&dev.host, 1, pattern, 128, false, 500), USB_OK);
    dev.udc.ep[2].length = 64; /* changed while armed and half filled */
    assert_int_equal(usb_bulk_out(&dev.host, 1, pattern, 1, false, 500), USB_FORM);
}

static void silence_ends_in_time(void **state)
{
    size_t got;

    (void)state;
    script_enumerate(&dev);
    assert_int_equal(usb_bulk_in(&dev.host, 1, buffer, sizeof buffer, &got, 30), USB_TIMEOUT);
}

static void halt_and_clear(void **state)
{
    size_t got;

    (void)state;
    script_enumerate(&dev);
    dev.udc.ep[3].state = VB_EP_STALL;
    assert_int_equal(usb_bulk_in(&dev.host, 1, buffer, sizeof buffer, &got, 500), USB_STALL);
    assert_int_equal(usb_bulk_in(&dev.host, 1, buffer, sizeof buffer, &got, 500), USB_STALL);
    assert_int_equal(usb_clear_halt(&dev.host, 0x81), USB_OK);
    script_send(&dev, pattern, 20, 64);
    assert_int_equal(usb_bulk_in(&dev.host, 1, buffer, sizeof buffer, &got, 500), USB_OK);
    assert_int_equal(got, 20);
}

static void device_that_leaves(void **state)
{
    size_t got;

    (void)state;
    script_enumerate(&dev);
    dev.udc.ep[2].open = 0; /* no longer configured */
    assert_int_equal(usb_bulk_out(&dev.host, 1, pattern, 5, false, 500), USB_GONE);
    dev.udc.magic = 0; /* restarted */
    assert_int_equal(usb_bulk_in(&dev.host, 1, buffer, sizeof buffer, &got, 500), USB_GONE);
    assert_int_equal(usb_reset(&dev.host), USB_GONE);

    setup(NULL);
    script_enumerate(&dev);
    dev.udc.event_taken = 0; /* restarted so fast that the magic was never seen gone */
    assert_int_equal(usb_reset(&dev.host), USB_GONE);

    setup(NULL);
    script_enumerate(&dev);
    dev.pulled = true;
    assert_int_equal(usb_bulk_in(&dev.host, 1, buffer, sizeof buffer, &got, 500), USB_GONE);
    assert_int_equal(usb_bulk_in(&dev.host, 0, buffer, sizeof buffer, &got, 500), USB_FORM);
    assert_int_equal(usb_bulk_in(&dev.host, 4, buffer, sizeof buffer, &got, 500), USB_FORM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(enumerates, setup),
        cmocka_unit_test_setup(no_controller, setup),
        cmocka_unit_test_setup(configuration_out_of_bounds, setup),
        cmocka_unit_test_setup(control_in_lengths, setup),
        cmocka_unit_test_setup(control_stall_leaves_endpoint_usable, setup),
        cmocka_unit_test_setup(bulk_out_lengths, setup),
        cmocka_unit_test_setup(bulk_out_border_needs_empty_packet, setup),
        cmocka_unit_test_setup(bulk_in_lengths, setup),
        cmocka_unit_test_setup(babble_is_refused, setup),
        cmocka_unit_test_setup(shrinking_transfer, setup),
        cmocka_unit_test_setup(silence_ends_in_time, setup),
        cmocka_unit_test_setup(halt_and_clear, setup),
        cmocka_unit_test_setup(device_that_leaves, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
