/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GHASH (SP 800-38D clause 6.4): the universal hash under GCM, constant time. Internal to crypto/.
 *
 * The block's 128 bits are one number here, the first byte on top, in four words, the least
 * significant first. The product without carries is made by ordinary multiplication of numbers that
 * have every fourth bit only: sums stay below 16 and reach no neighbour. docs/crypto.md tells the
 * rest.
 */
#ifndef HUFU_CRYPTO_GHASH_H
#define HUFU_CRYPTO_GHASH_H

#include <stddef.h>
#include <stdint.h>

#if defined(__ARM_FEATURE_DSP) && !defined(HUFU_GHASH_PORTABLE)
#define GHASH_ASM 1
#else
#define GHASH_ASM 0
#endif

#define GHASH_BLOCK 16u
#define GHASH_PARTS 9u /* 32-bit products of a 128-bit one, by Karatsuba twice */

struct ghash {
    uint32_t y[4];
    uint32_t h[GHASH_PARTS][4]; /* the key's parts, each as its bits of four residues */
};

/* [in] key: the cipher of a zero block. y becomes zero. */
void ghash_init(struct ghash *g, const uint8_t key[GHASH_BLOCK]);
/* data of any length, filled up with zeros to a whole block. */
void ghash_update(struct ghash *g, const uint8_t *data, size_t len);
/* The block of lengths, in bytes here; [out] y. The context is wiped. */
void ghash_final(struct ghash *g, uint64_t aad_len, uint64_t text_len, uint8_t out[GHASH_BLOCK]);

/* y = (y + block) h for each whole block. ghash_m33.S or ghash.c. */
void ghash_blocks(uint32_t y[4], const uint32_t h[GHASH_PARTS][4], const uint8_t *data,
                  size_t blocks);

#endif
