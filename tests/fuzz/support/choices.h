/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An input read as choices, so that a fuzzer's bytes become lawful and nearly lawful messages: each
 * choice takes as many bytes as its range needs. Where the input has ended every choice is the
 * highest, and a loop has to look at choices_left.
 */
#ifndef HUFU_FUZZ_CHOICES_H
#define HUFU_FUZZ_CHOICES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct choices {
    const uint8_t *at;
    size_t left;
};

static inline size_t choices_left(const struct choices *c)
{
    return c->left;
}

/* 0 to below - 1, below > 0 */
static inline uint32_t choose(struct choices *c, uint32_t below)
{
    const size_t width = below <= 0x100u ? 1 : below <= 0x10000u ? 2 : 4;
    uint32_t v = 0;
    if (c->left < width) {
        c->left = 0;
        return below - 1u;
    }
    for (size_t i = 0; i < width; i++) {
        v = v << 8 | *c->at++;
    }
    c->left -= width;
    return v % below;
}

/* Up to len of the input's own bytes; how many there were. */
static inline size_t choose_bytes(struct choices *c, void *out, size_t len)
{
    const size_t n = len < c->left ? len : c->left;
    if (n > 0) {
        memcpy(out, c->at, n);
    }
    c->at += n;
    c->left -= n;
    return n;
}

#endif
