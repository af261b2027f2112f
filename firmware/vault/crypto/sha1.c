/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sha1.h"

#include "err.h"

#include <mbedtls/sha1.h>
#include <string.h>

int sha1(const void *data, size_t len, uint8_t digest[SHA1_DIGEST])
{
    /* Mbed TLS wipes its own context on the way out. */
    if (mbedtls_sha1(data, len, digest) != 0) {
        memset(digest, 0, SHA1_DIGEST);
        return ERR_INTERNAL;
    }
    return ERR_OK;
}
