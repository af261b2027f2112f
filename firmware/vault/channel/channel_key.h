/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The channel key, which only takes part in key agreement: made at first start, kept in the store,
 * and certified by the identity key (attest/identity_key.h): a statement over magic "hufu channel
 * key" 16 . version 1 . serial 24 . channel public key 64.
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
