/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM4's S-box as a boolean circuit: no table, so nothing secret becomes an address. Internal to
 * crypto/.
 *
 * [in/out] b: eight planes; bit j of b[i] is bit i of byte j, for 32 bytes at once.
 */
#ifndef HUFU_CRYPTO_SM4_SBOX_H
#define HUFU_CRYPTO_SM4_SBOX_H

#include <stdint.h>

void sm4_sbox_planes(uint32_t b[8]);

#endif
