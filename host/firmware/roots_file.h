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

/* 0; -1: errno where the file is the matter. */
int roots_file_write(const char *path, const struct hufu_image_roots *roots);
/* 0; -1: cannot be read, or has another form. */
int roots_file_read(const char *path, struct hufu_image_roots *roots);

#endif
