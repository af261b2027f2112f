/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sm3.h"

#include "crypto/bytes.h"
#include "crypto/sm3_block.h"
#include "wipe.h"

#include <string.h>

#if !SM3_ASM
static uint32_t p0(uint32_t x)
{
    return x ^ rotl32(x, 9) ^ rotl32(x, 17);
}

static uint32_t p1(uint32_t x)
{
    return x ^ rotl32(x, 15) ^ rotl32(x, 23);
}

/* The expansion keeps a ring of sixteen words: W_j replaces W_{j-16}, and W'_j needs W_{j+4}. */
static uint32_t expand(uint32_t w[16], unsigned j)
{
    uint32_t v = w[j & 15u] ^ w[(j + 7u) & 15u] ^ rotl32(w[(j + 13u) & 15u], 15);
    v = p1(v) ^ rotl32(w[(j + 3u) & 15u], 7) ^ w[(j + 10u) & 15u];
    w[j & 15u] = v;
    return v;
}

void sm3_compress(uint32_t s[8], const uint8_t block[64])
{
    uint32_t w[16];
    for (unsigned i = 0; i < 16; i++) {
        w[i] = load_be32(block + 4 * i);
    }
    uint32_t a = s[0], b = s[1], c = s[2], d = s[3];
    uint32_t e = s[4], f = s[5], g = s[6], h = s[7];
    uint32_t t = 0x79CC4519u;
#pragma GCC unroll 64
    for (unsigned j = 0; j < 64; j++) {
        /* W_j must be read before the ring advances past it: W_{j+4} is made at step j for
         * j >= 12 and overwrites W_{j-12}. */
        uint32_t wj = w[j & 15u];
        uint32_t wj4 = j < 12 ? w[j + 4] : expand(w, j + 4);
        uint32_t a12 = rotl32(a, 12);
        if (j == 16) {
            t = rotl32(0x7A879D8Au, 16);
        }
        uint32_t ss1 = rotl32(e + t + a12, 7);
        uint32_t ss2 = ss1 ^ a12;
        uint32_t ff = j < 16 ? a ^ b ^ c : (a & b) + ((a ^ b) & c);
        uint32_t gg = j < 16 ? e ^ f ^ g : ((f ^ g) & e) ^ g;
        /* What has to wait for ss1 is added last. */
        uint32_t tt1 = ff + (d + (wj ^ wj4)) + ss2;
        uint32_t tt2 = gg + (h + wj) + ss1;
        d = c;
        c = rotl32(b, 9);
        b = a;
        a = tt1;
        h = g;
        g = rotl32(f, 19);
        f = e;
        e = p0(tt2);
        t = rotl32(t, 1);
    }
    s[0] ^= a;
    s[1] ^= b;
    s[2] ^= c;
    s[3] ^= d;
    s[4] ^= e;
    s[5] ^= f;
    s[6] ^= g;
    s[7] ^= h;
    /* Keys pass through here (HMAC, KDF, Z): leave no message schedule behind. */
    secret_wipe(w, sizeof w);
}
#endif

void sm3_init(struct sm3 *c)
{
    static const uint32_t iv[8] = {0x7380166Fu, 0x4914B2B9u, 0x172442D7u, 0xDA8A0600u,
                                   0xA96F30BCu, 0x163138AAu, 0xE38DEE4Du, 0xB0FB0E4Eu};
    memcpy(c->state, iv, sizeof iv);
    c->length = 0;
    c->used = 0;
}

void sm3_update(struct sm3 *c, const void *data, size_t len)
{
    const uint8_t *p = data;
    c->length += len;
    if (c->used != 0) {
        size_t n = SM3_BLOCK - c->used;
        n = n < len ? n : len;
        if (n != 0) {
            memcpy(c->block + c->used, p, n);
        }
        c->used += (uint32_t)n;
        p += n;
        len -= n;
        if (c->used < SM3_BLOCK) {
            return;
        }
        sm3_compress(c->state, c->block);
        c->used = 0;
    }
    while (len >= SM3_BLOCK) {
        sm3_compress(c->state, p);
        p += SM3_BLOCK;
        len -= SM3_BLOCK;
    }
    if (len != 0) {
        memcpy(c->block, p, len);
        c->used = (uint32_t)len;
    }
}

void sm3_final(struct sm3 *c, uint8_t digest[SM3_DIGEST])
{
    uint64_t bits = c->length * 8u;
    c->block[c->used++] = 0x80;
    if (c->used > SM3_BLOCK - 8u) {
        memset(c->block + c->used, 0, SM3_BLOCK - c->used);
        sm3_compress(c->state, c->block);
        c->used = 0;
    }
    memset(c->block + c->used, 0, SM3_BLOCK - 8u - c->used);
    store_be32(c->block + 56, (uint32_t)(bits >> 32));
    store_be32(c->block + 60, (uint32_t)bits);
    sm3_compress(c->state, c->block);
    for (unsigned i = 0; i < 8; i++) {
        store_be32(digest + 4 * i, c->state[i]);
    }
    secret_wipe(c, sizeof *c);
}

void sm3(const void *data, size_t len, uint8_t digest[SM3_DIGEST])
{
    struct sm3 c;
    sm3_init(&c);
    sm3_update(&c, data, len);
    sm3_final(&c, digest);
}

void sm3_kdf(const void *z, size_t z_len, uint8_t *out, size_t len)
{
    struct sm3 shared, c;
    uint8_t block[SM3_DIGEST];
    uint8_t counter[4];
    sm3_init(&shared);
    sm3_update(&shared, z, z_len);
    for (uint32_t i = 1; len != 0; i++) {
        size_t n = len < SM3_DIGEST ? len : SM3_DIGEST;
        store_be32(counter, i);
        c = shared;
        sm3_update(&c, counter, sizeof counter);
        sm3_final(&c, block);
        memcpy(out, block, n);
        out += n;
        len -= n;
    }
    secret_wipe(&shared, sizeof shared);
    secret_wipe(block, sizeof block);
}
