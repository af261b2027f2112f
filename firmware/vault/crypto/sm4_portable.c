/* SPDX-License-Identifier: Apache-2.0 */
/* SM4's rounds in portable C; empty where the assembly takes their place. */
#include "crypto/sm4_block.h"

#include "crypto/bytes.h"
#include "crypto/sm4_sbox.h"

#if !SM4_ASM

/* Plane i is the word shifted down by i, bytes in lanes 0, 8, 16, 24; the other lanes compute on
 * neighbours' bits and are masked away. */
uint32_t sm4_tau(uint32_t x)
{
    sm4_plane b[8];
    for (unsigned i = 0; i < 8; i++) {
        b[i] = x >> i;
    }
    sm4_sbox_planes(b);
    uint32_t r = 0;
    for (unsigned i = 0; i < 8; i++) {
        r |= ((uint32_t)b[i] & 0x01010101u) << i;
    }
    return r;
}

void sm4_rounds(uint32_t x[4], const uint32_t rk[32])
{
    uint32_t x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3];
    for (unsigned i = 0; i < 32; i++) {
        uint32_t b = sm4_tau(x1 ^ x2 ^ x3 ^ rk[i]);
        b = x0 ^ b ^ rotl32(b, 2) ^ rotl32(b, 10) ^ rotl32(b, 18) ^ rotl32(b, 24);
        x0 = x1;
        x1 = x2;
        x2 = x3;
        x3 = b;
    }
    x[0] = x0;
    x[1] = x1;
    x[2] = x2;
    x[3] = x3;
}

#define PART (SM4_LANES / 4u) /* bits of a plane that belong to one byte of the words */

static inline sm4_plane rotate(sm4_plane x, unsigned parts)
{
    return x << PART * parts | x >> (SM4_LANES - PART * parts);
}

/* A rotation of words by 8 is one of planes by a part; a rotation by 2 moves on by two planes, past
 * the last one with a rotation by 8. */
void sm4_rounds_wide(sm4_plane x[36][8], const uint32_t rk[32])
{
    const sm4_plane lowest = (sm4_plane) ~(sm4_plane)0 / (((sm4_plane)1 << PART) - 1u);
    for (unsigned i = 0; i < 32; i++) {
        sm4_plane b[8];
#if SM4_LANES == 64u
        const sm4_plane key = sm4_spread(rk[i]);
#else
        const sm4_plane key = rk[i];
#endif
#pragma GCC unroll 8
        for (unsigned p = 0; p < 8; p++) {
            sm4_plane bits = key >> p & lowest; /* each bit for all its lanes */
            b[p] = x[i + 1u][p] ^ x[i + 2u][p] ^ x[i + 3u][p] ^ ((bits << PART) - bits);
        }
        sm4_sbox_planes(b);
#pragma GCC unroll 8
        for (unsigned p = 0; p < 8; p++) {
            sm4_plane c = p >= 2 ? b[p - 2u] : rotate(b[p + 6u], 1);
            x[i + 4u][p] = x[i][p] ^ b[p] ^ rotate(b[p], 3) ^ c ^ rotate(c, 1) ^ rotate(c, 2);
        }
    }
}

#endif
