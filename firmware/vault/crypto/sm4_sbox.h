/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM4's S-box as a boolean circuit: no table, so nothing secret becomes an address. Internal to
 * crypto/.
 *
 * [in/out] b: eight planes; bit j of b[i] is bit i of byte j, for 32 bytes at once, or 64 where the
 * machine's words have 64 bits.
 */
#ifndef HUFU_CRYPTO_SM4_SBOX_H
#define HUFU_CRYPTO_SM4_SBOX_H

#include <stdint.h>

#if defined(__SIZEOF_INT128__) && !defined(HUFU_SM4_PORTABLE)
typedef uint64_t sm4_plane;
#define SM4_LANES 64u
#else
typedef uint32_t sm4_plane;
#define SM4_LANES 32u
#endif

void sm4_sbox_planes(sm4_plane b[8]);

#endif
