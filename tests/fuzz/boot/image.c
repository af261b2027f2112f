/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Boot's choice on flash and fuses that the input has written to: two good images in the slots, a
 * record, then edits anywhere. What the edited headers claim may count as signed (the verifiers
 * then answer as an attacker with the keys would like), so that the parser is met behind them; else
 * the signatures are verified.
 *
 * Whatever is there: nothing outside the slot of the header is loaded, nothing larger than its
 * place, nothing that fuses forbid; flash changes in the records alone; a trial is granted once.
 * With real signatures only what was signed is started, to the byte. The host's tool takes every
 * header that boot takes. REQ: K3
 */
#include "board.h"
#include "choose.h"
#include "crypto/sm3.h"
#include "err.h"
#include "fixture_file.h"
#include "fuzz/boot/signing.h"
#include "fuzz/support/choices.h"
#include "otp_row.h"
#include "rollback.h"
#include "support/check.h"
#include "verify_image.h"
#include <stdbool.h>
#include <string.h>

#define SIZE    (2u * FIXTURE_SLOT + 2u * HAL_FLASH_SECTOR)
#define RECORDS (2u * FIXTURE_SLOT)

int hufu_fuzz_image(const uint8_t *data, size_t size);

static struct board_flash flash;
static struct board_otp otp;
static uint8_t before[SIZE];
static uint8_t memory[2][0x6000];
static bool locked;

static int lock(void *ctx, bool yes)
{
    (void)ctx;
    locked = yes;
    return HAL_OK;
}

static const void *load(void *ctx, const struct hufu_image_part *part, uint32_t flash_address)
{
    const struct hal_flash *from = ctx;
    const uint32_t which = part->kind == HUFU_IMAGE_VAULT ? 0 : 1;
    const uint32_t in_slot = flash_address % FIXTURE_SLOT;
    check(part->kind == fixture_file_places[which].kind &&
          part->address == fixture_file_places[which].address);
    check(part->size <= fixture_file_places[which].size);
    check(flash_address < RECORDS && in_slot >= HUFU_IMAGE_HEADER_SIZE);
    check(part->size <= FIXTURE_SLOT - in_slot && !locked);
    return from->read(from->ctx, flash_address, memory[which], part->size) == HAL_OK ? memory[which]
                                                                                     : NULL;
}

static void say(void *ctx, const char *text)
{
    (void)ctx;
    check(text[0] != '\0');
}

/* A place of interest: fields, the borders of what is signed, of signatures, parts and records. */
static uint32_t place(struct choices *c)
{
    static const uint32_t borders[] = {0,
                                       4,
                                       8,
                                       16,
                                       20,
                                       36,
                                       40,
                                       52,
                                       56,
                                       60,
                                       64,
                                       100,
                                       104,
                                       108,
                                       196,
                                       511,
                                       512,
                                       575,
                                       576,
                                       2027,
                                       2028,
                                       4095,
                                       4096,
                                       4096 + FIXTURE_VAULT_SIZE - 1,
                                       3 * 4096,
                                       FIXTURE_IMAGE - 1,
                                       FIXTURE_IMAGE};
    const uint32_t slot = choose(c, 2) * FIXTURE_SLOT;
    switch (choose(c, 4)) {
    case 0:
        return slot + choose(c, 512);
    case 1:
        return RECORDS + choose(c, 2) * HAL_FLASH_SECTOR + choose(c, 48);
    case 2:
        return choose(c, SIZE);
    default:
        return slot + borders[choose(c, sizeof borders / sizeof borders[0])];
    }
}

static void edits(struct choices *c)
{
    for (unsigned i = 0; i < 24 && choices_left(c) > 0; i++) {
        const uint32_t at = place(c), many = 1u + choose(c, 16);
        if (choose(c, 8) == 0) {
            otp.fuses[(OTP_ROW_ROLLBACK + choose(c, 2)) * HAL_OTP_ROW + choose(c, HAL_OTP_ROW)] |=
                (uint8_t)choose(c, 256);
        }
        (void)choose_bytes(c, flash.bytes + at, many < SIZE - at ? many : SIZE - at);
    }
}

/* Digests of the parts as they lie there: what a signer of this header would have put in. */
static void set_digests(uint32_t slot)
{
    struct hufu_image_signed head;
    memcpy(&head, flash.bytes + slot * FIXTURE_SLOT, sizeof head);
    for (uint32_t i = 0; i < HUFU_IMAGE_PARTS; i++) {
        struct hufu_image_part *part = &head.part[i];
        if (part->offset <= FIXTURE_SLOT && part->size <= FIXTURE_SLOT - part->offset) {
            struct sm3 hash;
            sm3_init(&hash);
            sm3_update(&hash, flash.bytes + slot * FIXTURE_SLOT + part->offset, part->size);
            sm3_final(&hash, part->digest);
        }
    }
    memcpy(flash.bytes + slot * FIXTURE_SLOT, &head, sizeof head);
}

