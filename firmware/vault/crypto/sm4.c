/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM4 over one block, or over eight at once. Eight blocks fill the S-box circuit's 32 lanes, a
 * single block four of them; modes that can, work on eight.
 */
#include "crypto/sm4_block.h"

#include "crypto/bytes.h"
#include "wipe.h"

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
        uint32_t b = sm4_tau(k[1] ^ k[2] ^ k[3] ^ ck);
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

/* The round keys in the order of decryption. */
static void reverse(uint32_t rk[32], const struct sm4 *c)
{
    for (unsigned i = 0; i < 32; i++) {
        rk[i] = c->rk[i ^ SM4_BACKWARD];
    }
}

static void block(const uint32_t rk[32], const uint8_t in[SM4_BLOCK], uint8_t out[SM4_BLOCK])
{
    uint32_t x[4];
    for (unsigned i = 0; i < 4; i++) {
        x[i] = load_be32(in + 4u * i);
    }
    sm4_rounds(x, rk);
    for (unsigned i = 0; i < 4; i++) {
        store_be32(out + 4u * i, x[3u - i]);
    }
}

void sm4_encrypt_block(const struct sm4 *c, const uint8_t in[SM4_BLOCK], uint8_t out[SM4_BLOCK])
{
    block(c->rk, in, out);
}

void sm4_decrypt_block(const struct sm4 *c, const uint8_t in[SM4_BLOCK], uint8_t out[SM4_BLOCK])
{
    uint32_t rk[32];
    reverse(rk, c);
    block(rk, in, out);
    secret_wipe(rk, sizeof rk);
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
    uint32_t x[36][8], rk[32];
    for (unsigned j = 0; j < 4; j++) {
        for (unsigned i = 0; i < 8; i++) {
            x[j][i] = load_be32(in + SM4_BLOCK * i + 4u * j);
        }
        transpose(x[j]);
    }
    if (first != SM4_FORWARD) {
        reverse(rk, c);
    }
    sm4_rounds_wide(x, first == SM4_FORWARD ? c->rk : rk);
    for (unsigned j = 0; j < 4; j++) {
        transpose(x[35u - j]);
        for (unsigned i = 0; i < 8; i++) {
            store_be32(out + SM4_BLOCK * i + 4u * j, x[35u - j][i]);
        }
    }
    secret_wipe(x, sizeof x);
    if (first != SM4_FORWARD) {
        secret_wipe(rk, sizeof rk);
    }
}
