/* SPDX-License-Identifier: Apache-2.0 */
#include "pin/pin.h"
#include "err.h"
#include "object.h"
#include "pin/rule.h"
#include "pin/tries.h"
#include "pin/unlock.h"
#include "store/store.h"
#include <string.h>

int pin_put(uint16_t pin, const uint8_t key[PIN_KEY], uint8_t max_tries)
{
    int err = store_put(OBJECT_PIN, pin, key, PIN_KEY);
    return err == ERR_OK ? tries_put(pin, max_tries) : err;
}

int pin_delete(uint16_t pin)
{
    int err = store_delete(OBJECT_PIN, pin);
    if (err == ERR_OK) {
        err = store_delete(OBJECT_TRIES, pin);
    }
    if (err == ERR_OK) {
        err = pin_rule_delete(pin);
    }
    return err == ERR_OK ? unlock_delete(pin) : err;
}

static int load(uint16_t pin, uint8_t key[PIN_KEY])
{
    size_t len = 0;
    int err = store_get(OBJECT_PIN, pin, key, PIN_KEY, &len);
    return err == ERR_OK && len != PIN_KEY ? ERR_INTEGRITY : err;
}

int pin_is(uint16_t pin, const uint8_t key[PIN_KEY], secure_bool *same)
{
    uint8_t present[PIN_KEY];
    int err = load(pin, present);
    *same = err == ERR_OK ? secret_equal(present, key, PIN_KEY) : SECURE_TRUE;
    secret_wipe(present, sizeof present);
    return err;
}

/* One pass of the decision on a key read for it alone, and only where that was paid for: whatever
 * led here. */
static int decide(uint16_t pin, pin_check check, const void *arg, uint8_t key[PIN_KEY],
                  const volatile secure_bool *paid, volatile secure_bool *verdict)
{
    int err = *paid == SECURE_TRUE ? load(pin, key) : ERR_FLASH;
    if (err == ERR_OK) {
        err = ERR_FLASH;
        if (*paid == SECURE_TRUE) {
            *verdict = check(key, arg);
            err = ERR_OK;
        }
    }
    return err;
}

/* No branch: what differs anywhere makes something else than SECURE_TRUE of it. */
secure_bool pin_proven(const struct pin_proof *proof, uint16_t pin)
{
    const uint32_t differs =
        (proof->first ^ SECURE_TRUE) | (proof->second ^ SECURE_TRUE) | (proof->pin ^ pin);
    return SECURE_TRUE ^ differs;
}

/* A try for what follows. [out] paid: it was there, and it is gone, as the store says itself. */
static int pay(uint16_t pin, uint8_t *left, volatile secure_bool *paid)
{
    struct tries before, spent, after;
    int err = tries_get(pin, &before);
    if (err == ERR_OK) {
        err = tries_spend(pin, &spent);
    }
    if (err == ERR_OK) {
        err = tries_get(pin, &after);
    }
    if (err == ERR_OK) {
        err = ERR_FLASH;
        if (before.left != 0 && after.left == before.left - 1) {
            *left = after.left;
            *paid = SECURE_TRUE;
            err = ERR_OK;
        }
    }
    return err;
}

int pin_prove(uint16_t pin, pin_check check, const void *arg, uint8_t key[PIN_KEY], uint8_t *left,
              struct pin_proof *proof)
{
    volatile secure_bool paid = SECURE_FALSE;
    uint8_t k[PIN_KEY] = {0};
    proof->first = SECURE_FALSE;
    proof->second = SECURE_FALSE;
    proof->pin = pin;
    if (key != NULL) {
        memset(key, 0, PIN_KEY);
    }
    int err = pay(pin, left, &paid);
    if (err == ERR_OK) {
        err = decide(pin, check, arg, k, &paid, &proof->first);
    }
    /* Each step down needs the one before it once more: a branch that is skipped leads to the next
     * one. */
    if (err == ERR_OK) {
        err = ERR_PIN;
        if (proof->first == SECURE_TRUE) {
            err = decide(pin, check, arg, k, &paid, &proof->second);
        }
    }
    if (err == ERR_OK) {
        err = ERR_PIN;
        if (proof->first == SECURE_TRUE && proof->second == SECURE_TRUE &&
            pin_proven(proof, pin) == SECURE_TRUE) {
            err = tries_restore(pin, proof);
        }
    }
    if (err == ERR_OK && key != NULL && pin_proven(proof, pin) == SECURE_TRUE) {
        memcpy(key, k, PIN_KEY);
    }
    secret_wipe(k, sizeof k);
    return err;
}
