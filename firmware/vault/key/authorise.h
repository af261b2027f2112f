/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one gate before every private key: SM2 or RSA, signing, opening, agreement.
 *
 * A handler fills a key_use, has it authorised, and hands it to the function that uses the key,
 * which takes the grant (key_use_take). A command that forgot to ask is refused, and a grant is
 * good for one use. The key's mode (key/mode.h) says what is asked for beside the right, which the
 * command's row has checked already.
 */
#ifndef HUFU_KEY_AUTHORISE_H
#define HUFU_KEY_AUTHORISE_H

#include "object.h"
#include "session.h"
#include "wipe.h"
#include <stdint.h>

enum key_purpose { KEY_TO_SIGN, KEY_TO_DECRYPT, KEY_TO_AGREE, KEY_TO_OPEN_PAIR };

struct key_use {
    struct session *session;
    uint16_t container;
    uint16_t pin; /* whose right the caller has: the key's policy must name it */
    enum object_type type;
    enum key_purpose purpose;
    const uint8_t *digest; /* 32 bytes that the panel shows; NULL: none */
    secure_bool granted;
};

/*
 * Is there such a key, and do the session and the holder allow its use now? A use that is taken
 * from a PIN's verification is spent before the holder is asked, and stays spent.
 * ERR_OK: use->granted; ERR_NOT_FOUND: no such key; ERR_DENIED: the session has not the
 * PIN's right, or the PIN must be verified again; WIRE_NOT_CONFIRMED: the holder did not say yes;
 * the store's errors.
 */
int key_authorise(struct key_use *use);

/* Takes the grant. ERR_OK; ERR_DENIED: there was none, or the right under it is gone. */
int key_use_take(struct key_use *use);

#endif
