/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-1's compression (FIPS 180-4, 6.1.2) as a loop, under Mbed TLS's SHA-1 by its own hook
 * MBEDTLS_SHA1_PROCESS_ALT: Mbed TLS's is unrolled by macros and takes 4 kB of flash, for a hash
 * that the vault needs for a PIN's key and where an interface of before asks for it. Rounds depend
 * on their number alone, so PINs show in no time.
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS
#include "crypto/bytes.h"
#include "wipe.h"

#include <mbedtls/sha1.h>

/* f of rounds 0 to 19, 20 to 39 and 60 to 79, 40 to 59, with its constant. */
static uint32_t mix(unsigned round, uint32_t b, uint32_t c, uint32_t d)
{
    switch (round / 20u) {
    case 0:
        return ((b & c) | (~b & d)) + 0x5A827999u;
    case 1:
        return (b ^ c ^ d) + 0x6ED9EBA1u;
    case 2:
        return ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDCu;
    default:
        return (b ^ c ^ d) + 0xCA62C1D6u;
    }
}

int mbedtls_internal_sha1_process(mbedtls_sha1_context *ctx, const unsigned char data[64])
{
    struct {
        uint32_t w[16], v[5], next;
    } s;
    for (unsigned i = 0; i < 5; i++) {
        s.v[i] = ctx->state[i];
    }
    for (unsigned round = 0; round < 80; round++) {
        uint32_t *w = &s.w[round % 16u];
        if (round < 16) {
            *w = load_be32(data + 4u * round);
        } else {
            *w = rotl32(s.w[(round + 13u) % 16u] ^ s.w[(round + 8u) % 16u] ^
                            s.w[(round + 2u) % 16u] ^ *w,
                        1);
        }
        s.next = rotl32(s.v[0], 5) + mix(round, s.v[1], s.v[2], s.v[3]) + s.v[4] + *w;
        s.v[4] = s.v[3];
        s.v[3] = s.v[2];
        s.v[2] = rotl32(s.v[1], 30);
        s.v[1] = s.v[0];
        s.v[0] = s.next;
    }
    for (unsigned i = 0; i < 5; i++) {
        ctx->state[i] += s.v[i];
    }
    secret_wipe(&s, sizeof s);
    return 0;
}
