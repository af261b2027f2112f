/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an issuer chose for a token as a whole: its label, and whether it serves the bare forms. The
 * other choices are where they are used: rules for PINs (pin/rule.h), who unlocks them
 * (pin/unlock.h), whether an update is authorised (update/update.h). All of them lie in the store,
 * so a reset forgets them.
 */
#ifndef HUFU_VAULT_ISSUER_H
#define HUFU_VAULT_ISSUER_H

#include "wipe.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ISSUER_LABEL 32u

/* Before a store is mounted: nothing is known, and nothing bare served. */
void issuer_start(void);
/* Takes the policies, this one and that of updates, from the store that was mounted or made.
 * ERR_OK; ERR_INTEGRITY: a record is none; the store's errors. */
int issuer_load(void);

/* SECURE_TRUE: the bare forms of commands that rest on a PIN or the device key are served. So it is
 * until an issuer says otherwise. */
secure_bool issuer_bare_allowed(void);
/* ERR_OK; the store's errors. */
int issuer_allow_bare(bool allowed);

/* [out] label, NUL-padded; empty where none was given or there is no store yet.
 * ERR_OK; the store's errors. */
int issuer_label(char label[ISSUER_LABEL]);
/* [in] label: at most ISSUER_LABEL bytes. ERR_OK; the store's errors. */
int issuer_set_label(const uint8_t *label, size_t len);

/* Inside the transaction in which a token leaves its factory: whatever was chosen there, in any
 * module, goes. ERR_OK; the store's errors. */
int issuer_forget(void);

#endif
