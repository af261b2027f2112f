/* SPDX-License-Identifier: Apache-2.0 */
#include "pin/tries.h"
#include "err.h"
#include "object.h"
#include "pin/pin.h"
#include "store/store.h"
#include <stddef.h>

enum { RECORD = 4 };

static void encode(const struct tries *t, uint8_t record[RECORD])
{
    record[0] = t->max;
    record[1] = t->left;
    record[2] = (uint8_t)~t->max;
    record[3] = (uint8_t)~t->left;
}

int tries_put(uint16_t id, uint8_t max)
{
    const struct tries t = {max, max};
    uint8_t record[RECORD];
    if (max < 1 || max > TRIES_MAX) {
        return ERR_PARAM;
    }
    encode(&t, record);
    return store_put(OBJECT_TRIES, id, record, sizeof record);
}

int tries_get(uint16_t id, struct tries *t)
{
    uint8_t record[RECORD] = {0};
    size_t len = 0;
    int err = store_get(OBJECT_TRIES, id, record, sizeof record, &len);
    if (err != ERR_OK) {
        return err;
    }
    if (len != RECORD || (record[0] ^ record[2]) != 0xFF || (record[1] ^ record[3]) != 0xFF ||
        record[0] > TRIES_MAX || record[1] > record[0]) {
        return ERR_INTEGRITY;
    }
    t->max = record[0];
    t->left = record[1];
    return ERR_OK;
}

int tries_spend(uint16_t id, struct tries *t)
{
    struct tries before, after;
    uint8_t record[RECORD];
    int err = tries_get(id, &before);
    if (err != ERR_OK) {
        return err;
    }
    if (before.left == 0) {
        return ERR_LOCKED;
    }
    t->max = before.max;
    t->left = (uint8_t)(before.left - 1);
    encode(t, record);
    err = store_put_one(OBJECT_TRIES, id, record, sizeof record);
    if (err != ERR_OK) {
        return err;
    }
    err = tries_get(id, &after);
    if (err == ERR_OK && (after.left != t->left || after.left >= before.left)) {
        err = ERR_FLASH;
    }
    return err;
}

/* The caller's yes may be a register that has become its no: here it is a constant of its own. */
int tries_restore(uint16_t id, const struct pin_proof *proof)
{
    struct tries t;
    uint8_t record[RECORD];
    int err = tries_get(id, &t);
    if (err != ERR_OK) {
        return err;
    }
    if (proof->first != SECURE_TRUE || proof->second != SECURE_TRUE || proof->pin != id) {
        return ERR_PIN;
    }
    t.left = t.max;
    encode(&t, record);
    return store_put_one(OBJECT_TRIES, id, record, sizeof record);
}
