/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle.h"
#include "err.h"

static const struct row {
    uint8_t from;
    uint8_t command;
    uint8_t authority;
    uint8_t to;
    bool wipes_all;
} rows[] = {
    {LIFECYCLE_BLANK, MOVE_FIRST_START, AUTHORITY_VAULT, LIFECYCLE_PROVISIONED, true},

    {LIFECYCLE_BLANK, MOVE_PROVISION, AUTHORITY_FACTORY, LIFECYCLE_FACTORY, true},
    {LIFECYCLE_FACTORY, MOVE_LEAVE_FACTORY, AUTHORITY_FACTORY, LIFECYCLE_PROVISIONED, true},
    /* The device key is public there and replaced on leaving: spent tries mean nothing yet. */
    {LIFECYCLE_FACTORY, MOVE_DEVICE_KEY_LOCKED, AUTHORITY_VAULT, LIFECYCLE_FACTORY, true},

    {LIFECYCLE_PROVISIONED, MOVE_CREATE_APPLICATION, AUTHORITY_DEVICE, LIFECYCLE_INITIALISED,
     false},
    {LIFECYCLE_INITIALISED, MOVE_CREATE_APPLICATION, AUTHORITY_DEVICE, LIFECYCLE_INITIALISED,
     false},
    {LIFECYCLE_IN_USE, MOVE_CREATE_APPLICATION, AUTHORITY_DEVICE, LIFECYCLE_IN_USE, false},

    {LIFECYCLE_INITIALISED, MOVE_GENERATE_KEY, AUTHORITY_USER, LIFECYCLE_IN_USE, false},
    {LIFECYCLE_IN_USE, MOVE_GENERATE_KEY, AUTHORITY_USER, LIFECYCLE_IN_USE, false},
    {LIFECYCLE_LOCKED, MOVE_GENERATE_KEY, AUTHORITY_USER, LIFECYCLE_LOCKED, false},

    {LIFECYCLE_PROVISIONED, MOVE_DEVICE_KEY_LOCKED, AUTHORITY_VAULT, LIFECYCLE_LOCKED, true},
    {LIFECYCLE_INITIALISED, MOVE_DEVICE_KEY_LOCKED, AUTHORITY_VAULT, LIFECYCLE_LOCKED, true},
    {LIFECYCLE_IN_USE, MOVE_DEVICE_KEY_LOCKED, AUTHORITY_VAULT, LIFECYCLE_LOCKED, true},

    {LIFECYCLE_PROVISIONED, MOVE_RESET, AUTHORITY_DEVICE | AUTHORITY_PANEL, LIFECYCLE_PROVISIONED,
     true},
    {LIFECYCLE_INITIALISED, MOVE_RESET, AUTHORITY_DEVICE | AUTHORITY_PANEL, LIFECYCLE_PROVISIONED,
     true},
    {LIFECYCLE_IN_USE, MOVE_RESET, AUTHORITY_DEVICE | AUTHORITY_PANEL, LIFECYCLE_PROVISIONED, true},
    {LIFECYCLE_LOCKED, MOVE_RESET, AUTHORITY_PANEL, LIFECYCLE_PROVISIONED, true},

    {LIFECYCLE_PROVISIONED, MOVE_DESTROY, AUTHORITY_DEVICE, LIFECYCLE_DESTROYED, true},
    {LIFECYCLE_INITIALISED, MOVE_DESTROY, AUTHORITY_DEVICE, LIFECYCLE_DESTROYED, true},
    {LIFECYCLE_IN_USE, MOVE_DESTROY, AUTHORITY_DEVICE, LIFECYCLE_DESTROYED, true},
};

int lifecycle_next(enum lifecycle from, enum lifecycle_command command, unsigned authority,
                   struct lifecycle_move *move)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].from == (uint8_t)from && rows[i].command == (uint8_t)command) {
            if ((rows[i].authority & authority) == 0) {
                return ERR_DENIED;
            }
            move->to = (enum lifecycle)rows[i].to;
            move->wipes_all = rows[i].wipes_all;
            return ERR_OK;
        }
    }
    return ERR_STATE;
}

/* Any two differ in at least 12 bits. */
static const uint32_t codes[] = {
    [LIFECYCLE_BLANK] = 0x1B2E4D78u,       [LIFECYCLE_PROVISIONED] = 0xE4D1781Bu,
    [LIFECYCLE_INITIALISED] = 0x87B4D2E1u, [LIFECYCLE_IN_USE] = 0x784B2D1Eu,
    [LIFECYCLE_LOCKED] = 0x2DE187B4u,      [LIFECYCLE_DESTROYED] = 0xD21E784Bu,
    [LIFECYCLE_FACTORY] = 0xE41E87D2u,
};

static uint32_t word_of(unsigned copy, uint32_t code)
{
    switch (copy) {
    case 0:
        return code;
    case 1:
        return ~code;
    default:
        return (code << 13) | (code >> 19);
    }
}

void lifecycle_encode(enum lifecycle state, uint8_t record[LIFECYCLE_RECORD])
{
    for (unsigned copy = 0; copy < 3; copy++) {
        uint32_t w = word_of(copy, codes[state]);
        for (unsigned i = 0; i < 4; i++) {
            record[4 * copy + i] = (uint8_t)(w >> (24 - 8 * i));
        }
    }
}

int lifecycle_decode(const uint8_t *record, size_t len, enum lifecycle *state)
{
    uint8_t expect[LIFECYCLE_RECORD];
    if (len != LIFECYCLE_RECORD) {
        return ERR_INTEGRITY;
    }
    for (unsigned s = 0; s < sizeof codes / sizeof codes[0]; s++) {
        uint8_t diff = 0;
        lifecycle_encode((enum lifecycle)s, expect);
        for (unsigned i = 0; i < LIFECYCLE_RECORD; i++) {
            diff |= (uint8_t)(expect[i] ^ record[i]);
        }
        if (diff == 0) {
            *state = (enum lifecycle)s;
            return ERR_OK;
        }
    }
    return ERR_INTEGRITY;
}
