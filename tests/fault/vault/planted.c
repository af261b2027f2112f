/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A weak check, linked into a vault of its own that is never shipped: whether a PIN was right is
 * asked once, of a return code, and a boolean is taken for it; the proof is made of that boolean.
 */
#include "err.h"
#include "pin/pin.h"
#include <stdbool.h>

int __real_pin_prove(uint16_t pin, pin_check check, const void *arg, uint8_t key[PIN_KEY],
                     uint8_t *left, struct pin_proof *proof);
int __wrap_pin_prove(uint16_t pin, pin_check check, const void *arg, uint8_t key[PIN_KEY],
                     uint8_t *left, struct pin_proof *proof);

int __wrap_pin_prove(uint16_t pin, pin_check check, const void *arg, uint8_t key[PIN_KEY],
                     uint8_t *left, struct pin_proof *proof)
{
    const int err = __real_pin_prove(pin, check, arg, key, left, proof);
    const volatile bool right = err == ERR_OK;
    if (!right) {
        return err;
    }
    proof->pin = pin;
    proof->first = SECURE_TRUE;
    proof->second = SECURE_TRUE;
    return ERR_OK;
}
