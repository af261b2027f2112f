/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 (RFC 4648 4) as HTTP bodies and PEM carry it. */
#ifndef HUFU_UTIL_BASE64_H
#define HUFU_UTIL_BASE64_H

#include <stddef.h>
#include <stdint.h>

/* Lines of 64 characters. malloc; NULL: out of memory. */
char *base64_encode(const uint8_t *data, size_t len);

/*
 * White space is skipped; everything else must be whole groups of four, padding at the very end.
 * [out] *len. malloc; NULL: not base64, nothing in it, or out of memory; *len is unchanged.
 */
uint8_t *base64_decode(const char *text, size_t text_len, size_t *len);

#endif
