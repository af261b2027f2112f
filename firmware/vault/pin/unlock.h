/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Remote unlock (docs/unblock.md): an authority that the token was told at its initialisation
 * allows, by a signature over the token's own challenge, that one PIN of one application is
 * replaced once. It never learns a PIN.
 *
 * The request (96 bytes) is version 1 . serial 24 . application id 2 . name 48 . PIN type 1
 * . counter 4 . nonce 16; the authority signs the label "hufu unlock response", a zero byte and the
 * request, with SM2, SM3 and the default id. The token signs nothing of this form, and the
 * authority's key signs nothing else.
 *
 * The counter never goes back while the PIN exists. The nonce lies in the store until a newer
 * request or a success takes its place; so a request may be answered days later.
 */
#ifndef HUFU_PIN_UNLOCK_H
#define HUFU_PIN_UNLOCK_H

#include "crypto/sm2.h"
#include "hufu/unblock.h"
#include "object.h"
#include "pin/pin.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UNLOCK_NONCE   HUFU_UNBLOCK_NONCE
#define UNLOCK_REQUEST HUFU_UNBLOCK_REQUEST
#define UNLOCK_TRIES   5u /* failures until device authentication enables it again */

/* Whose PIN. */
struct unlock_subject {
    const char *serial; /* 24 digits */
    uint16_t app;
    const uint8_t *name;
    size_t name_len;
    uint8_t type; /* 0 admin, 1 user */
    uint16_t pin;
};

/* What the token remembers of a PIN's remote unlocks, for the holder to see. */
struct unlock_log {
    uint32_t requests; /* the counter of the last challenge */
    uint32_t attempts; /* answers that were judged */
    uint32_t unlocks;  /* of these, accepted */
    bool pending;      /* a challenge waits for its answer */
    uint8_t nonce[UNLOCK_NONCE];
};

/* Puts the authority's public key, X || Y. ERR_OK; ERR_POINT; the store's errors. */
int unlock_authority_put(const uint8_t pub[SM2_POINT]);
/* ERR_OK; ERR_NOT_FOUND: none was given. */
int unlock_authority(uint8_t pub[SM2_POINT]);
int unlock_authority_remove(void);

/* ERR_OK, zeros when there was none yet; ERR_INTEGRITY; the store's errors. */
int unlock_log_get(uint16_t pin, struct unlock_log *log);
/* Failures that are left; UNLOCK_TRIES when there was none yet. */
int unlock_tries(uint16_t pin, uint8_t *left);

/* A new challenge in the place of the last. [out] request. ERR_OK; ERR_NOT_FOUND: no authority;
 * ERR_LOCKED; ERR_STATE: the counter is at its end; ERR_ENTROPY; the store's errors. */
int unlock_request(const struct unlock_subject *subject, uint8_t request[UNLOCK_REQUEST]);

/*
 * Judges an answer. A failure is spent and read back before the signature is looked at, and the
 * decision is taken twice. [out] left: failures left when ERR_PIN; proof: as pin_prove leaves it.
 * ERR_OK: nothing is changed yet but the count; ERR_PIN: not the authority's word on this
 * challenge; ERR_NOT_FOUND: no authority; ERR_STATE: no challenge is out (nothing is counted);
 * ERR_LOCKED; the store's errors.
 */
int unlock_prove(const struct unlock_subject *subject, const uint8_t sig[SM2_SIGNATURE],
                 uint8_t *left, struct pin_proof *proof);
/* Inside the transaction that replaces the PIN: the challenge is used, all failures are forgiven.
 */
int unlock_done(uint16_t pin);

/* Device authentication was given: five failures again. A transaction of its own. */
int unlock_enable(uint16_t pin);
/* With the PIN, inside an open transaction. */
int unlock_delete(uint16_t pin);

#endif
