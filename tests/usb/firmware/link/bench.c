/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"
#include "hufu/apdu.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define POWER_ON  0x62
#define XFR_BLOCK 0x6F

struct bench bench;

int bench_teardown(void **state)
{
    static const char *const names[] = {"flash.img", "otp.bin", "boot.elf", "token.log"};

    (void)state;
    vboard_close(&bench.board);
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        (void)unlinkat(bench.dirfd, names[i], 0);
    close(bench.dirfd);
    return rmdir(bench.folder);
}

int bench_setup(void **state)
{
    char error[240] = "";
    struct usb_bus bus;

    (void)state;
    loop_init(&bench.loop);
    (void)snprintf(bench.folder, sizeof bench.folder, "/tmp/hufu-usb-XXXXXX");
    if (mkdtemp(bench.folder) == NULL)
        return -1;
    bench.dirfd = open(bench.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (vboard_open(&bench.board, &bench.loop, bench.dirfd, error, sizeof error) != 0 ||
        vboard_power_on(&bench.board, HUFU_IMAGES, bench.log = log_open(bench.dirfd), error,
                        sizeof error) != 0) {
        print_error("%s\n", error);
        return -1;
    }
    bus = vboard_bus(&bench.board);
    if (usb_attach(&bench.usb, &bus, RESTART_MS) != USB_OK) {
        print_error("the link does not connect\n");
        return -1;
    }
    return bench_fresh(state);
}

int bench_fresh(void **state)
{
    (void)state;
    return usb_reset(&bench.usb) == USB_OK && usb_enumerate(&bench.usb, 7) == USB_OK ? 0 : -1;
}

void ccid_send(uint8_t type, uint32_t declared, uint8_t slot, const uint8_t *specific,
               const uint8_t *data, size_t len)
{
    static uint8_t message[CCID_MESSAGE_MAX];

    memset(message, 0, CCID_HEADER);
    message[0] = type;
    for (unsigned i = 0; i < 4; i++)
        message[1 + i] = (uint8_t)(declared >> (8 * i));
    message[5] = slot;
    message[6] = ++bench.seq;
    if (specific != NULL)
        memcpy(message + 7, specific, 3);
    if (len != 0)
        memcpy(message + CCID_HEADER, data, len);
    assert_int_equal(usb_bulk_out(&bench.usb, 1, message, CCID_HEADER + len, false, WAIT_MS),
                     USB_OK);
}

size_t ccid_receive(uint8_t *message, size_t cap)
{
    size_t len;

    do {
        assert_int_equal(usb_bulk_in(&bench.usb, 1, message, cap, &len, WAIT_MS), USB_OK);
        assert_true(len >= CCID_HEADER);
        assert_int_equal(message[6], bench.seq);
        assert_int_equal(len - CCID_HEADER,
                         message[1] | (size_t)message[2] << 8 | (size_t)message[3] << 16);
    } while ((message[7] & 0xC0u) == 0x80u);
    return len;
}

size_t ccid_ask(uint8_t type, const uint8_t *data, size_t len, uint8_t *message, size_t cap)
{
    ccid_send(type, (uint32_t)len, 0, NULL, data, len);
    return ccid_receive(message, cap);
}

void bench_event(uint32_t event)
{
    struct vb_udc *udc = bench.usb.bus.udc;
    const long long deadline = loop_now() + WAIT_MS;

    udc->event = event;
    __atomic_store_n(&udc->event_sequence, ++bench.usb.event_sequence, __ATOMIC_RELEASE);
    bench.usb.bus.ring(bench.usb.bus.ctx);
    while (__atomic_load_n(&udc->event_taken, __ATOMIC_ACQUIRE) != bench.usb.event_sequence) {
        assert_true(loop_now() < deadline);
        (void)bench.usb.bus.wait(bench.usb.bus.ctx, 10);
    }
}

void bench_card_on(void)
{
    static uint8_t message[CCID_MESSAGE_MAX];

    (void)ccid_ask(POWER_ON, NULL, 0, message, sizeof message);
    assert_int_equal(message[7], 0);
}

unsigned bench_apdu(const uint8_t *command, size_t command_len, uint8_t *answer, size_t *len)
{
    const size_t n = ccid_ask(XFR_BLOCK, command, command_len, answer, CCID_MESSAGE_MAX);

    assert_int_equal(answer[7] & 0xC0, 0);
    assert_true(n >= CCID_HEADER + 2);
    *len = n - CCID_HEADER - 2;
    memmove(answer, answer + CCID_HEADER, n - CCID_HEADER);
    return (unsigned)(answer[*len] << 8 | answer[*len + 1]);
}

uint32_t bench_running(bool *trial)
{
    static const uint8_t select[] = {0, 0xA4, 4, 0x0C, HUFU_AID_LEN};
    static const uint8_t info[] = {HUFU_CLA_SKF, HUFU_INS_ADMIN_UPDATE_INFO, 0, 0, 0};
    static uint8_t out[CCID_MESSAGE_MAX];
    uint8_t command[sizeof select + HUFU_AID_LEN];
    size_t len;

    bench_card_on();
    memcpy(command, select, sizeof select);
    memcpy(command + sizeof select, HUFU_AID_ADMIN, HUFU_AID_LEN);
    assert_int_equal(bench_apdu(command, sizeof command, out, &len), SW_OK);
    assert_int_equal(bench_apdu(info, sizeof info, out, &len), SW_OK);
    assert_int_equal(len, HUFU_UPDATE_INFO);
    *trial = (out[0] & 2) != 0;
    return (uint32_t)out[4] << 24 | (uint32_t)out[5] << 16 | (uint32_t)out[6] << 8 | out[7];
}

void bench_confirmed(uint32_t version)
{
    const long long deadline = loop_now() + WAIT_MS;
    bool trial = true;

    while (trial) {
        assert_true(loop_now() < deadline);
        assert_int_equal(bench_running(&trial), version);
        (void)bench.usb.bus.wait(bench.usb.bus.ctx, 20);
    }
}
