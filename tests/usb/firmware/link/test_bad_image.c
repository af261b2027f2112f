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

#define STILL_MS       2000
#define VERSION(minor) ((uint32_t)(minor) << 16)

static void wait_ms(int ms)
{
    const long long end = loop_now() + ms;

    while (loop_now() < end)
        (void)bench.usb.bus.wait(bench.usb.bus.ctx, 5);
}

/* How often the token's log has that line. */
static unsigned logged(const char *line)
{
    static char text[1u << 18];
    const int fd = openat(bench.dirfd, "token.log", O_RDONLY | O_CLOEXEC);
    unsigned n = 0;

    assert_true(fd >= 0);
    const ssize_t len = read(fd, text, sizeof text - 1);
    close(fd);
    assert_in_range(len, 0, sizeof text - 2);
    text[len] = '\0';
    for (const char *p = text; (p = strstr(p, line)) != NULL; p++)
        n++;
    return n;
}

/* The mark of a link on the bus is what the last one left there as well: a new one is known by what
 * it logs once it has set its own. */
static const char on_trial[] = "slot B on trial", connected[] = "link: connected";
static unsigned connections; /* before the image that is tried */

static void until_logged(const char *line, unsigned count)
{
    const long long deadline = loop_now() + RESTART_MS;

    while (logged(line) < count) {
        assert_true(loop_now() < deadline);
        wait_ms(20);
    }
    assert_int_equal(logged(line), count);
}

/* Puts the image on trial and sees boot start it. */
static void try_image(const char *variable)
{
    const unsigned before = logged(on_trial);
    size_t size;
    uint8_t *image = dfu_image(variable, &size);

    assert_non_null(image);
    assert_int_equal(bench_fresh(NULL), 0);
    dfu_whole(image, size);
    free(image);
    connections = logged(connected);
    const long long reset = loop_now();
    /* The token restarts a second after the reset, whoever takes longer over it. */
    assert_true(bench_fresh(NULL) == 0 || loop_now() - reset > 900);
    until_logged(on_trial, before + 1);
}

static void comes_back_with(uint32_t version)
{
    const struct usb_bus bus = vboard_bus(&bench.board);

    until_logged(connected, connections + 1);
    assert_int_equal(usb_attach(&bench.usb, &bus, RESTART_MS), USB_OK);
    assert_int_equal(bench_fresh(NULL), 0);
    bench_confirmed(version);
}

static void power_cycle(void)
{
    char error[240] = "";

    connections = logged(connected);
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
    assert_int_equal(logged(connected), connections);
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
