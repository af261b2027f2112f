/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PKCS#1 v1.5. Made here, not taken from Mbed TLS: it knows no SM3, verification by comparing the
 * whole block leaves nothing to parse, and decryption has no oracle.
 */
#include "crypto/rsa.h"

#include "crypto/sm3.h"
#include "err.h"
#include "wipe.h"

#include <string.h>

/* Byte at of the block that a signature over data holds: 00 01 FF .. FF 00 data. */
static uint8_t signed_byte(size_t at, size_t block, const uint8_t *data, size_t len)
{
    if (at >= block - len) {
        return data[at - (block - len)];
    }
    return at == 1 ? 0x01u : at == 0 || at == block - len - 1 ? 0 : 0xFFu;
}

static bool fits(uint32_t bits, size_t len)
{
    return rsa_bits_good(bits) && len <= bits / 8u - RSA_PADDING;
}

int rsa_sign(const struct rsa_private *key, const struct sm2_rng *rng, const uint8_t *data,
             size_t len, uint8_t *sig)
{
    if (!fits(key->bits, len)) {
        return ERR_PARAM;
    }
    for (size_t i = 0; i < key->bits / 8u; i++) {
        sig[i] = signed_byte(i, key->bits / 8u, data, len);
    }
    return rsa_raw_private(key, rng, sig, sig);
}

int rsa_verify(const struct rsa_public *key, const uint8_t *data, size_t len, const uint8_t *sig)
{
    uint8_t block[RSA_BYTES_MAX];
    if (!rsa_public_good(key) || !fits(key->bits, len)) {
        return ERR_PARAM;
    }
    int err = rsa_raw_public(key, sig, block);
    if (err != ERR_OK) {
        return err == ERR_PARAM ? ERR_VERIFY : err; /* not below n */
    }
    uint8_t differs = 0;
    for (size_t i = 0; i < key->bits / 8u; i++) {
        differs |= block[i] ^ signed_byte(i, key->bits / 8u, data, len);
    }
    return differs == 0 ? ERR_OK : ERR_VERIFY;
}

int rsa_encrypt(const struct rsa_public *key, const struct sm2_rng *rng, const uint8_t *data,
                size_t len, uint8_t *cipher)
{
    if (!fits(key->bits, len)) {
        return ERR_PARAM;
    }
    const size_t block = key->bits / 8u, pad = block - len - 3u;
    int err = rng->bytes(rng->ctx, cipher + 2, pad);
    for (size_t i = 0; err == ERR_OK && i < pad; i++) {
        while (err == ERR_OK && cipher[2 + i] == 0) {
            err = rng->bytes(rng->ctx, cipher + 2 + i, 1);
        }
    }
    if (err == ERR_OK) {
        cipher[0] = 0;
        cipher[1] = 2;
        cipher[2 + pad] = 0;
        memcpy(cipher + block - len, data, len);
        err = rsa_raw_public(key, cipher, cipher);
    }
    if (err != ERR_OK) {
        secret_wipe(cipher, block);
    }
    return err;
}

/* FF if x is 0, else 00. */
static uint8_t zero_mask(uint8_t x)
{
    return (uint8_t)(((uint32_t)x - 1u) >> 8);
}

/* What a wrong block yields: only the key's owner can tell it from a right one's content. */
static void pretend(const struct rsa_private *key, const uint8_t *cipher, uint8_t out[SM3_DIGEST])
{
    uint8_t secret[SM3_DIGEST];
    sm3(key->parts, RSA_PRIVATE(key->bits), secret);
    hmac_sm3(secret, sizeof secret, cipher, key->bits / 8u, out);
    secret_wipe(secret, sizeof secret);
}

int rsa_decrypt(const struct rsa_private *key, const struct sm2_rng *rng, const uint8_t *cipher,
                uint8_t *out, size_t len)
{
    uint8_t block[RSA_BYTES_MAX], other[SM3_DIGEST];
    const size_t size = key->bits / 8u;
    if (!fits(key->bits, len) || len > sizeof other) {
        return ERR_PARAM;
    }
    pretend(key, cipher, other);
    int err = rsa_raw_private(key, rng, cipher, block);
    uint8_t bad = block[0] | (block[1] ^ 2u) | block[size - len - 1];
    for (size_t i = 2; i < size - len - 1; i++) {
        bad |= zero_mask(block[i]);
    }
    const uint8_t good = zero_mask(bad);
    for (size_t i = 0; i < len; i++) {
        out[i] = (uint8_t)((block[size - len + i] & good) | (other[i] & ~good));
    }
    if (err != ERR_OK) {
        secret_wipe(out, len);
    }
    secret_wipe(block, sizeof block);
    secret_wipe(other, sizeof other);
    return err;
}

int rsa_digest_info(enum rsa_hash hash, const uint8_t *digest, size_t digest_len,
                    uint8_t info[RSA_DIGEST_INFO_MAX], size_t *len)
{
    static const uint8_t sm3_head[] = {0x30, 0x30, 0x30, 0x0C, 0x06, 0x08, 0x2A, 0x81, 0x1C,
                                       0xCF, 0x55, 0x01, 0x83, 0x11, 0x05, 0x00, 0x04, 0x20};
    static const uint8_t sha1_head[] = {0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2B, 0x0E,
                                        0x03, 0x02, 0x1A, 0x05, 0x00, 0x04, 0x14};
    static const uint8_t sha256_head[] = {0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60,
                                          0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
                                          0x01, 0x05, 0x00, 0x04, 0x20};
    static const struct {
        const uint8_t *head;
        uint8_t head_len, digest_len;
    } forms[] = {[RSA_SM3] = {sm3_head, sizeof sm3_head, 32},
                 [RSA_SHA1] = {sha1_head, sizeof sha1_head, 20},
                 [RSA_SHA256] = {sha256_head, sizeof sha256_head, 32}};
    if (hash < RSA_SM3 || hash > RSA_SHA256 || digest_len != forms[hash].digest_len) {
        return ERR_PARAM;
    }
    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): each of 1 to 3 has a head */
    memcpy(info, forms[hash].head, forms[hash].head_len);
    memcpy(info + forms[hash].head_len, digest, digest_len);
    *len = forms[hash].head_len + digest_len;
    return ERR_OK;
}
