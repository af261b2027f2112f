/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/ghash.h"

#include "crypto/bytes.h"
#include "wipe.h"

#include <string.h>

/* The nine factors of Karatsuba's two levels; ghash_blocks puts their products together. */
static void parts(uint32_t p[GHASH_PARTS], const uint32_t x[4])
{
    p[0] = x[0];
    p[1] = x[1];
    p[2] = x[0] ^ x[1];
    p[3] = x[2];
    p[4] = x[3];
    p[5] = x[2] ^ x[3];
    p[6] = x[0] ^ x[2];
    p[7] = x[1] ^ x[3];
    p[8] = p[2] ^ p[5];
}

/*
 * GCM's bits count from the top, so a product of numbers stands one place too low. The key is
 * therefore divided by the polynomial's x once: a shift up, and 1/x = x^127 + x^6 + x + 1 for the
 * bit that falls out.
 */
void ghash_init(struct ghash *g, const uint8_t key[GHASH_BLOCK])
{
    uint32_t x[4], p[GHASH_PARTS], carry = 0;
    for (unsigned i = 0; i < 4; i++) {
        uint32_t word = load_be32(key + 12u - 4u * i);
        x[i] = word << 1 | carry;
        carry = word >> 31;
    }
    x[0] ^= carry;
    x[3] ^= (0u - carry) & 0xC2000000u;
    parts(p, x);
    for (unsigned i = 0; i < GHASH_PARTS; i++) {
        for (unsigned j = 0; j < 4; j++) {
            g->h[i][j] = p[i] & 0x11111111u << j;
        }
    }
    memset(g->y, 0, sizeof g->y);
    secret_wipe(x, sizeof x);
    secret_wipe(p, sizeof p);
}

void ghash_update(struct ghash *g, const uint8_t *data, size_t len)
{
    uint8_t last[GHASH_BLOCK] = {0};
    const size_t blocks = len / GHASH_BLOCK, rest = len % GHASH_BLOCK;
    if (blocks != 0) {
        ghash_blocks(g->y, g->h, data, blocks);
    }
    if (rest != 0) {
        memcpy(last, data + blocks * GHASH_BLOCK, rest);
        ghash_blocks(g->y, g->h, last, 1);
        secret_wipe(last, sizeof last);
    }
}

void ghash_final(struct ghash *g, uint64_t aad_len, uint64_t text_len, uint8_t out[GHASH_BLOCK])
{
    uint8_t lengths[GHASH_BLOCK];
    store_be32(lengths, (uint32_t)(aad_len >> 29));
    store_be32(lengths + 4, (uint32_t)(aad_len << 3));
    store_be32(lengths + 8, (uint32_t)(text_len >> 29));
    store_be32(lengths + 12, (uint32_t)(text_len << 3));
    ghash_blocks(g->y, g->h, lengths, 1);
    for (unsigned i = 0; i < 4; i++) {
        store_be32(out + 12u - 4u * i, g->y[i]);
    }
    secret_wipe(g, sizeof *g);
}

#if !GHASH_ASM
/* Product without carries; h has b's bits by their residues modulo 4. */
static uint64_t product(uint32_t a, const uint32_t h[4])
{
    uint64_t r = 0;
    uint32_t x[4];
    for (unsigned i = 0; i < 4; i++) {
        x[i] = a & 0x11111111u << i;
    }
    for (unsigned i = 0; i < 4; i++) {
        uint64_t z = 0;
        for (unsigned j = 0; j < 4; j++) {
            z ^= (uint64_t)x[j] * h[(i - j) & 3u];
        }
        r |= z & 0x1111111111111111u << i;
    }
    return r;
}

/* Four words from the three products of two-word numbers: low, high, and that of the sums. */
static void join(uint32_t r[4], const uint64_t p[3])
{
    const uint64_t middle = p[0] ^ p[1] ^ p[2];
    r[0] = (uint32_t)p[0];
    r[1] = (uint32_t)(p[0] >> 32) ^ (uint32_t)middle;
    r[2] = (uint32_t)p[1] ^ (uint32_t)(middle >> 32);
    r[3] = (uint32_t)(p[1] >> 32);
}

void ghash_blocks(uint32_t y[4], const uint32_t h[GHASH_PARTS][4], const uint8_t *data,
                  size_t blocks)
{
    uint32_t x[GHASH_PARTS], w[8], middle[4];
    uint64_t p[GHASH_PARTS];
    for (; blocks != 0; blocks--) {
        for (unsigned i = 0; i < 4; i++) {
            y[i] ^= load_be32(data + 12u - 4u * i);
        }
        parts(x, y);
        for (unsigned i = 0; i < GHASH_PARTS; i++) {
            p[i] = product(x[i], h[i]);
        }
        join(w, p);
        join(w + 4, p + 3);
        join(middle, p + 6);
        for (unsigned i = 0; i < 4; i++) {
            middle[i] ^= w[i] ^ w[i + 4u];
        }
        for (unsigned i = 0; i < 4; i++) {
            w[i + 2u] ^= middle[i];
        }
        /* x^128 = x^7 + x^2 + x + 1, and x points down: the low words move up by four and right. */
        for (unsigned i = 0; i < 4; i++) {
            const uint32_t low = w[i];
            w[i + 4u] ^= low ^ low >> 1 ^ low >> 2 ^ low >> 7;
            w[i + 3u] ^= low << 31 ^ low << 30 ^ low << 25;
        }
        memcpy(y, w + 4, 4u * sizeof y[0]);
        data += GHASH_BLOCK;
    }
    secret_wipe(x, sizeof x);
    secret_wipe(w, sizeof w);
    secret_wipe(middle, sizeof middle);
    secret_wipe(p, sizeof p);
}
#endif
