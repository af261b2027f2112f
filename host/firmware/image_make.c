/* SPDX-License-Identifier: Apache-2.0 */
#include "image_make.h"
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t whole(size_t n)
{
    return (n + HUFU_IMAGE_HEADER_SIZE - 1u) / HUFU_IMAGE_HEADER_SIZE * HUFU_IMAGE_HEADER_SIZE;
}

int image_make(const struct hufu_image_signed *head, const struct image_source *parts,
               unsigned part_count, uint8_t **image, size_t *size)
{
    size_t total = HUFU_IMAGE_HEADER_SIZE;
    if (part_count < 2 || part_count > HUFU_IMAGE_PARTS)
        return -1;
    for (unsigned i = 0; i < part_count; i++) {
        if (parts[i].size > IMAGE_MAKE_MAX)
            return -1;
        total = whole(total) + parts[i].size;
    }
    uint8_t *out = total <= IMAGE_MAKE_MAX ? malloc(total) : NULL;
    if (out == NULL)
        return -1;
    memset(out, 0xFF, total); /* between the parts the flash stays erased */
    struct hufu_image header = {.head = *head};
    header.head.magic = HUFU_IMAGE_MAGIC;
    header.head.header_version = HUFU_IMAGE_HEADER_VERSION;
    header.head.total_size = (uint32_t)total;
    header.head.part_count = (uint16_t)part_count;
    size_t at = HUFU_IMAGE_HEADER_SIZE;
    for (unsigned i = 0; i < part_count; i++) {
        struct hufu_image_part *row = &header.head.part[i];
        at = whole(at);
        *row = (struct hufu_image_part){.kind = parts[i].kind,
                                        .offset = (uint32_t)at,
                                        .size = (uint32_t)parts[i].size,
                                        .address = parts[i].address};
        memcpy(out + at, parts[i].bytes, parts[i].size);
        if (EVP_Digest(parts[i].bytes, parts[i].size, row->digest, NULL, EVP_sm3(), NULL) != 1) {
            free(out);
            return -1;
        }
        at += parts[i].size;
    }
    memcpy(out, &header, sizeof header);
    *image = out;
    *size = total;
    return 0;
}

/* Digits alone: scanf would take a sign and blanks as well, and wrap what is too large. */
static bool number(const char **text, uint32_t most, uint32_t *value)
{
    const char *at = *text;
    for (*value = 0; *at >= '0' && *at <= '9' && *value <= most; at++)
        *value = 10 * *value + (uint32_t)(*at - '0');
    const bool good = at != *text && *value <= most;
    *text = at;
    return good;
}

int image_version_parse(const char *text, uint32_t *version)
{
    uint32_t major, minor, patch;
    if (!number(&text, 255, &major) || *text++ != '.' || !number(&text, 255, &minor) ||
        *text++ != '.' || !number(&text, 65535, &patch) || *text != '\0')
        return -1;
    *version = major << 24 | minor << 16 | patch;
    return 0;
}

void image_version_text(uint32_t version, char text[16])
{
    (void)snprintf(text, 16, "%u.%u.%u", version >> 24, version >> 16 & 0xFF, version & 0xFFFF);
}
