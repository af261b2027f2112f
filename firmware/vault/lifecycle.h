/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lifecycle: one table (from, command, authority, to) and one redundantly coded record.
 * The numbers of the states are those of the wire (admin STATUS) and of libhufu.
 */
#ifndef HUFU_LIFECYCLE_H
#define HUFU_LIFECYCLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lifecycle {
    LIFECYCLE_BLANK = 0,
    LIFECYCLE_PROVISIONED = 1, /* transport key, no application */
    LIFECYCLE_INITIALISED = 2, /* an application was created */
    LIFECYCLE_IN_USE = 3,      /* a key was made */
    LIFECYCLE_LOCKED = 4,      /* the device key is out of tries: no more administration */
    LIFECYCLE_DESTROYED = 5,
    LIFECYCLE_FACTORY = 6 /* a manufacturer gave it a serial number and has not locked it yet */
};

enum lifecycle_command {
    MOVE_FIRST_START = 1,
    MOVE_CREATE_APPLICATION,
    MOVE_GENERATE_KEY,
    MOVE_DEVICE_KEY_LOCKED,
    MOVE_RESET,
    MOVE_DESTROY,
    MOVE_PROVISION,
    MOVE_LEAVE_FACTORY
};

/* Who asks; a row names all that may. */
enum lifecycle_authority {
    AUTHORITY_VAULT = 1,  /* the vault itself */
    AUTHORITY_DEVICE = 2, /* device authentication in this session */
    AUTHORITY_USER = 4,
    AUTHORITY_PANEL = 8,   /* confirmed on the panel */
    AUTHORITY_FACTORY = 16 /* whoever has a token that the one-time memory calls a factory's */
};

struct lifecycle_move {
    enum lifecycle to;
    bool wipes_all; /* the acting session ends too */
};

/* ERR_OK; ERR_STATE: no such row; ERR_DENIED: the row exists, the authority does not suffice. */
int lifecycle_next(enum lifecycle from, enum lifecycle_command command, unsigned authority,
                   struct lifecycle_move *move);

#define LIFECYCLE_RECORD 12u
/* The record: a wide constant of the state, its complement, and once more rotated. */
void lifecycle_encode(enum lifecycle state, uint8_t record[LIFECYCLE_RECORD]);
/* ERR_OK; ERR_INTEGRITY: the three do not agree on a state. */
int lifecycle_decode(const uint8_t *record, size_t len, enum lifecycle *state);

#endif
