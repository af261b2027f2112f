/* SPDX-License-Identifier: Apache-2.0 */
#include "pin/pin_key.h"
#include "crypto/sha1.h"
#include "err.h"
#include "wipe.h"
#include <string.h>

/* The same steps for every PIN: its length is nobody's business who watches. */
int pin_field_check(const uint8_t field[PIN_FIELD])
{
    uint32_t len = 0, ended = 0, bad = 0;
    for (unsigned i = 0; i < PIN_FIELD; i++) {
        uint32_t some = (0u - (uint32_t)field[i]) >> 31; /* 1: not zero */
        bad |= ended & some;
        ended |= some ^ 1u;
        len += some;
    }
    bad |= (len - PIN_MIN) >> 31;
    SECRET_PUBLIC(&bad, sizeof bad); /* the form is right or not, told to the caller */
    return bad == 0 ? ERR_OK : ERR_DATA;
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
