/* SPDX-License-Identifier: Apache-2.0 */
#include "base64.h"
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

char *base64_encode(const uint8_t *data, size_t len)
{
    size_t room = (len + 2) / 3 * 4;
    char *text = malloc(room + room / 64 + 2);
    char *out = text;
    for (size_t at = 0; text && at < len; at += 48) {
        size_t part = len - at < 48 ? len - at : 48;
        out += EVP_EncodeBlock((unsigned char *)out, data + at, (int)part);
        *out++ = '\n';
    }
    if (text)
        *out = 0;
    return text;
}

uint8_t *base64_decode(const char *text, size_t text_len, size_t *len)
{
    char *packed = malloc(text_len + 1);
    uint8_t *data = malloc(text_len + 3);
    size_t count = 0, padding = 0;
    for (size_t i = 0; packed && i < text_len; i++)
        if (!strchr(" \t\r\n", text[i]))
            packed[count++] = text[i];
        else if (text[i] == 0) /* strchr finds the closing zero too */
            packed[count++] = '!';
    while (packed && padding < 2 && padding < count && packed[count - 1 - padding] == '=')
        padding++;
    int got = packed && data && count && count % 4 == 0 && !memchr(packed, '=', count - padding)
                  ? EVP_DecodeBlock(data, (const unsigned char *)packed, (int)count)
                  : -1;
    free(packed);
    if (got <= (int)padding) {
        free(data);
        return NULL;
    }
    *len = (size_t)got - padding;
    return data;
}
