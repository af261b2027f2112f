/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device as a whole: start, error state, lifecycle, reset and destruction.
 */
#ifndef HUFU_DEVICE_H
#define HUFU_DEVICE_H

#include "factory.h"
#include "hal.h"
#include "identity.h"
#include "lifecycle.h"
#include "pin/pin_key.h"
#include "session.h"
#include <stdbool.h>
#include <stdint.h>

/* The key every token has until ChangeDevAuthKey: public clients try it first. */
#define DEVICE_TRANSPORT_KEY   "1234567812345678"
#define DEVICE_KEY_TRIES       10u
#define DEVICE_TRANSPORT_TRIES 5u

/* Self tests, identity, store, lifecycle. A failure is kept as the error state. */
void device_start(const struct hal *hal);
/* The same again, after a failed test (power-on tests again). */
void device_restart(void);
/* The store is taken from flash anew and fresh entropy mixed in: what a command that was cut off
 * left half done in RAM does not count. */
void device_recover(void);

const struct hal *device_hal(void);

/* --- error state -------------------------------------------------------------------------- */

/* SECURE_FALSE: all is well. Anything else: only status and self-test are served. SECURE_TRUE: it
 * failed, and no accident of memory says so. */
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

/* --- the factory -------------------------------------------------------------------------- */

enum factory device_factory(void);
/* The manufacturer's name; empty: nobody provisioned it. */
const char *device_maker(void);
/*
 * Serial number and name are burnt, then root key, store and channel key are made, as at the first
 * start of any token. dry: only whether that could be done. A cut before the mark of the factory
 * leaves a token that wants the same command again, a later one is made up for by the next start.
 * ERR_OK; ERR_STATE: not a blank token of a factory; ERR_DATA; ERR_EXISTS: another serial number or
 * name stands there in part; ERR_ENTROPY; ERR_FLASH.
 */
int device_provision(const uint8_t serial[IDENTITY_SERIAL], const uint8_t *name, size_t name_len,
                     bool dry);
/* The factory's last word: device key and transport PIN of a token on its way. What was chosen
 * there in an issuer's place (label, policies, rules, unlock authority) goes. All sessions end.
 * ERR_OK; ERR_STATE: not in the factory; the store's errors. */
int device_leave_factory(const uint8_t key[PIN_KEY], const uint8_t transport[PIN_KEY]);

/* --- particulars -------------------------------------------------------------------------- */

const char *device_serial(void);
uint32_t device_boot_count(void);
bool device_is_development(void);

#endif
