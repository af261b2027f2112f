/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts in an image. A token speaks in status words and on its panel in capitals; what reads like a
 * sentence in small letters was written for a developer's log, unless it is one of the labels that
 * keep the uses of a key apart, or a test vector of a standard.
 */
#define _GNU_SOURCE
#include "hufu/build.h"
#include "piece.h"
#include <ctype.h>
#include <string.h>

#define SHORTEST 8u

static const char *const product_texts[] = {"hufu ", "Hufu ", "store ", "encryption standard"};

/* Words of at least three small letters. */
static unsigned words(const char *text, size_t len)
{
    unsigned count = 0;
    size_t run = 0;
    for (size_t i = 0; i <= len; i++) {
        if (i < len && islower((unsigned char)text[i]) != 0) {
            run++;
            continue;
        }
        const bool ends = i == len || strchr(" ,.:;'\"", text[i]) != NULL;
        count += run >= 3 && ends ? 1u : 0u;
        run = 0;
    }
    return count;
}

static bool contains(const char *text, size_t len, const char *what)
{
    return memmem(text, len, what, strlen(what)) != NULL;
}

static const char *fault_of(const char *text, size_t len)
{
    if (contains(text, len, HUFU_TEST_ONLY_MARK))
        return "for tests alone";
    if (contains(text, len, "/") &&
        (contains(text, len, ".c:") || contains(text, len, ".h:") ||
         (len > 2 && text[len - 2] == '.' && strchr("chS", text[len - 1]) != NULL)))
        return "a source's path";
    if (contains(text, len, "ssertion"))
        return "an assertion";
    for (size_t i = 0; i < sizeof product_texts / sizeof *product_texts; i++) {
        if (len >= strlen(product_texts[i]) &&
            memcmp(text, product_texts[i], strlen(product_texts[i])) == 0)
            return NULL;
    }
    return words(text, len) >= 2 ? "a log's text" : NULL;
}

void judge_texts(const struct piece *piece)
{
    size_t from = 0;
    for (size_t i = 0; i <= piece->size; i++) {
        if (i < piece->size && piece->bytes[i] >= 0x20 && piece->bytes[i] < 0x7F)
            continue;
        while (from < i && piece->bytes[from] == ' ') /* the last byte of an address in RAM */
            from++;
        const char *text = (const char *)piece->bytes + from;
        const size_t len = i - from;
        const char *fault = len >= SHORTEST ? fault_of(text, len) : NULL;
        if (fault != NULL)
            complain(piece->name, "%s: \"%.*s\"", fault, len > 60 ? 60 : (int)len, text);
        from = i + 1;
    }
}

void judge_usb_id(const struct piece *piece)
{
    /* 18 bytes, type 1, bcdUSB 2.00, class 0, 64-byte endpoint 0, then the ids */
    static const uint8_t descriptor[] = {0x12, 1, 0, 2, 0, 0, 0, 0x40, 0x09, 0x12, 1, 0};
    if (memmem(piece->bytes, piece->size, descriptor, sizeof descriptor) != NULL)
        complain(piece->name, "a device descriptor with 1209:0001, for tests");
}
