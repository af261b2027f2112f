/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUFU_UTIL_HEX_H
#define HUFU_UTIL_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* [out] text: 2 * len lower-case digits and a NUL. */
void hex_encode(const uint8_t *data, size_t len, char *text);

/* Reads exactly len bytes: 2 * len digits of either case and nothing else.
 * false: any other text; out is then zeroed. */
bool hex_decode(const char *text, uint8_t *out, size_t len);

#endif
