/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Images that are rightly signed and do not work: their link faults at its first instruction, or
 * stands still there. Each is started once; then the old one runs again (after a fault by itself,
 * else with the next power-on), with its counter and without a trial, and a good image is taken.
 * REQ: K1 K3
 */
#include "bench.h"
#include "dfu_master.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define RESTART_MS     60000
#define STILL_MS       2000
#define VERSION(minor) ((uint32_t)(minor) << 16)

static bool on_the_bus(void)
{
    return __atomic_load_n(&bench.usb.bus.udc->magic, __ATOMIC_ACQUIRE) == VB_UDC_MAGIC;
}

static void wait_ms(int ms)
{
    const long long end = loop_now() + ms;

    while (loop_now() < end)
        (void)bench.usb.bus.wait(bench.usb.bus.ctx, 5);
}

/* How often boot has put an image on trial, as the token's log has it. */
static unsigned trials(void)
{
    static char text[1u << 18];
    const int fd = openat(bench.dirfd, "token.log", O_RDONLY | O_CLOEXEC);
    unsigned n = 0;

    assert_true(fd >= 0);
    const ssize_t len = read(fd, text, sizeof text - 1);
    close(fd);
    assert_in_range(len, 0, sizeof text - 2);
    text[len] = '\0';
    for (const char *p = text; (p = strstr(p, "slot B on trial")) != NULL; p++)
        n++;
    return n;
}

/* Puts the image on trial and sees boot start it. The mark by which a link that starts is known is
 * taken away first, since one that does not start would leave the last one's. */
static void try_image(const char *variable)
{
    const long long deadline = loop_now() + RESTART_MS;
    const unsigned before = trials();
    size_t size;
    uint8_t *image = dfu_image(variable, &size);

    assert_non_null(image);
    assert_int_equal(bench_fresh(NULL), 0);
    dfu_whole(image, size);
    free(image);
    assert_int_equal(bench_fresh(NULL), 0);
    __atomic_store_n(&bench.usb.bus.udc->magic, 0, __ATOMIC_RELEASE);
    while (trials() == before) {
        assert_true(loop_now() < deadline);
        wait_ms(20);
    }
    assert_int_equal(trials(), before + 1);
}

static void comes_back_with(uint32_t version)
{
    const struct usb_bus bus = vboard_bus(&bench.board);
    bool on_trial = true;

    assert_int_equal(usb_attach(&bench.usb, &bus, RESTART_MS), USB_OK);
    assert_int_equal(bench_fresh(NULL), 0);
    for (unsigned i = 0; on_trial && i < 200; i++) {
        assert_int_equal(bench_running(&on_trial), version);
        wait_ms(20);
    }
    assert_false(on_trial);
}

static void power_cycle(void)
{
    char error[240] = "";

    vboard_power_off(&bench.board);
    assert_int_equal(vboard_power_on(&bench.board, HUFU_IMAGES, bench.log, error, sizeof error), 0);
}

/* The vault ends what the link began: no power-on is needed. */
static void one_that_faults(void **state)
{
    (void)state;
    comes_back_with(VERSION(1));
    try_image("HUFU_FAULTS");
    comes_back_with(VERSION(1));
}

static void one_that_stands_still(void **state)
{
    (void)state;
    try_image("HUFU_STANDS");
    wait_ms(STILL_MS);
    assert_false(on_the_bus());
    power_cycle();
    comes_back_with(VERSION(1));
}

static void one_that_works(void **state)
{
    (void)state;
    try_image("HUFU_IMAGE");
    comes_back_with(VERSION(2));
    power_cycle();
    comes_back_with(VERSION(2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_faults),
        cmocka_unit_test(one_that_stands_still),
        cmocka_unit_test(one_that_works),
    };

    return cmocka_run_group_tests(tests, bench_setup, bench_teardown);
}
