/* SPDX-License-Identifier: Apache-2.0 */
/* Putting an image together: parts behind a header, everything but the signatures. */
#ifndef HUFU_FIRMWARE_IMAGE_MAKE_H
#define HUFU_FIRMWARE_IMAGE_MAKE_H

#include "hufu/image.h"
#include <stddef.h>
#include <stdint.h>

struct image_source {
    uint32_t kind; /* HUFU_IMAGE_VAULT, ... */
    uint32_t address;
    const uint8_t *bytes;
    size_t size;
};

#define IMAGE_MAKE_MAX (4u << 20) /* bytes of an image at most */

/*
 * [in] head board, versions, formats, keys, flags; parts in the order vault, link, font.
 * [out] *image allocated (free), *size bytes; signatures zero. 0; -1: out of memory, or too large.
 */
int image_make(const struct hufu_image_signed *head, const struct image_source *parts,
               unsigned part_count, uint8_t **image, size_t *size);

/* "1.2.3" -> major << 24 | minor << 16 | patch. 0; -1. */
int image_version_parse(const char *text, uint32_t *version);
void image_version_text(uint32_t version, char text[16]);

#endif
