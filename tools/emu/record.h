/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What only a test build records: the noise blocks that were delivered (raw, one after another) and
 * what the reader did: APDUs ("> hex" and "< hex"), the card's power ("! on", "! off") and the
 * token's ("! plug N": N noise blocks had been delivered before). With both files the token's life
 * can be lived again in the native vault. In a release they are refused at the command line and
 * these functions do nothing.
 */
#ifndef EMU_RECORD_H
#define EMU_RECORD_H

#include "daemon.h"
#include "token.h"
#include <stdio.h>

struct record {
    FILE *entropy, *trace;
};

/* Opens the files that options name, 0600. 0, or -1. */
int record_open(struct record *r, const struct emu_options *options, struct token *token);
void record_plug(struct record *r);
void record_card(struct record *r, bool on);
void record_apdu(struct record *r, char direction, const uint8_t *bytes, size_t len);
void record_close(struct record *r);

#endif
