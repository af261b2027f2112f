/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public roots of firmware images as a text file, five lines:
 *   hufu-roots 1 release|test
 *   sm2-0 HEX, sm2-1 HEX   x . y, 64 bytes
 *   lms-0 HEX, lms-1 HEX   RFC 8554, 56 bytes
 */
#ifndef HUFU_FIRMWARE_ROOTS_FILE_H
#define HUFU_FIRMWARE_ROOTS_FILE_H

#include "hufu/image.h"
#include <stdbool.h>

/* 0; -1: errno where the file is the matter. */
int roots_file_write(const char *path, const struct hufu_image_roots *roots);
/* 0; -1: cannot be read, has another form, or one key stands for both roots of a kind. */
int roots_file_read(const char *path, struct hufu_image_roots *roots);

/* Are the two roots of each kind two keys? Else giving up one would give up both. */
bool roots_apart(const struct hufu_image_roots *roots);

#endif
