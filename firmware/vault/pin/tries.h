/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Try counters: stored apart from what they guard, each number beside its complement. A try is
 * spent in flash and read back before anything is computed with the secret.
 */
#ifndef HUFU_TRIES_H
#define HUFU_TRIES_H

#include <stdint.h>

#define TRIES_MAX 10u

struct tries {
    uint8_t max;
    uint8_t left;
};

/* Puts a full counter; inside an open transaction. max 1..TRIES_MAX, else ERR_PARAM. */
int tries_put(uint16_t id, uint8_t max);
/* ERR_OK; ERR_NOT_FOUND; ERR_INTEGRITY: number and complement disagree. */
int tries_get(uint16_t id, struct tries *t);
/* Takes one try, commits it and reads it back. [out] t after the spending.
 * ERR_OK; ERR_LOCKED: none was left; ERR_FLASH: it did not stay spent. */
int tries_spend(uint16_t id, struct tries *t);
struct pin_proof;
/* All tries back, after the secret was proven: a transaction of its own. The proof (pin/pin.h) is
 * looked at here once more. ERR_OK; ERR_PIN: there is none; the store's errors. */
int tries_restore(uint16_t id, const struct pin_proof *proof);

#endif
