/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Power is lost at every flash operation of an update, of the trial's start and of its
 * confirmation, before, after and in the middle of it, over APDUs and over DFU; and at every fuse
 * that the confirmation burns. Whatever is left: the next start takes an intact image that is
 * allowed, the token's keys are there, the update can be done again to its end, and then counter
 * and given-up roots are those of the new image. REQ: K3
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench.h"
#include "dfu_host.h"
#include "rollback.h"
#include "support/check.h"
#include "vault.h"
#include <stdlib.h>
#include <string.h>

static struct dfu_host host; /* the token is its, whichever road an update takes */
static jmp_buf out;

static void power_lost(void *arg)
{
    (void)arg;
    longjmp(out, 1);
}

static void talk(void)
{
    check(token_select(&host.token.token, HUFU_AID_SKF) == SW_OK);
    vault_idle();
}

/* All that an update is, from a running token on. */
static void whole_update(void)
{
    uint32_t next = 0;
    talk();
    check(bench_begin(&host.token, bench_new, &next) == SW_OK);
    check(bench_rest(&host.token, bench_new, next) == SW_OK);
    check(bench_finish(&host.token, true) == SW_OK);
}

/* Operations of the firmware's flash during a whole update: transfer, and trial with confirmation.
 */
static uint32_t count_operations(uint32_t *trial)
{
    bench_make(&host.token);
    check(bench_start(&host.token) == 0);
    talk();
    board_flash_cut(&host.token.firmware, BOARD_CUT_NONE, 0, 0);
    whole_update();
    const uint32_t transfer = host.token.firmware.operations;
    board_flash_cut(&host.token.firmware, BOARD_CUT_NONE, 0, 0);
    check(bench_start(&host.token) == 1);
    talk();
    *trial = host.token.firmware.operations;
    bench_free(&host.token);
    return transfer;
}

/* After a cut: two starts must take good images; then an update goes through. */
static void survives(void)
{
    const struct rollback none = {0};
    struct rollback now = none;
    for (unsigned i = 0; i < 2; i++) {
        const int slot = bench_start(&host.token);
        assert_true(slot == 0 || slot == 1);
        const uint8_t *image = host.token.firmware.bytes + (uint32_t)slot * FIXTURE_SLOT;
        assert_memory_equal(image, slot == 0 ? bench_old : bench_new, FIXTURE_IMAGE);
        assert_int_equal(rollback_read(&host.token.token.board.hal.otp, &now), 0);
        assert_true(now.counter <= (slot == 0 ? 1u : 2u));
    }
    talk();
    if (host.token.note.slot == 0) {
        whole_update();
        assert_int_equal(bench_start(&host.token), 1);
        talk();
    }
    assert_int_equal(bench_start(&host.token), 1);
    assert_true(host.token.note.trial != SECURE_TRUE);
    talk();
    assert_int_equal(rollback_read(&host.token.token.board.hal.otp, &now), 0);
    assert_int_equal(now.counter, 2);
    assert_int_equal(now.revoked_lms, 2);
    assert_int_equal(now.revoked_sm2, 0);
}

enum phase { TRANSFER, TRIAL };

/* host is not in a register: setjmp returns twice. */
static void cut_once(enum phase phase, enum board_cut cut, uint32_t at, uint64_t seed)
{
    bench_make(&host.token);
    check(bench_start(&host.token) == 0);
    talk();
    if (phase == TRIAL) {
        whole_update();
    }
    host.token.firmware.on_cut = power_lost;
    board_flash_cut(&host.token.firmware, cut, at, seed);
    if (setjmp(out) == 0) {
        if (phase == TRANSFER) {
            whole_update();
        } else {
            (void)bench_start(&host.token);
            talk();
        }
    }
    host.token.firmware.on_cut = NULL;
    board_flash_power_on(&host.token.firmware);
    survives();
    bench_free(&host.token);
}

/* Over DFU as far as it goes: with the power the flash is gone, and so is the host's patience. */
static uint8_t whole_update_by_dfu(void)
{
    dfu_init(&host.dfu, &vault_update_target);
    const uint8_t status = dfu_host_blocks(&host, bench_new, 0, DFU_HOST_BLOCKS);
    return status == DFU_OK ? dfu_host_manifest(&host) : status;
}

static void cut_once_by_dfu(enum board_cut cut, uint32_t at)
{
    bench_make(&host.token);
    check(bench_start(&host.token) == 0);
    talk();
    board_flash_cut(&host.token.firmware, cut, at, at);
    const uint8_t status = whole_update_by_dfu();
    assert_true(status != DFU_OK || host.token.firmware.off);
    board_flash_power_on(&host.token.firmware);
    check(bench_start(&host.token) >= 0);
    talk();
    if (host.token.note.slot == 0) {
        assert_int_equal(whole_update_by_dfu(), DFU_OK);
    }
    survives();
    bench_free(&host.token);
}

