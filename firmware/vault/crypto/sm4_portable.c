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

/* A rotation of words by 8 is one of planes by 8; a rotation by 2 moves on by two planes, past the
 * last one with a rotation by 8. */
void sm4_rounds_wide(uint32_t x[36][8], const uint32_t rk[32])
{
    for (unsigned i = 0; i < 32; i++) {
        uint32_t b[8];
        for (unsigned p = 0; p < 8; p++) {
            uint32_t bits = rk[i] >> p & 0x01010101u; /* each bit for its eight lanes */
            b[p] = x[i + 1u][p] ^ x[i + 2u][p] ^ x[i + 3u][p] ^ ((bits << 8) - bits);
        }
        sm4_sbox_planes(b);
        for (unsigned p = 0; p < 8; p++) {
            uint32_t c = p >= 2 ? b[p - 2u] : rotl32(b[p + 6u], 8);
            x[i + 4u][p] = x[i][p] ^ b[p] ^ rotl32(b[p], 24) ^ c ^ rotl32(c, 8) ^ rotl32(c, 16);
        }
    }
}

#endif
