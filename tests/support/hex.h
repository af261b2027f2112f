/* SPDX-License-Identifier: Apache-2.0 */
/* Published vectors are hexadecimal. */
#ifndef HUFU_TESTS_HEX_H
#define HUFU_TESTS_HEX_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static inline unsigned hex_digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *at = strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
    if (c == 0 || at == NULL) {
        abort();
    }
    return (unsigned)(at - digits);
}

/* [out] out, strlen(text) / 2 bytes, whose number is returned. Anything but pairs of digits aborts.
 */
static inline size_t unhex(const char *text, uint8_t *out)
{
    size_t n = 0;
    for (; *text != 0; text += 2) {
        out[n++] = (uint8_t)(hex_digit(text[0]) << 4 | hex_digit(text[1]));
    }
    return n;
}

/* assert_memory_equal against a hexadecimal text. */
#define assert_hex(data, text)                                                                     \
    do {                                                                                           \
        uint8_t want_[1024];                                                                       \
        assert_memory_equal((data), want_, unhex((text), want_));                                  \
    } while (0)

#endif