static void test_transfer_by_dfu(void **state)
{
    (void)state;
    static const enum board_cut cuts[] = {BOARD_CUT_BEFORE, BOARD_CUT_AFTER, BOARD_CUT_TORN,
                                          BOARD_CUT_UNSTABLE};
    const bool all = getenv("HUFU_TEST_LONG") != NULL;
    unsigned done = 0;
    bench_make(&host.token);
    check(bench_start(&host.token) == 0);
    talk();
    board_flash_cut(&host.token.firmware, BOARD_CUT_NONE, 0, 0);
    assert_int_equal(whole_update_by_dfu(), DFU_OK);
    const uint32_t operations = host.token.firmware.operations;
    bench_free(&host.token);
    for (uint32_t at = 1; at <= operations; at++) {
        for (unsigned c = 0; c < 4; c++) {
            if (all || (at + c) % 8 == 0) {
                cut_once_by_dfu(cuts[c], at);
                done++;
            }
        }
    }
    print_message("%u cuts over %u operations\n", done, (unsigned)operations);
}

static void sweep(enum phase phase, uint32_t operations)
{
    static const enum board_cut cuts[] = {BOARD_CUT_BEFORE, BOARD_CUT_AFTER, BOARD_CUT_TORN,
                                          BOARD_CUT_UNSTABLE};
    const bool all = getenv("HUFU_TEST_LONG") != NULL;
    unsigned done = 0;
    for (uint32_t at = 1; at <= operations; at++) {
        for (unsigned c = 0; c < 4; c++) {
            /* The pages of one sector are alike: the quick set takes each kind of cut in turn. */
            if (all || operations < 12 || at < 12 || at > operations - 6 || (at + c) % 16 == 0) {
                cut_once(phase, cuts[c], at, at * 4u + c);
                done++;
            }
        }
    }
    print_message("%u cuts over %u operations\n", done, (unsigned)operations);
}

static void test_transfer(void **state)
{
    (void)state;
    uint32_t trial = 0;
    const uint32_t transfer = count_operations(&trial);
    assert_true(transfer > 20);
    sweep(TRANSFER, transfer);
}

static void test_trial_and_confirmation(void **state)
{
    (void)state;
    uint32_t trial = 0;
    (void)count_operations(&trial);
    assert_true(trial >= 2);
    sweep(TRIAL, trial);
}

/* --- fuses ----------------------------------------------------------------------------------- */

/* The fuses' own burn behind one that loses power: which one, counted from 1, and how many bits of
 * each byte are burnt before it goes. */
static struct {
    int (*burn)(void *ctx, uint32_t offset, const void *data, size_t len);
    uint32_t at, seen;
    uint8_t bits;
} fuses;

static int burn_and_lose_power(void *ctx, uint32_t offset, const void *data, size_t len)
{
    uint8_t part[HAL_OTP_ROW];
    if (++fuses.seen != fuses.at) {
        return fuses.burn(ctx, offset, data, len);
    }
    check(len <= sizeof part);
    for (size_t i = 0; i < len; i++) {
        part[i] = ((const uint8_t *)data)[i] & fuses.bits;
    }
    check(fuses.burn(ctx, offset, part, len) == HAL_OK);
    power_lost(NULL);
    return HAL_FAIL;
}

/* A trial and its confirmation, power lost at burn number `at`. Returns how many there were. */
static uint32_t cut_at_fuse(uint32_t at, uint8_t bits)
{
    struct hal_otp *otp = &host.token.token.board.hal.otp;
    bench_make(&host.token);
    check(bench_start(&host.token) == 0);
    talk();
    whole_update();
    fuses.burn = otp->burn;
    fuses.at = at;
    fuses.seen = 0;
    fuses.bits = bits;
    otp->burn = burn_and_lose_power;
    if (setjmp(out) == 0) {
        check(bench_start(&host.token) == 1);
        talk();
    }
    otp->burn = fuses.burn;
    /* Confirmed is confirmed: the new one stays, before and after the rest was burnt. */
    assert_int_equal(bench_start(&host.token), 1);
    survives();
    bench_free(&host.token);
    return fuses.seen;
}

static void test_fuses_of_the_confirmation(void **state)
{
    (void)state;
    static const uint8_t bits[] = {0x00, 0x11, 0x57, 0x7F, 0xFF};
    const uint32_t burns = cut_at_fuse(0, 0xFF);
    assert_true(burns >= 2); /* the counter's mark, the given-up roots */
    for (uint32_t at = 1; at <= burns; at++) {
        for (unsigned i = 0; i < sizeof bits; i++) {
            assert_int_equal(cut_at_fuse(at, bits[i]), at);
        }
    }
    print_message("%u cuts over %u fuses\n", (unsigned)(burns * sizeof bits), (unsigned)burns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transfer),
        cmocka_unit_test(test_transfer_by_dfu),
        cmocka_unit_test(test_trial_and_confirmation),
        cmocka_unit_test(test_fuses_of_the_confirmation),
    };
    return cmocka_run_group_tests(tests, bench_open_group, fixture_close);
}
