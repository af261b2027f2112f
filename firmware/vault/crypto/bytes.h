/* SPDX-License-Identifier: Apache-2.0 */
/* Big-endian words and rotation: what every algorithm here reads and writes. */
#ifndef HUFU_CRYPTO_BYTES_H
#define HUFU_CRYPTO_BYTES_H

#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define BIG_ENDIAN_32(v) __builtin_bswap32(v)
#else
#define BIG_ENDIAN_32(v) (v)
#endif

static inline uint32_t load_be32(const uint8_t *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return BIG_ENDIAN_32(v);
}

static inline void store_be32(uint8_t *p, uint32_t v)
{
    v = BIG_ENDIAN_32(v);
    memcpy(p, &v, sizeof v);
}

/* n in 1..31 */
static inline uint32_t rotl32(uint32_t v, unsigned n)
{
    return v << n | v >> (32u - n);
}

#endif
