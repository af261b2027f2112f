/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the token's store says after the power was cut. It hangs on the store's bytes alone, for
 * whatever was in memory is gone: most faults leave one of a few stores behind, and each of those
 * is recovered and asked once.
 */
#ifndef HUFU_FAULT_STORE_SAYS_H
#define HUFU_FAULT_STORE_SAYS_H

#include "machine/machine.h"
#include <stdbool.h>
#include <stdint.h>

struct store_says {
    bool recovered; /* it can be mounted; otherwise the rest is unsaid */
    bool replaced;  /* a PIN is another */
    unsigned tries; /* of all PINs together, or GUEST_NO_TRIES */
};

/* Once, before the first question. */
void store_says_open(void);
/* [in] pins: the keys of the device's, the admin's and the user's PIN as they were set up. The
 * machine's state is lost: machine_back comes next. */
struct store_says store_says(struct machine *m, const uint8_t pins[3][16]);

#endif
