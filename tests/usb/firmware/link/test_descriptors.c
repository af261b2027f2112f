/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptors and requests of the control pipe, byte for byte (USB 2.0 chapter 9; CCID 1.1 table
 * 5.1-1; DFU 1.1 clause 4). REQ: K3
 */
#include "bench.h"
#include "hufu/apdu.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define CONTROL_MS  5000
#define CONFIG_SIZE 104

#define LE32(v)                                                                                    \
    (uint8_t)(v), (uint8_t)((v) >> 8), (uint8_t)((v) >> 16), (uint8_t)((uint32_t)(v) >> 24)

static int control(uint8_t type, uint8_t request, uint16_t value, uint16_t index, uint16_t length,
                   uint8_t *data, size_t *got)
{
    const struct usb_setup setup = {type, request, value, index, length};

    return usb_control(&bench.usb, &setup, data, got, CONTROL_MS);
}

static void device_descriptor(void **state)
{
    static const uint8_t expected[18] = {18,   1,    0x00, 0x02, 0, 0, 0, 64, 0x09,
                                         0x12, 0x01, 0x00, 0x10, 0, 1, 2, 3,  1};

    (void)state;
    assert_memory_equal(bench.usb.device_descriptor, expected, sizeof expected);
}

static void configuration_descriptor(void **state)
{
    static const uint8_t expected[CONFIG_SIZE] = {
        /* configuration: two interfaces, bus powered, 100 mA */
        9, 2, CONFIG_SIZE, 0, 2, 1, 0, 0x80, 50,
        /* interface 0: smart card, bulk only */
        9, 4, 0, 0, 2, 0x0B, 0, 0, 2,
        /* CCID: 1.10, one slot, all voltages, T=1, 4 MHz, 307200 bit/s */
        54, 0x21, 0x10, 0x01, 0, 7, LE32(2), LE32(4000), LE32(4000), 0, LE32(307200), LE32(307200),
        0, LE32(254), LE32(0), LE32(0), LE32(0x000400FE), LE32(10 + HUFU_APDU_MAX), 0xFF, 0xFF, 0,
        0, 0, 1,
        /* bulk OUT 1, bulk IN 1, 64 bytes */
        7, 5, 0x01, 2, 64, 0, 0, 7, 5, 0x81, 2, 64, 0, 0,
        /* interface 1: DFU mode; download alone, blocks of 4096 bytes, DFU 1.10 */
        9, 4, 1, 0, 0, 0xFE, 1, 2, 4, 9, 0x21, 1, 0xE8, 0x03, 0x00, 0x10, 0x10, 0x01};

    (void)state;
    assert_int_equal(bench.usb.config_len, CONFIG_SIZE);
    assert_memory_equal(bench.usb.config, expected, CONFIG_SIZE);
    /* The message length holds the longest APDU, so that no host ever has to chain. */
    assert_true(10 + HUFU_APDU_MAX <= VB_UDC_BUFFER);
}

/* Asked for less, a device gives less; on a packet's border and asked for more, it ends in time. */
static void descriptor_cut_to_length(void **state)
{
    static const uint16_t lengths[] = {1, 8, 9, 63, 64, 65, 103, 104, 105, 255, 1024};
    uint8_t data[1024];
    size_t got;

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        assert_int_equal(control(0x80, 6, 0x0200, 0, lengths[i], data, &got), USB_OK);
        assert_int_equal(got, lengths[i] < CONFIG_SIZE ? lengths[i] : CONFIG_SIZE);
        assert_memory_equal(data, bench.usb.config, got);
    }
}

static void strings(void **state)
{
    uint8_t data[255];
    size_t got;

    (void)state;
    assert_int_equal(control(0x80, 6, 0x0300, 0, 255, data, &got), USB_OK);
    assert_int_equal(got, 4);
    assert_memory_equal(data, "\x04\x03\x09\x04", 4);
    assert_int_equal(control(0x80, 6, 0x0301, 0x0409, 255, data, &got), USB_OK);
    assert_memory_equal(data, "\x0A\x03H\0u\0f\0u\0", 10);
    for (unsigned index = 2; index <= 4; index++) {
        assert_int_equal(control(0x80, 6, (uint16_t)(0x0300 | index), 0x0409, 255, data, &got),
                         USB_OK);
        assert_true(got > 2 && got % 2 == 0 && data[0] == got && data[1] == 3);
    }
    assert_int_equal(control(0x80, 6, 0x0305, 0x0409, 255, data, &got), USB_STALL);
    assert_int_equal(control(0x80, 6, 0x03FF, 0x0409, 255, data, &got), USB_STALL);
}

/* What the token does not know it stalls, and goes on. */
static void unknown_requests_stall(void **state)
{
    static const struct usb_setup unknown[] = {
        {0x80, 6, 0x0600, 0, 10},   /* device qualifier of a full-speed device */
        {0x80, 6, 0x7F00, 0, 18},   /* a descriptor type that does not exist */
        {0x80, 6, 0x0201, 0, 9},    /* a second configuration */
        {0xC0, 0x01, 0, 0, 16},     /* vendor */
        {0x40, 0x01, 0, 0, 0},      /* vendor, other direction */
        {0xA1, 0x7F, 0, 0, 16},     /* class, unknown */
        {0xA1, 0x02, 0, 5, 4},      /* an interface that does not exist */
        {0x21, 0x01, 0x0001, 0, 0}, /* ABORT for slot 1 */
        {0x00, 0x77, 0, 0, 0},      /* standard, unknown */
        {0x00, 9, 2, 0, 0},         /* configuration 2 */
    };
    uint8_t data[64];
    size_t got;

    (void)state;
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        const int e = usb_control(&bench.usb, &unknown[i], data, &got, CONTROL_MS);

        if (e != USB_STALL)
            print_error("request %zu: %s\n", i, usb_error_text(e));
        assert_int_equal(e, USB_STALL);
        assert_int_equal(control(0x80, 6, 0x0100, 0, 18, data, &got), USB_OK);
        assert_int_equal(got, 18);
    }
}

static void class_requests(void **state)
{
    uint8_t data[64];
    size_t got;

    (void)state;
    assert_int_equal(control(0xA1, 2, 0, 0, 64, data, &got), USB_OK);
    assert_int_equal(got, 4);
    assert_memory_equal(data, "\xA0\x0F\0\0", 4);
    assert_int_equal(control(0xA1, 3, 0, 0, 64, data, &got), USB_OK);
    assert_int_equal(got, 4);
    assert_memory_equal(data, "\0\xB0\x04\0", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(device_descriptor, bench_fresh),
        cmocka_unit_test_setup(configuration_descriptor, bench_fresh),
        cmocka_unit_test_setup(descriptor_cut_to_length, bench_fresh),
        cmocka_unit_test_setup(strings, bench_fresh),
        cmocka_unit_test_setup(unknown_requests_stall, bench_fresh),
        cmocka_unit_test_setup(class_requests, bench_fresh),
    };

    return cmocka_run_group_tests(tests, bench_setup, bench_teardown);
}
