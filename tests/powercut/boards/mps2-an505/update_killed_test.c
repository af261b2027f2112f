/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The emulator is killed (kill -9), with the real boot stage and firmware in it, between any two
 * operations on flash and fuses: of a transfer, when an image is put on trial, when boot spends the
 * try and the vault confirms. Whatever is left, the next start runs one of the two images, and the
 * update goes on to its end.
 *
 * HUFU_IMAGE is of the running firmware under version 0.2.0 and rollback counter 1. The quick form
 * takes some operations of the transfer, and all of the rest; HUFU_TEST_LONG=1 every fourth of the
 * transfer's. The native sweep (tests/powercut/vault/update) takes all, torn ones as well.
 * REQ: K1 K3
 */
#include "bench.h"
#include "dfu_master.h"
#include "killer.h"
#include "otp_row.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define WAIT_MS        10000
#define RESTART_MS     60000
#define SETTLE_MS      20000
#define SLOT_B         (VB_FIRMWARE + 0x100000u)
#define VERSION(minor) ((uint32_t)(minor) << 16)

static uint8_t *image;
static size_t size;

/* A token without power: what it keeps. */
struct kept {
    uint8_t flash[VB_ENTROPY]; /* all before the devices' pages */
    uint8_t fuses[HAL_OTP_SIZE], locked[BOARD_OTP_ROWS];
};
static struct kept fresh, sent, trial;

static void keep(struct kept *k)
{
    vboard_power_off(&bench.board);
    memcpy(k->flash, bench.board.memory, sizeof k->flash);
    memcpy(k->fuses, bench.board.otp.fuses, sizeof k->fuses);
    memcpy(k->locked, bench.board.otp.locked, sizeof k->locked);
}

static void put_back(const struct kept *k)
{
    struct board_otp *otp = &bench.board.otp;

    vboard_power_off(&bench.board);
    memcpy(bench.board.memory, k->flash, sizeof k->flash);
    memcpy(otp->fuses, k->fuses, sizeof k->fuses);
    memcpy(otp->locked, k->locked, sizeof k->locked);
    assert_int_equal(pwrite(otp->fd, k->fuses, sizeof k->fuses, 0), sizeof k->fuses);
    assert_int_equal(pwrite(otp->fd, k->locked, sizeof k->locked, HAL_OTP_SIZE), sizeof k->locked);
}

static void power_on(void)
{
    char error[240] = "";

    vboard_power_off(&bench.board);
    bench.loop.leave = false;
    assert_int_equal(vboard_power_on(&bench.board, HUFU_IMAGES, bench.log, error, sizeof error), 0);
}

/* The board that was powered on, to the bus; false: it died. */
static bool attached(void)
{
    const struct usb_bus bus = vboard_bus(&bench.board);
    const int e = usb_attach(&bench.usb, &bus, RESTART_MS);

    assert_true(e == USB_OK || e == USB_GONE);
    return e == USB_OK && bench_fresh(NULL) == 0;
}

/* --- a DFU host whose device may die -----------------------------------------------------------
 */

/* GETSTATUS until nothing is at work. USB_OK, or what USB said. */
static int settled(struct dfu_answer *a)
{
    const struct usb_setup ask = {0xA1, 3, 0, 1, 6};
    uint8_t data[64];
    int e;

    do {
        e = usb_control(&bench.usb, &ask, data, NULL, WAIT_MS);
        if (e != USB_OK)
            return e;
        a->status = data[0];
        a->poll_ms = (uint32_t)data[1] | (uint32_t)data[2] << 8;
        a->state = data[4];
        if (a->state == DFU_STATE_DNBUSY || a->state == DFU_STATE_MANIFEST)
            (void)usleep(a->poll_ms * 1000);
    } while (a->state == DFU_STATE_DNBUSY || a->state == DFU_STATE_MANIFEST);
    return USB_OK;
}

static bool step(uint16_t number, const uint8_t *data, uint16_t len)
{
    struct dfu_answer a;

    if (dfu_dnload(number, data, len) != USB_OK || settled(&a) != USB_OK)
        return false; /* the token died, which the killer knows */
    assert_int_equal(a.status, 0);
    return true;
}

static bool send_blocks(void)
{
    bool alive = true;

    for (size_t at = 0; alive && at < size; at += DFU_BLOCK_SIZE) {
        const size_t left = size - at;

        alive = step((uint16_t)(at / DFU_BLOCK_SIZE), image + at,
                     (uint16_t)(left < DFU_BLOCK_SIZE ? left : DFU_BLOCK_SIZE));
    }
    return alive;
}

static bool manifest(void)
{
    return step(0, NULL, 0);
}

/* To the bus, and until the counter has moved, which is a confirmation's last act but one. false:
 * the token died. */
