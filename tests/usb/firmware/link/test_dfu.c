/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DFU from the bus, on the emulated board: what no state machine alone can show, the control pipe's
 * data stages, commands of the card beside it, bus resets and the plug in the midst, and the image
 * that starts in the end. HUFU_IMAGE is of the running firmware under version 0.2.0.
 * REQ: K1 K3 T3
 */
#include "bench.h"
#include "dfu_master.h"
#include "hufu/apdu.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define XFR_BLOCK      0x6F
#define VERSION(minor) ((uint32_t)(minor) << 16)

static uint8_t *image;
static size_t size;
static uint8_t out[CCID_MESSAGE_MAX];

static int open_all(void **state)
{
    image = dfu_image("HUFU_IMAGE", &size);
    if (image == NULL)
        return -1;
    return bench_setup(state);
}

static int close_all(void **state)
{
    free(image);
    return bench_teardown(state);
}

static void runs(uint32_t version)
{
    bool trial;

    assert_int_equal(bench_running(&trial), version);
}

/* The plug, out and in; not enumerated yet. */
static void replug(void)
{
    const struct usb_bus bus = vboard_bus(&bench.board);
    char error[240] = "";

    vboard_power_off(&bench.board);
    assert_int_equal(vboard_power_on(&bench.board, HUFU_IMAGES, bench.log, error, sizeof error), 0);
    assert_int_equal(usb_attach(&bench.usb, &bus, RESTART_MS), USB_OK);
}

/* --- the control pipe ------------------------------------------------------------------------ */

/* A data stage of DNLOAD that ends after `sent` bytes with a short packet, or is left by the next
 * SETUP: the host's side of it by hand, since usb_host.h keeps to the protocol. */
static void cut_data_stage(uint16_t number, size_t sent, bool short_packet)
{
    struct vb_udc *udc = bench.usb.bus.udc;
    struct vb_endpoint *ep = &udc->ep[0];
    const uint8_t setup[8] = {0x21, 1, (uint8_t)number, 0, 1, 0, 0, 0x10};
    const long long deadline = loop_now() + WAIT_MS;

    memcpy(udc->setup, setup, sizeof setup);
    bench_event(VB_UDC_SETUP);
    for (size_t done = 0; done < sent || short_packet;) {
        const uint32_t n = sent - done < VB_UDC_PACKET ? (uint32_t)(sent - done) : VB_UDC_PACKET;

        while (__atomic_load_n(&ep->state, __ATOMIC_ACQUIRE) != VB_EP_ARMED) {
            assert_true(loop_now() < deadline);
            (void)bench.usb.bus.wait(bench.usb.bus.ctx, 10);
        }
        memcpy(udc->data[0], image + done, n);
        ep->actual = n;
        __atomic_store_n(&ep->state, VB_EP_DONE, __ATOMIC_RELEASE);
        bench.usb.bus.ring(bench.usb.bus.ctx);
        done += n;
        if (n < VB_UDC_PACKET)
            break;
    }
    /* Until the device has it: on a wire no SETUP comes before its ACK. */
    while (__atomic_load_n(&ep->state, __ATOMIC_ACQUIRE) == VB_EP_DONE) {
        assert_true(loop_now() < deadline);
        (void)bench.usb.bus.wait(bench.usb.bus.ctx, 10);
    }
}

static void data_stages(void **state)
{
    static const size_t cuts[] = {0, 64, 100, 1000, 2000};

    (void)state;
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        struct dfu_answer a;
        /* left by a SETUP: the block never was */
        cut_data_stage(0, cuts[i] / 64 * 64, false);
        dfu_status(&a);
        assert_int_equal(a.state, DFU_STATE_IDLE);
        /* ended by a short packet: zeros behind it, refused by the vault */
        cut_data_stage(0, cuts[i], true);
        assert_in_range(dfu_settled(&a), 1, 2); /* errTARGET, errFILE: by what is missing */
        dfu_clear();
    }
    runs(VERSION(1));
}

/* Each is stalled and leaves dfuERROR, and the pipe is as good as before. */
static void malformed_requests(void **state)
{
    static const struct usb_setup odd[] = {
        {0x21, 1, 0, 1, 4097},                      /* longer than wTransferSize */
        {0x21, 1, 0, 1, 65535}, {0x21, 1, 0, 1, 0}, /* the end before the beginning */
        {0xA1, 2, 0, 1, 4096},                      /* upload */
        {0x21, 0, 1000, 1, 0},                      /* detach */
        {0x21, 3, 0, 1, 6},                         /* GETSTATUS, as if the host had the answer */
        {0x21, 5, 0, 1, 1},     {0xA1, 1, 0, 1, 64},  {0x21, 4, 0, 1, 0},
        {0xA1, 99, 0, 1, 8},    {0x21, 255, 0, 1, 0},
    };
    static uint8_t data[65535];

    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        struct dfu_answer a;
        const int e = usb_control(&bench.usb, &odd[i], data, NULL, WAIT_MS);

        if (e != USB_STALL)
            print_error("request %zu: %s\n", i, usb_error_text(e));
        assert_int_equal(e, USB_STALL);
        dfu_status(&a);
        assert_int_equal(a.state, DFU_STATE_ERROR);
        assert_int_equal(a.status, 15); /* errSTALLEDPKT */
        dfu_clear();
    }
    /* another interface is not the class' */
    const struct usb_setup elsewhere = {0x21, 1, 0, 2, 0};
    assert_int_equal(usb_control(&bench.usb, &elsewhere, NULL, NULL, WAIT_MS), USB_STALL);
    runs(VERSION(1));
}

