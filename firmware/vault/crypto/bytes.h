/* SPDX-License-Identifier: Apache-2.0 */
/* Big-endian words and rotation: what every algorithm here reads and writes. */
#ifndef HUFU_CRYPTO_BYTES_H
#define HUFU_CRYPTO_BYTES_H

#include <stdint.h>

static inline uint32_t load_be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline void store_be32(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 24);
    p[1] = (uint8_t)(v >> 16);
    p[2] = (uint8_t)(v >> 8);
    p[3] = (uint8_t)v;
}

/* n in 1..31 */
static inline uint32_t rotl32(uint32_t v, unsigned n)
{
    return v << n | v >> (32u - n);
}

#endif
