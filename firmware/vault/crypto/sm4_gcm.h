/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM4-GCM (SP 800-38D with the cipher of GB/T 32907; RFC 8998), constant time. A whole message at
 * a time: an opened one shows nothing before its tag has been found right.
 *
 * A nonce must never serve twice under one key: the caller sees to that.
 */
#ifndef HUFU_SM4_GCM_H
#define HUFU_SM4_GCM_H

#include "crypto/sm4.h"

#define SM4_GCM_TAG     16u
#define SM4_GCM_TAG_MIN 12u
#define SM4_GCM_NONCE   12u /* the usual length; any other but 0 is hashed */

/* What is not encrypted. aad may be NULL with aad_len 0. */
struct sm4_gcm_header {
    const uint8_t *nonce;
    size_t nonce_len;
    const uint8_t *aad;
    size_t aad_len;
};

/* [out] out len bytes, tag. in and out may be the same.
 * ERR_OK; ERR_PARAM: no nonce, or more than 2^36 - 32 bytes (nothing is written). */
int sm4_gcm_seal(const struct sm4 *c, const struct sm4_gcm_header *header, const uint8_t *in,
                 uint8_t *out, size_t len, uint8_t tag[SM4_GCM_TAG]);

/* tag: its first tag_len bytes, SM4_GCM_TAG_MIN .. SM4_GCM_TAG. in and out may be the same.
 * ERR_OK; ERR_CRYPTO: the tag is wrong, out is zeroed; ERR_PARAM: as above, or tag_len (nothing is
 * written). */
int sm4_gcm_open(const struct sm4 *c, const struct sm4_gcm_header *header, const uint8_t *in,
                 uint8_t *out, size_t len, const uint8_t *tag, size_t tag_len);

#endif
