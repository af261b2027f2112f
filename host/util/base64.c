/* SPDX-License-Identifier: Apache-2.0 */
#include "util/base64.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LINE 64u

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *base64_encode(const uint8_t *data, size_t len)
{
    size_t room = (len + 2) / 3 * 4;
    char *text = malloc(room + room / LINE + 2), *out = text;
    if (text == NULL) {
        return NULL;
    }
    for (size_t at = 0; at < len; at += 3) {
        size_t n = len - at < 3 ? len - at : 3;
        uint32_t group = (uint32_t)data[at] << 16;
        group |= n > 1 ? (uint32_t)data[at + 1] << 8 : 0;
        group |= n > 2 ? data[at + 2] : 0;
        *out++ = alphabet[group >> 18];
        *out++ = alphabet[group >> 12 & 63];
        *out++ = (char)(n > 1 ? alphabet[group >> 6 & 63] : '=');
        *out++ = (char)(n > 2 ? alphabet[group & 63] : '=');
        if ((at + n) % (LINE / 4 * 3) == 0 || at + n == len) {
            *out++ = '\n';
        }
    }
    *out = '\0';
    return text;
}

/* 0 to 63; 64: padding; -1: white space; -2: anything else. */
static int value_of(char c)
{
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        return -1;
    }
    if (c == '=') {
        return 64;
    }
    const char *place = c != '\0' ? strchr(alphabet, c) : NULL;
    return place != NULL ? (int)(place - alphabet) : -2;
}

uint8_t *base64_decode(const char *text, size_t text_len, size_t *len)
{
    uint8_t *data = malloc(text_len / 4 * 3 + 3);
    uint32_t group = 0;
    size_t count = 0, padding = 0, out = 0;
    bool good = data != NULL;
    for (size_t i = 0; good && i < text_len; i++) {
        int value = value_of(text[i]);
        if (value == -1) {
            continue;
        }
        padding += value == 64 ? 1 : 0;
        good = value >= 0 && padding <= 2 && (value == 64 || padding == 0);
        group = group << 6 | ((uint32_t)value & 63);
        if (good && ++count % 4 == 0) {
            data[out++] = (uint8_t)(group >> 16);
            data[out++] = (uint8_t)(group >> 8);
            data[out++] = (uint8_t)group;
        }
    }
    if (!good || count == 0 || count % 4 != 0) {
        free(data);
        return NULL;
    }
    *len = out - padding;
    return data;
}
