/* SPDX-License-Identifier: Apache-2.0 */
/* SM4 (GB/T 32907-2016) and its modes ECB, CBC, CTR; constant time, no secret-indexed table. */
#ifndef HUFU_SM4_H
#define HUFU_SM4_H

#include <stddef.h>
#include <stdint.h>

#define SM4_KEY   16u
#define SM4_BLOCK 16u

struct sm4 {
    uint32_t rk[32]; /* in the order of encryption; decryption walks it backwards */
};

void sm4_set_key(struct sm4 *c, const uint8_t key[SM4_KEY]);
void sm4_wipe(struct sm4 *c);

/* One block; in and out may be the same. */
void sm4_encrypt_block(const struct sm4 *c, const uint8_t in[SM4_BLOCK], uint8_t out[SM4_BLOCK]);
void sm4_decrypt_block(const struct sm4 *c, const uint8_t in[SM4_BLOCK], uint8_t out[SM4_BLOCK]);

/* len a multiple of SM4_BLOCK (else nothing is done and ERR_PARAM returned); in == out allowed.
 * CBC updates iv to the last cipher block, so that calls can follow one another. */
int sm4_ecb_encrypt(const struct sm4 *c, const uint8_t *in, uint8_t *out, size_t len);
int sm4_ecb_decrypt(const struct sm4 *c, const uint8_t *in, uint8_t *out, size_t len);
int sm4_cbc_encrypt(const struct sm4 *c, uint8_t iv[SM4_BLOCK], const uint8_t *in, uint8_t *out,
                    size_t len);
int sm4_cbc_decrypt(const struct sm4 *c, uint8_t iv[SM4_BLOCK], const uint8_t *in, uint8_t *out,
                    size_t len);
/* CTR with a 128-bit big-endian counter, any len; counter is advanced by whole blocks used. */
void sm4_ctr(const struct sm4 *c, uint8_t counter[SM4_BLOCK], const uint8_t *in, uint8_t *out,
             size_t len);
/* CBC-MAC of data padded with 80 00.. (GM/T 0017 form): IV iv, [out] the last block. */
void sm4_cbc_mac_80(const struct sm4 *c, const uint8_t iv[SM4_BLOCK], const uint8_t *data,
                    size_t len, uint8_t mac[SM4_BLOCK]);

#endif
