/* SPDX-License-Identifier: Apache-2.0 */
/* What the modes use beside single blocks. Internal to crypto/. */
#ifndef HUFU_CRYPTO_SM4_BLOCK_H
#define HUFU_CRYPTO_SM4_BLOCK_H

#include "crypto/sm4.h"

/* XORed with the round number: the round keys in order, or from the last back. */
#define SM4_FORWARD  0u
#define SM4_BACKWARD 31u

#define SM4_WIDE (8u * SM4_BLOCK) /* bytes of eight blocks */

/* Eight independent blocks; in and out may be the same. */
void sm4_eight_blocks(const struct sm4 *c, unsigned first, const uint8_t *in, uint8_t *out);

#endif
