/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a token says of its own identity key (hufu/attest.h, kind HUFU_ATTEST_IDENTITY): read, and
 * verified with the key that stands in it, so whoever made the statement has that key. Whose key it
 * is, a certificate says.
 */
#ifndef HUFU_PKI_IDENTITY_STATEMENT_H
#define HUFU_PKI_IDENTITY_STATEMENT_H

#include "hufu/attest.h"
#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct identity_statement {
    char serial[HUFU_ATTEST_SERIAL + 1];
    unsigned lifecycle;
    bool development;
    uint8_t challenge[HUFU_ATTEST_CHALLENGE];
    EVP_PKEY *key;
    uint8_t xy[64];
    size_t len; /* bytes of it; what stands behind is the caller's */
};

/* [in] algorithm: HUFU_IDENTITY_SM2 or _P256. PKI_OK; PKI_ERR_PARSE; PKI_ERR_KEY: on another curve;
 * PKI_ERR_SIGNATURE; PKI_ERR_PROFILE: of another kind or version. Free with
 * identity_statement_clear after PKI_OK; otherwise nothing is left in it. */
int identity_statement_read(const uint8_t *der, size_t len, unsigned algorithm,
                            struct identity_statement *s);
void identity_statement_clear(struct identity_statement *s);

#endif
