/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware on the virtual board: boot refuses what was changed, whatever byte it was; what it
 * starts enumerates, answers, survives a bus reset. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hufu/image.h"
#include "rig.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define START_MS  20000
#define REFUSE_MS 10000

static struct rig rig;
static char images[96];

/* Copies one image into the test's own folder, with one bit flipped at offset unless negative. */
static void copy_image(const char *name, long flip)
{
    static uint8_t bytes[1u << 20];
    char from[512], to[256];
    (void)snprintf(from, sizeof from, "%s/%s", HUFU_IMAGES, name);
    (void)snprintf(to, sizeof to, "%s/%s", images, name);
    FILE *in = fopen(from, "rb");
    assert_non_null(in);
    const size_t n = fread(bytes, 1, sizeof bytes, in);
    fclose(in);
    assert_true(n > 0 && n < sizeof bytes);
    if (flip >= 0) {
        assert_true((size_t)flip < n);
        bytes[flip] ^= 1u;
    }
    FILE *out = fopen(to, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, n, out), n);
    assert_int_equal(fclose(out), 0);
}

static int setup(void **state)
{
    (void)state;
    rig_open(&rig);
    (void)snprintf(images, sizeof images, "%s/images", rig.folder);
    assert_int_equal(mkdir(images, 0700), 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    static const char *const files[] = {"boot.elf", "vault.bin", "link.bin"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[256];
        (void)snprintf(path, sizeof path, "%s/%s", images, files[i]);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(images), 0);
    rig_close(&rig);
    return 0;
}

static void test_wrong_digest_refuses_to_start(void **state)
{
    (void)state;
    static const struct {
        const char *image;
        long flip;
        const char *says;
    } cases[] = {
        {"vault.bin", HUFU_IMAGE_HEADER_SIZE + 5000, "boot: vault refused: wrong digest"},
        {"vault.bin", HUFU_IMAGE_HEADER_SIZE, "boot: vault refused: wrong digest"},
        {"vault.bin", offsetof(struct hufu_image, digest) + 31,
         "boot: vault refused: wrong digest"},
        {"vault.bin", offsetof(struct hufu_image, image_version),
         "boot: vault refused: wrong digest"},
        {"link.bin", HUFU_IMAGE_HEADER_SIZE + 4000, "boot: link refused: wrong digest"},
        {"link.bin", offsetof(struct hufu_image, magic), "boot: link refused: no image header"},
        {"link.bin", offsetof(struct hufu_image, body_size) + 3, "boot: link refused: image for"},
    };
    copy_image("boot.elf", -1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        copy_image("vault.bin", -1);
        copy_image("link.bin", -1);
        copy_image(cases[i].image, cases[i].flip);
        rig_power_on(&rig, images);
        assert_true(rig_wait_for(&rig, cases[i].says, REFUSE_MS));
        rig_run(&rig, 200);
        assert_null(strstr(rig.text, "images good"));
        assert_null(strstr(rig.text, "vault started"));
        const struct vb_udc *udc = (const void *)(rig.board.memory + VB_UDC);
        assert_int_not_equal(udc->magic, VB_UDC_MAGIC);
        rig_power_off(&rig);
    }
}

/* One class request and one string, as a host's driver asks for them. */
static void check_requests(struct usb_device *usb)
{
    uint8_t data[64];
    size_t n = 0;
    const struct usb_setup clock = {0xA1, 2, 0, 0, 4};
    assert_int_equal(usb_control(usb, &clock, data, &n, 1000), USB_OK);
    assert_int_equal(n, 4);
    assert_memory_equal(data, "\xA0\x0F\0\0", 4); /* dwDefaultClock of the descriptor, kHz */
    const struct usb_setup unknown = {0xA1, 9, 0, 0, 4};
    assert_int_equal(usb_control(usb, &unknown, data, &n, 1000), USB_STALL);
    const struct usb_setup product = {0x80, 6, 0x0302, 0x0409, 64};
    assert_int_equal(usb_control(usb, &product, data, &n, 1000), USB_OK);
    assert_true(n == 2u + 2u * strlen("Hufu token"));
    for (size_t i = 0; i < strlen("Hufu token"); i++) {
        assert_int_equal(data[2 + 2 * i], "Hufu token"[i]);
    }
}

static void check_slot(struct usb_device *usb, uint8_t seq)
{
    uint8_t answer[128];
    size_t n = 0;
    const uint8_t power_on[10] = {0x62, 0, 0, 0, 0, 0, seq};
    assert_int_equal(usb_bulk_out(usb, 1, power_on, sizeof power_on, false, 1000), USB_OK);
    assert_int_equal(usb_bulk_in(usb, 1, answer, sizeof answer, &n, 5000), USB_OK);
    assert_true(n > 12 && answer[0] == 0x80 && answer[6] == seq && answer[7] == 0);
    assert_int_equal(answer[10], 0x3B);
    /* an AID nobody has: 6A82, and nothing else happens */
    const uint8_t select[22] = {
        0x6F, 12, 0, 0, 0, 0, (uint8_t)(seq + 1u), 0, 0, 0, 0, 0xA4, 4, 0, 7, 0xA0,
        0,    0,  0, 9, 9, 9};
    assert_int_equal(usb_bulk_out(usb, 1, select, sizeof select, false, 1000), USB_OK);
    assert_int_equal(usb_bulk_in(usb, 1, answer, sizeof answer, &n, 5000), USB_OK);
    assert_int_equal(n, 12);
    assert_int_equal(answer[10] << 8 | answer[11], 0x6A82);
}

static void test_enumerates_and_survives_a_bus_reset(void **state)
{
    (void)state;
    static struct usb_device usb;
    rig_power_on(&rig, HUFU_IMAGES);
    const struct usb_bus bus = vboard_bus(&rig.board);
    assert_int_equal(usb_attach(&usb, &bus, START_MS), USB_OK);
    for (uint8_t round = 0; round < 3; round++) {
        assert_int_equal(usb_reset(&usb), USB_OK);
        assert_int_equal(usb_enumerate(&usb, (uint8_t)(5u + round)), USB_OK);
        check_requests(&usb);
        check_slot(&usb, (uint8_t)(10u * round));
    }
    rig_run(&rig, 1);
    assert_null(strstr(rig.text, "violation"));
    assert_null(strstr(rig.text, "fault"));
    rig_power_off(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_wrong_digest_refuses_to_start, setup, teardown),
        cmocka_unit_test_setup_teardown(test_enumerates_and_survives_a_bus_reset, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
