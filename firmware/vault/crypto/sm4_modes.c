/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sm4_block.h"

#include "err.h"
#include "wipe.h"

#include <string.h>

static int ecb(const struct sm4 *c, unsigned first, const uint8_t *in, uint8_t *out, size_t len)
{
    if (len % SM4_BLOCK != 0) {
        return ERR_PARAM;
    }
    while (len >= SM4_WIDE) {
        sm4_eight_blocks(c, first, in, out);
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
        for (unsigned i = 0; i < SM4_BLOCK; i++) {
            iv[i] ^= in[done + i];
        }
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
        for (unsigned i = 0; i < n; i++) {
            uint8_t cipher = in[i]; /* out may be in */
            out[i] = plain[i] ^ iv[i % SM4_BLOCK];
            iv[i % SM4_BLOCK] = cipher;
        }
        in += n;
        out += n;
        len -= n;
    }
    secret_wipe(plain, sizeof plain);
    return ERR_OK;
}

static void increment(uint8_t counter[SM4_BLOCK])
{
    uint32_t carry = 1;
    for (unsigned i = SM4_BLOCK; i-- != 0;) {
        carry += counter[i];
        counter[i] = (uint8_t)carry;
        carry >>= 8;
    }
}

void sm4_ctr(const struct sm4 *c, uint8_t counter[SM4_BLOCK], const uint8_t *in, uint8_t *out,
             size_t len)
{
    uint8_t stream[SM4_WIDE];
    while (len != 0) {
        size_t n = len < SM4_WIDE ? len : SM4_WIDE;
        size_t blocks = (n + SM4_BLOCK - 1u) / SM4_BLOCK;
        for (size_t i = 0; i < blocks; i++) {
            memcpy(stream + i * SM4_BLOCK, counter, SM4_BLOCK);
            increment(counter);
        }
        (void)sm4_ecb_encrypt(c, stream, stream, blocks * SM4_BLOCK);
        for (size_t i = 0; i < n; i++) {
            out[i] = in[i] ^ stream[i];
        }
        in += n;
        out += n;
        len -= n;
    }
    secret_wipe(stream, sizeof stream);
}

void sm4_cbc_mac_80(const struct sm4 *c, const uint8_t iv[SM4_BLOCK], const uint8_t *data,
                    size_t len, uint8_t mac[SM4_BLOCK])
{
    uint8_t x[SM4_BLOCK];
    memcpy(x, iv, SM4_BLOCK);
    for (; len >= SM4_BLOCK; len -= SM4_BLOCK) {
        for (unsigned i = 0; i < SM4_BLOCK; i++) {
            x[i] ^= data[i];
        }
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
