/* SPDX-License-Identifier: Apache-2.0 */
#include "image_check.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "err.h"
#include "lms.h"
#include "rollback.h"
#include <stdbool.h>
#include <string.h>

static bool all_zero(const uint8_t *p, size_t len)
{
    uint8_t any = 0;
    for (size_t i = 0; i < len; i++) {
        any |= p[i];
    }
    return any == 0;
}

static bool format_good(const struct image_token *token, const struct hufu_image *image)
{
    const struct hufu_image_signed *head = &image->head;
    return head->magic == HUFU_IMAGE_MAGIC && head->header_version == HUFU_IMAGE_HEADER_VERSION &&
           (head->flags & ~HUFU_IMAGE_FLAG_TEST) == 0 && head->part_count >= 2 &&
           head->part_count <= HUFU_IMAGE_PARTS && head->rollback <= HUFU_IMAGE_ROLLBACK_MAX &&
           head->total_size > HUFU_IMAGE_HEADER_SIZE && head->total_size <= token->slot_size &&
           head->store_format_oldest <= head->store_format_newest &&
           all_zero(head->reserved, sizeof head->reserved) &&
           all_zero(image->rest, sizeof image->rest);
}

static bool board_good(const struct image_token *token, const struct hufu_image *image)
{
    char board[HUFU_IMAGE_BOARD] = {0};
    const size_t name = strlen(token->board);
    memcpy(board, token->board, name < sizeof board ? name : sizeof board);
    return memcmp(board, image->head.board, sizeof board) == 0;
}

/* The parts stand in order, each where it runs, one behind the other, none past the end. */
static bool places_good(const struct image_token *token, const struct hufu_image *image)
{
    uint32_t from = HUFU_IMAGE_HEADER_SIZE;
    if (image->head.part_count > token->place_count) {
        return false;
    }
    for (uint32_t i = 0; i < HUFU_IMAGE_PARTS; i++) {
        const struct hufu_image_part *part = &image->head.part[i];
        if (i >= image->head.part_count) {
            if (!all_zero((const uint8_t *)part, sizeof *part)) {
                return false;
            }
            continue;
        }
        const struct image_place *place = &token->places[i];
        if (part->kind != place->kind || part->address != place->address || part->size < 8 ||
            part->size > place->size || part->offset != from ||
            part->size > image->head.total_size - from) {
            return false;
        }
        const uint32_t end = from + part->size;
        from = (end + HUFU_IMAGE_HEADER_SIZE - 1u) & ~(HUFU_IMAGE_HEADER_SIZE - 1u);
        if (i + 1u == image->head.part_count ? end != image->head.total_size
                                             : from >= image->head.total_size) {
            return false;
        }
    }
    return true;
}

static enum image_verdict fields_check(const struct image_token *token,
                                       const struct hufu_image *image)
{
    const struct hufu_image_signed *head = &image->head;
    if (!format_good(token, image)) {
        return IMAGE_NO_HEADER;
    }
    if (!board_good(token, image)) {
        return IMAGE_WRONG_BOARD;
    }
    if (!places_good(token, image)) {
        return IMAGE_WRONG_PLACE;
    }
    if (head->rollback < token->rollback) {
        return IMAGE_ROLLED_BACK;
    }
    if (token->store_format != 0 && (token->store_format < head->store_format_oldest ||
                                     token->store_format > head->store_format_newest)) {
        return IMAGE_WRONG_STORE;
    }
    /* An image may not give up the roots that sign it: nothing could follow it. */
    if (head->sm2_key >= HUFU_IMAGE_ROOTS || head->lms_key >= HUFU_IMAGE_ROOTS ||
        ((token->revoked_sm2 | head->revoke_sm2) >> head->sm2_key & 1u) != 0 ||
        ((token->revoked_lms | head->revoke_lms) >> head->lms_key & 1u) != 0 ||
        (head->revoke_sm2 | head->revoke_lms) >> HUFU_IMAGE_ROOTS != 0) {
        return IMAGE_REVOKED_KEY;
    }
    return IMAGE_GOOD;
}

static int sm2_holds(const struct image_token *token, const struct hufu_image *image)
{
    const uint8_t *key = token->roots->sm2[image->head.sm2_key];
    uint8_t z[32], e[32];
    int err = sm2_z(key, HUFU_IMAGE_SM2_ID, sizeof HUFU_IMAGE_SM2_ID - 1u, z);
    if (err != ERR_OK) {
        return err;
    }
    struct sm3 hash;
    sm3_init(&hash);
    sm3_update(&hash, z, sizeof z);
    sm3_update(&hash, &image->head, sizeof image->head);
    sm3_final(&hash, e);
    return sm2_verify(key, e, image->sm2);
}

