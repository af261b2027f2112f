/* SPDX-License-Identifier: Apache-2.0 */
/* The first stage's decisions: an image that must not run, and what keeps it from running. */
#ifndef HUFU_FAULT_BOOT_DECISIONS_H
#define HUFU_FAULT_BOOT_DECISIONS_H

#include "machine/campaign.h"

extern const struct decision boot_decisions[];
extern const unsigned boot_decision_count;
/* The same images, met by boot stages whose check is weak: the campaign must find each. */
extern const struct decision boot_planted[];
extern const unsigned boot_planted_count;

#endif
