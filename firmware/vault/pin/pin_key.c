/* SPDX-License-Identifier: Apache-2.0 */
#include "pin/pin_key.h"
#include "crypto/sha1.h"
#include "err.h"
#include "wipe.h"
#include <string.h>

int pin_field_check(const uint8_t field[PIN_FIELD])
{
    unsigned len = 0;
    while (len < PIN_FIELD && field[len] != 0) {
        len++;
    }
    uint8_t rest = 0;
    for (unsigned i = len; i < PIN_FIELD; i++) {
        rest |= field[i];
    }
    return len >= PIN_MIN && rest == 0 ? ERR_OK : ERR_DATA;
}

int pin_field_key(const uint8_t field[PIN_FIELD], uint8_t key[PIN_KEY])
{
    uint8_t digest[SHA1_DIGEST];
    int err = sha1(field, PIN_FIELD, digest);
    if (err == ERR_OK) {
        memcpy(key, digest, PIN_KEY);
    }
    secret_wipe(digest, sizeof digest);
    return err;
}
