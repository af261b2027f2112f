/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors of the wire: what enum err cannot say because it depends on the noun. They continue
 * enum err downwards; handlers return either. The one table from both to status words is status.c.
 */
#ifndef HUFU_STATUS_H
#define HUFU_STATUS_H

#include "err.h"
#include <stdint.h>

enum wire_err {
    WIRE_P1P2 = -64,
    WIRE_CLA = -65,
    WIRE_INS = -66,
    WIRE_CHAIN = -67,    /* another command came where the rest of a chain was due */
    WIRE_APP_ID = -68,   /* no application has this id */
    WIRE_APP_NAME = -69, /* no application has this name */
    WIRE_APP_EXISTS = -70,
    WIRE_CONTAINER_ID = -71, /* no container of this application has this id */
    WIRE_CONTAINER_NAME = -72,
    WIRE_CONTAINER_EXISTS = -73,
    WIRE_NO_KEY_PAIR = -74,
    WIRE_NO_CERTIFICATE = -75,
    WIRE_MISMATCH = -76,    /* a certificate for another key */
    WIRE_SESSION_KEY = -77, /* no such session key here */
    WIRE_SYMMETRIC = -78,   /* symmetric algorithm not offered */
    WIRE_ENVELOPE = -79,    /* the one answer for every failed opening */
    WIRE_KEY_GENERATION = -80,
    WIRE_SIGN = -81,
    WIRE_ERROR_STATE = -82,
    WIRE_AID = -83,
    WIRE_CONDITIONS = -84,
    WIRE_FILE_NAME = -85, /* no file has this name */
    WIRE_FILE_EXISTS = -86,
    WIRE_OFFSET = -87, /* beyond the file */
    WIRE_DIGEST = -88, /* hash not offered */
    WIRE_ENCRYPT = -89,
    WIRE_AGREEMENT = -90,       /* no such agreement, or its data could not be made */
    WIRE_AGREEMENT_KEY = -91,   /* no key comes of the other side's data */
    WIRE_CONTAINER_LIMIT = -92, /* as many containers as the application may have */
    WIRE_NOT_CONFIRMED = -110,  /* the holder did not say yes on the panel */
    WIRE_PIN_LENGTH = -111,     /* a new PIN is shorter than the issuer's rule asks for */
    WIRE_PIN_RULE = -112,       /* a new PIN does not follow the issuer's rule */
    WIRE_PIN_REUSED = -113,     /* a new PIN is the present one */
    WIRE_IMAGE = -114,          /* an image that is not taken; tries_left is the reason */
    WIRE_CHANNEL = -100 /* the one answer for a record or confirmation that is not accepted */
};

/* [in] err: enum err or enum wire_err; tries_left: used for ERR_PIN and
 * WIRE_IMAGE alone. The status word. */
uint16_t status_word(int err, uint8_t tries_left);

#endif
