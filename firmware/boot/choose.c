/* SPDX-License-Identifier: Apache-2.0 */
#include "choose.h"
#include "err.h"
#include "hufu/build.h"
#include "rollback.h"
#include "slots.h"
#include <stdbool.h>
#include <string.h>

static void say_slot(const struct choose_board *board, uint32_t slot, const char *text)
{
    board->say(board->ctx, slot == 0 ? "boot: slot A " : "boot: slot B ");
    board->say(board->ctx, text);
    board->say(board->ctx, "\n");
}

static enum image_verdict parts_check(const struct choose_board *board,
                                      const struct hufu_image *image, uint32_t from,
                                      secure_bool *good)
{
    volatile secure_bool all = SECURE_FALSE;
    uint32_t seen = 0;
    *good = SECURE_FALSE;
    for (uint32_t i = 0; i < image->head.part_count; i++) {
        const struct hufu_image_part *part = &image->head.part[i];
        const void *bytes = board->load(board->ctx, part, from + part->offset);
        secure_bool first = SECURE_FALSE, second = SECURE_FALSE;
        /* Hashed where it runs, after it got there, and twice. */
        if (bytes == NULL || image_check_part(part, bytes, &first) != IMAGE_GOOD ||
            first != SECURE_TRUE || image_check_part(part, bytes, &second) != IMAGE_GOOD ||
            second != SECURE_TRUE) {
            return IMAGE_WRONG_DIGEST;
        }
        seen++;
    }
    if (seen == image->head.part_count && seen >= 2) {
        all = SECURE_TRUE;
    }
    *good = all;
    return all == SECURE_TRUE ? IMAGE_GOOD : IMAGE_WRONG_DIGEST;
}

static secure_bool slot_try(const struct choose_board *board, uint32_t slot,
                            const struct rollback *fuses, struct hufu_image *image)
{
    struct image_token token = *board->token;
    token.slot_size = slots_size(&board->flash);
    token.rollback = fuses->counter;
    token.revoked_sm2 = fuses->revoked_sm2;
    token.revoked_lms = fuses->revoked_lms;
    token.store_format = 0;
    const uint32_t from = slots_address(&board->flash, slot);
    secure_bool head = SECURE_FALSE, parts = SECURE_FALSE;
    if (board->flash.read(board->flash.ctx, from, image, sizeof *image) != HAL_OK) {
        return SECURE_FALSE;
    }
    enum image_verdict verdict = image_check_header(&token, image, &head);
    if (verdict == IMAGE_GOOD && head == SECURE_TRUE) {
        verdict = parts_check(board, image, from, &parts);
    }
    if (verdict != IMAGE_GOOD || head != SECURE_TRUE || parts != SECURE_TRUE) {
        if (HUFU_LOGS) {
            say_slot(board, slot, image_verdict_text(verdict));
        }
        return SECURE_FALSE;
    }
    return parts;
}

/* What a header claims, before anything is believed: only an order to try in. */
static uint32_t claimed_version(const struct choose_board *board, uint32_t slot)
{
    struct hufu_image_signed head;
    const uint32_t from = slots_address(&board->flash, slot);
    if (board->flash.read(board->flash.ctx, from, &head, sizeof head) != HAL_OK ||
        head.magic != HUFU_IMAGE_MAGIC) {
        return 0;
    }
    return head.image_version;
}

/* [out] trial: the first choice is a new image. Spends its try. */
static uint32_t first_choice(const struct choose_board *board, secure_bool *trial)
{
    struct slot_record record;
    *trial = SECURE_FALSE;
    if (slots_read(&board->flash, &record) != ERR_OK) {
        record = (struct slot_record){0, SLOT_UNDECIDED};
    }
    switch (record.phase) {
    case SLOT_CONFIRMED:
        return record.slot;
    case SLOT_TRIAL: {
        const struct slot_record tried = {record.slot, SLOT_TRIED};
        if (slots_write(&board->flash, &tried) == ERR_OK) {
            *trial = SECURE_TRUE;
            return record.slot;
        }
        return 1u - record.slot; /* a try that cannot be written down is none */
    }
    case SLOT_TRIED:
        return 1u - record.slot;
    case SLOT_UNDECIDED:
        break;
    }
    return claimed_version(board, 1) > claimed_version(board, 0) ? 1 : 0;
}

secure_bool choose_image(const struct choose_board *board, struct hufu_image *image,
                         struct boot_note *note)
{
    struct rollback fuses;
    memset(note, 0, sizeof *note);
    if (rollback_read(&board->otp, &fuses) != ERR_OK) {
        if (HUFU_LOGS) {
            board->say(board->ctx, "boot: one-time memory cannot be read\n");
        }
        return SECURE_FALSE;
    }
    secure_bool trial;
    const uint32_t first = first_choice(board, &trial);
    for (uint32_t i = 0; i < SLOT_COUNT; i++) {
        const uint32_t slot = i == 0 ? first : 1u - first;
        const secure_bool good = slot_try(board, slot, &fuses, image);
        if (good == SECURE_TRUE) {
            if (HUFU_LOGS) {
                say_slot(board, slot, i == 0 && trial == SECURE_TRUE ? "on trial" : "good");
            }
            note->magic = BOOT_NOTE;
            note->slot = slot;
            note->trial = i == 0 ? trial : SECURE_FALSE;
            note->passed = i;
            note->font_size = image->head.part_count > 2 ? image->head.part[2].size : 0;
            image_digest(image, note->digest);
            return good;
        }
    }
    return SECURE_FALSE;
}
