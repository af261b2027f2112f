/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DFU through the link into the vault's spare slot: blocks of two good images with edits, in and
 * out of order, of other numbers and lengths, with every other request, resets and a card's power
 * in between. A header's claims may count as signed (boot/signing.h); else signatures are verified.
 *
 * The running slot never changes, nothing is erased for a header that was refused, nothing beyond
 * what a header states is written, and only a whole signed image is put on trial. REQ: K3
 */
#include "usb/dfu.h"
#include "err.h"
#include "fuzz/boot/signing.h"
#include "native_link.h"
#include "slots.h"
#include "support/check.h"
#include <string.h>

#define STEPS 24u

int hufu_fuzz_dfu(const uint8_t *data, size_t size);

static uint8_t image[FIXTURE_IMAGE];
static uint32_t next_block; /* that a lawful host would send */
static uint32_t written;    /* bytes of the slot that some header may have asked for */
static bool good_header;    /* one that was really signed was sent */

static long request(uint8_t type, uint8_t number, uint32_t value, uint32_t length, uint8_t *data)
{
    const uint8_t setup[8] = {type, number, (uint8_t)value,  (uint8_t)(value >> 8),
                              1,    0,      (uint8_t)length, (uint8_t)(length >> 8)};
    return native_link_control(setup, data);
}

static void status(void)
{
    uint8_t a[DFU_STATUS_LEN] = {0};
    if (request(DFU_TO_HOST, DFU_GETSTATUS, 0, sizeof a, a) == (long)sizeof a) {
        check(a[0] <= DFU_ERR_STALLEDPKT && a[4] >= DFU_IDLE && a[4] <= DFU_ERROR);
        check((a[0] == DFU_OK) == (a[4] != DFU_ERROR));
    }
}

static void see_header(void)
{
    const struct fixture_file *made = fixture_file();
    struct hufu_image_signed head;
    memcpy(&head, image, sizeof head);
    const uint32_t sectors =
        (head.total_size + HAL_FLASH_SECTOR - 1u) / HAL_FLASH_SECTOR * HAL_FLASH_SECTOR;
    if (head.total_size <= FIXTURE_SLOT && sectors > written) {
        written = sectors;
    }
    for (unsigned i = 0; i < 2; i++) {
        good_header = good_header || memcmp(image, made->image[i], HUFU_IMAGE_HEADER_SIZE) == 0;
    }
}

static void block(struct choices *c)
{
    static uint8_t data[0x10000];
    uint32_t number = next_block;
    const uint32_t at = number * DFU_BLOCK < FIXTURE_IMAGE ? number * DFU_BLOCK : FIXTURE_IMAGE;
    uint32_t len = FIXTURE_IMAGE - at < DFU_BLOCK ? FIXTURE_IMAGE - at : DFU_BLOCK;
    memcpy(data, image + at, len);
    if (choose(c, 12) == 0) {
        number = choose(c, 5);
    }
    if (choose(c, 12) == 0) {
        static const uint32_t lengths[] = {0, 1, 63, 64, 4095, 4096, 4097, 4104, 8192, 65535};
        len = lengths[choose(c, sizeof lengths / sizeof *lengths)];
    }
    if (choose(c, 12) == 0) {
        data[choose(c, 4096)] ^= (uint8_t)choose(c, 256);
    }
    /* Whatever is sent may be taken for a header by who has not begun. */
    static uint8_t keep[HUFU_IMAGE_HEADER_SIZE];
    memcpy(keep, image, sizeof keep);
    memcpy(image, data, sizeof keep);
    see_header();
    memcpy(image, keep, sizeof keep);
    if (request(DFU_TO_DEVICE, DFU_DNLOAD, number, len, data) >= 0) {
        next_block++;
    }
}

