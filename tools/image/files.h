/* SPDX-License-Identifier: Apache-2.0 */
/* What hufu-image's commands share: messages, and "FILE@HEX". */
#ifndef HUFU_IMAGE_FILES_H
#define HUFU_IMAGE_FILES_H

#include <stddef.h>
#include <stdint.h>

#define FILE_MOST (2u << 20)

/* Says what and why on stderr; 1. */
int fail(const char *what, const char *why);
/* Cuts "NAME@HEX" at the last @. 0; -1. */
int split_address(char *text, uint32_t *address);
/* [out] *bytes allocated (free). 0; -1: cannot be read, empty, over FILE_MOST. */
int file_read(const char *path, uint8_t **bytes, size_t *size);
/* 0; -1. */
int file_write(const char *path, const uint8_t *bytes, size_t size);

#endif
