/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A firmware image as it lies in its slot: a header of HUFU_IMAGE_HEADER_SIZE bytes, then the body
 * (vectors first). tools/image writes it, firmware/boot checks it. Integers are little-endian.
 *
 * The digest is SM3 over the header with `digest` and everything after it taken as zero, then over
 * the body: version, board, sizes and load address are therefore covered.
 *
 * Seam for signatures: they sign the digest and lie behind it (signature_scheme says which are
 * there; SM2 takes 64 bytes, LMS 1452). Header version 1 knows HUFU_IMAGE_UNSIGNED alone and wants
 * the rest of the header zero.
 */
#ifndef HUFU_IMAGE_H
#define HUFU_IMAGE_H

#include <stdint.h>

#define HUFU_IMAGE_MAGIC          0x49465548u /* "HUFI" */
#define HUFU_IMAGE_HEADER_VERSION 1u
#define HUFU_IMAGE_HEADER_SIZE    0x800u
#define HUFU_IMAGE_BOARD          16u
#define HUFU_IMAGE_DIGEST         32u

enum { HUFU_IMAGE_VAULT = 1, HUFU_IMAGE_LINK = 2 };
enum { HUFU_IMAGE_UNSIGNED = 0 };

struct hufu_image {
    uint32_t magic;
    uint16_t header_version;
    uint16_t kind;                /* HUFU_IMAGE_VAULT, HUFU_IMAGE_LINK */
    uint32_t header_size;         /* HUFU_IMAGE_HEADER_SIZE */
    uint32_t body_size;           /* bytes after the header */
    uint32_t load_address;        /* of the header */
    uint32_t image_version;       /* major << 24 | minor << 16 | patch */
    char board[HUFU_IMAGE_BOARD]; /* folder name under boards/, NUL padded */
    uint16_t store_format_read;   /* oldest store format it reads */
    uint16_t store_format_write;  /* the one it writes */
    uint32_t signature_scheme;    /* HUFU_IMAGE_UNSIGNED */
    uint8_t digest[HUFU_IMAGE_DIGEST];
    uint8_t rest[HUFU_IMAGE_HEADER_SIZE - 80u];
};

_Static_assert(sizeof(struct hufu_image) == HUFU_IMAGE_HEADER_SIZE, "the header has no padding");

#endif