static bool confirmed(void)
{
    const uint8_t *mark = bench.board.otp.fuses + OTP_ROW_ROLLBACK * HAL_OTP_ROW;
    const long long deadline = loop_now() + SETTLE_MS;
    long long until = deadline;

    if (!attached())
        return false;
    while (loop_now() < until) {
        if (bench.usb.bus.wait(bench.usb.bus.ctx, 5) != 0)
            return false;
        if (*mark != 0 && until == deadline)
            until = loop_now() + 100;
    }
    assert_true(*mark != 0);
    return true;
}

/* --- what must be true after a death ------------------------------------------------------------
 */

/* Returns the version that runs. */
static uint32_t starts(void)
{
    bool on_trial;
    uint32_t version;

    power_on();
    assert_true(attached());
    version = bench_running(&on_trial);
    assert_true(version == VERSION(1) || version == VERSION(2));
    return version;
}

static void becomes_confirmed(uint32_t version)
{
    bool on_trial = true;

    for (unsigned i = 0; on_trial && i < 200; i++) {
        (void)bench.usb.bus.wait(bench.usb.bus.ctx, 50);
        assert_int_equal(bench_running(&on_trial), version);
    }
    assert_false(on_trial);
}

/* From whatever state: the new image runs in the end, confirmed, and stays. */
static void comes_through(void)
{
    if (starts() == VERSION(1)) {
        becomes_confirmed(VERSION(1));
        assert_true(send_blocks());
        assert_true(manifest());
        assert_int_equal(starts(), VERSION(2));
    }
    becomes_confirmed(VERSION(2));
    assert_int_equal(starts(), VERSION(2));
}

/* --- the tests -----------------------------------------------------------------------------------
 */

static int open_all(void **state)
{
    char search[4096];

    image = dfu_image("HUFU_IMAGE", &size);
    if (image == NULL)
        return -1;
    (void)signal(SIGPIPE, SIG_IGN); /* doorbells of the dead */
    (void)snprintf(search, sizeof search, "%s:%s", QEMU_FOLDER, getenv("PATH"));
    (void)setenv("PATH", search, 1);
    if (bench_setup(state) != 0)
        return -1;
    becomes_confirmed(VERSION(1));
    vboard_power_off(&bench.board);
    /* The spare slot of an old token is not blank. */
    memset(bench.board.memory + SLOT_B, 0, 0x100000u);
    keep(&fresh);
    power_on();
    if (!attached() || !send_blocks())
        return -1;
    keep(&sent);
    power_on();
    if (!attached() || !send_blocks() || !manifest())
        return -1;
    keep(&trial);
    return 0;
}

static int close_all(void **state)
{
    free(image);
    return bench_teardown(state);
}

/* One life of a token that is put back as it was: powered on, `ready` (or NULL), `act`; killed
 * before operation `at` of the act, 0: not at all. [out] how many the act began. */
static bool life(const struct kept *before, bool (*ready)(void), bool (*act)(void), unsigned at,
                 unsigned *operations)
{
    struct killer k;

    put_back(before);
    killer_expect();
    power_on();
    killer_start(&k, &bench.board, at);
    if (ready == NULL)
        killer_arm(&k);
    else
        assert_true(ready());
    killer_arm(&k);
    const bool lived = act();
    const bool killed = killer_end(&k);

    assert_int_equal(lived, !killed);
    assert_int_equal(killed, at != 0 && k.operations == at);
    *operations = k.operations;
    vboard_power_off(&bench.board);
    return killed;
}

static void sweep(const struct kept *before, bool (*ready)(void), bool (*act)(void), unsigned step,
                  bool may_be_new)
{
    unsigned all, done = 0, old = 0, operations;

    assert_false(life(before, ready, act, 0, &all));
    for (unsigned at = 1; at <= all; at += step) {
        if (!life(before, ready, act, at, &operations))
            break; /* the noise of housekeeping: one less this time */
        const uint32_t version = starts();

        assert_true(version == VERSION(1) || may_be_new);
        old += version == VERSION(1);
        done++;
    }
    assert_true(done > 0);
    comes_through();
    print_message("killed at %u of %u operations, the old image ran after %u\n", done, all, old);
}

static void killed_in_the_transfer(void **state)
{
    const unsigned pages = (unsigned)(size / 256u);

    (void)state;
    sweep(&fresh, attached, send_blocks, getenv("HUFU_TEST_LONG") != NULL ? 4 : pages / 5, false);
}

static bool connected(void)
{
    return attached() && send_blocks();
}

static void killed_when_put_on_trial(void **state)
{
    (void)state;
    sweep(&sent, connected, manifest, 1, true);
}

/* Boot spends the try, the vault confirms and burns. */
static void killed_on_trial(void **state)
{
    (void)state;
    sweep(&trial, NULL, confirmed, 1, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_in_the_transfer),
        cmocka_unit_test(killed_when_put_on_trial),
        cmocka_unit_test(killed_on_trial),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
