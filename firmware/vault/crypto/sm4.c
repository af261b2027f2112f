/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM4 over one block, or over a set of eight at once (sixteen where words have 64 bits). A set
 * fills the S-box circuit's lanes, a single block four of them; modes that can, work on sets.
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

/* A constant of 32 bits, in every 32 bits of a plane. */
#define IN_PLANE(c) ((sm4_plane)(c) * (sm4_plane)(((uint64_t)1 << 32 | 1u)))

/* Swaps the bits of b under mask with those of a under mask << shift. */
static void swap_bits(sm4_plane *a, sm4_plane *b, unsigned shift, sm4_plane mask)
{
    sm4_plane t = ((*a >> shift) ^ *b) & mask;
    *b ^= t;
    *a ^= t << shift;
}

/* Transposes the 8x8 bit matrices made of byte lane j of the eight words; its own inverse. */
static void transpose(sm4_plane w[8])
{
    for (unsigned i = 0; i < 4; i++) {
        swap_bits(&w[i], &w[i + 4], 4, IN_PLANE(0x0F0F0F0Fu));
    }
    for (unsigned i = 0; i < 8; i += (i & 1u) != 0 ? 3 : 1) {
        swap_bits(&w[i], &w[i + 2], 2, IN_PLANE(0x33333333u));
    }
    for (unsigned i = 0; i < 8; i += 2) {
        swap_bits(&w[i], &w[i + 1], 1, IN_PLANE(0x55555555u));
    }
}

/* Word j of blocks i and, in a wide plane's upper half of each part, i + 8. */
static sm4_plane gather(const uint8_t *in, unsigned i, unsigned j)
{
    const uint8_t *at = in + SM4_BLOCK * i + 4u * j;
#if SM4_LANES == 64u
    return sm4_spread(load_be32(at)) | sm4_spread(load_be32(at + 8u * SM4_BLOCK)) << 8;
#else
    return load_be32(at);
#endif
}

static void scatter(uint8_t *out, unsigned i, unsigned j, sm4_plane x)
{
    uint8_t *at = out + SM4_BLOCK * i + 4u * j;
#if SM4_LANES == 64u
    for (unsigned half = 0; half < 2; half++) {
        sm4_plane y = x & 0x00FF00FF00FF00FFu;
        y = (y | y >> 8) & 0x0000FFFF0000FFFFu;
        store_be32(at + 8u * SM4_BLOCK * half, (uint32_t)(y | y >> 16));
        x >>= 8;
    }
#else
    store_be32(at, x);
#endif
}

void sm4_set_of_blocks(const struct sm4 *c, unsigned first, const uint8_t *in, uint8_t *out)
{
    sm4_plane x[36][8];
    uint32_t rk[32];
    for (unsigned j = 0; j < 4; j++) {
        for (unsigned i = 0; i < 8; i++) {
            x[j][i] = gather(in, i, j);
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
            scatter(out, i, j, x[35u - j][i]);
        }
    }
    secret_wipe(x, sizeof x);
    if (first != SM4_FORWARD) {
        secret_wipe(rk, sizeof rk);
    }
}
