/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PIN objects: a derived key and a try counter under one id. The device authentication key is PIN
 * 0.
 *
 * Any use of a PIN's key on behalf of somebody who has yet to prove it is a try: it goes through
 * pin_prove, a MAC check included. There: the try is spent in flash and read back, then the check
 * runs, then runs again on the key read anew, and only two agreeing wide booleans restore the
 * tries. They stay in a proof, and who acts on it looks at them again: that a function returned
 * ERR_OK proves nothing, for a skipped branch can make that of anything.
 */
#ifndef HUFU_PIN_H
#define HUFU_PIN_H

#include "pin/pin_key.h"
#include "wipe.h"
#include <stdint.h>

/* Inside an open transaction. With the PIN goes all that hangs on it: its rule, its tries, what a
 * remote unlock left. */
int pin_put(uint16_t pin, const uint8_t key[PIN_KEY], uint8_t max_tries);
int pin_delete(uint16_t pin);

/* Whether key is that of the PIN. Only behind a proof: unlike pin_prove it spends nothing. */
int pin_is(uint16_t pin, const uint8_t key[PIN_KEY], secure_bool *same);

/* A check of something the caller sent against the key; constant time. */
typedef secure_bool (*pin_check)(const uint8_t key[PIN_KEY], const void *arg);

/* What pin_prove found in its two passes, and of which PIN. All zero: nothing. */
struct pin_proof {
    volatile secure_bool first, second;
    volatile uint32_t pin;
};
/* SECURE_TRUE: both passes found this PIN proven. */
secure_bool pin_proven(const struct pin_proof *proof, uint16_t pin);

/*
 * [out] proof. [out] key: the proven key, which the caller wipes (NULL: not wanted); zeroed unless
 * ERR_OK. [out] left: tries left when ERR_PIN. ERR_OK; ERR_PIN: wrong; ERR_LOCKED; ERR_NOT_FOUND;
 * ERR_FLASH; ERR_INTEGRITY.
 */
int pin_prove(uint16_t pin, pin_check check, const void *arg, uint8_t key[PIN_KEY], uint8_t *left,
              struct pin_proof *proof);

#endif
