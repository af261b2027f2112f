/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures that are rightly asked for, and must not leave the token when a fault met them. */
#ifndef HUFU_FAULT_VAULT_SIGNING_H
#define HUFU_FAULT_VAULT_SIGNING_H

#include "machine/campaign.h"

extern const struct decision vault_signing[];
extern const unsigned vault_signing_count;

#endif
