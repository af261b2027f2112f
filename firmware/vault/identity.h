/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the one-time memory holds: row 0 the root key, row 1 the serial number, rows 2 and 3 the
 * marks that say whether formatting was begun and done (one bit each per format: the n-th format is
 * finished when bit n stands in both), row 4 the mark of destruction.
 *
 * The marks make first start and reset safe against power cuts without ever formatting silently:
 * the store is formatted only while a begun format is not done.
 */
#ifndef HUFU_IDENTITY_H
#define HUFU_IDENTITY_H

#include "hal.h"
#include "store/store.h"
#include "wipe.h"
#include <stdbool.h>
#include <stdint.h>

/* YYYYMMDD, batch 3 digits, serial 5 digits (GB/T 33560-2017 7.5.5), then 8 random digits, since a
 * development token has no issuer that counts. */
#define IDENTITY_SERIAL 24u

enum identity_state {
    IDENTITY_BLANK = 0,      /* nothing burnt */
    IDENTITY_FORMATTING = 1, /* a format was begun and is not done */
    IDENTITY_READY = 2,
    IDENTITY_DESTROYED = 3
};

/* ERR_OK; ERR_INTEGRITY: the marks contradict one another; ERR_FLASH: the fuses cannot be read. */
int identity_state(const struct hal_otp *otp, enum identity_state *state);

/* Marks a format as begun. ERR_NO_SPACE: no marks left (255 formats). */
int identity_begin_format(const struct hal_otp *otp);
int identity_end_format(const struct hal_otp *otp);
int identity_mark_destroyed(const struct hal_otp *otp);

/*
 * Burns root key and serial and locks them; finishes a burn that a cut tore. Right to call again.
 * [in] random: source of key bytes. ERR_OK; ERR_ENTROPY; ERR_FLASH.
 */
int identity_burn(const struct hal_otp *otp, int (*random)(uint8_t *out, size_t len));

/*
 * The serial number a manufacturer gives, IDENTITY_SERIAL digits. fits: whether it may be burnt, or
 * is burnt already, wholly or in part. burn: burns what is missing and locks it.
 * ERR_OK; ERR_DATA: no digits; ERR_EXISTS: another one stands there; ERR_FLASH.
 */
int identity_serial_fits(const struct hal_otp *otp, const uint8_t serial[IDENTITY_SERIAL]);
int identity_serial_burn(const struct hal_otp *otp, const uint8_t serial[IDENTITY_SERIAL]);

/* [out] root. ERR_OK; ERR_INTEGRITY: it cannot be a key; ERR_FLASH. The caller wipes it. */
int identity_root_key(const struct hal_otp *otp, uint8_t root[STORE_ROOT_KEY]);
/* [out] serial, NUL-terminated; empty while none is burnt. */
int identity_serial(const struct hal_otp *otp, char serial[IDENTITY_SERIAL + 1u]);

#endif
