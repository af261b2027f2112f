/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the scalar in what came out of an envelope. */
#ifndef HUFU_PRIVATE_KEY_H
#define HUFU_PRIVATE_KEY_H

#include "apdu/reader.h"
#include "crypto/sm2.h"
#include <stddef.h>
#include <stdint.h>

/* Longest plaintext taken: PKCS#8 with parameters and public key, padded. */
#define PRIVATE_KEY_MAX 256u

/* What may stand behind a DER key: nothing, less than a block of zeros, or PKCS#5 (1 to 16 bytes
 * that name their count). ERR_OK; ERR_DATA. */
int private_key_padding(const struct reader *r);

/*
 * The content kinds (doubtful choice K1 of docs/gmt0017.md), told apart by length and first byte:
 *   32 bytes            the scalar
 *   64 bytes            the 64-byte field of GM/T 0016, right-aligned; left if 32..63 are all zero
 *   30 ..               ECPrivateKey (RFC 5915), PKCS#8 around it, or an AsymmetricKeyPackage
 *                       (RFC 5958) of one; then padding: none, zeros to the block, or PKCS#5
 *   48, 80              the first two with a full block of PKCS#5 padding
 * [out] d, not yet compared with any public key. ERR_OK; ERR_CRYPTO (d zeroed).
 */
int private_key_scalar(const uint8_t *plain, size_t len, uint8_t d[SM2_SCALAR]);

#endif
