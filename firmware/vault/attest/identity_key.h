/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The token's identity keys, one on SM2's curve and one on P-256.
 *
 * They are derived from the root key of the one-time memory, so they survive reset and are nowhere
 * stored. They sign statements of two types, each made in the vault from its own values and told
 * apart by its first bytes; no function signs a digest, and no text of a caller reaches them.
 */
#ifndef HUFU_IDENTITY_KEY_H
#define HUFU_IDENTITY_KEY_H

#include "crypto/sm2.h"
#include <stddef.h>
#include <stdint.h>

enum identity_algorithm { IDENTITY_SM2 = 0, IDENTITY_P256 = 1 };

enum identity_statement {
    STATEMENT_CHANNEL_KEY, /* magic "hufu channel key" and what follows (channel/channel_key.c) */
    STATEMENT_ATTESTATION  /* DER: SEQUENCE { OBJECT IDENTIFIER arc.1.1, ... } (hufu/attest.h) */
};

/*
 * Signs a statement: SM2 with SM3 and the default id, or ECDSA with SHA-256. [out] sig r || s,
 * zeroed unless ERR_OK. ERR_OK; ERR_PARAM: the text is not of that type; ERR_SELFTEST: the
 * signature does not verify, or the algorithm's known answer is wrong; ERR_INTEGRITY; ERR_FLASH;
 * ERR_ENTROPY.
 */
int identity_key_sign(enum identity_algorithm algorithm, enum identity_statement type,
                      const uint8_t *text, size_t len, uint8_t sig[SM2_SIGNATURE]);

/* [out] pub X || Y of the identity key. ERR_OK; ERR_SELFTEST; ERR_INTEGRITY; ERR_FLASH; ... */
int identity_key_public(enum identity_algorithm algorithm, uint8_t pub[SM2_POINT]);

#endif
