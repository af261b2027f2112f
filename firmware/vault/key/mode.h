/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mode of a container's keys: what their use needs beside the right of their PIN. Conditions
 * join: a mode is stricter than another when it has all of its conditions and more. One record for
 * all key pairs of a container, whatever their algorithm; without a record it is KEY_PER_LOGIN.
 */
#ifndef HUFU_KEY_MODE_H
#define HUFU_KEY_MODE_H

#include <stdint.h>

enum key_mode {
    KEY_PER_LOGIN = 0,    /* the PIN's right is enough */
    KEY_ONCE_PER_PIN = 1, /* each verification of the PIN in the session is good for one use */
    KEY_CONFIRMED = 2,    /* the holder confirms each use on the panel */
    KEY_MODE_ALL = 3
};

/* [out] mode: decided on two readings. ERR_OK; ERR_INTEGRITY; the store's errors. */
int key_mode_get(uint16_t container, uint8_t *mode);
/*
 * In a transaction of its own. ERR_OK; ERR_DATA: not a mode; ERR_STATE: a key exists and the new
 * mode lacks a condition of the old one; the store's errors.
 */
int key_mode_set(uint16_t container, uint8_t mode);
/* With the container, inside an open transaction. */
int key_mode_delete(uint16_t container);

#endif
