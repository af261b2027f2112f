/* SPDX-License-Identifier: Apache-2.0 */
#include "choose.h"
#include "err.h"
#include "hufu/build.h"
#include "slots.h"
#include <string.h>

static void say_slot(const struct choose_board *board, uint32_t slot, const char *text)
{
    board->say(board->ctx, slot == 0 ? "boot: slot A " : "boot: slot B ");
    board->say(board->ctx, text);
    board->say(board->ctx, "\n");
}

/* One look at all parts, where they run. */
static secure_bool parts_look(const struct hufu_image *image, const void *const *at)
{
    volatile uint32_t seen = 0;
    for (uint32_t i = 0; i < image->head.part_count; i++) {
        secure_bool good = SECURE_FALSE;
        if (image_check_part(&image->head.part[i], at[i], &good) != IMAGE_GOOD ||
            good != SECURE_TRUE) {
            return SECURE_FALSE;
        }
        seen++;
    }
    return seen == image->head.part_count && seen >= 2 ? SECURE_TRUE : SECURE_FALSE;
}

/* [out] at: where the parts stand. Only here can anything be written there. */
static bool parts_load(const struct choose_board *board, const struct hufu_image *image,
                       uint32_t from, const void **at)
{
    bool loaded = board->lock(board->ctx, false) == HAL_OK;
    for (uint32_t i = 0; loaded && i < image->head.part_count; i++) {
        const struct hufu_image_part *part = &image->head.part[i];
        at[i] = board->load(board->ctx, part, from + part->offset);
        loaded = at[i] != NULL;
    }
    return board->lock(board->ctx, true) == HAL_OK && loaded;
}

/* Put where they run first, and hashed there, twice. */
static enum image_verdict parts_check(const struct choose_board *board,
                                      const struct hufu_image *image, uint32_t from,
                                      secure_bool *good)
{
    volatile secure_bool first = SECURE_FALSE, second = SECURE_FALSE;
    const void *at[HUFU_IMAGE_PARTS] = {NULL};
    *good = SECURE_FALSE;
    if (!parts_load(board, image, from, at)) {
        return IMAGE_WRONG_DIGEST;
    }
    first = parts_look(image, at);
    if (first != SECURE_TRUE) {
        return IMAGE_WRONG_DIGEST;
    }
    second = parts_look(image, at);
    if (first != SECURE_TRUE || second != SECURE_TRUE) {
        return IMAGE_WRONG_DIGEST;
    }
    *good = second;
    return IMAGE_GOOD;
}

static secure_bool slot_try(const struct choose_board *board, uint32_t slot,
                            struct hufu_image *image)
{
    struct image_token token = *board->token;
    token.slot_size = slots_size(&board->flash);
    token.store_format = 0;
    const uint32_t from = slots_address(&board->flash, slot);
    secure_bool head = SECURE_FALSE, parts = SECURE_FALSE;
    enum image_verdict verdict = IMAGE_NO_HEADER;
    if (board->flash.read(board->flash.ctx, from, image, sizeof *image) != HAL_OK) {
        return SECURE_FALSE;
    }
    if (image_judge(&board->otp, &token, image, &verdict, &head) != ERR_OK) {
        if (HUFU_LOGS) {
            board->say(board->ctx, "boot: one-time memory cannot be read\n");
        }
        return SECURE_FALSE;
    }
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
    secure_bool trial;
    memset(note, 0, sizeof *note);
    const uint32_t first = first_choice(board, &trial);
    for (uint32_t i = 0; i < SLOT_COUNT; i++) {
        const uint32_t slot = i == 0 ? first : 1u - first;
        const secure_bool good = slot_try(board, slot, image);
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
