/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-1 (FIPS 180-4) from Mbed TLS, for one purpose: GM/T 0017 derives a PIN's key with it. Not for
 * signatures.
 */
#ifndef HUFU_SHA1_H
#define HUFU_SHA1_H

#include <stddef.h>
#include <stdint.h>

#define SHA1_DIGEST 20u

/* [out] digest. ERR_OK; ERR_INTERNAL (digest zeroed). */
int sha1(const void *data, size_t len, uint8_t digest[SHA1_DIGEST]);

#endif
