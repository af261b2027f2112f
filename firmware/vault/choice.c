/* SPDX-License-Identifier: Apache-2.0 */
#include "choice.h"
#include "err.h"
#include "object.h"
#include "store/store.h"
#include <stddef.h>

enum { RECORD = 2 };

int choice_get(const struct choice *choice, bool *open)
{
    uint8_t record[RECORD] = {0};
    size_t len = 0;
    const uint8_t shut = (uint8_t)~choice->open;
    *open = false;
    int err = store_get(choice->type, OBJECT_SINGLE, record, sizeof record, &len);
    if (err == ERR_OK && (len != sizeof record || (record[0] ^ record[1]) != 0xFF ||
                          (record[0] != choice->open && record[0] != shut))) {
        err = ERR_INTEGRITY;
    }
    if (err == ERR_OK && record[0] == choice->open) {
        *open = true;
    }
    return err;
}

int choice_put(const struct choice *choice, bool open)
{
    const uint8_t shut = (uint8_t)~choice->open, value = open ? choice->open : shut;
    const uint8_t record[RECORD] = {value, (uint8_t)~value};
    return store_put_one(choice->type, OBJECT_SINGLE, record, sizeof record);
}
