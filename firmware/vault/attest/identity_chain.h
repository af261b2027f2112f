/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificates above the identity keys: for each of the two a chain, the identity's own
 * certificate first.
 *
 * They must survive a reset, which makes the store anew, so they lie beside it: the last
 * IDENTITY_AREA bytes of the vault's flash are four sectors, two for each algorithm. A sector holds
 * one whole record: number, length, tag (HMAC-SM3 under the root key), the certificates. The newest
 * record whose tag is right is the one that counts, so a cut leaves the old one or the new one;
 * each is then written to the other sector as well, so that one damaged sector loses nothing.
 * Nothing here is secret, and what is written must certify this token's own key, so the tag is not
 * what a verifier relies on: it tells this token's record from what a cut or another token left.
 */
#ifndef HUFU_IDENTITY_CHAIN_H
#define HUFU_IDENTITY_CHAIN_H

#include "apdu/writer.h"
#include "attest/identity_key.h"
#include "hal.h"

#define IDENTITY_COPIES 2u
#define IDENTITY_AREA   (2u * IDENTITY_COPIES * HAL_FLASH_SECTOR)

/* The part of the vault's flash before that area: the store's. */
struct hal_flash identity_chain_store_part(const struct hal_flash *flash);

/*
 * [in] der: 1 to HUFU_IDENTITY_CHAIN_MAX bytes, certificates one behind the other, the first for
 * the identity key of that algorithm. ERR_OK; ERR_LENGTH; ERR_DATA: not that form; WIRE_MISMATCH:
 * the first is for another key; ERR_FLASH: what was there is still there; identity_key_public's.
 */
int identity_chain_write(enum identity_algorithm algorithm, const uint8_t *der, size_t len);

/* Appends the chain. ERR_OK; WIRE_NO_CERTIFICATE: there is none; ERR_FLASH; ERR_INTEGRITY. */
int identity_chain_read(enum identity_algorithm algorithm, struct writer *out);

/* Erases all of it, as far as it can: the token is destroyed. ERR_OK; ERR_FLASH. */
int identity_chain_destroy(void);

#endif
