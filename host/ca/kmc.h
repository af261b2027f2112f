/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key management centre (requirement K6): makes encryption key pairs and keeps them in escrow.
 * A kept key is SM4-CBC under one key, then HMAC-SM3 under another over record id, certificate
 * serial, key version, IV and ciphertext; both keys are derived from the KMC key. Because the code
 * covers id and serial, a row that was swapped with another is noticed before it is decrypted.
 * Signing keys never come here.
 */
#ifndef HUFU_CA_KMC_H
#define HUFU_CA_KMC_H

#include "ca.h"

#define KMC_KEY_VERSION 1

/* A fresh pair, and its envelope (SM2EnvelopedKey, GM/T 0009) for recipient, the user's signing
 * key. [out] *envelope: free(). CA_OK, CA_ERR_CRYPTO. */
int kmc_make(EVP_PKEY *recipient, EVP_PKEY **pair, uint8_t **envelope, size_t *envelope_len);

/* Seals pair under record->id and record->serial, which the caller has set. */
int kmc_seal(const struct ca *ca, EVP_PKEY *pair, struct escrow_record *record);

/* Checks, then opens. CA_OK, CA_ERR_INTEGRITY (nothing was decrypted), CA_ERR_CRYPTO. */
int kmc_open(const struct ca *ca, const struct escrow_record *record, uint8_t scalar[32]);

#endif