static void choose_image_bytes(struct choices *c)
{
    static const uint32_t fields[] = {0, 4, 8, 12, 16, 36, 40, 52, 56, 60, 64, 100, 104, 108, 112};
    memcpy(image, fixture_file()->image[choose(c, 4) == 0 ? 0 : 1], sizeof image);
    for (unsigned i = choose(c, 4); i > 0; i--) {
        const uint32_t at =
            choose(c, 3) == 0 ? choose(c, 4096) : fields[choose(c, sizeof fields / sizeof *fields)];
        (void)choose_bytes(c, image + at, 1u + choose(c, 4));
    }
    next_block = 0;
}

static void something_else(struct choices *c)
{
    static uint8_t data[0x10000];
    static const uint8_t power[2][10] = {{0x62}, {0x63}};
    switch (choose(c, 10)) {
    case 0:
        wire_reset();
        native_link_turn();
        native_link_configure();
        next_block = 0;
        break;
    case 1:
        (void)request(DFU_TO_DEVICE, DFU_CLRSTATUS, 0, 0, NULL);
        next_block = 0;
        break;
    case 2:
        (void)request(DFU_TO_DEVICE, DFU_ABORT, 0, 0, NULL);
        next_block = 0;
        break;
    case 3:
        (void)request(DFU_TO_HOST, (uint8_t)choose(c, 8), choose(c, 4), choose(c, 4097), data);
        break;
    case 4:
        (void)request(DFU_TO_DEVICE, DFU_DNLOAD, next_block, 0, NULL); /* the end */
        break;
    case 5:
        (void)wire_out(1, power[choose(c, 2)], 10, false);
        native_link_turn();
        (void)wire_in(1, NULL, 0, false);
        break;
    case 6:
        native_link_any_request(c);
        break;
    case 7:
        choose_image_bytes(c);
        break;
    default:
        native_link_turn();
        break;
    }
}

/* Header and parts; nobody reads what fills a sector behind a part. */
static bool same_image(const uint8_t *a, const uint8_t *b)
{
    const uint32_t parts[] = {HUFU_IMAGE_HEADER_SIZE, 3u * HUFU_IMAGE_HEADER_SIZE};
    return memcmp(a, b, HUFU_IMAGE_HEADER_SIZE) == 0 &&
           memcmp(a + parts[0], b + parts[0], FIXTURE_VAULT_SIZE) == 0 &&
           memcmp(a + parts[1], b + parts[1], FIXTURE_LINK_SIZE) == 0;
}

static void check_slots(void)
{
    const struct fixture_file *made = fixture_file();
    const struct board_flash *firmware = &native_link.firmware;
    const struct hal_flash flash = board_flash_hal(&native_link.firmware);
    const uint8_t *spare = firmware->bytes + FIXTURE_SLOT;
    struct slot_record record;
    check(memcmp(spare + written, native_link.spare + written, FIXTURE_SLOT - written) == 0);
    if (!signing_believed && !good_header) {
        check(firmware->operations == 0);
    }
    check(slots_read(&flash, &record) == ERR_OK);
    const bool trial = record.phase == SLOT_TRIAL && record.slot == 1;
    check(trial || (record.phase == SLOT_CONFIRMED && record.slot == 0));
    check(trial || native_link.restarts == 0);
    if (trial && !signing_believed) {
        check(same_image(spare, made->image[0]) || same_image(spare, made->image[1]));
    }
}

int hufu_fuzz_dfu(const uint8_t *data, size_t size)
{
    struct choices c = {data, size};
    native_link_fresh();
    native_link_configure();
    signing_believed = choose(&c, 8) != 0;
    written = 0;
    good_header = false;
    choose_image_bytes(&c);
    for (unsigned i = 0; i < STEPS && choices_left(&c) > 0; i++) {
        if (choose(&c, 4) == 0) {
            something_else(&c);
        } else {
            block(&c);
        }
        if (choose(&c, 8) != 0) {
            native_link_settle();
        }
        status();
    }
    native_link_settle();
    check_slots();
    native_link_check();
    return 0;
}
