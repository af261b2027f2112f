/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The token's identity key and the channel key that it certifies.
 *
 * The identity key is derived from the root key of the one-time memory, so it survives reset and is
 * nowhere stored. It signs one kind of statement, made here from the vault's own values; there is
 * no way to have it sign anything else: SM2 with SM3 and the default id over  magic "hufu channel
 * key" 16 . version 1 . serial 24 . channel public key 64. The channel key only takes part in key
 * agreement. It is made at first start and kept in the store.
 */
#ifndef HUFU_CHANNEL_KEY_H
#define HUFU_CHANNEL_KEY_H

#include "crypto/sm2.h"

struct channel_key {
    uint8_t d[SM2_SCALAR];
    uint8_t pub[SM2_POINT];
    uint8_t identity[SM2_POINT];
    uint8_t certificate[SM2_SIGNATURE];
};

/* Makes and certifies the channel key unless there is one. Outside a transaction.
 * ERR_OK; ERR_ENTROPY; ERR_INTEGRITY; ERR_NO_SPACE; ERR_FLASH. */
int channel_key_ensure(void);
/* [out] key; the caller wipes it. ERR_OK; ERR_INTEGRITY, also when there is none; ERR_FLASH. */
int channel_key_load(struct channel_key *key);

#endif