/* --- the card beside it ---------------------------------------------------------------------- */

static void answers(void)
{
    static const uint8_t random[] = {HUFU_CLA_SKF, HUFU_INS_GEN_RANDOM, 0, 0, 16};
    size_t len;

    assert_int_equal(bench_apdu(random, sizeof random, out, &len), SW_OK);
    assert_int_equal(len, 16);
}

/* A command while the header's signatures are verified and the slot is erased. Whether it came in
 * time for that. */
static bool command_beside(uint16_t number)
{
    static const uint8_t random[] = {HUFU_CLA_SKF, HUFU_INS_GEN_RANDOM, 0, 0, 0, 0x02, 0x00};
    struct dfu_answer a;

    assert_int_equal(dfu_dnload(number, image + number * DFU_BLOCK_SIZE, DFU_BLOCK_SIZE), USB_OK);
    ccid_send(XFR_BLOCK, sizeof random, 0, NULL, random, sizeof random);
    dfu_status(&a);
    const bool busy = a.state == DFU_STATE_DNBUSY;
    assert_int_equal(ccid_receive(out, sizeof out), CCID_HEADER + 512 + 2);
    assert_int_equal(out[7] & 0xC0, 0);
    assert_int_equal(dfu_settled(&a), 0);
    return busy;
}

/* It is answered when its turn is there. A busy machine may look so late that the token is done
 * with a block: then all of it again. */
static void command_meanwhile(void **state)
{
    const long long deadline = loop_now() + WAIT_MS;
    bool beside = false;

    (void)state;
    bench_card_on();
    while (!beside) {
        assert_true(loop_now() < deadline);
        for (uint16_t number = 0; number < 8; number++)
            beside |= command_beside(number);
        dfu_abort();
    }
    answers();
}

/* --- bus resets and the plug ------------------------------------------------------------------ */

static void cut_off(void **state)
{
    struct dfu_answer a;

    (void)state;
    for (unsigned i = 0; i < 3; i++) { /* in the midst of a block's own packets */
        cut_data_stage(0, 64 * (1 + 20 * i), false);
        assert_int_equal(bench_fresh(NULL), 0);
        dfu_status(&a);
        assert_int_equal(a.state, DFU_STATE_IDLE);
    }
    for (unsigned i = 0; i < 6; i++) {
        /* in the midst of a step: of the first block's, then of a later one's */
        assert_int_equal(dfu_blocks(image, size, 0, i), 0);
        assert_int_equal(dfu_dnload((uint16_t)i, image + i * DFU_BLOCK_SIZE, DFU_BLOCK_SIZE),
                         USB_OK);
        if (i % 2 == 0) {
            assert_int_equal(bench_fresh(NULL), 0);
        } else {
            replug();
            assert_int_equal(bench_fresh(NULL), 0);
        }
        dfu_status(&a);
        assert_int_equal(a.state, DFU_STATE_IDLE);
        runs(VERSION(1));
    }
}

/* --- the update ------------------------------------------------------------------------------- */

/* The device goes by itself a while after the bus reset. A restart may be over before this process
 * gets to look: it leaves the device without an address. */
static bool there_still(void)
{
    const struct vb_udc *udc = bench.usb.bus.udc;

    return __atomic_load_n(&udc->magic, __ATOMIC_ACQUIRE) == VB_UDC_MAGIC &&
           __atomic_load_n(&udc->address, __ATOMIC_ACQUIRE) != 0;
}

static void wait_for_restart(void)
{
    const long long deadline = loop_now() + RESTART_MS;
    const struct usb_bus bus = vboard_bus(&bench.board);

    while (there_still()) {
        assert_true(loop_now() < deadline);
        (void)bench.usb.bus.wait(bench.usb.bus.ctx, 1);
    }
    assert_int_equal(usb_attach(&bench.usb, &bus, RESTART_MS), USB_OK);
}

static void whole_image(void)
{
    dfu_whole(image, size);
    runs(VERSION(1)); /* still, and the card is served */
    const long long reset = loop_now();
    /* A host that resets finds the token still there, unless it takes more than a second over it.
     */
    assert_true(bench_fresh(NULL) == 0 || loop_now() - reset > 900);
    wait_for_restart();
    assert_true(loop_now() - reset > 500);
}

/* What nobody configured is not confirmed: the plug, and the old image is back. Then it comes again
 * and stays. */
static void update_and_trial(void **state)
{
    const long long began = loop_now();

    (void)state;
    whole_image();
    const long long took = loop_now() - began;
    for (unsigned i = 0; i < 20; i++)
        (void)bench.usb.bus.wait(bench.usb.bus.ctx, 50);
    replug();
    assert_int_equal(bench_fresh(NULL), 0);
    runs(VERSION(1));
    whole_image();
    assert_int_equal(bench_fresh(NULL), 0);
    bench_confirmed(VERSION(2));
    replug();
    assert_int_equal(bench_fresh(NULL), 0);
    runs(VERSION(2));
    print_message("%zu bytes over DFU, restart included, in %lld ms\n", size, took);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(malformed_requests, bench_fresh),
        cmocka_unit_test_setup(data_stages, bench_fresh),
        cmocka_unit_test_setup(command_meanwhile, bench_fresh),
        cmocka_unit_test_setup(cut_off, bench_fresh),
        cmocka_unit_test_setup(update_and_trial, bench_fresh),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
