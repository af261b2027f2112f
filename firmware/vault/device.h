/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device as a whole: start, error state, lifecycle, reset and destruction.
 */
#ifndef HUFU_DEVICE_H
#define HUFU_DEVICE_H

#include "hal.h"
#include "identity.h"
#include "lifecycle.h"
#include "session.h"
#include <stdbool.h>
#include <stdint.h>

#define DEVICE_LABEL 32u
/* The key every token has until ChangeDevAuthKey: public clients try it first. */
#define DEVICE_TRANSPORT_KEY "1234567812345678"
#define DEVICE_KEY_TRIES     10u

/* Self tests, identity, store, lifecycle. A failure is kept as the error state. */
void device_start(const struct hal *hal);
/* The same again, after a failed test (power-on tests again). */
void device_restart(void);
/* The store is taken from flash anew and fresh entropy mixed in: what a command that was cut off
 * left half done in RAM does not count. */
void device_recover(void);

const struct hal *device_hal(void);

/* --- error state -------------------------------------------------------------------------- */

/* SECURE_FALSE: all is well. Anything else: only status and self-test are served. */
secure_bool device_failed(void);
/* Enters the error state. */
void device_fail(int err);
int device_last_error(void);
/* What an error of a command means for the device: damage and failed tests stop it. */
bool device_is_fatal(int err);

/* Known answers, every record of the store, the noise source. ERR_OK, or the error state's cause.
 */
int device_selftest(void);

/* --- lifecycle ---------------------------------------------------------------------------- */

enum lifecycle device_lifecycle(void);
/*
 * A move inside an open transaction: checks the table and puts the record when the state changes.
 * After the commit device_moved adopts it and ends sessions as the table says.
 * ERR_OK; ERR_STATE; ERR_DENIED; the store's errors.
 */
int device_move(enum lifecycle_command command, unsigned authority, struct lifecycle_move *move);
void device_moved(const struct lifecycle_move *move, const struct session *acting);

/* New store key and erase; serial number and boot counter survive, the device key is the transport
 * key again. authority: one of lifecycle.h. ERR_OK; ERR_STATE; ERR_DENIED; ERR_NO_SPACE; ... */
int device_reset(unsigned authority);
/* Nothing survives. ERR_OK; ERR_STATE; ERR_DENIED; ERR_FLASH. */
int device_destroy(unsigned authority);

/* --- the issuer's switch ------------------------------------------------------------------ */

/* SECURE_TRUE: the bare forms of commands that rest on a PIN or the device key are served. So it is
 * until an issuer says otherwise; reset forgets what he said. */
secure_bool device_bare_allowed(void);
int device_allow_bare(bool allowed);

/* --- particulars -------------------------------------------------------------------------- */

const char *device_serial(void);
uint32_t device_boot_count(void);
bool device_is_development(void);
/* [out] label, NUL-padded. */
int device_label(char label[DEVICE_LABEL]);
int device_set_label(const uint8_t *label, size_t len);

#endif
