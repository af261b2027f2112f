/* SPDX-License-Identifier: Apache-2.0 */
/* For migrations of tests (store/migrate.h): every object of a kind, one after the other. */
#ifndef TEST_EACH_OBJECT_H
#define TEST_EACH_OBJECT_H

#include "err.h"
#include "store/store.h"

/* Hands each to `change`: its len bytes, and before them room for one more. ERR_OK; the first
 * error, of the store or of change. */
static inline int each_object(uint8_t type,
                              int (*change)(uint8_t type, uint16_t id, uint8_t *value, size_t len))
{
    static uint8_t buffer[1 + STORE_MAX_VALUE];
    uint16_t id = 0;
    int err = ERR_OK;
    for (bool first = true; err == ERR_OK && store_next(type, first, &id) == ERR_OK;
         first = false) {
        size_t len = 0;
        err = store_get(type, id, buffer + 1, sizeof buffer - 1, &len);
        if (err == ERR_OK) {
            err = change(type, id, buffer + 1, len);
        }
    }
    return err;
}

#endif