static void started(const struct choose_board *board, const struct hufu_image *image,
                    const struct boot_note *note, const struct slot_record *record)
{
    const struct fixture_file *made = fixture_file();
    const struct hufu_image_signed *head = &image->head;
    const uint32_t from = note->slot * FIXTURE_SLOT;
    struct rollback fuses;
    check(locked);
    check(note->magic == BOOT_NOTE && note->slot < SLOT_COUNT && note->passed <= 1);
    check(memcmp(image, before + from, sizeof *image) == 0);
    check(rollback_read(&board->otp, &fuses) == ERR_OK && head->rollback >= fuses.counter);
    check(head->sm2_key < HUFU_IMAGE_ROOTS && (fuses.revoked_sm2 >> head->sm2_key & 1u) == 0);
    check(head->lms_key < HUFU_IMAGE_ROOTS && (fuses.revoked_lms >> head->lms_key & 1u) == 0);
    check(head->total_size <= FIXTURE_SLOT && head->part_count == 2);
    uint32_t end = HUFU_IMAGE_HEADER_SIZE;
    for (uint32_t i = 0; i < 2; i++) {
        check(head->part[i].offset >= end && head->part[i].size <= head->total_size);
        end = head->part[i].offset + head->part[i].size;
        check(end <= head->total_size);
        check(memcmp(memory[i], before + from + head->part[i].offset, head->part[i].size) == 0);
    }
    static const uint8_t zero[sizeof image->rest];
    check(memcmp(image->rest, zero, sizeof zero) == 0);
    check(note->trial != SECURE_TRUE ||
          (record->phase == SLOT_TRIAL && record->slot == note->slot && note->passed == 0));
    check(verify_image(image, &made->roots) == 0);
    if (!signing_believed) {
        const uint8_t *good = made->image[head->image_version == 1u << 24 ? 0 : 1];
        check(memcmp(head, good, sizeof *head) == 0);
        check(memcmp(memory[0], good + HUFU_IMAGE_HEADER_SIZE, FIXTURE_VAULT_SIZE) == 0);
        check(memcmp(memory[1], good + 3u * HUFU_IMAGE_HEADER_SIZE, FIXTURE_LINK_SIZE) == 0);
    }
}

/* One start; whether anything was started, and whether that was a trial. */
static bool start(const struct choose_board *board, bool *trial)
{
    static struct hufu_image image;
    struct boot_note note;
    struct slot_record record, after;
    check(slots_read(&board->flash, &record) == ERR_OK);
    memcpy(before, flash.bytes, SIZE);
    const secure_bool good = choose_image(board, &image, &note);
    check(memcmp(before, flash.bytes, RECORDS) == 0);
    check(slots_read(&board->flash, &after) == ERR_OK && after.slot == record.slot);
    check(after.phase == record.phase || (record.phase == SLOT_TRIAL && after.phase == SLOT_TRIED));
    if (good == SECURE_TRUE) {
        started(board, &image, &note, &record);
    } else {
        check(note.magic != BOOT_NOTE);
    }
    *trial = good == SECURE_TRUE && note.trial == SECURE_TRUE;
    return good == SECURE_TRUE;
}

int hufu_fuzz_image(const uint8_t *data, size_t size)
{
    const struct fixture_file *made = fixture_file();
    struct choices c = {data, size};
    if (flash.bytes == NULL) {
        check(board_flash_init(&flash, SIZE, 1) == HAL_OK);
    }
    memset(flash.bytes, 0xFF, SIZE);
    board_otp_init(&otp);
    const struct image_token token = {.board = "board",
                                      .places = fixture_file_places,
                                      .place_count = 2,
                                      .slot_size = FIXTURE_SLOT,
                                      .roots = &made->roots};
    struct choose_board board = {.token = &token,
                                 .flash = board_flash_hal(&flash),
                                 .otp = board_otp_hal(&otp),
                                 .lock = lock,
                                 .load = load,
                                 .say = say};
    board.ctx = &board.flash;
    const uint32_t options = choose(&c, 256);
    signing_believed = options % 8u != 7u;
    for (uint32_t slot = 0; slot < SLOT_COUNT; slot++) {
        memcpy(flash.bytes + slot * FIXTURE_SLOT, made->image[slot], FIXTURE_IMAGE);
    }
    const struct slot_record record = {options >> 4 & 1u, (enum slot_phase)(options >> 5 & 3u)};
    if (record.phase != SLOT_UNDECIDED) {
        check(slots_write(&board.flash, &record) == ERR_OK);
    }
    edits(&c);
    if (signing_believed && (options & 8u) != 0) {
        set_digests(0);
        set_digests(1);
    }
    bool trial = false, again = false;
    (void)start(&board, &trial);
    if (signing_believed) { /* LMS takes its time */
        (void)start(&board, &again);
        check(!trial || !again);
    }
    return 0;
}
