/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that an input chooses: known instructions with rubbish inside, good ones spoilt. */
#ifndef HUFU_FUZZ_COMMANDS_H
#define HUFU_FUZZ_COMMANDS_H

#include "fixture/token.h"
#include "fuzz/support/choices.h"

struct commands_host {
    uint8_t d[32], pub[64]; /* the pair that good InstallDual commands bring: never to come out */
    uint16_t neighbour;     /* a container of another application */
};

/* [out] c: room for HUFU_APDU_MAX. The command's length, at least 1. */
size_t commands_next(struct choices *choices, const struct ready *r,
                     const struct commands_host *host, uint8_t *c);

#endif
