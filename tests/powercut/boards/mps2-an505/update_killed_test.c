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
#include "lives.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct kept fresh, sent, trial;

static int open_all(void **state)
{
    if (lives_open(state) != 0)
        return -1;
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

static void old(uint32_t version)
{
    assert_int_equal(version, VERSION(1));
}

static void either(uint32_t version)
{
    assert_true(version == VERSION(1) || version == VERSION(2));
}

static void killed_in_the_transfer(void **state)
{
    const unsigned pages = (unsigned)(lives_image.size / 256u);

    (void)state;
    (void)sweep(&(struct sweep){&fresh, attached, send_blocks,
                                getenv("HUFU_TEST_LONG") != NULL ? 4 : pages / 5, old});
    comes_through();
}

static bool connected(void)
{
    return attached() && send_blocks();
}

static void killed_when_put_on_trial(void **state)
{
    (void)state;
    (void)sweep(&(struct sweep){&sent, connected, manifest, 1, either});
    comes_through();
}

/* Boot spends the try, the vault confirms and burns. */
static void killed_on_trial(void **state)
{
    (void)state;
    (void)sweep(&(struct sweep){&trial, NULL, confirmed, 1, either});
    comes_through();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_in_the_transfer),
        cmocka_unit_test(killed_when_put_on_trial),
        cmocka_unit_test(killed_on_trial),
    };

    return cmocka_run_group_tests(tests, open_all, lives_close);
}
