/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The superblock: format version and the store key, sealed under the root key; the same in two
 * sectors, written once when the store is made. Either copy is enough; a bad one is mended at
 * mount.
 */
#ifndef HUFU_STORE_SUPERBLOCK_H
#define HUFU_STORE_SUPERBLOCK_H

#include "log.h"

/*
 * [out] store_key. ERR_OK; ERR_NOT_FOUND: neither copy is one; ERR_UNSUPPORTED: another format;
 * ERR_INTEGRITY: there is one, and root_key does not open it; ERR_FLASH.
 */
int super_load(struct log *l, const uint8_t root_key[SEAL_KEY], uint8_t store_key[SEAL_KEY]);
/* Writes copies 0..SUPER_COPIES-1 into erased sectors. ERR_OK; ERR_FLASH. */
int super_write(struct log *l, const uint8_t root_key[SEAL_KEY], const uint8_t store_key[SEAL_KEY]);
/* Zeroes both copies in place and reads back: nobody opens the store again. ERR_OK; ERR_FLASH. */
int super_zero(struct log *l);

#endif
