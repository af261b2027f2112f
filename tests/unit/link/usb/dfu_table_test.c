/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DFU 1.1, appendix A.2: every state with every request, in both directions, and with what is no
 * request at all. The table below is the specification's, written down apart from the code; a cell
 * that is empty there is "any other request": stalled, dfuERROR, errSTALLEDPKT. REQ: K1 K3
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dfu_host.h"
#include <string.h>

static struct dfu_host h;
static uint8_t block[DFU_BLOCK + 1u];

static int setup(void **state)
{
    (void)state;
    dfu_host_open(&h, 2);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    dfu_host_close(&h);
    return 0;
}

/* The requests of table 3.2, DNLOAD in each of its forms. */
enum asked { DETACH, DNLOAD, DNLOAD_EMPTY, UPLOAD, GETSTATUS, CLRSTATUS, GETSTATE, ABORT, ASKED };
static const struct {
    uint8_t type, request;
    uint16_t length;
} asked_as[ASKED] = {
    [DETACH] = {DFU_TO_DEVICE, DFU_DETACH, 0},
    [DNLOAD] = {DFU_TO_DEVICE, DFU_DNLOAD, DFU_BLOCK},
    [DNLOAD_EMPTY] = {DFU_TO_DEVICE, DFU_DNLOAD, 0},
    [UPLOAD] = {DFU_TO_HOST, DFU_UPLOAD, DFU_BLOCK},
    [GETSTATUS] = {DFU_TO_HOST, DFU_GETSTATUS, DFU_STATUS_LEN},
    [CLRSTATUS] = {DFU_TO_DEVICE, DFU_CLRSTATUS, 0},
    [GETSTATE] = {DFU_TO_HOST, DFU_GETSTATE, 1},
    [ABORT] = {DFU_TO_DEVICE, DFU_ABORT, 0},
};

/* Next states; 0: stalled, dfuERROR. "busy" is the state while the vault works. */
static const uint8_t table[][ASKED] = {
    [DFU_IDLE] = {[DNLOAD] = DFU_DNLOAD_SYNC,
                  [GETSTATUS] = DFU_IDLE,
                  [GETSTATE] = DFU_IDLE,
                  [ABORT] = DFU_IDLE},
    [DFU_DNLOAD_SYNC] = {[GETSTATUS] = DFU_DNBUSY, [GETSTATE] = DFU_DNLOAD_SYNC},
    [DFU_DNBUSY] = {[GETSTATUS] = DFU_DNBUSY, [GETSTATE] = DFU_DNBUSY},
    [DFU_DNLOAD_IDLE] = {[DNLOAD] = DFU_DNLOAD_SYNC,
                         [DNLOAD_EMPTY] = DFU_MANIFEST_SYNC,
                         [GETSTATUS] = DFU_DNLOAD_IDLE,
                         [GETSTATE] = DFU_DNLOAD_IDLE,
                         [ABORT] = DFU_IDLE},
    [DFU_MANIFEST_SYNC] = {[GETSTATUS] = DFU_MANIFEST, [GETSTATE] = DFU_MANIFEST_SYNC},
    [DFU_MANIFEST] = {[GETSTATUS] = DFU_MANIFEST, [GETSTATE] = DFU_MANIFEST},
    [DFU_ERROR] = {[GETSTATUS] = DFU_ERROR, [CLRSTATUS] = DFU_IDLE, [GETSTATE] = DFU_ERROR},
};
static const enum dfu_state states[] = {DFU_IDLE,        DFU_DNLOAD_SYNC, DFU_DNBUSY,
                                        DFU_DNLOAD_IDLE, DFU_MANIFEST,    DFU_MANIFEST_SYNC,
                                        DFU_ERROR};

static void reach(enum dfu_state state)
{
    dfu_reset(&h.dfu);
    assert_int_equal(h.dfu.state, DFU_IDLE);
    switch (state) {
    case DFU_DNLOAD_SYNC:
    case DFU_DNBUSY:
        h.token.firmware.bytes[FIXTURE_SLOT] = 0; /* nothing there to take up: much to erase */
        assert_true(dfu_host_request(&h, DFU_TO_DEVICE, DFU_DNLOAD, 0, DFU_BLOCK, bench_new, NULL));
        break;
    case DFU_DNLOAD_IDLE:
        assert_int_equal(dfu_host_blocks(&h, bench_new, 0, 1), DFU_OK);
        break;
    case DFU_MANIFEST_SYNC:
    case DFU_MANIFEST:
        assert_int_equal(dfu_host_blocks(&h, bench_new, 0, DFU_HOST_BLOCKS), DFU_OK);
        assert_true(dfu_host_request(&h, DFU_TO_DEVICE, DFU_DNLOAD, 0, 0, NULL, NULL));
        break;
    case DFU_ERROR:
        assert_false(dfu_host_request(&h, DFU_TO_HOST, DFU_UPLOAD, 0, DFU_BLOCK, NULL, NULL));
        break;
    default:
        break;
    }
    if (state == DFU_DNBUSY || state == DFU_MANIFEST) {
        dfu_host_status(&h);
        if (state == DFU_DNBUSY) { /* in the midst of erasing; a manifestation of a whole image
                                      would be over */
            assert_true(dfu_work(&h.dfu));
        }
    }
    assert_int_equal(h.dfu.state, state);
}

static bool ask(enum asked asked)
{
    return dfu_host_request(&h, asked_as[asked].type, asked_as[asked].request, h.dfu.block,
                            asked_as[asked].length,
                            asked == DNLOAD ? bench_new + h.dfu.block * DFU_BLOCK : NULL, NULL);
}

