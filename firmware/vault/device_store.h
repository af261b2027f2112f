/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store as the device has it: made under a root key from the one-time memory, at the first
 * start and at each reset; mounted; brought to the image's format; destroyed. And the two records
 * that are the device's own, its state in the lifecycle and how often it started.
 */
#ifndef HUFU_VAULT_DEVICE_STORE_H
#define HUFU_VAULT_DEVICE_STORE_H

#include "hal.h"
#include "lifecycle.h"
#include <stdint.h>

/* ERR_OK; ERR_INTEGRITY: a foreign flash, or one that was wiped from outside; the store's errors.
 */
int device_store_mount(const struct hal *hal);

/*
 * From a begun format (identity.h) to a done one: root key, new store with the transport key,
 * `lifecycle` and `boot_count` in it, mounted. Right to run again after a cut.
 * ERR_OK; ERR_ENTROPY; ERR_FLASH; the store's errors.
 */
int device_store_make(const struct hal *hal, enum lifecycle lifecycle, uint32_t boot_count);
/* With blank fuses only blank flash may be taken: anything else belongs to other fuses.
 * ERR_OK: it is blank; ERR_INTEGRITY; the store's errors. */
int device_store_blank(const struct hal *hal);

/* Before anything is written: is this a store to write into? Then, once the image is confirmed, to
 * its own format. ERR_OK; ERR_UNSUPPORTED; ERR_INTEGRITY; the store's errors. */
int device_store_settle_format(void);

/* The store's key first of all. ERR_OK; ERR_FLASH. */
int device_store_destroy(const struct hal *hal);

/* --- the device's own records --------------------------------------------------------------- */

/* ERR_OK; ERR_INTEGRITY: one is absent or damaged; the store's errors. */
int device_store_load(enum lifecycle *lifecycle, uint32_t *boot_count);
/* Inside an open transaction. */
int device_store_put_lifecycle(enum lifecycle lifecycle);
/* In a transaction of its own. */
int device_store_put_boot_count(uint32_t boot_count);

#endif
