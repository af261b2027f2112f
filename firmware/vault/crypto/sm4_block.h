/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the modes use beside single blocks, and the rounds under both. Internal to crypto/ and the
 * self tests.
 *
 * The rounds are assembly (sm4_m33.S) for ARM cores with the DSP extension and C (sm4_portable.c)
 * elsewhere. They take the round keys in order; decryption hands them over reversed.
 */
#ifndef HUFU_CRYPTO_SM4_BLOCK_H
#define HUFU_CRYPTO_SM4_BLOCK_H

#include "crypto/sm4.h"
#include "crypto/sm4_sbox.h"

#if defined(__ARM_FEATURE_DSP) && !defined(HUFU_SM4_PORTABLE)
#define SM4_ASM 1
#else
#define SM4_ASM 0
#endif

/* XORed with the round number: the round keys in order, or from the last back. */
#define SM4_FORWARD  0u
#define SM4_BACKWARD 31u

#define SM4_SET  (SM4_LANES / 4u)      /* blocks that the S-box circuit's lanes hold: 8 or 16 */
#define SM4_WIDE (SM4_SET * SM4_BLOCK) /* their bytes */

/* The bytes of x in the lower halves of a wide plane's four parts. */
#if SM4_LANES == 64u
static inline sm4_plane sm4_spread(uint32_t x)
{
    sm4_plane y = ((sm4_plane)x | (sm4_plane)x << 16) & 0x0000FFFF0000FFFFu;
    return (y | y << 8) & 0x00FF00FF00FF00FFu;
}
#endif

/* SM4_SET independent blocks; in and out may be the same. */
void sm4_set_of_blocks(const struct sm4 *c, unsigned first, const uint8_t *in, uint8_t *out);

/* sm4_ctr with a counter of the last `width` words alone, which wraps within them (GCM: one). */
void sm4_ctr_words(const struct sm4 *c, uint8_t counter[SM4_BLOCK], unsigned width,
                   const uint8_t *in, uint8_t *out, size_t len);

/* The four bytes of x through the S-box. */
uint32_t sm4_tau(uint32_t x);
/* [in/out] x: X0..X3 become X32..X35. */
void sm4_rounds(uint32_t x[4], const uint32_t rk[32]);
/* x[i][p] is plane p of X_i for SM4_SET blocks: bit b of part j, of four, is bit p of byte j of
 * block b's word. [in] x[0..3]. [out] x[4..35]. */
void sm4_rounds_wide(sm4_plane x[36][8], const uint32_t rk[32]);

#endif
