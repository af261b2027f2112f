/* SPDX-License-Identifier: Apache-2.0 */
/* The vault as the CCID slot's card: every call goes through the gate. */
#ifndef HUFU_LINK_CARD_H
#define HUFU_LINK_CARD_H

#include "usb/ccid.h"
#include <stdbool.h>
#include <stddef.h>

extern const struct ccid_card vault_card;

/* Whether a command came since this was asked last: most end within the slice that starts them,
 * and the vault has housekeeping to do after each. */
bool card_was_used(void);
/* One housekeeping step of the vault, when no command runs. */
void card_idle(void);

/* Reads the token's serial number (GetDevInfo, GM/T 0016 DEVINFO) into out, not terminated.
 * Returns its length, 0 if the vault does not tell. The card is off afterwards. */
size_t card_serial(char *out, size_t cap);

#endif
