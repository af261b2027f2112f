/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUFU_CA_BASE64_H
#define HUFU_CA_BASE64_H

#include <stddef.h>
#include <stdint.h>

/* Lines of 64 characters. malloc; NULL: out of memory. */
char *base64_encode(const uint8_t *data, size_t len);
/* White space is skipped. malloc; NULL: not base64, or nothing. */
uint8_t *base64_decode(const char *text, size_t text_len, size_t *len);

#endif
