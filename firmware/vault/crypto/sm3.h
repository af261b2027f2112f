/* SPDX-License-Identifier: Apache-2.0 */
/* SM3 (GB/T 32905-2016), HMAC-SM3 (RFC 2104) and the KDF of GB/T 32918.4 clause 5.4.3. */
#ifndef HUFU_SM3_H
#define HUFU_SM3_H

#include <stddef.h>
#include <stdint.h>

#define SM3_DIGEST 32u
#define SM3_BLOCK  64u

struct sm3 {
    uint32_t state[8];
    uint64_t length; /* bytes hashed */
    uint8_t block[SM3_BLOCK];
    uint32_t used;
};

void sm3_init(struct sm3 *c);
void sm3_update(struct sm3 *c, const void *data, size_t len);
/* [out] digest 32 bytes; the context is wiped. */
void sm3_final(struct sm3 *c, uint8_t digest[SM3_DIGEST]);
void sm3(const void *data, size_t len, uint8_t digest[SM3_DIGEST]);

struct hmac_sm3 {
    struct sm3 inner;
    struct sm3 outer;
};

/* [in] key of any length; longer than 64 bytes is hashed first. */
void hmac_sm3_init(struct hmac_sm3 *c, const void *key, size_t key_len);
void hmac_sm3_update(struct hmac_sm3 *c, const void *data, size_t len);
void hmac_sm3_final(struct hmac_sm3 *c, uint8_t mac[SM3_DIGEST]);
void hmac_sm3(const void *key, size_t key_len, const void *data, size_t len,
              uint8_t mac[SM3_DIGEST]);

/* KDF(Z, klen): SM3(Z || counter32) from 1, big-endian, truncated. [out] out len bytes. */
void sm3_kdf(const void *z, size_t z_len, uint8_t *out, size_t len);

#endif
