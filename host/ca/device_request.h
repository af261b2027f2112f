/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a token says of its own two identity keys (hufu/attest.h, kind HUFU_ATTEST_IDENTITY), read
 * and verified: each statement is signed by the key that stands in it, so whoever asks has both
 * keys, and both belong to the one serial number.
 */
#ifndef HUFU_CA_DEVICE_REQUEST_H
#define HUFU_CA_DEVICE_REQUEST_H

#include "ca.h"

struct device_request {
    char serial[DEVICE_SERIAL + 1];
    bool development;
    EVP_PKEY *key[2]; /* SM2, P-256 */
    uint8_t xy[2][64];
};

/* CA_OK; CA_ERR_FORMAT: not two such statements, or of different tokens, or one does not verify;
 * *why says which. Free with device_request_clear after CA_OK. */
int device_request_read(const uint8_t *der, size_t len, struct device_request *request,
                        const char **why);
void device_request_clear(struct device_request *request);

#endif
