/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PIN forms and the key derived from a PIN (standards/skf-apdu.md 3; doubtful choices P1, P2 of
 * docs/gmt0017.md). The vault keeps the derived key alone.
 */
#ifndef HUFU_PIN_KEY_H
#define HUFU_PIN_KEY_H

#include <stdint.h>

#define PIN_MIN   6u
#define PIN_MAX   16u
#define PIN_FIELD 16u
#define PIN_KEY   16u

/* A PIN in its field: 6 to 16 bytes, none of them zero, then zeros. ERR_OK; ERR_DATA. */
int pin_field_check(const uint8_t field[PIN_FIELD]);
/* [out] key: the first 16 bytes of SHA-1 over the zero-padded field. ERR_OK; ERR_INTERNAL. */
int pin_field_key(const uint8_t field[PIN_FIELD], uint8_t key[PIN_KEY]);

#endif
