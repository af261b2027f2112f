/* SPDX-License-Identifier: Apache-2.0 */
/* The vault's decisions: a command that must be refused, and what must not become of it. */
#ifndef HUFU_FAULT_VAULT_DECISIONS_H
#define HUFU_FAULT_VAULT_DECISIONS_H

#include "machine/campaign.h"

extern const struct decision vault_decisions[];
extern const unsigned vault_decision_count;
/* A wrong PIN, met by a vault whose check is weak: the campaign must find it. */
extern const struct decision vault_planted;

#endif
