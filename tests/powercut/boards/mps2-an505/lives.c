/* SPDX-License-Identifier: Apache-2.0 */
#include "lives.h"
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

/* The board runs in real time, on a machine that may be busy. */
#define SETTLE_MS 120000

struct lives_image lives_image;

void keep(struct kept *k)
{
    vboard_power_off(&bench.board);
    memcpy(k->flash, bench.board.memory, sizeof k->flash);
    memcpy(k->fuses, bench.board.otp.fuses, sizeof k->fuses);
    memcpy(k->locked, bench.board.otp.locked, sizeof k->locked);
}

void put_back(const struct kept *k)
{
    struct board_otp *otp = &bench.board.otp;

    vboard_power_off(&bench.board);
    memcpy(bench.board.memory, k->flash, sizeof k->flash);
    memcpy(otp->fuses, k->fuses, sizeof k->fuses);
    memcpy(otp->locked, k->locked, sizeof k->locked);
    assert_int_equal(pwrite(otp->fd, k->fuses, sizeof k->fuses, 0), sizeof k->fuses);
    assert_int_equal(pwrite(otp->fd, k->locked, sizeof k->locked, HAL_OTP_SIZE), sizeof k->locked);
}

void power_on(void)
{
    char error[240] = "";

    vboard_power_off(&bench.board);
    bench.loop.leave = false;
    assert_int_equal(vboard_power_on(&bench.board, HUFU_IMAGES, bench.log, error, sizeof error), 0);
}

bool attached(void)
{
    const struct usb_bus bus = vboard_bus(&bench.board);
    const int e = usb_attach(&bench.usb, &bus, RESTART_MS);

    assert_true(e == USB_OK || e == USB_GONE);
    return e == USB_OK && bench_fresh(NULL) == 0;
}

/* --- a DFU host whose device may die --------------------------------------------------------- */

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

bool send_blocks(void)
{
    bool alive = true;

    for (size_t at = 0; alive && at < lives_image.size; at += DFU_BLOCK_SIZE) {
        const size_t left = lives_image.size - at;

        alive = step((uint16_t)(at / DFU_BLOCK_SIZE), lives_image.bytes + at,
                     (uint16_t)(left < DFU_BLOCK_SIZE ? left : DFU_BLOCK_SIZE));
    }
    return alive;
}

bool manifest(void)
{
    return step(0, NULL, 0);
}

bool confirmed(void)
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

/* --- what must be true after a death --------------------------------------------------------- */

uint32_t starts(void)
{
    bool on_trial;
    uint32_t version;

    power_on();
    assert_true(attached());
    version = bench_running(&on_trial);
    assert_true(version == VERSION(1) || version == VERSION(2));
    return version;
}

void becomes_confirmed(uint32_t version)
{
    bool on_trial = true;

    for (unsigned i = 0; on_trial && i < SETTLE_MS / 50; i++) {
        (void)bench.usb.bus.wait(bench.usb.bus.ctx, 50);
        assert_int_equal(bench_running(&on_trial), version);
    }
    assert_false(on_trial);
}

void comes_through(void)
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

/* --- killing ---------------------------------------------------------------------------------- */

/* One life; at 0 nobody ends it. Returns whether it was; [out] how many operations the act began.
 */
static bool life(const struct sweep *s, unsigned at, unsigned *operations)
{
    struct killer k;

    put_back(s->before);
    killer_expect();
    power_on();
    killer_start(&k, &bench.board, at);
    if (s->ready == NULL)
        killer_arm(&k);
    else
        assert_true(s->ready());
    killer_arm(&k);
    const bool lived = s->act();
    const bool killed = killer_end(&k);

    assert_true(lived || killed); /* both: it died of what came just after the act */
    assert_int_equal(killed, at != 0 && k.operations == at);
    *operations = k.operations;
    vboard_power_off(&bench.board);
    return killed;
}

unsigned count_operations(const struct sweep *s)
{
    unsigned all;

    assert_false(life(s, 0, &all));
    return all;
}

unsigned sweep(const struct sweep *s)
{
    const unsigned all = count_operations(s);
    unsigned done = 0, old = 0, operations;

    for (unsigned at = 1; at <= all; at += s->step) {
        if (!life(s, at, &operations)) {
            assert_true(at > all / 2); /* the noise of housekeeping: one less this time */
            break;
        }
        const uint32_t version = starts();

        s->judge(version);
        old += version == VERSION(1);
        done++;
    }
    assert_true(done > 0);
    print_message("killed at %u of %u operations, the old image ran after %u\n", done, all, old);
    return old;
}

/* --- the first start ------------------------------------------------------------------------- */

int lives_open(void **state)
{
    char search[4096];

    lives_image.bytes = dfu_image("HUFU_IMAGE", &lives_image.size);
    if (lives_image.bytes == NULL)
        return -1;
    (void)signal(SIGPIPE, SIG_IGN); /* doorbells of the dead */
    (void)snprintf(search, sizeof search, "%s:%s", QEMU_FOLDER, getenv("PATH"));
    (void)setenv("PATH", search, 1);
    if (bench_setup(state) != 0)
        return -1;
    becomes_confirmed(VERSION(1));
    return 0;
}

int lives_close(void **state)
{
    free(lives_image.bytes);
    return bench_teardown(state);
}
