/* SPDX-License-Identifier: Apache-2.0 */
/* Signed images for a make-believe board, by keys made for this run. */
#ifndef HUFU_TESTS_BOOT_FIXTURE_H
#define HUFU_TESTS_BOOT_FIXTURE_H

#include "image_check.h"
#include "slots.h"
#include <stddef.h>
#include <stdint.h>

#define FIXTURE_VAULT      0x10010000u
#define FIXTURE_LINK       0x00200000u
#define FIXTURE_VAULT_SIZE 5000u
#define FIXTURE_LINK_SIZE  300u
#define FIXTURE_SLOT       0x8000u
#define FIXTURE_IMAGE      (3u * HUFU_IMAGE_HEADER_SIZE + FIXTURE_LINK_SIZE)

extern struct hufu_image_roots fixture_roots;
extern const struct image_place fixture_places[2];

/* Makes the keys in a folder of its own; for a group's setup and teardown. */
int fixture_open(void **state);
int fixture_close(void **state);

/* A header's fields, good for the board; change before fixture_image. */
struct hufu_image_signed fixture_head(uint32_t version, uint32_t rollback);
/* [out] image FIXTURE_IMAGE bytes, signed; the parts' bytes depend on the version. */
void fixture_image(const struct hufu_image_signed *head, uint8_t *image);
/* Signs the header anew, as it is. */
void fixture_sign(struct hufu_image *image);
/* A token that takes them. */
struct image_token fixture_token(void);

#endif
