/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4) from Mbed TLS. */
#ifndef HUFU_SHA256_H
#define HUFU_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_DIGEST 32u

/* [out] digest. ERR_OK; ERR_INTERNAL (digest zeroed). */
int sha256(const void *data, size_t len, uint8_t digest[SHA256_DIGEST]);

#endif
