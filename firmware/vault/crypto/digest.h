/* SPDX-License-Identifier: Apache-2.0 */
/* One hash of several kinds, in parts. */
#ifndef HUFU_DIGEST_H
#define HUFU_DIGEST_H

#include "crypto/sm3.h"
#include <mbedtls/sha1.h>
#include <mbedtls/sha256.h>

#define DIGEST_MAX 32u

enum digest_kind { DIGEST_SM3 = 1, DIGEST_SHA1 = 2, DIGEST_SHA256 = 3 };

struct digest {
    uint8_t kind;
    union {
        struct sm3 sm3;
        mbedtls_sha1_context sha1;
        mbedtls_sha256_context sha256;
    } of;
};

/* ERR_OK; ERR_UNSUPPORTED; ERR_INTERNAL. */
int digest_init(struct digest *d, unsigned kind);
int digest_update(struct digest *d, const void *data, size_t len);
/* [out] out, *len. The context is wiped. */
int digest_final(struct digest *d, uint8_t out[DIGEST_MAX], size_t *len);

#endif
