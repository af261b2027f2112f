/* SPDX-License-Identifier: Apache-2.0 */
/* The session key's ciphertext in the forms seen in the field. Private to host/document. */
#ifndef HUFU_DOCUMENT_UNWRAP_H
#define HUFU_DOCUMENT_UNWRAP_H

#include "document.h"

/* Hands an encryptedKey to the decryptor: as DER SM2Cipher; else C1 C3 C2, then C1 C2 C3, each with
 * or without 04 before C1. PKI_OK, DOCUMENT_ERR_DECRYPT (no form fits) or DOCUMENT_ERR_DEVICE with
 * *detail. */
int unwrap_key(const uint8_t *data, size_t len, const uint8_t iv[16],
               const struct document_decryptor *decryptor, int *detail);

#endif
