/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random numbers: board entropy -> health tests -> Hash_DRBG with SM3 (SP 800-90A 10.1.1 with SM3,
 * the construction of GM/T 0105). The boot counter enters the personalisation string and must be
 * committed to the store before the first output that is used.
 * After any ERR_ENTROPY every later call fails until random_start succeeds (error state).
 */
#ifndef HUFU_RANDOM_H
#define HUFU_RANDOM_H

#include "hal.h"
#include <stddef.h>
#include <stdint.h>

/* Runs the start-up health tests and instantiates the DRBG.
 * [in] serial: device-unique bytes. ERR_OK; ERR_ENTROPY. */
int random_start(const struct hal_entropy *source, const uint8_t *serial, size_t serial_len);
/* Mixes the committed boot counter in (reseed with additional input). ERR_OK; ERR_ENTROPY. */
int random_set_boot_counter(uint32_t boot_counter);

/* [out] len bytes (any length; reseeds by itself when due). ERR_OK; ERR_ENTROPY (out zeroed). */
int random_bytes(uint8_t *out, size_t len);
/* The same with fresh entropy first (prediction resistance): for keys. */
int random_key_bytes(uint8_t *out, size_t len);
/* The source's own blocks, untested and unconditioned, for the laboratory; none of them is used for
 * anything else. len: a multiple of HAL_ENTROPY_BLOCK. ERR_OK; ERR_PARAM; ERR_ENTROPY: the source
 * failed (out zeroed). */
int random_raw(uint8_t *out, size_t len);
/* Forgets the state (power off, destruction). */
void random_stop(void);

#endif