static void stalled_to_error(void)
{
    assert_int_equal(h.dfu.state, DFU_ERROR);
    dfu_host_status(&h);
    assert_int_equal(h.status, DFU_ERR_STALLEDPKT);
    assert_int_equal(h.state, DFU_ERROR);
    assert_false(dfu_work(&h.dfu)); /* what was at work is not any more */
    dfu_host_idle(&h);
}

static void every_state_and_request(void **state)
{
    (void)state;
    unsigned good = 0, refused = 0;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        for (enum asked a = 0; a < ASKED; a++) {
            reach(states[i]);
            const uint8_t next = table[states[i]][a];
            const bool accepted = ask(a);
            if (accepted != (next != 0)) {
                print_error("state %d, request %d\n", (int)states[i], (int)a);
            }
            assert_int_equal(accepted, next != 0);
            if (next != 0) {
                assert_int_equal(h.dfu.state, next);
                good++;
            } else {
                stalled_to_error();
                refused++;
            }
        }
    }
    assert_int_equal(good + refused, 7 * ASKED);
    print_message("%u requests served, %u refused\n", good, refused);
}

/* dfuMANIFEST-WAIT-RESET: the image is taken; its status may be read, nothing leads out but the
 * bus. */
static void waiting_for_the_reset(void **state)
{
    (void)state;
    reach(DFU_MANIFEST_SYNC);
    assert_false(dfu_holds(&h.dfu));
    dfu_host_status(&h);
    dfu_host_work(&h);
    for (enum asked a = 0; a < ASKED; a++) {
        assert_int_equal(ask(a), a == GETSTATUS || a == GETSTATE);
        assert_int_equal(h.dfu.state, DFU_MANIFEST_WAIT_RESET);
        assert_true(dfu_holds(&h.dfu));
        assert_false(dfu_restart_due(&h.dfu));
    }
    dfu_host_status(&h);
    assert_int_equal(h.status, DFU_OK);
    assert_int_equal(h.token.restarts, 0);
    dfu_reset(&h.dfu);
    dfu_reset(&h.dfu); /* hosts do it twice, and set a configuration */
    assert_false(dfu_holds(&h.dfu));
    assert_true(dfu_restart_due(&h.dfu));
    assert_false(dfu_restart_due(&h.dfu)); /* once */
    card_idle();
    assert_int_equal(h.token.restarts, 1);
}

/* Unknown requests, wrong directions, lengths where there is no data stage. */
static void no_requests(void **state)
{
    static const struct {
        uint8_t type, request;
        uint16_t length;
    } odd[] = {
        {DFU_TO_DEVICE, 7, 0},
        {DFU_TO_HOST, 7, 6},
        {DFU_TO_DEVICE, 255, DFU_BLOCK},
        {DFU_TO_HOST, 255, DFU_BLOCK},
        {DFU_TO_DEVICE, DFU_GETSTATUS, 6}, /* would have the host write the answer */
        {DFU_TO_DEVICE, DFU_GETSTATE, 1},
        {DFU_TO_DEVICE, DFU_UPLOAD, DFU_BLOCK},
        {DFU_TO_HOST, DFU_DNLOAD, DFU_BLOCK},
        {DFU_TO_HOST, DFU_CLRSTATUS, 0},
        {DFU_TO_HOST, DFU_ABORT, 0},
        {DFU_TO_HOST, DFU_DETACH, 0},
        {DFU_TO_DEVICE, DFU_ABORT, 1},
        {DFU_TO_DEVICE, DFU_CLRSTATUS, 1},
        {DFU_TO_DEVICE, DFU_DNLOAD, DFU_BLOCK + 1u}, /* longer than wTransferSize */
        {DFU_TO_DEVICE, DFU_DNLOAD, 0xFFFF},
    };
    (void)state;
    for (size_t s = 0; s < sizeof states / sizeof states[0]; s++) {
        for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
            if (states[s] == DFU_MANIFEST || states[s] == DFU_MANIFEST_SYNC) {
                continue; /* the way there is long; the table above went it */
            }
            reach(states[s]);
            assert_false(
                dfu_host_request(&h, odd[i].type, odd[i].request, 0, odd[i].length, block, NULL));
            stalled_to_error();
        }
    }
}

/* What is not the class' and the interface's is stalled and changes nothing. */
static void not_ours(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof states / sizeof states[0]; s++) {
        reach(states[s]);
        for (unsigned type = 0; type < 256; type++) {
            if (type != DFU_TO_DEVICE && type != DFU_TO_HOST) {
                assert_false(
                    dfu_host_request(&h, (uint8_t)type, DFU_DNLOAD, 0, DFU_BLOCK, block, NULL));
                assert_int_equal(h.dfu.state, states[s]);
            }
        }
        dfu_received(&h.dfu); /* no data stage is under way */
        assert_int_equal(h.dfu.state, states[s]);
    }
}

/* A bus reset in every state ends in dfuIDLE, and the next transfer is taken. */
static void reset_in_every_state(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof states / sizeof states[0]; s++) {
        reach(states[s]);
        dfu_reset(&h.dfu);
        dfu_host_status(&h);
        assert_int_equal(h.state, DFU_IDLE);
        assert_int_equal(h.status, DFU_OK);
        assert_false(dfu_restart_due(&h.dfu));
        assert_int_equal(dfu_host_blocks(&h, bench_new, 0, 2), DFU_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_state_and_request, setup, teardown),
        cmocka_unit_test_setup_teardown(waiting_for_the_reset, setup, teardown),
        cmocka_unit_test_setup_teardown(no_requests, setup, teardown),
        cmocka_unit_test_setup_teardown(not_ours, setup, teardown),
        cmocka_unit_test_setup_teardown(reset_in_every_state, setup, teardown),
    };
    return cmocka_run_group_tests(tests, bench_open_group, fixture_close);
}
