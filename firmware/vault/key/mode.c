/* SPDX-License-Identifier: Apache-2.0 */
#include "key/mode.h"
#include "err.h"
#include "object.h"
#include "store/store.h"
#include <stdbool.h>
#include <stddef.h>

enum { RECORD = 2 }; /* the mode and its complement */

static int read_once(uint16_t container, uint8_t *mode)
{
    uint8_t record[RECORD] = {0};
    size_t len = 0;
    int err = store_get(OBJECT_KEY_MODE, container, record, sizeof record, &len);
    if (err == ERR_NOT_FOUND) {
        *mode = KEY_PER_LOGIN;
        return ERR_OK;
    }
    if (err != ERR_OK) {
        return err == ERR_NO_SPACE ? ERR_INTEGRITY : err;
    }
    if (len != RECORD || (record[0] ^ record[1]) != 0xFF || record[0] > KEY_MODE_ALL) {
        return ERR_INTEGRITY;
    }
    *mode = record[0];
    return ERR_OK;
}

int key_mode_get(uint16_t container, uint8_t *mode)
{
    volatile uint8_t first = KEY_MODE_ALL, second = KEY_MODE_ALL;
    uint8_t got = KEY_MODE_ALL;
    *mode = KEY_MODE_ALL;
    int err = read_once(container, &got);
    first = got;
    if (err == ERR_OK) {
        got = KEY_MODE_ALL;
        err = read_once(container, &got);
        second = got;
    }
    if (err == ERR_OK && first != second) {
        err = ERR_INTEGRITY;
    }
    if (err == ERR_OK) {
        *mode = first | second;
    }
    return err;
}

/* Every kind of key that a container may hold. */
static int has_key(uint16_t container, bool *yes)
{
    static const uint8_t types[] = {OBJECT_SIGN_KEY, OBJECT_ENC_KEY, OBJECT_RSA_SIGN_KEY,
                                    OBJECT_RSA_ENC_KEY};
    *yes = false;
    for (unsigned i = 0; i < sizeof types && !*yes; i++) {
        size_t len = 0;
        int err = store_get(types[i], container, NULL, 0, &len);
        if (err != ERR_NO_SPACE && err != ERR_NOT_FOUND && err != ERR_OK) {
            return err;
        }
        *yes = err != ERR_NOT_FOUND;
    }
    return ERR_OK;
}

int key_mode_set(uint16_t container, uint8_t mode)
{
    const uint8_t record[RECORD] = {mode, (uint8_t)~mode};
    uint8_t old;
    bool key = true;
    if (mode > KEY_MODE_ALL) {
        return ERR_DATA;
    }
    int err = key_mode_get(container, &old);
    if (err == ERR_OK) {
        err = has_key(container, &key);
    }
    if (err == ERR_OK && key && (mode & old) != old) {
        err = ERR_STATE;
    }
    return err == ERR_OK && mode != old
               ? store_put_one(OBJECT_KEY_MODE, container, record, sizeof record)
               : err;
}

int key_mode_delete(uint16_t container)
{
    return store_delete(OBJECT_KEY_MODE, container);
}
