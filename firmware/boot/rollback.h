/* SPDX-License-Identifier: Apache-2.0 */
/* What one-time memory says about images: the least rollback counter, and roots given up. */
#ifndef HUFU_BOOT_ROLLBACK_H
#define HUFU_BOOT_ROLLBACK_H

#include "hal.h"
#include <stdint.h>

struct rollback {
    uint32_t counter; /* 0..HUFU_IMAGE_ROLLBACK_MAX */
    uint8_t revoked_sm2;
    uint8_t revoked_lms;
};

/* ERR_OK; ERR_INTEGRITY: the fuses say nothing sensible; ERR_FLASH. */
int rollback_read(const struct hal_otp *otp, struct rollback *now);

/*
 * Up to `to`: never down. What is burnt already is left alone, so a repeat after a cut goes on
 * where it stopped. ERR_OK; ERR_PARAM: counter too large; ERR_INTEGRITY; ERR_FLASH.
 */
int rollback_raise(const struct hal_otp *otp, const struct rollback *to);

#endif
