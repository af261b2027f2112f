/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware's flash: two slots for images, then two sectors for the record that says which one
 * is started. The record has one copy in force; the next is written to the other sector, erased
 * first, so that whatever a power cut leaves there, the one in force stands beside it.
 */
#ifndef HUFU_BOOT_SLOTS_H
#define HUFU_BOOT_SLOTS_H

#include "hal.h"

#define SLOT_COUNT 2u

enum slot_phase {
    SLOT_UNDECIDED = 0, /* no record: as it left the factory */
    SLOT_CONFIRMED = 1, /* `slot` is the one */
    SLOT_TRIAL = 2,     /* `slot` holds a new image that was never started; the other is the old */
    SLOT_TRIED = 3,     /* it was started, and has not been confirmed since */
};

struct slot_record {
    uint32_t slot; /* 0 or 1 */
    enum slot_phase phase;
};

/* Bytes of one slot, a multiple of HAL_FLASH_SECTOR. */
uint32_t slots_size(const struct hal_flash *flash);
/* Where a slot begins in the flash. */
uint32_t slots_address(const struct hal_flash *flash, uint32_t slot);

/* [out] record; SLOT_UNDECIDED if there is none. ERR_OK; ERR_FLASH. */
int slots_read(const struct hal_flash *flash, struct slot_record *record);
/* Written and read back. ERR_OK; ERR_FLASH: the old one is still in force. */
int slots_write(const struct hal_flash *flash, const struct slot_record *record);

#endif