static int lms_holds(const struct image_token *token, const struct hufu_image *image)
{
    return lms_verify(token->roots->lms[image->head.lms_key], &image->head, sizeof image->head,
                      image->lms);
}

/* The two rounds are apart in time, and neither takes over what the other found: one skipped
 * instruction cannot make a yes of both. */
enum image_verdict image_check_header(const struct image_token *token,
                                      const struct hufu_image *image, secure_bool *good)
{
    volatile secure_bool first = SECURE_FALSE, second = SECURE_FALSE;
    *good = SECURE_FALSE;
    const enum image_verdict verdict = fields_check(token, image);
    if (verdict != IMAGE_GOOD) {
        return verdict;
    }
    if (sm2_holds(token, image) == ERR_OK && lms_holds(token, image) == ERR_OK) {
        first = SECURE_TRUE;
    }
    if (first != SECURE_TRUE) {
        return IMAGE_WRONG_SIGNATURE;
    }
    if (lms_holds(token, image) == ERR_OK && sm2_holds(token, image) == ERR_OK &&
        fields_check(token, image) == IMAGE_GOOD) {
        second = SECURE_TRUE;
    }
    if (first != SECURE_TRUE || second != SECURE_TRUE) {
        return IMAGE_WRONG_SIGNATURE;
    }
    *good = second;
    return IMAGE_GOOD;
}

static int token_now(const struct hal_otp *otp, const struct image_token *about,
                     struct image_token *token)
{
    struct rollback fuses;
    const int err = rollback_read(otp, &fuses);
    if (err == ERR_OK) {
        *token = *about;
        token->rollback = fuses.counter;
        token->revoked_sm2 = fuses.revoked_sm2;
        token->revoked_lms = fuses.revoked_lms;
    }
    return err;
}

int image_judge(const struct hal_otp *otp, const struct image_token *about,
                const struct hufu_image *image, enum image_verdict *verdict, secure_bool *good)
{
    volatile secure_bool first = SECURE_FALSE, second = SECURE_FALSE;
    struct image_token token;
    secure_bool whole = SECURE_FALSE;
    *good = SECURE_FALSE;
    *verdict = IMAGE_NO_HEADER;
    int err = token_now(otp, about, &token);
    if (err != ERR_OK) {
        return err;
    }
    *verdict = image_check_header(&token, image, &whole);
    first = whole;
    if (*verdict != IMAGE_GOOD || first != SECURE_TRUE) {
        return ERR_OK;
    }
    memset(&token, 0, sizeof token);
    err = token_now(otp, about, &token);
    if (err != ERR_OK) {
        return err;
    }
    *verdict = fields_check(&token, image);
    if (*verdict == IMAGE_GOOD) {
        second = SECURE_TRUE;
    }
    if (first == SECURE_TRUE) {
        *good = second;
    }
    return ERR_OK;
}

enum image_verdict image_check_part(const struct hufu_image_part *part, const void *bytes,
                                    secure_bool *good)
{
    uint8_t digest[SM3_DIGEST];
    struct sm3 hash;
    sm3_init(&hash);
    sm3_update(&hash, bytes, part->size);
    sm3_final(&hash, digest);
    *good = secret_equal(digest, part->digest, sizeof digest);
    return *good == SECURE_TRUE ? IMAGE_GOOD : IMAGE_WRONG_DIGEST;
}

void image_digest(const struct hufu_image *image, uint8_t digest[HUFU_IMAGE_DIGEST])
{
    struct sm3 hash;
    sm3_init(&hash);
    sm3_update(&hash, &image->head, sizeof image->head);
    sm3_final(&hash, digest);
}

const char *image_verdict_text(enum image_verdict verdict)
{
    switch (verdict) {
    case IMAGE_GOOD:
        return "good";
    case IMAGE_NO_HEADER:
        return "no image header";
    case IMAGE_WRONG_BOARD:
        return "image for another board";
    case IMAGE_WRONG_PLACE:
        return "image for another address, or too large";
    case IMAGE_ROLLED_BACK:
        return "older than the rollback counter allows";
    case IMAGE_WRONG_STORE:
        return "cannot read this store's format";
    case IMAGE_REVOKED_KEY:
        return "signed by a root that is unknown or given up";
    case IMAGE_WRONG_SIGNATURE:
        return "wrong signature";
    case IMAGE_WRONG_DIGEST:
        return "wrong digest";
    }
    return "?";
}
