/* SPDX-License-Identifier: Apache-2.0 */
/* Whether an image may be started: its header fits this board and slot, its digest fits its bytes.
 */
#ifndef HUFU_BOOT_IMAGE_CHECK_H
#define HUFU_BOOT_IMAGE_CHECK_H

#include "hufu/image.h"
#include "wipe.h"
#include <stdint.h>

enum image_verdict {
    IMAGE_GOOD = 0,
    IMAGE_NO_HEADER = -1, /* magic, header version or header size */
    IMAGE_WRONG_KIND = -2,
    IMAGE_WRONG_BOARD = -3,
    IMAGE_WRONG_PLACE = -4,    /* made for another address, or larger than its slot */
    IMAGE_UNKNOWN_SCHEME = -5, /* names a signature scheme this boot cannot check */
    IMAGE_WRONG_DIGEST = -6,
};

/* What a slot expects. */
struct image_slot {
    uint16_t kind;
    uint32_t address; /* of the header */
    uint32_t size;    /* bytes, header included */
    const char *board;
};

/*
 * [in] slot what is expected; image slot->size readable bytes (only header and body are read).
 * [out] good SECURE_TRUE only when IMAGE_GOOD: the caller decides on both.
 * Returns the first thing found wrong.
 */
enum image_verdict image_check(const struct image_slot *slot, const struct hufu_image *image,
                               secure_bool *good);

/* One English phrase for the log. */
const char *image_verdict_text(enum image_verdict verdict);

#endif
