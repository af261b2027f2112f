/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM4 rounds over one block, or over eight at once. Eight blocks fill the S-box circuit's 32 lanes,
 * a single block four of them; modes that can, work on eight.
 */
#include "crypto/sm4_block.h"

#include "crypto/bytes.h"
#include "crypto/sm4_sbox.h"
#include "wipe.h"

/* Four bytes through the S-box: plane i is the word shifted down by i, bytes in lanes 0, 8, 16, 24;
 * the other lanes compute on neighbours' bits and are masked away. */
static uint32_t tau(uint32_t x)
{
    uint32_t b[8];
    for (unsigned i = 0; i < 8; i++) {
        b[i] = x >> i;
    }
    sm4_sbox_planes(b);
    uint32_t r = 0;
    for (unsigned i = 0; i < 8; i++) {
        r |= (b[i] & 0x01010101u) << i;
    }
    return r;
}

static uint32_t linear(uint32_t b)
{
    return b ^ rotl32(b, 2) ^ rotl32(b, 10) ^ rotl32(b, 18) ^ rotl32(b, 24);
}

void sm4_set_key(struct sm4 *c, const uint8_t key[SM4_KEY])
{
    static const uint32_t fk[4] = {0xA3B1BAC6u, 0x56AA3350u, 0x677D9197u, 0xB27022DCu};
    uint32_t k[4];
    for (unsigned i = 0; i < 4; i++) {
        k[i] = load_be32(key + 4 * i) ^ fk[i];
    }
    for (unsigned i = 0; i < 32; i++) {
        uint32_t ck = 0;
        for (unsigned j = 0; j < 4; j++) {
            ck = ck << 8 | ((4u * i + j) * 7u & 0xFFu);
        }
        uint32_t b = tau(k[1] ^ k[2] ^ k[3] ^ ck);
        uint32_t next = k[0] ^ b ^ rotl32(b, 13) ^ rotl32(b, 23);
        k[0] = k[1];
        k[1] = k[2];
        k[2] = k[3];
        k[3] = next;
        c->rk[i] = next;
    }
    secret_wipe(k, sizeof k);
}

void sm4_wipe(struct sm4 *c)
{
    secret_wipe(c, sizeof *c);
}

static void block(const struct sm4 *c, unsigned first, const uint8_t in[SM4_BLOCK],
                  uint8_t out[SM4_BLOCK])
{
    uint32_t x0 = load_be32(in), x1 = load_be32(in + 4);
    uint32_t x2 = load_be32(in + 8), x3 = load_be32(in + 12);
    for (unsigned i = 0; i < 32; i++) {
        uint32_t next = x0 ^ linear(tau(x1 ^ x2 ^ x3 ^ c->rk[i ^ first]));
        x0 = x1;
        x1 = x2;
        x2 = x3;
        x3 = next;
    }
    store_be32(out, x3);
    store_be32(out + 4, x2);
    store_be32(out + 8, x1);
    store_be32(out + 12, x0);
}

void sm4_encrypt_block(const struct sm4 *c, const uint8_t in[SM4_BLOCK], uint8_t out[SM4_BLOCK])
{
    block(c, SM4_FORWARD, in, out);
}

void sm4_decrypt_block(const struct sm4 *c, const uint8_t in[SM4_BLOCK], uint8_t out[SM4_BLOCK])
{
    block(c, SM4_BACKWARD, in, out);
}

/* Swaps the bits of b under mask with those of a under mask << shift. */
static void swap_bits(uint32_t *a, uint32_t *b, unsigned shift, uint32_t mask)
{
    uint32_t t = ((*a >> shift) ^ *b) & mask;
    *b ^= t;
    *a ^= t << shift;
}

/* Transposes the 8x8 bit matrices made of byte lane j of the eight words; its own inverse. */
static void transpose(uint32_t w[8])
{
    for (unsigned i = 0; i < 4; i++) {
        swap_bits(&w[i], &w[i + 4], 4, 0x0F0F0F0Fu);
    }
    for (unsigned i = 0; i < 8; i += (i & 1u) != 0 ? 3 : 1) {
        swap_bits(&w[i], &w[i + 2], 2, 0x33333333u);
    }
    for (unsigned i = 0; i < 8; i += 2) {
        swap_bits(&w[i], &w[i + 1], 1, 0x55555555u);
    }
}

void sm4_eight_blocks(const struct sm4 *c, unsigned first, const uint8_t *in, uint8_t *out)
{
    uint32_t x[4][8], t[8];
    for (unsigned i = 0; i < 8; i++) {
        for (unsigned j = 0; j < 4; j++) {
            x[j][i] = load_be32(in + SM4_BLOCK * i + 4 * j);
        }
    }
    for (unsigned round = 0; round < 32; round++) {
        uint32_t *x0 = x[round & 3u], *x1 = x[(round + 1u) & 3u];
        uint32_t *x2 = x[(round + 2u) & 3u], *x3 = x[(round + 3u) & 3u];
        uint32_t rk = c->rk[round ^ first];
        for (unsigned i = 0; i < 8; i++) {
            t[i] = x1[i] ^ x2[i] ^ x3[i] ^ rk;
        }
        transpose(t);
        sm4_sbox_planes(t);
        transpose(t);
        for (unsigned i = 0; i < 8; i++) {
            x0[i] ^= linear(t[i]);
        }
    }
    for (unsigned i = 0; i < 8; i++) {
        for (unsigned j = 0; j < 4; j++) {
            store_be32(out + SM4_BLOCK * i + 4 * j, x[3 - j][i]);
        }
    }
    secret_wipe(x, sizeof x);
    secret_wipe(t, sizeof t);
}
