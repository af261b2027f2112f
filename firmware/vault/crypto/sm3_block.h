/* SPDX-License-Identifier: Apache-2.0 */
/* SM3's compression: assembly where the core has the DSP extension, C in sm3.c elsewhere. Internal
 * to crypto/. */
#ifndef HUFU_CRYPTO_SM3_BLOCK_H
#define HUFU_CRYPTO_SM3_BLOCK_H

#include <stdint.h>

#if defined(__ARM_FEATURE_DSP) && !defined(HUFU_SM3_PORTABLE)
#define SM3_ASM 1
#else
#define SM3_ASM 0
#endif

/* [in/out] state; [in] one block. Leaves no copy of the block behind. */
void sm3_compress(uint32_t state[8], const uint8_t block[64]);

#endif
