/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware on the virtual board: boot refuses what was changed, whatever byte it was; what it
 * starts enumerates, answers, survives a bus reset. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hufu/apdu.h"
#include "hufu/image.h"
#include "layout.h"
#include "rig.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The board runs in real time, on a machine that may be busy. */
#define START_MS  60000
#define REFUSE_MS 60000
#define ANSWER_MS 20000

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
    static const char *const files[] = {"boot.elf", "firmware.bin"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[256];
        (void)snprintf(path, sizeof path, "%s/%s", images, files[i]);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(images), 0);
    rig_close(&rig);
    return 0;
}

static void test_changed_image_is_not_started(void **state)
{
    (void)state;
    static const struct {
        long flip;
        const char *says;
    } cases[] = {
        {2 * HUFU_IMAGE_HEADER_SIZE + 5000, "boot: slot A wrong digest"},
        {HUFU_IMAGE_HEADER_SIZE, "boot: slot A wrong digest"},
        {offsetof(struct hufu_image, head.magic), "boot: slot A no image header"},
        {offsetof(struct hufu_image, head.image_version), "boot: slot A wrong signature"},
        {offsetof(struct hufu_image, head.part[0].digest) + 31, "boot: slot A wrong signature"},
        {offsetof(struct hufu_image, head.board) + 3, "boot: slot A image for another board"},
        {offsetof(struct hufu_image, head.part[1].address), "boot: slot A image for another addr"},
        {offsetof(struct hufu_image, head.lms_key), "boot: slot A wrong signature"},
        {offsetof(struct hufu_image, sm2) + 5, "boot: slot A wrong signature"},
        {offsetof(struct hufu_image, lms) + 700, "boot: slot A wrong signature"},
    };
    copy_image("boot.elf", -1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        copy_image("firmware.bin", cases[i].flip);
        (void)unlinkat(rig.dir, "boot.elf", 0); /* a blank board: the factory's turn again */
        rig_power_on(&rig, images);
        assert_true(rig_wait_for(&rig, cases[i].says, REFUSE_MS));
        assert_true(rig_wait_for(&rig, "boot: no image may be started", REFUSE_MS));
        rig_run(&rig, 100);
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
    assert_int_equal(usb_control(usb, &clock, data, &n, ANSWER_MS), USB_OK);
    assert_int_equal(n, 4);
    assert_memory_equal(data, "\xA0\x0F\0\0", 4); /* dwDefaultClock of the descriptor, kHz */
    const struct usb_setup unknown = {0xA1, 9, 0, 0, 4};
    assert_int_equal(usb_control(usb, &unknown, data, &n, ANSWER_MS), USB_STALL);
    const struct usb_setup product = {0x80, 6, 0x0302, 0x0409, 64};
    assert_int_equal(usb_control(usb, &product, data, &n, ANSWER_MS), USB_OK);
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
    assert_int_equal(usb_bulk_out(usb, 1, power_on, sizeof power_on, false, ANSWER_MS), USB_OK);
    assert_int_equal(usb_bulk_in(usb, 1, answer, sizeof answer, &n, ANSWER_MS), USB_OK);
    assert_true(n > 12 && answer[0] == 0x80 && answer[6] == seq && answer[7] == 0);
    assert_int_equal(answer[10], 0x3B);
    /* an AID nobody has: 6A82, and nothing else happens */
    const uint8_t select[22] = {
        0x6F, 12, 0, 0, 0, 0, (uint8_t)(seq + 1u), 0, 0, 0, 0, 0xA4, 4, 0, 7, 0xA0,
        0,    0,  0, 9, 9, 9};
    assert_int_equal(usb_bulk_out(usb, 1, select, sizeof select, false, ANSWER_MS), USB_OK);
    assert_int_equal(usb_bulk_in(usb, 1, answer, sizeof answer, &n, ANSWER_MS), USB_OK);
    assert_int_equal(n, 12);
    assert_int_equal(answer[10] << 8 | answer[11], 0x6A82);
}

/* A message whose length field is right. */
static void send(struct usb_device *usb, uint8_t type, uint8_t seq, const uint8_t *data,
                 uint8_t len)
{
    uint8_t message[64] = {type, len, 0, 0, 0, 0, seq};
    assert_true(len <= sizeof message - 10u);
    if (len > 0) {
        memcpy(message + 10, data, len);
    }
    assert_int_equal(usb_bulk_out(usb, 1, message, 10u + len, false, ANSWER_MS), USB_OK);
}

/* Sends an APDU in one message; the answer's data, status word last. */
static size_t apdu(struct usb_device *usb, uint8_t seq, const uint8_t *command, uint8_t len,
                   uint8_t *answer, size_t cap)
{
    size_t n = 0;
    send(usb, 0x6F, seq, command, len);
    do {
        assert_int_equal(usb_bulk_in(usb, 1, answer, cap, &n, ANSWER_MS), USB_OK);
    } while (n >= 10 && answer[7] == 0x80); /* time extension */
    assert_true(n >= 12 && answer[0] == 0x80 && answer[6] == seq && answer[7] == 0);
    memmove(answer, answer + 10, n - 10u);
    return n - 10u;
}

static const uint8_t select_admin[] = {0, 0xA4, 4, 0, 8, 0xF0, 'H', 'U', 'F', 'U', 'A', 'D', 'M'};
static const uint8_t self_test[] = {0x80, HUFU_INS_ADMIN_SELFTEST, 0, 0, 0};
static const uint8_t status[] = {0x80, HUFU_INS_ADMIN_STATUS, 0, 0, 0};

static void enumerated(struct usb_device *usb, struct usb_bus *bus)
{
    rig_power_on(&rig, HUFU_IMAGES);
    *bus = vboard_bus(&rig.board);
    assert_int_equal(usb_attach(usb, bus, START_MS), USB_OK);
    assert_int_equal(usb_reset(usb), USB_OK);
    assert_int_equal(usb_enumerate(usb, 1), USB_OK);
}

/* A command that takes several slices is aborted, in both orders of the two halves, at moments that
 * move. The slot always comes back, and so do the vault's answers. */
static void test_abort_at_any_moment(void **state)
{
    (void)state;
    static struct usb_device usb;
    struct usb_bus bus;
    uint8_t answer[128];
    enumerated(&usb, &bus);
    for (uint8_t round = 0; round < 12; round++) {
        const uint8_t seq = (uint8_t)(16u * round);
        size_t n = 0;
        check_slot(&usb, seq);
        (void)apdu(&usb, (uint8_t)(seq + 2u), select_admin, sizeof select_admin, answer,
                   sizeof answer);
        send(&usb, 0x6F, (uint8_t)(seq + 3u), self_test, sizeof self_test);
        rig_run(&rig, 3 * round);
        const uint8_t abort_seq = (uint8_t)(seq + 4u);
        const struct usb_setup request = {0x21, 1, (uint16_t)(abort_seq << 8), 0, 0};
        if (round % 2 == 0) {
            send(&usb, 0x72, abort_seq, NULL, 0);
        }
        assert_int_equal(usb_control(&usb, &request, NULL, &n, ANSWER_MS), USB_OK);
        if (round % 2 != 0) {
            send(&usb, 0x72, abort_seq, NULL, 0);
        }
        do { /* the command's own answer comes first if it was ready */
            assert_int_equal(usb_bulk_in(&usb, 1, answer, sizeof answer, &n, ANSWER_MS), USB_OK);
            assert_true(n >= 10);
        } while (answer[6] != abort_seq);
        assert_int_equal(answer[0], 0x81);
        assert_int_equal(answer[7] & 0xC0, 0);
    }
    rig_power_off(&rig);
}

static uint32_t big_endian(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Prints the stacks' high-water marks after the self tests; one at its end would be an overflow
 * that the limits caught. */
static void test_stacks_have_room(void **state)
{
    (void)state;
    static const char *const names[] = {"vault", "command", "link"};
    static const uint32_t sizes[] = {VAULT_STACK, COMMAND_STACK, LINK_STACK};
    static struct usb_device usb;
    struct usb_bus bus;
    uint8_t answer[128];
    enumerated(&usb, &bus);
    check_slot(&usb, 1);
    (void)apdu(&usb, 3, select_admin, sizeof select_admin, answer, sizeof answer);
    size_t n = apdu(&usb, 4, self_test, sizeof self_test, answer, sizeof answer);
    assert_int_equal(n, 2);
    assert_int_equal(answer[0], 0x90);
    n = apdu(&usb, 5, status, sizeof status, answer, sizeof answer);
    assert_int_equal(n, 34);
    for (size_t i = 0; i < 3; i++) {
        const uint32_t used = big_endian(answer + 16 + 4 * i);
        print_message("stack %-8s %5u of %5u bytes\n", names[i], (unsigned)used,
                      (unsigned)sizes[i]);
        assert_true(used > 0 && used + 128u <= sizes[i]);
    }
    rig_power_off(&rig);
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
        cmocka_unit_test_setup_teardown(test_changed_image_is_not_started, setup, teardown),
        cmocka_unit_test_setup_teardown(test_enumerates_and_survives_a_bus_reset, setup, teardown),
        cmocka_unit_test_setup_teardown(test_abort_at_any_moment, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stacks_have_room, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
