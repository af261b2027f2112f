/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sm4_block.h"

#include "crypto/bytes.h"
#include "err.h"
#include "wipe.h"

#include <string.h>

/* len a multiple of 4; in place allowed. */
static void xor_words(uint8_t *out, const uint8_t *a, const uint8_t *b, size_t len)
{
    for (size_t i = 0; i < len; i += 4) {
        uint32_t x, y;
        memcpy(&x, a + i, sizeof x);
        memcpy(&y, b + i, sizeof y);
        x ^= y;
        memcpy(out + i, &x, sizeof x);
    }
}

static int ecb(const struct sm4 *c, unsigned first, const uint8_t *in, uint8_t *out, size_t len)
{
    if (len % SM4_BLOCK != 0) {
        return ERR_PARAM;
    }
    while (len >= SM4_WIDE) {
        sm4_set_of_blocks(c, first, in, out);
        in += SM4_WIDE;
        out += SM4_WIDE;
        len -= SM4_WIDE;
    }
    for (; len != 0; len -= SM4_BLOCK) {
        (first == SM4_FORWARD ? sm4_encrypt_block : sm4_decrypt_block)(c, in, out);
        in += SM4_BLOCK;
        out += SM4_BLOCK;
    }
    return ERR_OK;
}

int sm4_ecb_encrypt(const struct sm4 *c, const uint8_t *in, uint8_t *out, size_t len)
{
    return ecb(c, SM4_FORWARD, in, out, len);
}

int sm4_ecb_decrypt(const struct sm4 *c, const uint8_t *in, uint8_t *out, size_t len)
{
    return ecb(c, SM4_BACKWARD, in, out, len);
}

int sm4_cbc_encrypt(const struct sm4 *c, uint8_t iv[SM4_BLOCK], const uint8_t *in, uint8_t *out,
                    size_t len)
{
    if (len % SM4_BLOCK != 0) {
        return ERR_PARAM;
    }
    for (size_t done = 0; done < len; done += SM4_BLOCK) {
        xor_words(iv, iv, in + done, SM4_BLOCK);
        sm4_encrypt_block(c, iv, iv);
        memcpy(out + done, iv, SM4_BLOCK);
    }
    return ERR_OK;
}

int sm4_cbc_decrypt(const struct sm4 *c, uint8_t iv[SM4_BLOCK], const uint8_t *in, uint8_t *out,
                    size_t len)
{
    uint8_t plain[SM4_WIDE];
    if (len % SM4_BLOCK != 0) {
        return ERR_PARAM;
    }
    while (len != 0) {
        size_t n = len < SM4_WIDE ? len : SM4_WIDE;
        (void)sm4_ecb_decrypt(c, in, plain, n);
        uint8_t last[SM4_BLOCK];
        memcpy(last, in + n - SM4_BLOCK, SM4_BLOCK);
        xor_words(plain, plain, iv, SM4_BLOCK);
        xor_words(plain + SM4_BLOCK, plain + SM4_BLOCK, in, n - SM4_BLOCK);
        memcpy(out, plain, n); /* last: out may be in */
        memcpy(iv, last, SM4_BLOCK);
        in += n;
        out += n;
        len -= n;
    }
    secret_wipe(plain, sizeof plain);
    return ERR_OK;
}

/* Writes `blocks` successive counters and leaves the next one in w, most significant word first, of
 * which the last `width` count. */
static void counters(uint8_t *out, uint32_t w[4], unsigned width, size_t blocks)
{
    for (; blocks != 0; blocks--) {
        uint32_t carry = 1;
        for (unsigned i = 0; i < 4; i++) {
            store_be32(out + 4u * i, w[i]);
        }
        for (unsigned i = 4; i-- != 4u - width;) {
            uint64_t x = (uint64_t)w[i] + carry;
            w[i] = (uint32_t)x;
            carry = (uint32_t)(x >> 32);
        }
        out += SM4_BLOCK;
    }
}

void sm4_ctr(const struct sm4 *c, uint8_t counter[SM4_BLOCK], const uint8_t *in, uint8_t *out,
             size_t len)
{
    sm4_ctr_words(c, counter, 4, in, out, len);
}

void sm4_ctr_words(const struct sm4 *c, uint8_t counter[SM4_BLOCK], unsigned width,
                   const uint8_t *in, uint8_t *out, size_t len)
{
    uint8_t stream[SM4_WIDE];
    uint32_t w[4];
    for (unsigned i = 0; i < 4; i++) {
        w[i] = load_be32(counter + 4u * i);
    }
    while (len != 0) {
        size_t n = len < SM4_WIDE ? len : SM4_WIDE;
        size_t blocks = (n + SM4_BLOCK - 1u) / SM4_BLOCK, whole = n / 4u * 4u;
        counters(stream, w, width, blocks);
        (void)sm4_ecb_encrypt(c, stream, stream, blocks * SM4_BLOCK);
        xor_words(out, in, stream, whole);
        for (size_t i = whole; i < n; i++) {
            out[i] = in[i] ^ stream[i];
        }
        in += n;
        out += n;
        len -= n;
    }
    for (unsigned i = 0; i < 4; i++) {
        store_be32(counter + 4u * i, w[i]);
    }
    secret_wipe(stream, sizeof stream);
}

void sm4_cbc_mac_80(const struct sm4 *c, const uint8_t iv[SM4_BLOCK], const uint8_t *data,
                    size_t len, uint8_t mac[SM4_BLOCK])
{
    uint8_t x[SM4_BLOCK];
    memcpy(x, iv, SM4_BLOCK);
    for (; len >= SM4_BLOCK; len -= SM4_BLOCK) {
        xor_words(x, x, data, SM4_BLOCK);
        sm4_encrypt_block(c, x, x);
        data += SM4_BLOCK;
    }
    for (size_t i = 0; i < len; i++) {
        x[i] ^= data[i];
    }
    x[len] ^= 0x80u; /* padding is added to every message, to a whole one too */
    sm4_encrypt_block(c, x, mac);
    secret_wipe(x, sizeof x);
}
