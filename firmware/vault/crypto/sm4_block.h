/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the modes use beside single blocks, and the rounds under both. Internal to crypto/.
 *
 * The rounds are assembly (sm4_m33.S) for ARM cores with the DSP extension and C (sm4_portable.c)
 * elsewhere. They take the round keys in order; decryption hands them over reversed.
 */
#ifndef HUFU_CRYPTO_SM4_BLOCK_H
#define HUFU_CRYPTO_SM4_BLOCK_H

#include "crypto/sm4.h"

#if defined(__ARM_FEATURE_DSP) && !defined(HUFU_SM4_PORTABLE)
#define SM4_ASM 1
#else
#define SM4_ASM 0
#endif

/* XORed with the round number: the round keys in order, or from the last back. */
#define SM4_FORWARD  0u
#define SM4_BACKWARD 31u

#define SM4_WIDE (8u * SM4_BLOCK) /* bytes of eight blocks */

/* Eight independent blocks; in and out may be the same. */
void sm4_eight_blocks(const struct sm4 *c, unsigned first, const uint8_t *in, uint8_t *out);

/* sm4_ctr with a counter of the last `width` words alone, which wraps within them (GCM: one). */
void sm4_ctr_words(const struct sm4 *c, uint8_t counter[SM4_BLOCK], unsigned width,
                   const uint8_t *in, uint8_t *out, size_t len);

/* The four bytes of x through the S-box. */
uint32_t sm4_tau(uint32_t x);
/* [in/out] x: X0..X3 become X32..X35. */
void sm4_rounds(uint32_t x[4], const uint32_t rk[32]);
/* x[i][p] is plane p of X_i for eight blocks: bit b of byte j is bit p of byte j of block b's word.
 * [in] x[0..3]. [out] x[4..35]. */
void sm4_rounds_wide(uint32_t x[36][8], const uint32_t rk[32]);

#endif
