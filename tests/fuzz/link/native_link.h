/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole token in the fuzzer's process: the link's own program with TinyUSB and both classes on
 * a stack of its own, the gate, the vault, two flashes. The wire (wire.h) is the input's.
 *
 * What holds whatever comes: the gate refuses a second entry, the running image's slot stays as it
 * is, nobody gets a right or a key, the vault stays out of the error state.
 */
#ifndef HUFU_FUZZ_NATIVE_LINK_H
#define HUFU_FUZZ_NATIVE_LINK_H

#include "fixture/token.h"
#include "fuzz/boot/fixture_file.h"
#include "fuzz/support/choices.h"
#include "wire.h"

struct native_link {
    struct token token;
    struct ready ready; /* application and container with a signing key; nobody is logged in */
    struct board_flash firmware;
    uint8_t spare[FIXTURE_SLOT]; /* the spare slot as it was before the input */
    unsigned restarts;
    uint32_t now; /* ms */
};
extern struct native_link native_link;

/* The same token and a device just attached, for each input. */
void native_link_fresh(void);
/* The link's loop once. */
void native_link_turn(void);
/* The same until what was begun has ended, within bounds. */
void native_link_settle(void);
/* After an input: what must hold. */
void native_link_check(void);

/* A control transfer with its stages, and turns between them; data: up to setup's length each way.
 * Bytes of the data stage; -1: refused. */
long native_link_control(const uint8_t setup[8], uint8_t *data);
/* The device's one configuration. */
void native_link_configure(void);
/* Any request, with its stages or without: what all inputs of this folder can do. */
void native_link_any_request(struct choices *c);

#endif
