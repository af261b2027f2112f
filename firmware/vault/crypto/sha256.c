/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sha256.h"

#include "err.h"

#include <mbedtls/sha256.h>
#include <string.h>

int sha256(const void *data, size_t len, uint8_t digest[SHA256_DIGEST])
{
    if (mbedtls_sha256(data, len, digest, 0) != 0) {
        memset(digest, 0, SHA256_DIGEST);
        return ERR_INTERNAL;
    }
    return ERR_OK;
}
