/* SPDX-License-Identifier: Apache-2.0 */
#include "image_check.h"
#include "crypto/sm3.h"
#include <stddef.h>
#include <string.h>

/* SM3 over the header with everything from `digest` on taken as zero, then over the body. */
static void image_digest(const struct hufu_image *image, uint8_t digest[SM3_DIGEST])
{
    static const uint8_t zero[64];
    const size_t fixed = offsetof(struct hufu_image, digest);
    struct sm3 hash;
    sm3_init(&hash);
    sm3_update(&hash, image, fixed);
    for (size_t done = fixed; done < HUFU_IMAGE_HEADER_SIZE;) {
        size_t left = HUFU_IMAGE_HEADER_SIZE - done;
        size_t step = left < sizeof zero ? left : sizeof zero;
        sm3_update(&hash, zero, step);
        done += step;
    }
    sm3_update(&hash, (const uint8_t *)image + HUFU_IMAGE_HEADER_SIZE, image->body_size);
    sm3_final(&hash, digest);
}

static enum image_verdict header_check(const struct image_slot *slot,
                                       const struct hufu_image *image)
{
    if (image->magic != HUFU_IMAGE_MAGIC || image->header_version != HUFU_IMAGE_HEADER_VERSION ||
        image->header_size != HUFU_IMAGE_HEADER_SIZE) {
        return IMAGE_NO_HEADER;
    }
    if (image->kind != slot->kind) {
        return IMAGE_WRONG_KIND;
    }
    char board[HUFU_IMAGE_BOARD] = {0};
    size_t name = strlen(slot->board);
    memcpy(board, slot->board, name < sizeof board ? name : sizeof board);
    if (memcmp(board, image->board, sizeof board) != 0) {
        return IMAGE_WRONG_BOARD;
    }
    if (image->load_address != slot->address || image->body_size < 8 ||
        image->body_size > slot->size - HUFU_IMAGE_HEADER_SIZE) {
        return IMAGE_WRONG_PLACE;
    }
    /* The seam: another scheme has its signatures in rest, and a way here to verify them. */
    if (image->signature_scheme != HUFU_IMAGE_UNSIGNED) {
        return IMAGE_UNKNOWN_SCHEME;
    }
    for (size_t i = 0; i < sizeof image->rest; i++) {
        if (image->rest[i] != 0) {
            return IMAGE_UNKNOWN_SCHEME;
        }
    }
    return IMAGE_GOOD;
}

enum image_verdict image_check(const struct image_slot *slot, const struct hufu_image *image,
                               secure_bool *good)
{
    *good = SECURE_FALSE;
    enum image_verdict verdict = header_check(slot, image);
    if (verdict != IMAGE_GOOD) {
        return verdict;
    }
    uint8_t digest[SM3_DIGEST];
    image_digest(image, digest);
    *good = secret_equal(digest, image->digest, sizeof digest);
    return *good == SECURE_TRUE ? IMAGE_GOOD : IMAGE_WRONG_DIGEST;
}

const char *image_verdict_text(enum image_verdict verdict)
{
    switch (verdict) {
    case IMAGE_GOOD:
        return "good";
    case IMAGE_NO_HEADER:
        return "no image header";
    case IMAGE_WRONG_KIND:
        return "image of another kind";
    case IMAGE_WRONG_BOARD:
        return "image for another board";
    case IMAGE_WRONG_PLACE:
        return "image for another address, or too large";
    case IMAGE_UNKNOWN_SCHEME:
        return "unknown signature scheme";
    case IMAGE_WRONG_DIGEST:
        return "wrong digest";
    }
    return "?";
}
